import { describe, expect, it } from 'vitest';
import { chooseDecoded, flipped } from '@/app/drawing/useDecoded';
import type { Edit } from '@/edits';
import type { Pixels } from '@/engine/protocol';
import type { PosteriorData } from '@/latent/types';
import { NO_CHANGE } from '@/measures/change';

const SIDE = 8;

function plain(level: number): Pixels {
  const data = new Uint8ClampedArray(SIDE * SIDE * 4).fill(level);
  for (let at = 3; at < data.length; at += 4) data[at] = 255;
  return { width: SIDE, height: SIDE, data };
}

const posterior: PosteriorData = {
  rows: 4,
  cols: 4,
  channels: 1,
  mean: Float32Array.from({ length: 16 }, (_, index) => index % 5),
  logvar: new Float32Array(16),
  rawLogvar: new Float32Array(16),
};

const add = (value: number): Edit[] => [{ kind: 'add', cell: { row: 1, col: 1 }, values: [value] }];

const result = (edits: readonly Edit[], level: number) => ({
  edits,
  value: {
    pixels: plain(level),
    difference: new Float32Array(SIDE * SIDE).fill(level - 100),
    change: NO_CHANGE,
    milliseconds: 1,
  },
});

/** First red level of what is drawn. */
function drawn(decoded: ReturnType<typeof chooseDecoded>): number {
  const image = { data: new Uint8ClampedArray(SIDE * SIDE * 4), width: SIDE, height: SIDE };
  decoded.painting!.paint(image as unknown as ImageData);
  return image.data[0];
}

describe('what the third pane shows', () => {
  const base = plain(100);
  const edits = add(4);
  const exact = result(edits, 180);
  const parts = { base, edited: exact, control: null, posterior, edits };

  it('is the exact decode where there is one for the current edits', () => {
    const decoded = chooseDecoded(parts, 'edited', 1);
    expect(decoded.standing).toBe('exact');
    expect(drawn(decoded)).toBe(180);
  });

  it('is the base where nothing is edited, whatever was decoded before', () => {
    const decoded = chooseDecoded({ ...parts, edits: [] }, 'edited', 1);
    expect(decoded.standing).toBe('exact');
    expect(drawn(decoded)).toBe(100);
  });

  it('is a straight line through base and decode, said to be a preview, along the same direction', () => {
    const half = chooseDecoded({ ...parts, edits: add(2) }, 'edited', 1);
    expect(half.standing).toBe('preview');
    expect(drawn(half)).toBe(140);
    const twice = chooseDecoded({ ...parts, edits: add(8) }, 'edited', 1);
    expect(drawn(twice)).toBe(255);
  });

  it('leans on an earlier decode where the newest one changed nothing', () => {
    const decoded = chooseDecoded(
      { ...parts, edited: result([], 100), anchor: exact, edits: add(1) },
      'edited',
      1,
    );
    expect(decoded.standing).toBe('preview');
    expect(drawn(decoded)).toBe(120);
  });

  it('is the old decode, said to be old, in any other direction', () => {
    const elsewhere: Edit[] = [{ kind: 'add', cell: { row: 2, col: 2 }, values: [1] }];
    const decoded = chooseDecoded({ ...parts, edits: elsewhere }, 'edited', 1);
    expect(decoded.standing).toBe('old');
    expect(drawn(decoded)).toBe(180);
    // Its marks are those of its own edits, never of the new ones.
    expect(decoded.edits).toBe(edits);
  });

  it('is the picture without any edit, and called that, where no edit is decoded yet', () => {
    const waiting = chooseDecoded({ ...parts, edited: null }, 'edited', 255);
    expect(waiting).toMatchObject({ standing: 'without', edits: [] });
    expect(drawn(waiting)).toBe(100);
    const after = chooseDecoded({ ...parts, edited: result([], 100) }, 'edited', 255);
    expect(after).toMatchObject({ standing: 'without', edits: [] });
  });

  it('is no preview where a recording gives way to the engine: it is of the very same edits', () => {
    const decoded = chooseDecoded({ ...parts, edits: add(4.004) }, 'edited', 255);
    expect(decoded.standing).toBe('again');
    expect(drawn(decoded)).toBe(180);
  });

  it('never previews the control', () => {
    const control = { edits, value: { cell: { row: 3, col: 3 }, ...exact.value } };
    expect(chooseDecoded({ ...parts, control }, 'control', 1).standing).toBe('exact');
    const old = chooseDecoded({ ...parts, control, edits: add(2) }, 'control', 1);
    expect(old).toMatchObject({ standing: 'old', edits, controlCell: { row: 3, col: 3 } });
  });

  it('does not show a decode of another size over this base', () => {
    const other = plain(100);
    other.width = 16;
    expect(chooseDecoded({ ...parts, base: other }, 'change', 1)).toMatchObject({
      painting: null,
      standing: 'none',
    });
  });

  it('flips between base and edited from either side', () => {
    expect([flipped('base'), flipped('edited'), flipped('change'), flipped('control')]).toEqual([
      'edited',
      'base',
      'edited',
      'base',
    ]);
  });
});
