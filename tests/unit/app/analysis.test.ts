import { describe, expect, it } from 'vitest';
import { editedLatent, strengthBetween } from '@/app/cell/analysis';
import { editedValues, layersOf, layerView } from '@/app/drawing/layers';
import type { Edit } from '@/edits';
import type { PosteriorData } from '@/latent/types';

const ROWS = 12;
const COLS = 12;

function posterior(): PosteriorData {
  const count = ROWS * COLS * 2;
  const mean = Float32Array.from({ length: count }, (_, index) => ((index * 7) % 11) - 5);
  return {
    rows: ROWS,
    cols: COLS,
    channels: 2,
    mean,
    logvar: new Float32Array(count).fill(-20),
    rawLogvar: new Float32Array(count).fill(-20),
  };
}

const cell = { row: 2, col: 3 };
const add = (...values: number[]): Edit => ({ kind: 'add', cell, values });

describe('how far along a decoded change the wanted one lies', () => {
  const data = posterior();

  it('is the factor between two changes in one direction', () => {
    expect(strengthBetween(data, [add(2, -4)], [add(1, -2)])).toBeCloseTo(0.5, 6);
    expect(strengthBetween(data, [add(2, -4)], [add(4, -8)])).toBeCloseTo(2, 6);
    expect(strengthBetween(data, [add(2, -4)], [add(-2, 4)])).toBeCloseTo(-1, 6);
    expect(strengthBetween(data, [add(2, -4)], [])).toBe(0);
  });

  it('is nothing for another direction, another cell, or one cell more', () => {
    expect(strengthBetween(data, [add(2, -4)], [add(2, -3)])).toBeNull();
    const elsewhere: Edit = { kind: 'add', cell: { row: 0, col: 0 }, values: [2, -4] };
    expect(strengthBetween(data, [add(2, -4)], [elsewhere])).toBeNull();
    expect(strengthBetween(data, [add(2, -4)], [add(2, -4), elsewhere])).toBeNull();
    expect(strengthBetween(data, [], [add(2, -4)])).toBeNull();
  });

  it('sees through the kind of edit: a slider that ends on the same values is the same change', () => {
    const at = (cell.row * COLS + cell.col) * 2;
    const values = [data.mean[at] + 2, data.mean[at + 1] - 4];
    expect(strengthBetween(data, [add(2, -4)], [{ kind: 'set', cell, values }])).toBeCloseTo(1, 5);
  });
});

describe('the latent with its edits', () => {
  it('leaves out edits that do not fit, as a link may bring them', () => {
    const data = posterior();
    const edits: Edit[] = [
      { kind: 'zero', cell: { row: 99, col: 0 } },
      add(1, 1),
      { kind: 'set', cell, values: [1] },
    ];
    const latent = editedLatent(data, edits);
    expect(latent.data).toEqual(editedLatent(data, [add(1, 1)]).data);
    expect(strengthBetween(data, [add(2, 2)], edits)).toBeCloseTo(0.5, 6);
  });
});

describe('a layer ready to be drawn', () => {
  it('has the layers of the latent at hand', () => {
    expect(layersOf(2)).toEqual(['norm', 'channel:0', 'channel:1', 'rawLogvar', 'logvar', 'kl']);
  });

  it('starts |mean| at zero and centres channels at zero', () => {
    const data = posterior();
    const norm = layerView(data, 'norm', 'full');
    expect(norm.low).toBe(0);
    expect(norm.high).toBeCloseTo(Math.max(...norm.values), 5);
    expect(norm.beyondHigh).toBeNull();
    const channel = layerView(data, 'channel:1', 'full');
    expect(channel.low).toBe(-channel.high);
    expect(channel.map.name).toBe('signed');
  });

  it('says what the shortened range leaves out', () => {
    const data = posterior();
    data.mean[0] = 300;
    const view = layerView(data, 'norm', 'middle');
    expect(view.high).toBeLessThan(20);
    expect(view.beyondHigh).toBeGreaterThan(299);
    expect(layerView(data, 'norm', 'full').high).toBeGreaterThan(299);
  });

  it('shows the edits in |mean| and in the channels, in their cells only, and nowhere else', () => {
    const data = posterior();
    const at = cell.row * COLS + cell.col;
    const edits = [add(3, 4)];
    const [a, b] = [data.mean[2 * at], data.mean[2 * at + 1]];
    const original = layerView(data, 'norm', 'full').values;
    const norm = editedValues(data, edits, 'norm', original);
    expect(norm[at]).toBeCloseTo(Math.hypot(a + 3, b + 4), 5);
    expect(Array.from(norm.slice(0, at))).toEqual(Array.from(original.slice(0, at)));
    const channel = editedValues(data, edits, 'channel:1', layerView(data, 'channel:1', 'full').values);
    expect(channel[at]).toBeCloseTo(b + 4, 5);
    const kl = layerView(data, 'kl', 'full').values;
    expect(editedValues(data, edits, 'kl', kl)).toBe(kl);
    expect(original[at]).toBeCloseTo(Math.hypot(a, b), 5);
  });
});
