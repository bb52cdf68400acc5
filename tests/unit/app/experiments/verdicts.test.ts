import { describe, expect, it } from 'vitest';
import { toCsv } from '@/app/experiments/table';
import { CHANNEL_COLUMNS, channelRows, channelsVerdict } from '@/experiments/channels/page/words';
import { farGain, HEAL_COLUMNS, healFileColumns, healRows, healVerdict } from '@/experiments/heal/page/words';
import { interpolateVerdict, STEP_COLUMNS } from '@/experiments/interpolate/page/words';
import { KL_COLUMNS, klRows, klVerdict } from '@/experiments/kl/page/words';
import type { ExperimentResults } from '@/experiments/names';
import {
  CLAMP_COLUMNS,
  clampRows,
  clampVerdict,
  NOISE_COLUMNS,
  noiseRows,
  noiseVerdict,
  readNumbers,
  samplingVerdict,
} from '@/experiments/noise/page/words';
import { READ_COLUMNS, readRows, readsVerdict, shownRows } from '@/experiments/reads/page/words';
import {
  RESOLUTION_COLUMNS,
  type ResolutionPoint,
  resolutionFileColumns,
  resolutionVerdict,
} from '@/experiments/resolution/page/words';
import { NO_CHANGE } from '@/measures/change';

type Results = ExperimentResults;
const cell = { row: 1, col: 1 };

it('no two columns of a file have one name', () => {
  for (const columns of [
    CHANNEL_COLUMNS,
    HEAL_COLUMNS,
    healFileColumns(),
    STEP_COLUMNS,
    KL_COLUMNS,
    CLAMP_COLUMNS,
    NOISE_COLUMNS,
    READ_COLUMNS,
    RESOLUTION_COLUMNS,
    resolutionFileColumns(),
  ]) {
    const keys = columns.map(({ key }) => key);
    expect(new Set(keys).size, keys.join()).toBe(keys.length);
  }
});

describe('sizes', () => {
  const point = (width: number, score: number, far: number, control: number): ResolutionPoint =>
    ({
      width,
      height: width,
      strongest: { norm: { cell, score }, rawLogvar: { cell, score: -3 }, influence: null },
      healed: {
        cell,
        change: { ...NO_CHANGE, farRms: far },
        control: { ...NO_CHANGE, farRms: control, cell },
        ratio: far / control,
      },
      psnr: 28,
      ssim: 0.8,
    }) as unknown as ResolutionPoint;

  it('are told apart by whether a spot is there, with the levels of each and of its control', () => {
    const verdict = resolutionVerdict([point(256, 2, 0.2, 0.1), point(512, 9, 12, 0.3)]);
    expect(verdict).toContain('The spot is there at 512 pixels and not at 256.');
    expect(verdict).toContain('by 0.2 at 256 (control 0.1) and 12 at 512 (control 0.3)');
  });

  it('have a spot at all, or at none', () => {
    expect(resolutionVerdict([point(256, 8, 5, 0.1), point(384, 8, 5, 0.1)])).toContain(
      'The spot is there at all sizes, 256 and 384 pixels',
    );
    expect(resolutionVerdict([point(256, 8, 5, 4), point(384, 1, 5, 0.1)])).toMatch(/^No spot at any size/);
  });

  it('name in the file the cell of each score', () => {
    const own = point(256, 8, 5, 0.1);
    own.strongest.rawLogvar.cell = { row: 2, col: 3 };
    own.strongest.influence = { cell: { row: 4, col: 5 }, score: 9 };
    const [header, line] = toCsv(resolutionFileColumns(), [own]).split('\r\n');
    const record = Object.fromEntries(header.split(',').map((name, at) => [name, line.split(',')[at]]));
    expect(record).toMatchObject({
      strongest_row: '1',
      strongest_col: '1',
      mean_score: '8',
      raw_logvar_strongest_row: '2',
      raw_logvar_strongest_col: '3',
      influence_strongest_row: '4',
      influence_strongest_col: '5',
    });
  });

  it('without a far region say so, and no number', () => {
    const none = point(64, 8, Number.NaN, Number.NaN);
    expect(resolutionVerdict([none])).toBe(
      'At 64 pixels no pixel lies far from the strongest cell, so how far it reaches cannot be said.',
    );
    const some = resolutionVerdict([none, point(512, 9, 12, 0.3)]);
    expect(some).toContain('none at 64 (no pixel is far there) and 12 at 512 (control 0.3)');
    expect(toCsv(resolutionFileColumns(), [none])).toMatch(/\r\n64,1,1,8,-3,,,,,28,/);
  });

  it('have none where healing moves less than a level, however large the ratio', () => {
    expect(resolutionVerdict([point(256, 8, 0.4, 0.001)])).toMatch(/^No spot/);
  });
});

describe('healing', () => {
  const healed = (before: number, after: number, far = true, at = cell, norm = 0.1) => ({
    cell: at,
    scores: { norm, rawLogvar: -0.2, influence: null },
    before: { whole: before, near: before, far: far ? before : null },
    after: { whole: after, near: after - 1, far: far ? after : null },
  });
  const result = (own: [number, number], control: [number, number] | null): Results['heal'] => ({
    radius: 4,
    psnr: 28,
    spots: [
      {
        ...healed(...own),
        scores: { norm: 8, rawLogvar: -3, influence: null },
        control: control && healed(...control, true, { row: 5, col: 6 }),
        healedControl: control && healed(...control, true, { row: 5, col: 6 }),
      },
    ],
  });

  it('costs the far picture what its control does not', () => {
    expect(healVerdict(result([28, 14], [28, 28.1]))).toBe(
      'Healing row 1, col 1 costs the picture far away 14.0 dB (28.0 to 14.0 dB against the original); the same shift at an ordinary cell gains 0.10 dB.',
    );
  });

  it('costs nothing where an ordinary cell costs as much', () => {
    expect(healVerdict(result([28, 26], [28, 26.2]))).toMatch(/^Nothing far away is lost/);
    expect(healVerdict(result([28, 28], [28, 28]))).toContain('changes nothing');
  });

  it('has no far picture to lose where no pixel is far', () => {
    const near = {
      ...result([28, 14], null),
      spots: [{ ...result([28, 14], null).spots[0], ...healed(28, 14, false) }],
    };
    expect(healVerdict(near)).toContain('no far picture to lose');
    expect(farGain(healRows(near)[0])).toBeNull();
    expect(healVerdict({ ...near, spots: [] })).toContain('no cell');
  });

  it('gives one row for the cell and one for each control', () => {
    expect(healRows(result([28, 14], [28, 28])).map(({ whose }) => whose)).toEqual([
      'spot',
      'control',
      'healedControl',
    ]);
    expect(healRows(result([28, 14], null))).toHaveLength(1);
  });

  it('has the scores of each row’s own cell in the file', () => {
    const columns = healFileColumns();
    const [header, ...lines] = toCsv(columns, healRows(result([28, 14], [28, 28]))).split('\r\n');
    const at = (name: string) => header.split(',').indexOf(name);
    const told = lines
      .slice(0, 3)
      .map((line) =>
        ['spot_row', 'cell_row', 'cell_col', 'mean_score'].map((name) => line.split(',')[at(name)]),
      );
    expect(told).toEqual([
      ['1', '1', '1', '8'],
      ['1', '5', '6', '0.1'],
      ['1', '5', '6', '0.1'],
    ]);
  });
});

describe('noise and bounds', () => {
  const quality = (psnrBase: number, farRms: number) => ({ psnrBase, psnrPicture: 27, nearRms: 9, farRms });
  const noise = (spot: number, control: number | null): Results['noise'] => ({
    spots: [cell],
    controls: control === null ? null : [cell],
    seeds: [1],
    psnrPicture: 28,
    arms: {
      all: [{ sigma: 3, ...quality(13, 50) }],
      spots: [{ sigma: 3, ...quality(27, spot) }],
      rest: [{ sigma: 3, ...quality(14, 50) }],
      control: control === null ? null : [{ sigma: 3, ...quality(47, control) }],
    },
  });

  it('call a spot fragile only beyond its control', () => {
    expect(noiseVerdict(noise(12, 0.04))).toMatch(/^The decoder leans on the spot: 3.00 \u03c3 of noise/);
    expect(noiseVerdict(noise(12, 0.04))).toContain('moves it by 0.04');
    expect(noiseVerdict(noise(12, 10))).toMatch(/^The spot is no weaker/);
    expect(noiseVerdict(noise(0.2, 0.001))).toMatch(/^The spot is no weaker/);
    expect(noiseVerdict(noise(12, null))).not.toContain('ordinary');
    expect(noiseRows(noise(12, null)).map(({ arm }) => arm)).toEqual(['all', 'spots', 'rest']);
  });

  it('say so where a script asked for nothing', () => {
    const arms = { all: [], spots: [], rest: [], control: null };
    expect(noiseVerdict({ ...noise(12, null), arms })).toBe('No noise was added.');
  });

  it('say nothing of a far picture that is not there', () => {
    expect(noiseVerdict(noise(Number.NaN, null))).toMatch(/^No pixel lies far from row 1, col 1/);
  });

  const clamp = (points: [number, number, number][]): Results['clamp'] => ({
    spots: [cell],
    scaling: { scale: 1, shift: 0 },
    largest: 7.7,
    psnrPicture: 28,
    curves: {
      clamp: points.map(([bound, beyond, psnrBase]) => ({
        bound,
        beyond,
        spotsBeyond: 0,
        ...quality(psnrBase, 1),
      })),
      tanh: null,
    },
  });

  it('call a bound free only where it cuts something', () => {
    const some = clampVerdict(
      clamp([
        [1, 0.3, 15],
        [5, 0.01, 45],
        [10, 0, Number.POSITIVE_INFINITY],
      ]),
    );
    expect(some).toContain('Cutting at \u00b15.0 costs nothing to speak of');
    expect(some).toContain('At \u00b11.0, beyond which 30.0 % of the numbers lie');
    expect(
      clampVerdict(
        clamp([
          [1, 0.3, 15],
          [10, 0, Number.POSITIVE_INFINITY],
        ]),
      ),
    ).toContain('Every bound that cuts anything costs something');
    expect(clampVerdict(clamp([[10, 0, Number.POSITIVE_INFINITY]]))).toContain('None of the bounds cuts');
    expect(clampRows(clamp([[1, 0.3, 15]]))).toHaveLength(1);
  });

  it('say of samples what the worst of them differs by', () => {
    const sampling = (worst: number): Results['sampling'] => ({
      spots: [cell],
      psnrPicture: 28,
      medianSigma: 0.02,
      largestSigma: 0.034,
      samples: [
        { seed: 1, ...quality(worst + 3, 1) },
        { seed: 2, ...quality(worst, 1) },
      ],
    });
    // 255 / 10^(54.6 / 20) = 0.475
    expect(samplingVerdict(sampling(54.6))).toContain('cannot be seen: of 2 samples');
    expect(samplingVerdict(sampling(54.6))).toContain('0.47 levels');
    expect(samplingVerdict(sampling(45))).toContain('is barely to be seen');
    expect(samplingVerdict(sampling(30))).toContain('can be seen');
    expect(samplingVerdict({ ...sampling(30), samples: [] })).toBe('No sample was decoded.');
  });

  it('are read from a line of numbers', () => {
    expect(readNumbers('3, 0.1;1 1')).toEqual([0.1, 1, 3]);
    for (const text of ['', '1, x', '0', '-1', new Array(13).fill('1').join()])
      expect(readNumbers(text)).toBeNull();
  });
});

describe('what a cell reads', () => {
  const reads = (farShare: number, control: number | null): Results['reads'] =>
    ({
      cell,
      radius: 2,
      farShare,
      profile: [1, 0.5, 0.1, 0.01],
      within: [0.4, 0.8, 1 - farShare, 1],
      control:
        control === null
          ? null
          : { cell: { row: 1, col: 9 }, farShare: control, profile: [1, 0.5], within: [0.9, 1] },
    }) as unknown as Results['reads'];

  it('is the whole picture, more than an ordinary cell, or the neighbourhood', () => {
    expect(readsVerdict(reads(0.7, 0.05))).toContain('reads the whole picture: 70.0 %');
    expect(readsVerdict(reads(0.7, 0.6))).toContain('and so does an ordinary cell');
    expect(readsVerdict(reads(0.04, 0.005))).toContain('more than an ordinary cell does');
    expect(readsVerdict(reads(0.04, 0.005))).toContain('8.0 times less');
    expect(readsVerdict(reads(0.01, 0.005))).toContain('reads its neighbourhood');
    expect(readsVerdict(reads(0.7, null))).toContain('no cell is far enough away');
    expect(readsVerdict(reads(Number.NaN, null))).toContain('reads nothing');
  });

  it('ends for the control where its rings end', () => {
    const rows = readRows(reads(0.04, 0.005));
    expect(rows[1]).toMatchObject({ control: 0.5, controlWithin: 1 });
    expect(rows[3]).toMatchObject({ distance: 3, control: null, controlWithin: 1 });
    const many = { ...reads(0.04, null), profile: new Array(31).fill(1), within: new Array(31).fill(1) };
    expect(shownRows(readRows(many)).map(({ distance }) => distance)).toEqual([0, 1, 2, 3, 4, 8, 16, 24, 30]);
  });
});

describe('channels', () => {
  const study = (mute: number, dead = false) => ({
    moments: { mean: 0, sigma: 1, skewness: 0, excessKurtosis: 0 },
    unitScale: dead ? null : 0.18,
    dead,
    solo: { rms: 40 },
    mute: { rms: mute },
  });
  const channels = (dead: boolean): Results['channels'] =>
    ({
      channels: [study(10), study(30), study(5, dead)],
      scaling: { scale: 0.18215, shift: 0 },
      unitScale: 0.2,
      colour: { rSquared: [0.93, 0.9, null] },
      deadCells: dead ? [cell] : [],
      swaps: [],
    }) as unknown as Results['channels'];

  it('are counted where they are dead, and held against the published factor', () => {
    const alive = channelsVerdict(channels(false));
    expect(alive).toContain('None of the 3 channels is dead and no cell is');
    expect(alive).toContain('most without channel 1, by 30 levels');
    expect(alive).toContain('0.2000 would give unit variance; the model\u2019s is 0.1822');
    expect(alive).toContain('0.93, 0.90 of the variance');
    expect(channelsVerdict(channels(true))).toContain('1 channel of 3 is dead (2) and 1 cell is');
    expect(channelRows(channels(true))[2]).toMatchObject({ channel: 2, dead: true });
  });
});

describe('bits', () => {
  const kl: Results['kl'] = {
    rows: 1,
    cols: 4,
    nats: Float32Array.of(1, 1, 1, 1),
    bits: Float32Array.of(20, 20, 30, 140),
    channelNats: Float64Array.of(50, 100),
    channelBits: Float64Array.of(70, 140),
    totalNats: 150,
    totalBits: 210,
    bitsPerPixel: 0.5,
    jpeg: [
      { quality: 0.3, bytes: 32, bitsPerPixel: 0.6 },
      { quality: 0.9, bytes: 100, bitsPerPixel: 1.9 },
    ],
  };

  it('name the file that is nearest in size', () => {
    const verdict = klVerdict(kl);
    expect(verdict).toContain('at most 210 bits (150 nats): 0.50 bits a pixel');
    expect(verdict).toContain('25 bits at the median and 140 at most');
    expect(verdict).toContain('quality 30 (0.60 bits a pixel) is nearest');
    expect(klVerdict({ ...kl, jpeg: [] })).not.toContain('JPEG');
  });

  it('have a row a channel, one of all, and one a file', () => {
    expect(klRows(kl)).toEqual([
      { what: 'channel 0', nats: 50, bits: 70, bitsPerPixel: expect.closeTo(70 / 420, 10) },
      { what: 'channel 1', nats: 100, bits: 140, bitsPerPixel: expect.closeTo(140 / 420, 10) },
      { what: 'latent, all channels', nats: 150, bits: 210, bitsPerPixel: 0.5 },
      { what: 'JPEG, quality 30', nats: null, bits: 256, bitsPerPixel: 0.6 },
      { what: 'JPEG, quality 90', nats: null, bits: 800, bitsPerPixel: 1.9 },
    ]);
  });
});

describe('between two pictures', () => {
  const distance = (rms: number) => ({ rms, psnr: 20, farRms: rms });
  const way = (spots: Results['interpolate']['spots'], ends: [number, number]): Results['interpolate'] =>
    ({
      spots,
      path: 'linear',
      cells: [cell],
      radius: 4,
      ends: distance(80),
      steps: [
        { t: 0, fromA: distance(ends[0]), fromB: distance(80) },
        { t: 0.5, fromA: distance(41), fromB: distance(42) },
        { t: 1, fromA: distance(80), fromB: distance(ends[1]) },
      ],
    }) as unknown as Results['interpolate'];

  it('says how far half way is from either', () => {
    expect(interpolateVerdict(way('along', [0, 0]), 'Lake')).toBe(
      'Half way (0.50) the picture is 41 levels from this one and 42 from Lake; the two pictures are 80 levels apart, RMS.',
    );
  });

  it('says so where a script asked for no picture', () => {
    expect(interpolateVerdict({ ...way('along', [0, 0]), steps: [] }, 'Lake')).toBe(
      'No picture was decoded.',
    );
  });

  it('says what the held spots alone do to the other end', () => {
    expect(interpolateVerdict(way('fromA', [0, 30]), 'Lake')).toContain(
      'Lake is not the same any more: far from the spots it is 30 levels off',
    );
    expect(interpolateVerdict(way('fromA', [0, 0.3]), 'Lake')).toContain('Lake is almost the same');
    expect(interpolateVerdict(way('fromB', [30, 0]), 'Lake')).toContain(
      'this picture is not the same any more',
    );
    expect(interpolateVerdict(way('healed', [0.3, 30]), 'Lake')).toContain('this picture is almost the same');
  });
});
