import { expect, test } from 'vitest';
import { writeEditsDocument } from '../../../src/formats/editsFile';
import type { LatentFile } from '../../../src/formats/latent/file';
import { UNSCALED } from '../../../src/formats/latent/scaling';
import { recognise } from '../../../src/ui/givenFiles';
import {
  givenLatent,
  isSettled,
  likelyReading,
  questionOf,
  sigmaOf,
} from '../../../src/ui/share/ImportReadings';
import { parseConfig } from '../../../src/vae/config';
import { writeSafetensors } from '../../../src/weights/safetensors';
import { generator } from '../inspect/cases';

const SD1 = { name: 'SD 1.x', config: parseConfig({ scaling_factor: 0.18215 }) };

/** A file of numbers between -sigma and sigma times the root of three, whose standard deviation is about sigma. */
function latentFile(shape: number[], sigma: number, scaling: LatentFile['scaling'] = null): LatentFile {
  const random = generator(8);
  const length = shape.reduce((product, side) => product * side, 1);
  const data = Float32Array.from({ length }, () => (random() - 0.5) * 2 * Math.sqrt(3) * sigma);
  return { name: 'a.npy', shape, data, dtype: 'float32', scaling, says: '', notices: [] };
}

test('a file that says what it is, or whose model scales by 1, needs no question', () => {
  expect(isSettled(questionOf(latentFile([1, 4, 8, 8], 1, UNSCALED), SD1, null))).toBe(true);
  const plain = { name: 'Plain', config: parseConfig({ scaling_factor: 1 }) };
  expect(isSettled(questionOf(latentFile([1, 4, 8, 8], 1), plain, null))).toBe(true);
  expect(isSettled(questionOf(latentFile([1, 4, 8, 8], 1), SD1, null))).toBe(false);
  expect(isSettled(questionOf(latentFile([4, 8, 4], 1, UNSCALED), SD1, null))).toBe(false);
});

test('the sigma of each reading is shown, and the usual one is chosen beforehand', () => {
  const question = questionOf(latentFile([1, 4, 16, 16], 1), SD1, null);
  const likely = likelyReading(question);
  expect(likely).toEqual({ layout: 'channels-first', scaling: { scale: 0.18215, shift: 0 } });
  for (const sigma of sigmaOf(question, likely)) expect(sigma).toBeCloseTo(5.5, 0);
  for (const sigma of sigmaOf(question, { ...likely, scaling: UNSCALED })) expect(sigma).toBeCloseTo(1, 0);
  expect(likelyReading(questionOf(latentFile([1, 4, 16, 16], 5), SD1, null)).scaling).toBe(UNSCALED);
});

test('what was done is said', () => {
  const question = questionOf(latentFile([2, 6, 5, 4], 1), SD1, null);
  const { latent, notices } = givenLatent(question, {
    layout: 'channels-last',
    scaling: { scale: 0.18215, shift: 0 },
  });
  expect(latent).toMatchObject({ rows: 6, cols: 5, channels: 4 });
  expect(notices).toEqual([
    'a.npy is open, 6 x 5 cells, 4 channels.',
    'Its numbers are scaled, as you chose, and were divided by 0.18215.',
    'Its last axis was taken for the channels.',
    'It holds 2 latents; this is the first.',
  ]);
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
