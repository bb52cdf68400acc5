import { expect, it } from 'vitest';
import { cellsPainting, pixelsPainting, SPAN } from '@/app/drawing/loupe';
import { latentMap } from '@/app/drawing/useLatentMap';
import type { Painting } from '@/app/parts/PixelCanvas';

const posterior = {
  rows: 12,
  cols: 16,
  channels: 1,
  mean: Float32Array.from({ length: 192 }, (_, index) => index),
  logvar: new Float32Array(192),
  rawLogvar: new Float32Array(192),
};

function painted(painting: Painting): Uint8ClampedArray {
  const data = new Uint8ClampedArray(painting.width * painting.height * 4);
  painting.paint({ data, width: painting.width, height: painting.height } as unknown as ImageData);
  return data;
}

it('shows nine by nine cells in the colours of the map, and nothing beyond its border', () => {
  const map = latentMap(posterior, [], 'norm', 'full');
  const data = painted(cellsPainting(map, { row: 1, col: 14 }));
  const at = (row: number, col: number) => [
    ...data.subarray(4 * (row * SPAN + col), 4 * (row * SPAN + col) + 4),
  ];
  // The cell itself is in the middle; its value is 1 * 16 + 14 of 191.
  const step = 4 * Math.round((30 / 191) * 255);
  expect(at(4, 4)).toEqual([...map.view.map.bytes.subarray(step, step + 4)]);
  expect(at(4, 5)[3]).toBe(255);
  expect(at(4, 6)).toEqual([0, 0, 0, 0]);
  expect(at(2, 4)).toEqual([0, 0, 0, 0]);
});

it('shows the pixels of the same cells', () => {
  const [width, height] = [128, 96];
  const pixels = { width, height, data: new Uint8ClampedArray(width * height * 4) };
  for (let at = 0; at < width * height; at++)
    pixels.data.set([at % width, Math.floor(at / width), 7, 255], 4 * at);
  const grid = { rows: 12, cols: 16 };
  for (const cell of [
    { row: 0, col: 0 },
    { row: 6, col: 8 },
    { row: 11, col: 15 },
  ]) {
    const painting = pixelsPainting(pixels, grid, cell);
    expect([painting.width, painting.height]).toEqual([72, 72]);
    const data = painted(painting);
    for (let y = 0; y < 72; y++) {
      for (let x = 0; x < 72; x++) {
        const [px, py] = [8 * (cell.col - 4) + x, 8 * (cell.row - 4) + y];
        const inside = px >= 0 && px < width && py >= 0 && py < height;
        const own = [...data.subarray(4 * (72 * y + x), 4 * (72 * y + x) + 4)];
        if (own.join() !== (inside ? `${px},${py},7,255` : '0,0,0,0')) expect(own).toEqual([px, py, inside]);
      }
    }
  }
});
