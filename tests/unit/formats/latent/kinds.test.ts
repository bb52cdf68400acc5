/**
 * Every kind of file that people keep latents in, as numpy, ml_dtypes and safetensors wrote it (`tests/cases/latent-kinds/make.py`), and
 * the case files of reported faults.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { InspectorError } from '@/common/errors';
import { holdsLatent, readLatentFile } from '@/formats/latent/file';
import { arrange, arrangeLogvar, fittingLayouts } from '@/formats/latent/shape';
import { decodeBfloat16, encodeBfloat16 } from '@/models/files/float16';
import { zip } from '../../generated/zip';

const FOLDER = 'tests/cases/latent-kinds/';
const [ROWS, COLS] = [8, 12];

const blobOf = (path: string) => new Blob([readFileSync(path)]);
const read = (name: string) => readLatentFile(blobOf(FOLDER + name), name);

/** The number that `make.py` put into all of them. */
function truth(channel: number, row: number, col: number, seed = 1): number {
  return Math.fround(Math.sin(seed + 100 * channel + 10 * row + col));
}

interface Wanted {
  channels?: number;
  layout?: string;
  cols?: number;
  tolerance?: number;
  number?(z: number): number;
}

async function check(name: string, wanted: Wanted = {}) {
  const {
    channels = 4,
    layout = 'channels-first',
    cols = COLS,
    tolerance = 1e-6,
    number = (z: number) => z,
  } = wanted;
  const file = await read(name);
  const layouts = fittingLayouts(file, channels, name);
  expect(layouts).toEqual([layout]);
  const latent = arrange(file, layouts[0], name);
  expect(latent).toMatchObject({ rows: ROWS, cols, channels });
  let worst = 0;
  latent.data.forEach((value, at) => {
    const [cell, channel] = [Math.floor(at / channels), at % channels];
    const z = number(truth(channel, Math.floor(cell / cols), cell % cols));
    worst = Math.max(worst, Math.abs(value - z));
  });
  expect(worst).toBeLessThan(tolerance);
  return file;
}

const BF16 = 2 ** -9;

test.each<[string, Wanted]>([
  ['float16.npy', { tolerance: 3e-4 }],
  ['float64.npy', {}],
  ['big-endian.npy', {}],
  ['fortran.npy', {}],
  ['channels-last.npy', { layout: 'channels-last' }],
  ['bfloat16.npy', { tolerance: BF16 }],
  ['batch.npy', {}],
  ['video-one-frame.npy', { layout: 'frames' }],
  ['video-5d.npy', { layout: 'frames' }],
  ['video-3-frames.npy', { layout: 'frames' }],
  ['frames-first-5d.npy', {}],
  ['moments.npy', { layout: 'moments-first' }],
  ['packed-square.npy', { channels: 16, layout: 'packed', cols: 8 }],
  ['packed.safetensors', { channels: 16, layout: 'packed' }],
  ['kohya_0096x0064_sdxl.npz', {}],
  ['kohya_0096x0064_flux.npz', { channels: 16, number: (z) => (z - 0.1159) * 0.3611 }],
  ['compressed.npz', {}],
  ['mar.npz', { channels: 16, layout: 'moments-first' }],
  ['single.npz', {}],
  ['musubi_zi.safetensors', { channels: 16 }],
  ['musubi_fk.safetensors', { channels: 16, tolerance: BF16, number: (z) => (z - 0.1159) * 0.3611 }],
  ['musubi_wan.safetensors', { channels: 16, layout: 'frames' }],
  ['mean-std.safetensors', {}],
  ['mean-logvar.safetensors', {}],
  ['float64.safetensors', {}],
  ['float8.safetensors', { tolerance: 0.04 }],
  ['float16.safetensors', { tolerance: 3e-4 }],
  ['bfloat16.safetensors', { tolerance: BF16 }],
  ['ai-toolkit.safetensors', {}],
  ['comfy-batch-16.latent', { channels: 16 }],
])('the first latent of %s is the one that Python put there', async (name, wanted) => {
  await check(name, wanted);
  expect(await holdsLatent(blobOf(FOLDER + name))).toBe(true);
});

test('bfloat16 in .npy is read as that, digit for digit, and it is said that its file does not say so', async () => {
  const file = await check('bfloat16.npy', { tolerance: BF16 });
  const exact = decodeBfloat16(encodeBfloat16(Float32Array.of(truth(2, 3, 4))));
  expect(file.data[2 * ROWS * COLS + 3 * COLS + 4]).toBe(exact[0]);
  expect(file.notices.join(' ')).toContain('as NumPy keeps bfloat16');
});

test('a posterior is known with its log-variance, from two arrays or from one', async () => {
  for (const [name, channels] of [
    ['mean-std.safetensors', 4],
    ['mean-logvar.safetensors', 4],
    ['moments.npy', 4],
    ['mar.npz', 16],
  ] as const) {
    const file = await read(name);
    const [layout] = fittingLayouts(file, channels, name);
    const logvar = file.logvar
      ? arrange({ ...file, data: file.logvar }, layout, name).data
      : arrangeLogvar(file, layout);
    expect(logvar).toHaveLength(ROWS * COLS * channels);
    logvar?.forEach((value, at) => {
      const [cell, channel] = [Math.floor(at / channels), at % channels];
      const z = truth(channel, Math.floor(cell / COLS), cell % COLS);
      expect(Math.abs(value - (z / 2 - 4))).toBeLessThan(2e-6);
    });
    if (name !== 'moments.npy') expect(file.notices.join(' ')).toContain('It holds a posterior');
  }
});

test('which of several latents is open is said, and what the others are', async () => {
  expect((await read('kohya_0096x0064_sdxl.npz')).notices).toEqual([
    'Of its 2 latents this is latents; the other is latents_flipped.',
  ]);
  expect((await read('kohya_0096x0064_flux.npz')).notices[0]).toBe(
    'Of its 2 latents this is latents_8x12; the other is latents_4x4.',
  );
  expect((await read('musubi_fk.safetensors')).notices[0]).toContain('latents_control_1x8x12_bfloat16');
});

test('what trainers are known to do with the numbers is a hint with its reason', async () => {
  expect((await read('kohya_0096x0064_sdxl.npz')).hint).toMatchObject({ is: 'unscaled' });
  expect((await read('kohya_0096x0064_flux.npz')).hint).toMatchObject({ is: 'flux1' });
  expect((await read('compressed.npz')).hint).toBeNull();
  expect((await read('compressed.npz')).says).toBe('It is a cache of sd-scripts.');
  expect((await read('musubi_zi.safetensors')).hint).toMatchObject({ is: 'unscaled' });
  expect((await read('musubi_fk.safetensors')).hint).toMatchObject({ is: 'flux1' });
  const wan = await read('musubi_wan.safetensors');
  expect(wan).toMatchObject({ hint: null, says: 'It is a cache of musubi-tuner, made for "wan".' });
});

test.each([
  ['int32.npy', 'stores whole numbers (int32)', 'astype("float32")'],
  ['uint8-picture.npy', 'as pictures do; it is no latent', 'PIL.Image.fromarray'],
  ['complex64.npy', 'stores complex numbers', 'real part'],
  ['object.npy', 'holds Python objects (a pickle)', 'allow_pickle=True'],
  ['float8.npy', 'numbers of 8 bits whose type NumPy does not keep', 'x.float()'],
  [
    'text-encoder.npz',
    'holds nothing that is named as a latent. In it are "l_pooled", "t5_out"',
    'is the only array in it',
  ],
])('%s is refused by what it is, with what works', async (name, message, advice) => {
  await expect(read(name)).rejects.toMatchObject({
    code: 'bad-file',
    message: expect.stringContaining(message),
    advice: expect.stringContaining(advice),
  });
});

test('arrays that are no latent by their shape are refused when a model asks', async () => {
  expect(() => fittingLayouts({ shape: [8, 12] }, 4, 'two-axes.npy')).toThrow('[8, 12]');
  const packed = await read('packed.npy');
  expect(() => fittingLayouts(packed, 16, 'packed.npy')).toThrow('Its 24 tokens make no square');
});

test('an archive that is cut off, damaged or no archive of arrays is refused; nothing else escapes', async () => {
  const whole = readFileSync(`${FOLDER}kohya_0096x0064_sdxl.npz`);
  const refused = async (bytes: Uint8Array<ArrayBuffer>) => {
    try {
      await readLatentFile(new Blob([bytes]), 'a.npz');
      return 'read';
    } catch (error) {
      if (!(error instanceof InspectorError)) throw error;
      return error.message;
    }
  };
  expect(await refused(whole.subarray(0, 2000))).toContain('its directory is damaged or cut off');
  const flipped = Uint8Array.from(whole);
  flipped[600] ^= 1;
  expect(await refused(flipped)).toContain(
    'is damaged: latents.npy in it cannot be unpacked as it was packed',
  );
  for (let at = 0; at < whole.length; at += 97) {
    const hit = Uint8Array.from(whole);
    hit[at] ^= 0xff;
    await refused(hit);
    expect(typeof (await holdsLatent(new Blob([hit])))).toBe('boolean');
  }
});

test('what PyTorch pickled is refused in words of latents, weights in those of weights', async () => {
  const pickle = Uint8Array.of(0x80, 2, ...new TextEncoder().encode('}q\u0000X\u0007latentsq'));
  expect(await holdsLatent(new Blob([pickle]))).toBe(true);
  await expect(readLatentFile(new Blob([pickle]), 'a.pt')).rejects.toMatchObject({
    message: expect.stringContaining('saved by PyTorch (torch.save) as a pickle'),
    advice: expect.stringContaining('torch.load("a.pt", map_location="cpu")'),
  });
  const weights = Uint8Array.of(0x80, 2, ...new TextEncoder().encode('decoder.conv_in.weightq'));
  expect(await holdsLatent(new Blob([weights]))).toBe(false);
});

test('numbers beyond what float32 can hold are refused, as not finite ones are', async () => {
  for (const name of ['not-finite.npy', 'beyond-float32.npy']) {
    const file = await read(name);
    expect(() => arrange(file, 'channels-first', name)).toThrow('which no decoder can use');
  }
});

test('an archive of something else, or of names that lead out of it, is refused as that', async () => {
  const array = readFileSync(`${FOLDER}fortran.npy`);
  const said = (...names: string[]) => {
    const { bytes } = zip('a.npz', Object.fromEntries(names.map((name) => [name, array])), true);
    return readLatentFile(new Blob([Uint8Array.from(bytes)]), 'a.npz').then(
      () => 'read',
      ({ message }) => message,
    );
  };
  expect(await said('latents.npy')).toBe('read');
  for (const name of ['../latents.npy', '/etc/latents.npy', 'C:\\x\\latents.npy'])
    expect(await said(name)).toContain('is a zip archive whose names lead out of it');
  expect(await said('inner.zip')).toContain('is a zip archive of another archive ("inner.zip")');
  expect(await said('a.txt', 'b.txt')).toContain('is a zip archive of other files ("a.txt" and 1 more)');
});
