/**
 * Where a job's numbers lie in memory, as 32-bit words from its address on. Read by the host and by the compiled kernels, so
 * only what is both TypeScript and AssemblyScript.
 */

/** Units of a job that were taken. */
export const TAKEN = 0;
/** How many units a job has. */
export const UNITS = 1;
/** Which of the operations below. */
export const OPERATION = 2;

/** Maps, addresses of float32. */
export const X = 3;
/** `[2, in]`, scale and shift before the convolution; 0: none. */
export const AFFINE = 4;
export const SILU = 5;
/** Map to add; 0: none. */
export const ADD = 6;
/** `[out]`; 0: none. */
export const BIAS = 7;
export const OUT = 8;
export const HEIGHT = 9;
export const WIDTH = 10;
export const INS = 11;
export const OUTS = 12;
/** 1: each pixel stands for 2 x 2 of what is convolved. */
export const DOUBLED = 13;
/** Filter `[9, in, out]`; for a doubled map the four of `UpsampleWeights`, `[4, in, out]` each. */
export const FILTER = 14;
export const FILTER_2 = 15;
export const FILTER_3 = 16;
export const FILTER_4 = 17;
/** 1: the filter is kept in halves. */
export const HALVES = 18;
/** The first row of tiles, how many rows, and tiles in a row. */
export const FIRST = 19;
export const ROWS = 20;
export const ACROSS = 21;
/** Workspaces, see the operations. */
export const WEIGHTS = 22;
export const BAND = 23;
export const TILES = 24;
export const PRODUCTS = 25;
/** Statistics: where they go. */
export const PARTIAL = 26;

/** Norms alone: `[3, in]`, see `NORM_BACK`; the gradient at the norm's result; each group's mean for each channel. */
export const FACTORS = 27;
export const SLOPE = 28;
export const MEANS = 29;

/** 1: the gradient's convolution: the filter mirrored, inputs and outputs exchanged. `INS` and `OUTS` are those of this one. */
export const TRANSPOSED = 30;
/** 1: of the result the sums over 2 x 2 pixels, the gradient of doubling; with `TRANSPOSED` and four filters. */
export const POOLED = 31;

export const WORDS = 32;

/** Operations: the filter to `WEIGHTS`, a row of the map to `BAND`, tiles to `TILES`, `PRODUCTS`, and back to `OUT`. */
export const TRANSFORM_FILTER = 0;
export const FILL_BAND = 1;
export const TRANSFORM_TILES = 2;
export const MULTIPLY = 3;
export const TRANSFORM_BACK = 4;
/** Mean and sum of squares about it of each channel over some pixels. */
export const MEASURE = 5;

/** `X` scaled and shifted, and SiLU, to `OUT`. */
export const NORMALISE = 6;
/** The gradient before the SiLU to `OUT`, and what of it the group's statistics need to `PARTIAL`. */
export const NORM_SLOPE = 7;
/** `OUT * FACTORS[0] + X * FACTORS[1] + FACTORS[2]`, to `OUT`. */
export const NORM_BACK = 8;

/** Tiles of a unit of the transforms. */
export const TILES_A_UNIT = 8;
/** Output channels that are multiplied at once. */
export const PANEL = 8;
/** Panels of a unit of the products, and of the filter's transform. */
export const PANELS_A_UNIT = 8;
export const PANELS_A_TRANSFORM = 4;
/** Tiles that are multiplied at once: workspaces hold multiples. */
export const TILES_AT_ONCE = 6;
/** Pixels of a unit of the statistics, and of the norms. */
export const PIXELS_A_UNIT = 256;
