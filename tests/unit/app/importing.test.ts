import { expect, test } from 'vitest';
import { recognise } from '@/app/files/givenFiles';
import { typedScaling } from '@/app/models/factorWords';
import {
  givenLatent,
  isSettled,
  likelyScale,
  problemOf,
  questionOf,
  sigmaOf,
} from '@/app/share/ImportReadings';
import type { InspectorError } from '@/common/errors';
import { writeEditsDocument } from '@/formats/editsFile';
import type { LatentFile } from '@/formats/latent/file';
import { UNSCALED } from '@/formats/latent/scaling';
import { writeSafetensors } from '@/models/files/safetensors';
import { factorOf, type ModelFactor } from '@/session/models/factors';
import { parseConfig } from '@/vae/config';
import { generator } from '../measures/cases';

const SD1 = { id: 'sd1', name: 'SD 1.x', config: parseConfig({ scaling_factor: 0.18215 }) };
const KNOWN: ModelFactor = { scaling: { scale: 0.18215, shift: 0 }, name: null, from: 'configuration' };

/** A file of numbers between -sigma and sigma times the root of three, whose standard deviation is about sigma. */
function latentFile(shape: number[], sigma: number, scaling: LatentFile['scaling'] = null): LatentFile {
  const random = generator(8);
  const length = shape.reduce((product, side) => product * side, 1);
  const data = Float32Array.from({ length }, () => (random() - 0.5) * 2 * Math.sqrt(3) * sigma);
  return {
    name: 'a.npy',
    shape,
    data,
    dtype: 'float32',
    scaling,
    hint: null,
    says: '',
    logvar: null,
    notices: [],
  };
}

test('a file that says what it is, or whose model scales by 1, needs no question', () => {
  expect(isSettled(questionOf(latentFile([1, 4, 8, 8], 1, UNSCALED), SD1, KNOWN, null))).toBe(true);
  const plain = { id: 'plain', name: 'Plain', config: parseConfig({ scaling_factor: 1 }) };
  const one: ModelFactor = { scaling: UNSCALED, name: null, from: 'configuration' };
  expect(isSettled(questionOf(latentFile([1, 4, 8, 8], 1), plain, one, null))).toBe(true);
  expect(isSettled(questionOf(latentFile([1, 4, 8, 8], 1), SD1, KNOWN, null))).toBe(false);
  expect(isSettled(questionOf(latentFile([4, 8, 4], 1, UNSCALED), SD1, KNOWN, null))).toBe(false);
  // Twice the channels may be a posterior, or another model's latent: that is confirmed.
  expect(isSettled(questionOf(latentFile([8, 6, 6], 1, UNSCALED), SD1, KNOWN, null))).toBe(false);
  const moments = { ...latentFile([8, 6, 6], 1, UNSCALED), moments: true };
  expect(isSettled(questionOf(moments, SD1, KNOWN, null))).toBe(true);
});

test('of a model whose configuration says its factor, the usual sigma tells what is likely, and is chosen beforehand', () => {
  const likely = (sigma: number, usual: Float64Array | null = null, factor = KNOWN) =>
    likelyScale(questionOf(latentFile([1, 4, 16, 16], sigma), SD1, factor, usual), 'channels-first');
  const question = questionOf(latentFile([1, 4, 16, 16], 1), SD1, KNOWN, null);
  for (const sigma of sigmaOf(question, 'channels-first', KNOWN.scaling)) expect(sigma).toBeCloseTo(5.5, 0);
  for (const sigma of sigmaOf(question, 'channels-first', UNSCALED)) expect(sigma).toBeCloseTo(1, 0);
  expect(likely(1)).toMatchObject({ id: 'own', chosen: true });
  expect(likely(5)).toMatchObject({ id: 'unscaled', chosen: true });
  // Halfway between, nothing tells; nor does a factor near 1.
  expect(likely(2.34)).toBeNull();
  expect(likely(1, null, { ...KNOWN, scaling: { scale: 0.81728, shift: 0 } })).toBeNull();
  // What is open counts for more than what the factor is made for.
  expect(likely(1, Float64Array.of(1, 1, 1, 1))).toMatchObject({ id: 'unscaled' });
  expect(likely(0)).toBeNull();
  // The nearer of two is not likely where both are far off.
  for (const sigma of [1e-3, 1e5]) expect(likely(sigma)).toBeNull();
});

test('of a model whose file does not say its factor, the known ones are offered by name, and none is taken for true', () => {
  const FLUX = { id: 'flux', name: 'ae.safetensors', config: parseConfig({ latent_channels: 16 }) };
  const assumed = factorOf({ ...FLUX, scalingAssumed: true }, {});
  expect(assumed).toMatchObject({ from: 'assumed', scaling: { scale: 0.18215, shift: 0 } });
  const question = questionOf(latentFile([1, 16, 16, 16], 1), FLUX, assumed, null);
  expect(question.scales.map(({ id }) => id)).toEqual(['unscaled', 'flux1', 'sd3', 'f8d16', 'typed']);
  expect(question.scales[1].words).toBe('scaled as for FLUX.1, Z-Image: 0.3611, shift 0.1159');
  expect(likelyScale(question, 'channels-first')).toBeNull();
  const sd = questionOf(latentFile([1, 4, 16, 16], 1), SD1, { ...KNOWN, from: 'assumed' }, null);
  expect(sd.scales.map(({ id }) => id)).toEqual([
    'unscaled',
    'sd1',
    'sdxl',
    'playground',
    'upscaler',
    'typed',
  ]);
  // What is open makes one likely, where all others are far from it; even then it is left to the visitor.
  const usual = new Float64Array(16).fill(2.8);
  const beside = questionOf(latentFile([1, 16, 16, 16], 1), FLUX, assumed, usual);
  expect(likelyScale(beside, 'channels-first')).toBeNull();
  const sure = questionOf(
    latentFile([1, 4, 16, 16], 5),
    SD1,
    { ...KNOWN, from: 'assumed' },
    Float64Array.of(5, 5, 5, 5),
  );
  expect(likelyScale(sure, 'channels-first')).toMatchObject({ id: 'unscaled', chosen: false });
});

test('what was chosen for a model is known from then on, as long as its configuration says nothing else', () => {
  const chosen = { flux: { scaling: { scale: 0.3611, shift: 0.1159 }, name: 'FLUX.1, Z-Image' } };
  const info = { id: 'flux', name: 'ae', config: parseConfig({ latent_channels: 16 }) };
  expect(factorOf({ ...info, scalingAssumed: true }, chosen)).toEqual({ ...chosen.flux, from: 'chosen' });
  expect(factorOf({ ...info, scalingAssumed: false }, chosen).from).toBe('configuration');
  expect(factorOf({ ...info, id: 'toString', scalingAssumed: true }, chosen).from).toBe('assumed');
  const question = questionOf(latentFile([16, 8, 8], 1), info, { ...chosen.flux, from: 'chosen' }, null);
  expect(question.scales.map(({ id }) => id)).toEqual(['unscaled', 'own', 'sd3', 'f8d16', 'typed']);
});

test('a hint of the file is a reason, and says which', () => {
  const hint = { is: 'unscaled', because: 'sd-scripts keeps them so for SDXL' } as const;
  const question = questionOf(
    { ...latentFile([4, 8, 8], 1), hint },
    SD1,
    { ...KNOWN, from: 'assumed' },
    null,
  );
  expect(likelyScale(question, 'channels-first')).toEqual({
    id: 'unscaled',
    because: hint.because,
    chosen: true,
  });
  const packed = questionOf(
    latentFile([1, 16, 64], 1),
    { id: 'flux', name: 'ae', config: parseConfig({ latent_channels: 16 }) },
    { scaling: { scale: 0.3611, shift: 0.1159 }, name: null, from: 'configuration' },
    null,
  );
  expect(likelyScale(packed, packed.layouts[0])).toMatchObject({ id: 'own', chosen: true });
});

test('a posterior is likely unscaled, whatever its sigma', () => {
  const moments = questionOf({ ...latentFile([8, 8, 9], 1), moments: true }, SD1, KNOWN, null);
  expect(likelyScale(moments, 'moments-first')).toMatchObject({ id: 'unscaled', chosen: true });
  const logvar = new Float32Array(256);
  const pair = questionOf({ ...latentFile([4, 8, 8], 1), logvar }, SD1, KNOWN, null);
  expect(likelyScale(pair, 'channels-first')).toMatchObject({ id: 'unscaled' });
});

test('an array without numbers is empty, not of another model', () => {
  expect(() => questionOf(latentFile([1, 4, 0, 8], 1), SD1, KNOWN, null)).toThrow(/^a\.npy is empty: it has/);
});

test('a number of 64 bits that does not fit into 32 is not called infinite', () => {
  const file = latentFile([1, 4, 8, 8], 1);
  file.data[0] = Infinity;
  const refused = (dtype: LatentFile['dtype']) => () => questionOf({ ...file, dtype }, SD1, KNOWN, null);
  expect(refused('float64')).toThrow('a.npy holds a number that is infinite in float32, which no');
  expect(refused('float16')).toThrow('a.npy holds the number Infinity, which no');
});

test('numbers that no decoder can use are refused before anything is asked', () => {
  const file = latentFile([1, 4, 8, 8], 1);
  file.data[70] = Number.NaN;
  expect(() => questionOf(file, SD1, KNOWN, null)).toThrow(
    'a.npy holds the number NaN, which no decoder can use.',
  );
  const huge = latentFile([1, 4, 8, 8], 1);
  huge.data[5] = -7e6;
  // Half precision holds no such number: it would have become infinite.
  expect(() => questionOf(huge, SD1, KNOWN, null)).toThrow(
    expect.objectContaining({ advice: 'Look for where it came from.' }),
  );
  const logvar = latentFile([1, 4, 8, 8], 1).data;
  logvar[3] = Number.POSITIVE_INFINITY;
  expect(() => questionOf({ ...latentFile([1, 4, 8, 8], 1), logvar }, SD1, KNOWN, null)).toThrow(
    'The log-variance in a.npy holds the number Infinity',
  );
  const whole = questionOf(latentFile([1, 4, 8, 8], 1), SD1, KNOWN, null);
  expect(problemOf(whole, 'channels-first', { scale: 1e-9, shift: 0 })).toContain('no decoder can use');
  expect(problemOf(whole, 'channels-first', KNOWN.scaling)).toBeNull();
});

test('packed tokens that make no square are said to be that, whichever model is open', () => {
  const FLUX = { id: 'flux', name: 'ae', config: parseConfig({ latent_channels: 16 }) };
  const models = [{ name: 'FLUX.1', config: { latent_channels: 16 } }];
  for (const model of [SD1, FLUX]) {
    const refused = (shape: number[]) => () => questionOf(latentFile(shape, 1), model, KNOWN, null, models);
    expect(refused([1, 1536, 64])).toThrow('Its 1536 tokens make no square');
    expect(refused([1536, 64])).toThrow('packed latents of FLUX');
  }
  const square = () => questionOf(latentFile([1, 1024, 64], 1), SD1, KNOWN, null, models);
  expect(square).toThrow('which is no latent of the open model');
});

test('moments with the channels of a latent are called by what is missing', () => {
  const file = { ...latentFile([1, 4, 12, 20], 1), moments: true };
  expect(() => questionOf(file, SD1, KNOWN, null)).toThrow(
    /and calls it moments: a mean and a log-variance one after the other, which for latents of .* are 8 channels/,
  );
});

test('packed tokens that say their sides are told, however few they are', () => {
  const file = { ...latentFile([1, 24, 64], 1), sides: { height: 64, width: 96 } };
  const error = (() => {
    try {
      questionOf(file, SD1, KNOWN, null);
    } catch (reason) {
      return reason as InspectorError;
    }
  })();
  expect(error?.advice).toContain('It fits models of 16 channels');
});

test('a latent of another model says which it fits', () => {
  const models = [
    { name: 'FLUX.1', config: { latent_channels: 16 } },
    { name: 'Mini', config: { latent_channels: 4 } },
  ];
  const refused = (shape: number[], others: typeof models) => {
    try {
      questionOf(latentFile(shape, 1), SD1, KNOWN, null, others);
      return null;
    } catch (error) {
      return error as InspectorError;
    }
  };
  expect(refused([1, 16, 8, 8], models)).toMatchObject({
    message:
      'a.npy has the shape [1, 16, 8, 8], which is no latent of the open model: latents of SD 1.x have 4 channels.',
    advice: 'It fits FLUX.1: open a picture in that model first, then the latent.',
  });
  expect(refused([1, 16, 8, 8], [])?.advice).toContain(
    'models of 16 channels, as those of FLUX.1, SD 3 and Z-Image are',
  );
  expect(refused([1, 128, 8, 8], [])?.advice).toContain('FLUX.2');
  expect(refused([1, 5, 8, 9], [])?.advice).toContain('What fits is [1, 4, rows, columns]');
  expect(refused([8, 9], [])?.advice).toContain('2 axes are too few');
});

test('what was done is said', () => {
  const question = questionOf(latentFile([2, 6, 5, 4], 1), SD1, KNOWN, null);
  const scale = question.scales.find(({ id }) => id === 'own')!;
  const { latent, logvar, notices } = givenLatent(question, {
    layout: 'channels-last',
    scaling: KNOWN.scaling,
    scale,
  });
  expect(latent).toMatchObject({ rows: 6, cols: 5, channels: 4 });
  expect(logvar).toBeNull();
  expect(notices).toEqual([
    'a.npy is open, 6 x 5 cells, 4 channels.',
    'Its numbers are scaled, as you chose, and were divided by 0.18215.',
    'Its last axis was taken for the channels.',
    'It holds 2 latents; this is the first.',
  ]);
});

test('the log-variance of a posterior goes along, unscaled as its mean', () => {
  const file = { ...latentFile([8, 3, 3], 1), moments: true };
  const question = questionOf(file, SD1, KNOWN, null);
  const scale = question.scales.find(({ id }) => id === 'own')!;
  const { latent, logvar } = givenLatent(question, {
    layout: 'moments-first',
    scaling: KNOWN.scaling,
    scale,
  });
  expect(latent.data[5]).toBeCloseTo(file.data[1 * 9 + 1] / 0.18215, 5);
  expect(logvar?.[5]).toBeCloseTo(file.data[5 * 9 + 1] - 2 * Math.log(0.18215), 5);
});

test('a factor that is typed is read, or it is said what is wrong with it', () => {
  expect(typedScaling('0,3611', ' 0.1159 ')).toEqual({ scale: 0.3611, shift: 0.1159 });
  expect(typedScaling('-2', '')).toEqual({ scale: -2, shift: 0 });
  for (const wrong of ['', '0', 'abc', 'Infinity'])
    expect(typedScaling(wrong, '')).toContain('The factor has to be');
  expect(typedScaling('1', 'x')).toContain('The shift has to be');
});

test('files are told by what is in them where their names do not tell', async () => {
  const tensors = (key: string, shape: number[]) =>
    writeSafetensors(new Map([[key, { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) }]]));
  const kind = async (...files: File[]) => (await recognise(files)).kind;
  expect(await kind(new File([tensors('latent', [1, 4, 2, 2])], 'x.safetensors'))).toBe('latent');
  expect(await kind(new File([tensors('a.weight', [4])], 'x.safetensors'))).toBe('model');
  expect(await kind(new File(['no header'], 'x.safetensors'))).toBe('model');
  expect(await kind(new File([], 'x.npy'))).toBe('latent');
  expect(await kind(new File([], 'ComfyUI_00001_.latent'))).toBe('latent');
  expect(await kind(new File([], 'a.npy'), new File([], 'b.npy'))).toBe('unknown');
  const edits = writeEditsDocument({
    model: { id: 'a', name: 'A', sha256: null },
    picture: '',
    size: null,
    grid: { rows: 1, cols: 1, channels: 4 },
    edits: [],
  });
  expect(await kind(new File([edits], 'edits.json'))).toBe('edits');
  expect(await kind(new File(['{"_class_name": "AutoencoderKL"}'], 'config.json'))).toBe('unknown');
});

test('a latent of no model that is open is advised by what it is: filters, masks and pictures fit no other model', () => {
  const advised = (...shape: number[]) => {
    try {
      questionOf(latentFile(shape, 1), SD1, KNOWN, null);
    } catch (error) {
      return (error as InspectorError).advice;
    }
    return 'none';
  };
  for (const shape of [
    [64, 3, 7, 7],
    [1, 64, 64],
    [64, 64],
    [1, 8, 16],
  ])
    expect(advised(...shape)).not.toContain('It fits');
  for (const shape of [
    [3, 64, 64],
    [64, 64, 3],
  ])
    expect(advised(...shape)).toMatch(/^With 3 channels it is a picture/);
  expect(advised(1, 16, 32, 32)).toMatch(/^It fits models of 16 channels/);
  expect(advised(1, 4096, 64)).toMatch(/^It fits models of 16 channels/);
});
