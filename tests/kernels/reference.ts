/** References for the kernels, written out in doubles as plainly as can be. Maps are row-major `[H, W, C]`. */

export interface Map3 {
  height: number;
  width: number;
  channels: number;
  data: Float64Array;
}

/** Numbers in [-1, 1), the same every time, each exactly a float32. */
export function noise(count: number, seed: number): Float64Array {
  let state = seed >>> 0;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.fround(state / 2 ** 31 - 1);
  });
}

export function noiseMap(height: number, width: number, channels: number, seed: number): Map3 {
  return { height, width, channels, data: noise(height * width * channels, seed) };
}

export interface Window {
  size: [number, number];
  stride: number;
  /** Rows of zeros above and below, columns left and right. */
  pad: { top: number; bottom: number; left: number; right: number };
}

/** Cross-correlation, as all networks mean by convolution; filter `[height, width, in, out]`. */
export function convolve(
  x: Map3,
  filter: Float64Array,
  bias: Float64Array,
  { size, stride, pad }: Window,
): Map3 {
  const outs = bias.length;
  const height = Math.floor((x.height + pad.top + pad.bottom - size[0]) / stride) + 1;
  const width = Math.floor((x.width + pad.left + pad.right - size[1]) / stride) + 1;
  const data = new Float64Array(height * width * outs);
  for (let row = 0; row < height; row++) {
    for (let col = 0; col < width; col++) {
      for (let out = 0; out < outs; out++) {
        let sum = bias[out];
        for (let i = 0; i < size[0]; i++) {
          for (let j = 0; j < size[1]; j++) {
            const r = row * stride + i - pad.top;
            const c = col * stride + j - pad.left;
            if (r < 0 || r >= x.height || c < 0 || c >= x.width) continue;
            for (let k = 0; k < x.channels; k++) {
              const weight = filter[((i * size[1] + j) * x.channels + k) * outs + out];
              sum += weight * x.data[(r * x.width + c) * x.channels + k];
            }
          }
        }
        data[(row * width + col) * outs + out] = sum;
      }
    }
  }
  return { height, width, channels: outs, data };
}

/** Every cell becomes 2 x 2 copies of itself. */
export function doubled(x: Map3): Map3 {
  const { height, width, channels } = x;
  const data = new Float64Array(4 * x.data.length);
  for (let row = 0; row < 2 * height; row++) {
    for (let col = 0; col < 2 * width; col++) {
      for (let k = 0; k < channels; k++) {
        data[(row * 2 * width + col) * channels + k] =
          x.data[((row >> 1) * width + (col >> 1)) * channels + k];
      }
    }
  }
  return { height: 2 * height, width: 2 * width, channels, data };
}

/** Mean and biased variance of each group of consecutive channels. */
export function statistics(x: Map3, groups: number): { mean: Float64Array; variance: Float64Array } {
  const perGroup = x.channels / groups;
  const members = (group: number) =>
    x.data.filter((_, index) => Math.floor((index % x.channels) / perGroup) === group);
  const average = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const mean = Float64Array.from({ length: groups }, (_, group) => average(members(group)));
  const variance = mean.map((m, group) => average(members(group).map((value) => (value - m) ** 2)));
  return { mean, variance };
}

export function normalise(
  x: Map3,
  scale: Float64Array,
  shift: Float64Array,
  groups: number,
  withSilu: boolean,
  given = statistics(x, groups),
): Map3 {
  const perGroup = x.channels / groups;
  const data = x.data.map((value, index) => {
    const channel = index % x.channels;
    const group = Math.floor(channel / perGroup);
    const n =
      ((value - given.mean[group]) / Math.sqrt(given.variance[group] + 1e-6)) * scale[channel] +
      shift[channel];
    return withSilu ? silu(n) : n;
  });
  return { ...x, data };
}

export function silu(x: number): number {
  return x / (1 + Math.exp(-x));
}

/** Every cell attends to every cell. */
export function attend(q: Map3, k: Map3, v: Map3): Map3 {
  const cells = q.height * q.width;
  const { channels } = q;
  const data = new Float64Array(q.data.length);
  for (let i = 0; i < cells; i++) {
    const scores = Array.from({ length: cells }, (_, j) => {
      let dot = 0;
      for (let c = 0; c < channels; c++) dot += q.data[i * channels + c] * k.data[j * channels + c];
      return dot / Math.sqrt(channels);
    });
    const most = Math.max(...scores);
    const weights = scores.map((score) => Math.exp(score - most));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    for (let j = 0; j < cells; j++) {
      for (let c = 0; c < channels; c++)
        data[i * channels + c] += (weights[j] / total) * v.data[j * channels + c];
    }
  }
  return { ...q, data };
}

/** Gradient of `sum(f(x) dy)` by central differences. */
export function numericalGradient(
  f: (x: Map3) => Map3,
  x: Map3,
  dy: Float64Array,
  step = 1e-4,
): Float64Array {
  const value = (data: Float64Array) =>
    f({ ...x, data }).data.reduce((sum, y, index) => sum + y * dy[index], 0);
  return x.data.map((centre, index) => {
    const up = x.data.slice();
    up[index] = centre + step;
    const down = x.data.slice();
    down[index] = centre - step;
    return (value(up) - value(down)) / (2 * step);
  });
}
