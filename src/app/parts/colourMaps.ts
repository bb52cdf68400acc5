/**
 * Colour maps for data, made here: paths through OKLab (Björn Ottosson, "A perceptual color space for image
 * processing", 2020), whose lightness rises evenly, so that they read in grey and with any colour vision.
 */

/** 256 colours, packed as `ImageData` stores them, with the CSS gradient that shows the same colours in a legend. */
export interface ColourMap {
  name: string;
  /** RGBA bytes, `[256 * 4]`. */
  bytes: Uint8ClampedArray;
  /** The same memory, one number a colour. */
  packed: Uint32Array;
  /** `linear-gradient(...)`, from the low end on the left. */
  gradient: string;
}

export type Rgb = [number, number, number];

const STEPS = 256;

/** OKLab lightness (0 to 1), chroma and hue (degrees) to linear sRGB; the result may lie outside 0 to 1. */
function oklchToLinear(lightness: number, chroma: number, hue: number): Rgb {
  const angle = (hue * Math.PI) / 180;
  const a = chroma * Math.cos(angle);
  const b = chroma * Math.sin(angle);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

function fits(rgb: Rgb): boolean {
  return rgb.every((value) => value >= -1e-4 && value <= 1 + 1e-4);
}

function encode(linear: number): number {
  const value = Math.min(1, Math.max(0, linear));
  return 255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055);
}

/** The colour of that lightness and hue, with as much of `chroma` as sRGB can show. Levels, 0 to 255. */
export function oklch(lightness: number, chroma: number, hue: number): Rgb {
  let rgb = oklchToLinear(lightness, chroma, hue);
  if (!fits(rgb)) {
    let low = 0;
    let high = chroma;
    for (let step = 0; step < 14; step++) {
      const middle = (low + high) / 2;
      if (fits(oklchToLinear(lightness, middle, hue))) low = middle;
      else high = middle;
    }
    rgb = oklchToLinear(lightness, low, hue);
  }
  return [encode(rgb[0]), encode(rgb[1]), encode(rgb[2])];
}

function make(name: string, colour: (t: number) => Rgb): ColourMap {
  const bytes = new Uint8ClampedArray(STEPS * 4);
  for (let step = 0; step < STEPS; step++) {
    bytes.set([...colour(step / (STEPS - 1)), 255], step * 4);
  }
  const stops: string[] = [];
  for (let stop = 0; stop <= 16; stop++) {
    const at = Math.round((stop / 16) * (STEPS - 1)) * 4;
    stops.push(`rgb(${bytes[at]} ${bytes[at + 1]} ${bytes[at + 2]})`);
  }
  return {
    name,
    bytes,
    packed: new Uint32Array(bytes.buffer),
    gradient: `linear-gradient(to right, ${stops.join(', ')})`,
  };
}

const between = (from: number, to: number, t: number) => from + (to - from) * t;

/** Colours for magnitudes: dark violet, blue, green, light yellow. */
export const MAGNITUDE = make('magnitude', (t) =>
  oklch(between(0.24, 0.94, t), between(0.12, 0.19, t), between(296, 104, t)),
);

/** Colours for change: black where nothing changed, through red and orange to almost white. */
export const CHANGE = make('change', (t) =>
  oklch(between(0.1, 0.97, t), 0.2 * Math.sin(Math.PI * t), between(340, 462, t)),
);

/** Colours for signed values, centred at zero: blue below, near white at zero, brown above. */
export const SIGNED = make('signed', (t) => {
  const side = 2 * t - 1;
  const distance = Math.abs(side);
  return oklch(between(0.97, 0.36, distance), 0.16 * distance ** 0.8, side < 0 ? 258 : 52);
});

/** The step of the map in which `value` falls: 0 to 255. Not-a-number falls on the low end. */
export function stepOf(value: number, low: number, high: number): number {
  if (!(high > low)) return 0;
  const step = Math.round(((value - low) / (high - low)) * (STEPS - 1));
  return step > 0 ? Math.min(STEPS - 1, step) : 0;
}

/** Colours `values` (row-major, one a pixel of `image`) by `map` between `low` and `high`. */
export function paintScalars(
  image: { data: Uint8ClampedArray },
  values: ArrayLike<number>,
  low: number,
  high: number,
  map: ColourMap,
): void {
  const target = new Uint32Array(image.data.buffer, image.data.byteOffset, values.length);
  const factor = high > low ? (STEPS - 1) / (high - low) : 0;
  const { packed } = map;
  for (let index = 0; index < values.length; index++) {
    const step = (values[index]! - low) * factor + 0.5;
    target[index] = packed[step > 0 ? (step < STEPS ? step | 0 : STEPS - 1) : 0]!;
  }
}
