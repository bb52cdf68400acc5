import type { Pixels } from '@/engine/protocol';

/** A picture of an experiment, as the page draws pictures. */
export function pixelsOf({
  width,
  height,
  data,
}: {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}): Pixels {
  return { width, height, data: data as Pixels['data'] };
}
