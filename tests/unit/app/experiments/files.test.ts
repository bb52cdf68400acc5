import { describe, expect, it } from 'vitest';
import { escaped } from '@/app/experiments/figureFile';
import { scaleEnds } from '@/app/experiments/figures';
import { fileName, provenanceColumns, provenanceOf, toJson } from '@/app/experiments/provenance';
import { type Column, toCsv } from '@/app/experiments/table';
import { MAGNITUDE } from '@/app/parts/colourMaps';
import { meanShift } from '@/experiments/influence/page/meanShift';
import type { ExperimentSubject } from '@/session/types';
import { version } from '../../../../package.json';

interface Row {
  name: string;
  value: number | null;
}

const columns: Column<Row>[] = [
  { key: 'name', label: 'name', value: ({ name }) => name, text: ({ name }) => name },
  { key: 'far_rms_levels', label: 'far', value: ({ value }) => value, text: () => 'rounded' },
];

const subject = {
  model: 'mini-planted',
  modelName: 'Mini, planted',
  picture: 'Still life (2).png',
  size: 256,
  edits: [{ kind: 'heal', cell: { row: 1, col: 2 } }],
  radius: 4,
} as unknown as ExperimentSubject;

describe('a CSV', () => {
  it('holds all digits, not what the page shows', () => {
    expect(toCsv(columns, [{ name: 'a', value: 1 / 3 }])).toBe(
      'name,far_rms_levels\r\na,0.3333333333333333\r\n',
    );
  });

  it('quotes what would break it, and names what is no finite number', () => {
    const rows = [
      { name: 'x, "y"', value: Number.POSITIVE_INFINITY },
      { name: 'two\nlines', value: Number.NaN },
      { name: 'none', value: null },
    ];
    expect(toCsv(columns, rows)).toBe('name,far_rms_levels\r\n"x, ""y""",inf\r\n"two\nlines",\r\nnone,\r\n');
  });
});

describe('a CSV of an experiment', () => {
  it('says in each row where it comes from, and takes nobody’s name for a formula', () => {
    const last = {
      subject: { ...subject, picture: '=HYPERLINK("x").png' },
      backend: 'CPU, 2 threads',
      sha256: 'ab',
      complete: false,
      milliseconds: 1200,
    };
    const same = provenanceColumns(provenanceOf('heal', last, new Date('2024-02-03T04:05:06Z')));
    const rows = [
      { name: '-1.png', value: 1 },
      { name: '@b', value: -2 },
    ];
    const [header, first, second] = toCsv(columns, rows, same).split('\r\n');
    expect(header).toBe(
      'name,far_rms_levels,experiment,model,model_sha256,picture,picture_size_px,radius_cells,edits,backend,complete,version,date,numerics',
    );
    const end = `heal,mini-planted,ab,"'=HYPERLINK(""x"").png",256,4,"heal@1,2","CPU, 2 threads",false,${version},2024-02-03T04:05:06.000Z,2`;
    expect([first, second]).toEqual([`-1.png,1,${end}`, `@b,-2,${end}`]);
  });
});

describe('a JSON', () => {
  const sha256 = 'ab'.repeat(32);
  const last = { subject, backend: 'CPU, 2 threads', sha256, complete: true, milliseconds: 1200 };
  const provenance = provenanceOf('heal', last, new Date('2024-02-03T04:05:06Z'));

  it('says what would be needed to make it again', () => {
    const parsed = JSON.parse(
      toJson(provenance, { options: { limit: 4, previous: { psnr: 29 } }, result: { psnr: 30 } }),
    );
    expect(parsed).toEqual({
      tool: 'latent-inspector',
      version,
      numerics: 2,
      experiment: 'heal',
      date: '2024-02-03T04:05:06.000Z',
      model: { id: 'mini-planted', name: 'Mini, planted', sha256: 'ab'.repeat(32) },
      backend: 'CPU, 2 threads',
      picture: 'Still life (2).png',
      size: 256,
      edits: ['heal@1,2'],
      radius: 4,
      complete: true,
      milliseconds: 1200,
      options: { limit: 4 },
      result: { psnr: 30 },
    });
  });

  it('keeps arrays, infinities and single precision, and leaves pixels out', () => {
    const result = {
      map: Float32Array.of(0.1, Number.NaN, -3),
      psnr: Number.POSITIVE_INFINITY,
      none: Number.NaN,
      picture: { width: 2, height: 1, data: new Uint8ClampedArray(8) },
      latent: { rows: 1, cols: 1, data: Float32Array.of(1.5) },
    };
    const parsed = JSON.parse(toJson(provenance, { options: {}, result })).result;
    expect(Math.fround(parsed.map[0])).toBe(Math.fround(0.1));
    expect(parsed).toMatchObject({
      map: [expect.closeTo(0.1, 7), null, -3],
      psnr: 'Infinity',
      none: null,
      picture: { width: 2, height: 1 },
      latent: { data: [1.5] },
    });
    expect(parsed.picture.data).toBeUndefined();
  });

  it('has a name without signs that file systems dislike', () => {
    expect(fileName('roll', subject, 'csv')).toBe(
      'latent-inspector_roll_mini-planted_still-life-2-png_256.csv',
    );
  });
});

it('words of a figure cannot break its file', () => {
  expect(escaped('R & D <b>')).toBe('R &amp; D &lt;b&gt;');
});

it('a scale names zero as zero', () => {
  expect(scaleEnds({ map: MAGNITUDE, low: 0, high: 9.7, unit: '' })).toEqual(['0', '9.70']);
});

it('the mean shift is of the whole picture, by colour, without alpha', () => {
  const pixels = (...data: number[]) => ({ width: 2, height: 1, data: Uint8ClampedArray.from(data) });
  expect(meanShift(pixels(10, 20, 30, 255, 10, 20, 30, 255), pixels(14, 20, 30, 0, 10, 10, 31, 255))).toEqual(
    [2, -5, 0.5],
  );
});
