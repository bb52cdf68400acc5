/**
 * Where a job's numbers lie in memory, as 32-bit words from its address on. Read by the host and by the compiled kernels, so
 * only what is both TypeScript and AssemblyScript.
 */

/** How many units a job has. */
export const UNITS = 0;
/** Which of the operations below. */
export const OPERATION = 1;

/** Maps, addresses of float32. */
export const X = 2;
/** `[2, in]`, scale and shift before the convolution; 0: none. */
export const AFFINE = 3;
export const SILU = 4;
/** Map to add; 0: none. */
export const ADD = 5;
/** `[out]`; 0: none. */
export const BIAS = 6;
export const OUT = 7;
export const HEIGHT = 8;
export const WIDTH = 9;
export const INS = 10;
export const OUTS = 11;
/** 1: each pixel stands for 2 x 2 of what is convolved. */
export const DOUBLED = 12;
/** Filter `[9, in, out]`; for a doubled map the four of `UpsampleWeights`, `[4, in, out]` each. */
export const FILTER = 13;
export const FILTER_2 = 14;
export const FILTER_3 = 15;
export const FILTER_4 = 16;
/** 1: the filter is kept in float16. */
export const HALVES = 17;
/** The first row of tiles, how many rows, and tiles in a row. */
export const FIRST = 18;
export const ROWS = 19;
export const ACROSS = 20;
/** Workspaces, see the operations. */
export const WEIGHTS = 21;
export const BAND = 22;
export const TILES = 23;
export const PRODUCTS = 24;
/** Statistics: where they go. */
export const PARTIAL = 25;

/** Norms alone: `[3, in]`, see `NORM_BACK`; the gradient at the norm's result; each group's mean for each channel. */
export const FACTORS = 26;
export const SLOPE = 27;
export const MEANS = 28;

/** 1: the gradient's convolution: the filter mirrored, inputs and outputs exchanged. `INS` and `OUTS` are those of this one. */
export const TRANSPOSED = 29;
/** 1: of the result the sums over 2 x 2 pixels, the gradient of doubling; with `TRANSPOSED` and four filters. */
export const POOLED = 30;

/** Workspaces, one for each thread, and bytes from one to the next: a thread has the same one in all jobs. */
export const SCRATCH = 31;
export const SCRATCH_STEP = 32;

/** Matrices `[rows, in]`: how many rows, with those of zeros that fill panels; and numbers from one row of scores to the next. */
export const CELLS = 33;
export const PADDED = 34;
export const STRIDE = 35;
/** Attention: panels of eight keys and of eight values `[cells / 8][in][8]`, and of eight channels of them `[in / 8][cells][8]`. */
export const KEYS_ACROSS = 36;
export const VALUES_ACROSS = 37;
export const KEYS_DOWN = 38;
export const VALUES_DOWN = 39;
/** Attention's gradient: a block of softmaxed scores, and the gradient at the scores. */
export const SCORES = 40;
export const SLOPES = 41;
/** 1: times `1 / sqrt(in)`; 1: added to what is there. */
export const SCALED = 42;
export const ONTO = 43;

/** Rows of the map from one row of tiles, or of results, to the next. */
export const STEP = 44;
/** Direct convolutions: the filter's side, and the terms that each of its rows adds, an even number. */
export const SIDE = 45;
export const DEPTH = 46;
/** Bytes of zeros behind a band: what products read there for pixels beyond the last, and for the term that makes a depth even. */
export const BEHIND = 47;

export const WORDS = 48;

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

/** Rows of a matrix to panels of eight rows, and of eight columns. */
export const PACK_ACROSS = 9;
export const PACK_DOWN = 10;
/** The mixture of some queries to `OUT`. */
export const ATTEND = 11;
/** Of the queries from `FIRST`, the gradient to `OUT`, and to `SCORES` and `SLOPES` what the other two need. */
export const ATTEND_BACK = 12;
/** What `SCORES`, transposed, times `VALUES_DOWN` is, to `OUT`. */
export const ATTEND_GATHER = 13;

/** A filter to `WEIGHTS` `[side][out / 8][depth][8]`; and the convolution, of `BAND` or, 1x1, of `X`. */
export const PACK_FILTER = 14;
export const CONVOLVE = 15;

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
/** Queries, and keys, of a unit of attention: multiples of the rows that are multiplied at once. */
export const QUERIES_A_UNIT = 24;
export const KEYS_A_UNIT = 48;
/** Rows of a unit of `PACK_DOWN`. */
export const ROWS_A_PACK = 64;
/** Pixels of a unit of a direct convolution: a multiple of the rows that are multiplied at once. */
export const PIXELS_AT_ONCE = 24;
