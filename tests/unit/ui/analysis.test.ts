import { describe, expect, it } from 'vitest';
import type { Edit, PosteriorData } from '../../../src/inspect/types';
import { strengthBetween } from '../../../src/ui/analysis';
import { layersOf, layerView } from '../../../src/ui/layers';

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
});
