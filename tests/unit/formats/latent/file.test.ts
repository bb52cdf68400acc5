import { describe, expect, test } from 'vitest';
import { writeComfyLatent } from '@/formats/latent/comfy';
import {
  holdsLatent,
  type LatentFacts,
  metadataOf,
  readLatentFile,
  writeLatentTensors,
} from '@/formats/latent/file';
import { writeNpy } from '@/formats/latent/npy';
import { toScaled, toUnscaled, UNSCALED } from '@/formats/latent/scaling';
import { arrange, channelsFirst } from '@/formats/latent/shape';
import type { Latent } from '@/latent/types';
import { writeSafetensors } from '@/models/files/safetensors';
import { generator, randomLatent } from '../../measures/cases';

const SD1 = { scale: 0.18215, shift: 0 };
const FLUX = { scale: 0.3611, shift: 0.1159 };

const FACTS: LatentFacts = {
  model: { id: 'sd1', name: 'SD 1.x', sha256: 'ab12' },
  picture: 'Still life',
  which: 'edited',
  version: '0.1.0',
  scaling: UNSCALED,
};

const bits = ({ data }: Latent) => new Uint32Array(data.buffer, data.byteOffset, data.length);

/** The latent of a file, as it is opened in a model of its channels. */
async function reopened(bytes: ArrayBuffer | Uint8Array<ArrayBuffer>, name = 'a.safetensors') {
  const file = await readLatentFile(new Blob([bytes]), name);
  return { file, latent: toUnscaled(arrange(file, 'channels-first', name), file.scaling ?? UNSCALED) };
}

test('an unscaled latent comes back bit for bit from each format, also one that is not square', async () => {
  const latent = randomLatent(generator(3), 5, 7, 4);
  latent.data[0] = -0;
  const files = [
    writeNpy(channelsFirst(latent)),
    writeLatentTensors(latent, FACTS),
    writeComfyLatent(latent, { model: 'sd1' }),
  ];
  for (const bytes of files) {
    const { latent: back } = await reopened(bytes);
    expect(back).toMatchObject({ rows: 5, cols: 7, channels: 4 });
    expect(bits(back)).toEqual(bits(latent));
  }
});

test('a scaled latent says by what, and comes back within two of its last digits', async () => {
  const latent = randomLatent(generator(4), 16, 16, 4);
  for (const scaling of [SD1, FLUX]) {
    const scaled = toScaled(latent, scaling);
    expect(scaled.data[5]).toBe(Math.fround((latent.data[5] - scaling.shift) * scaling.scale));
    const { file, latent: back } = await reopened(writeLatentTensors(scaled, { ...FACTS, scaling }));
    expect(file.scaling).toEqual(scaling);
    expect(metadataOf({ ...FACTS, scaling }).format).toBe('latent-inspector latent');
    back.data.forEach((value, at) => {
      const scale = Math.max(Math.abs(latent.data[at]), Math.abs(scaling.shift));
      expect(Math.abs(value - latent.data[at])).toBeLessThanOrEqual(scale * 2 ** -22);
    });
  }
});

test('a latent scaled channel by channel says so in a format that earlier readers do not take for another', async () => {
  const latent = randomLatent(generator(6), 4, 6, 2);
  for (const patch of [1, 2]) {
    const length = 2 * patch ** 2;
    const mean = Array.from({ length }, (_, at) => at / 3 - 1);
    const std = Array.from({ length }, (_, at) => 0.1 + at);
    const scaling = { scale: 0.5, shift: 0, statistics: { mean, std, patch } };
    expect(metadataOf({ ...FACTS, scaling }).format).toBe('latent-inspector latent 2');
    const written = writeLatentTensors(toScaled(latent, scaling), { ...FACTS, scaling });
    const { file, latent: back } = await reopened(written);
    expect(file.scaling).toEqual(scaling);
    back.data.forEach((value, at) => {
      expect(Math.abs(value - latent.data[at])).toBeLessThan(1e-5);
    });
  }
});

test('the metadata say what the file is', async () => {
  const { file } = await reopened(writeLatentTensors(randomLatent(generator(1), 2, 2, 4), FACTS));
  expect(file.says).toBe('The file says that it is a latent of SD 1.x, written by this page.');
  expect(file.shape).toEqual([1, 4, 2, 2]);
});

test('a latent of ComfyUI with its mark is unscaled; one without it is divided by the factor of SD 1.x, as ComfyUI does', async () => {
  const latent = randomLatent(generator(2), 4, 4, 4);
  const marked = await reopened(writeComfyLatent(latent, {}), 'ComfyUI_00001_.latent');
  expect(marked.file).toMatchObject({
    scaling: UNSCALED,
    says: 'It is a latent of ComfyUI, which keeps them unscaled.',
  });
  const old = writeSafetensors(new Map([['latent_tensor', channelsFirst(toScaled(latent, SD1))]]));
  const { file, latent: back } = await reopened(old, 'old.latent');
  expect(file.scaling).toEqual(SD1);
  expect(back.data[7]).toBeCloseTo(latent.data[7], 5);
});

test('an array without a statement leaves open what its numbers are', async () => {
  const latent = randomLatent(generator(2), 4, 4, 4);
  const { file } = await reopened(writeNpy(channelsFirst(latent)), 'a.npy');
  expect(file).toMatchObject({ scaling: null, says: '' });
  const tensors = writeSafetensors(new Map([['samples', channelsFirst(latent)]]));
  expect((await reopened(tensors)).file.scaling).toBeNull();
  // Metadata of our own with numbers that cannot be are no statement.
  const broken = writeLatentTensors(latent, { ...FACTS, scaling: { scale: 0, shift: 0 } });
  expect((await reopened(broken)).file.scaling).toBeNull();
});

test('a latent is told from weights by its header', async () => {
  const tensor = (...shape: number[]) => ({
    shape,
    data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
  });
  const holds = (...tensors: [string, ReturnType<typeof tensor>][]) =>
    holdsLatent(new Blob([writeSafetensors(new Map(tensors))]));
  expect(await holds(['latent', tensor(1, 4, 2, 2)])).toBe(true);
  expect(await holds(['samples', tensor(4, 2, 2)], ['noise_mask', tensor(1, 2, 2)])).toBe(true);
  expect(await holds(['anything', tensor(1, 4, 2, 2)])).toBe(true);
  expect(await holds(['quant_conv.weight', tensor(8, 8, 1, 1)], ['quant_conv.bias', tensor(8)])).toBe(false);
  expect(await holds(['latent', tensor(16)])).toBe(false);
  expect(await holdsLatent(new Blob(['no safetensors at all']))).toBe(false);
});

test('a file that is cut off, or holds no latent, says so and what to choose', async () => {
  const whole = writeLatentTensors(randomLatent(generator(1), 2, 2, 4), FACTS);
  for (const length of [5, 40, whole.byteLength - 1]) {
    await expect(readLatentFile(new Blob([whole.slice(0, length)]), 'cut.latent')).rejects.toMatchObject({
      code: 'bad-file',
      // Of five bytes nobody knows whether there are more.
      advice: expect.stringMatching(
        length === 5 ? /^Choose a file that holds a latent/ : /not downloaded or copied to its end/,
      ),
    });
  }
  await expect(readLatentFile(new Blob([]), 'cut.latent')).rejects.toThrow('cut.latent is an empty file.');
  const weights = writeSafetensors(new Map([['a.weight', { shape: [2], data: new Float32Array(2) }]]));
  await expect(readLatentFile(new Blob([weights]), 'w.safetensors')).rejects.toThrow(
    'w.safetensors holds nothing that is named as a latent.',
  );
});

test('what is no latent at all is refused by what it is, in words of latents', async () => {
  const refused = async (text: string, name: string) =>
    readLatentFile(new Blob([text]), name).then(
      () => null,
      (error) => `${error.message} ${error.advice}`,
    );
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:aa\nsize 3\n';
  expect(await refused(pointer, 'a.npy')).toMatch(/a\.npy is a Git LFS pointer.*git lfs pull/);
  expect(await refused('<!DOCTYPE html><title>Log in</title>', 'a.npz')).toMatch(/a web page \("Log in"\)/);
  expect(await refused('Entry not found', 'a.latent')).toContain('what a server answered');
  expect(await refused('GGUF\u0003', 'a.latent')).toMatch(/GGUF.*Choose a file that holds a latent/);
  expect(await holdsLatent(new Blob([pointer]))).toBe(false);
});

describe('what is in the file is said as it is', () => {
  const floats = (...shape: number[]) => ({
    shape,
    data: new Float32Array(shape.reduce((product, side) => product * side, 1)).fill(0.5),
  });
  const fileOf = (tensors: Record<string, ReturnType<typeof floats>>) =>
    new Blob([writeSafetensors(new Map(Object.entries(tensors)))]);

  test('whole numbers are no quantised weights, and no file is called incomplete that is whole', async () => {
    const header = new TextEncoder().encode(
      JSON.stringify({ latents: { dtype: 'I64', shape: [1, 1, 1], data_offsets: [0, 8] } }),
    );
    const length = new Uint8Array(8);
    length[0] = header.length;
    const { message, advice } = await readLatentFile(
      new Blob([length, header, new Uint8Array(8)]),
      'a',
    ).catch((error) => error);
    expect(message).toBe(
      'a stores "latents" as "I64", not as floating-point numbers, which a latent is made of.',
    );
    expect(advice).toBe('Save the latent as float32, or choose another file.');
  });

  test('a filter alone is no latent', async () => {
    for (const name of ['weight', 'kernel', 'layer.bias'])
      expect(await holdsLatent(fileOf({ [name]: floats(320, 4, 3, 3) }))).toBe(false);
    expect(await holdsLatent(fileOf({ anything: floats(1, 4, 3, 3) }))).toBe(true);
  });

  test('standard deviations below 0 are named', async () => {
    const wrong = floats(1, 4, 2, 2);
    wrong.data[3] = -1;
    await expect(readLatentFile(fileOf({ mean: floats(1, 4, 2, 2), std: wrong }), 'a')).rejects.toThrow(
      'In a, std holds numbers below 0, which no standard deviation is.',
    );
  });

  test('a latent of a ComfyUI to come is not taken for an early one', async () => {
    const of = async (...marks: string[]) => {
      const tensors = { latent_tensor: floats(1, 4, 2, 2) };
      return readLatentFile(
        fileOf(Object.assign(tensors, ...marks.map((mark) => ({ [mark]: floats(0) })))),
        'a',
      );
    };
    expect(await of('latent_format_version_1')).toMatchObject({
      scaling: null,
      says: 'It is a latent of ComfyUI in a version that is not known here ("latent_format_version_1").',
    });
    expect((await of('latent_format_version_0')).scaling).toEqual(UNSCALED);
    expect((await of()).scaling).toEqual({ scale: 0.18215, shift: 0 });
  });
});
