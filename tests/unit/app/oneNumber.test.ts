import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { layerText } from '@/app/drawing/layerText';
import { figuresOf, MEASURES } from '@/app/effect/measures';
import type { EffectView } from '@/app/effect/useEffectView';
import { frameCaption } from '@/app/export/ExportFrames';
import { levels, levelsRatio, signedLevels } from '@/app/parts/format';
import { armColumns } from '@/experiments/mechanism/page/words';
import { RESOLUTION_COLUMNS } from '@/experiments/resolution/page/words';
import { NO_CHANGE } from '@/measures/change';
import { comparison } from '@/measures/comparison';
import { SMALLEST_NAMED, sentence } from '@/measures/effect';
import { showLevels } from '@/report/markup';
import { generator } from '../measures/cases';

/** Values from the bound of what is named to black against white, and those that rounding has trouble with. */
const VALUES = [0.01, 0.0149, 0.0955, 0.0995, 0.1556, 0.9951, 0.9949, 9.949, 9.951, 49.5, 99.49, 99.6, 254.7];
const SOME = [...VALUES, ...Array.from({ length: 200 }, (_, at) => 255 ** (at / 200) * 0.9)];

const profile = new Array(20).fill(1);
const CELL = { row: 9, col: 9 };

it.each(SOME)('%d levels are one number in sentence, comparison, tables, frames and report', (value) => {
  const text = levels(value);
  const change = { ...NO_CHANGE, profile, farRms: value };
  const control = { ...change, farRms: 0, cell: CELL };
  const said = sentence({ ...change, radius: 4, control });
  expect(said).toMatch(new RegExp(`by ${text.replace('.', '\\.')} levels?;`));
  const side = { name: 'A', cells: 1, outcome: { ...change, radius: 4, control } };
  expect(comparison(side, { ...side, name: 'B' })).toMatch(
    new RegExp(`by ${text.replace('.', '\\.')} levels? in A`),
  );
  const far = MEASURES.find(({ label }) => label === 'Far, RMS')!;
  const view = {
    own: change,
    control,
    cells: 1,
    ownCells: 1,
    ownOld: false,
    controlOld: false,
  } as unknown as EffectView;
  expect(figuresOf(far, view).own).toBe(text);
  const series = { change, control } as unknown as Parameters<typeof frameCaption>[0]['decode'];
  expect(frameCaption({ strength: 1, decode: series }, 'row 1, column 1')).toContain(`by ${text} levels`);
  expect(showLevels(value)).toBe(text);
  expect(layerText('influence').text(value)).toBe(text);
  expect(signedLevels(value)).toBe(`+${text}`);
  const arm = { arm: 'full', change, judgedRms: value } as const;
  for (const column of armColumns({ judgedBeyond: 14 })) {
    if (column.unit?.startsWith('levels') && !column.key.startsWith('near')) {
      expect(column.text(arm)).toBe(text);
    }
  }
  const healed = RESOLUTION_COLUMNS.find(({ key }) => key === 'healed_far_rms_levels')!;
  const point = { healed: { change, control: null } } as unknown as Parameters<typeof healed.text>[0];
  expect(healed.text(point)).toBe(text);
});

it('a ratio is that of the two numbers beside it, within their rounding', () => {
  const random = generator(5);
  for (let at = 0; at < 2000; at++) {
    const [own, control] = [255 * random() ** 4, 255 * random() ** 6];
    const text = levelsRatio(own, control, SMALLEST_NAMED);
    if (!text.startsWith('\u00d7')) continue;
    const shown = Number(text.slice(2).replaceAll(',', ''));
    const quotient = Number(levels(own)) / Number(levels(control));
    // Each of the three is rounded to two figures, by 5 % at most.
    expect(shown / quotient, `${own} / ${control}`).toBeGreaterThan(0.95 ** 3);
    expect(shown / quotient, `${own} / ${control}`).toBeLessThan(1.05 ** 3);
  }
});

it('no other rounding of levels is written anywhere', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.tsx?$/.test(name),
  );
  const found = files.flatMap((name) =>
    readFileSync(join('src', name), 'utf8')
      .split('\n')
      .filter((line) =>
        /(number|signed|numberText)\([^)]*\b(\w*Rms|rms|farShift|influence)\b|(Rms|rms|farShift)\.to(Fixed|Precision)/.test(
          line,
        ),
      )
      .map((line) => `${name}: ${line.trim()}`),
  );
  expect(found).toEqual([]);
});
