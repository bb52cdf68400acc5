/**
 * Latents as people keep them, given to the built page: what is open then is what Python put into the file, or the page says what the
 * file is. The numbers of `tests/cases/latent-kinds` follow a formula (its make.py); those of the other cases are computed from
 * the file by the formula of diffusers.
 */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LatentInspectorElement } from '@/element/embed';
import { readNpy } from '@/formats/latent/npy';
import { type BuiltPage, openBuilt } from './built';

const KINDS = 'tests/cases/latent-kinds/';
const [ROWS, COLS] = [8, 12];

let built: BuiltPage;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  built = await openBuilt();
  page = await open('v=1&model=mini-emergent&picture=still-life&size=256');
});

afterAll(async () => {
  await built?.close();
});

async function open(hash: string): Promise<Page> {
  const opened = await built.browser.newPage({ viewport: { width: 1280, height: 900 } });
  opened.setDefaultTimeout(20_000);
  opened.on('pageerror', (error) => complaints.push(error.message));
  await opened.goto(`${built.url}?backend=wasm#${hash}`);
  await opened.evaluate(() => (document.querySelector('latent-inspector') as LatentInspectorElement).ready);
  return opened;
}

async function give(...paths: string[]): Promise<void> {
  const files = paths.map((path) => ({
    name: path.split('/').at(-1)!,
    mimeType: 'application/octet-stream',
    buffer: readFileSync(path),
  }));
  await page.getByRole('button', { name: 'Share and export' }).click();
  await page.getByLabel('Open a file', { exact: true }).setInputFiles(files);
}

const dialog = () => page.getByRole('dialog', { name: /^Open the latent/ });
const toasts = async () => (await page.locator('latent-inspector .toast').allTextContents()).join(' ');

/** Does something that opens a latent, and gives back the posterior that is open then. */
async function opened(work: () => Promise<void>) {
  const arrived = page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const element = document.querySelector('latent-inspector')!;
        element.addEventListener('posterior', () => resolve(), { once: true });
      }),
  );
  await work();
  await arrived;
  return page.evaluate(async () => {
    const element = document.querySelector('latent-inspector') as LatentInspectorElement;
    await element.decoded('base');
    const { rows, cols, channels, mean, rawLogvar, logvar } = await element.posterior();
    return { rows, cols, channels, mean, rawLogvar, logvar };
  });
}

async function choose(name: RegExp): Promise<void> {
  await dialog().getByRole('radio', { name }).check();
  await dialog().getByRole('button', { name: 'Open it' }).click();
}

/** The latent of `make.py`. */
const truth = (channel: number, row: number, col: number) =>
  Math.fround(Math.sin(1 + 100 * channel + 10 * row + col));

/** The largest difference of `[rows, cols, channels]` numbers from a formula. */
function worst(
  numbers: Float32Array,
  channels: number,
  cols: number,
  z: (c: number, r: number, k: number) => number,
) {
  return Math.max(
    ...Array.from(numbers, (value, at) => {
      const [cell, channel] = [Math.floor(at / channels), at % channels];
      return Math.abs(value - z(channel, Math.floor(cell / cols), cell % cols));
    }),
  );
}

test.each([
  ['float64.npy', 1e-6],
  ['bfloat16.npy', 2 ** -9],
  ['bfloat16.safetensors', 2 ** -9],
  ['float64.safetensors', 1e-6],
  // Three bits of fraction.
  ['float8.safetensors', 2 ** -4],
  ['float16.npy', 3e-4],
  ['big-endian.npy', 1e-6],
  ['fortran.npy', 1e-6],
  ['video-one-frame.npy', 1e-6],
  ['video-5d.npy', 1e-6],
  ['video-3-frames.npy', 1e-6],
  ['kohya_0096x0064_sdxl.npz', 1e-6],
  ['compressed.npz', 1e-6],
  ['single.npz', 1e-6],
  ['ai-toolkit.safetensors', 1e-6],
])('%s opens as the latent that it holds', async (name, tolerance) => {
  const latent = await opened(async () => {
    await give(KINDS + name);
    await choose(/unscaled/);
  });
  expect(latent).toMatchObject({ rows: ROWS, cols: COLS, channels: 4 });
  expect(worst(latent.mean, 4, COLS, truth)).toBeLessThan(tolerance);
  expect(latent.rawLogvar.every(Number.isNaN)).toBe(true);
  expect(await toasts()).toContain(`${name} is open, 8 x 12 cells, 4 channels.`);
});

test.each(['mean-std.safetensors', 'mean-logvar.safetensors', 'moments.npy'])(
  'the posterior in %s opens with its log-variance',
  async (name) => {
    const posterior = await opened(async () => {
      await give(KINDS + name);
      await choose(/unscaled/);
    });
    expect(worst(posterior.mean, 4, COLS, truth)).toBeLessThan(1e-6);
    expect(worst(posterior.rawLogvar, 4, COLS, (c, r, k) => truth(c, r, k) / 2 - 4)).toBeLessThan(2e-6);
    expect(posterior.logvar).toEqual(posterior.rawLogvar);
  },
);

test('the reported caches and types open: kohya, {mean, logvar}, 5-D', async () => {
  for (const path of [
    'trainer-latents/kohya_sdxl.npz',
    'trainer-latents/mean-logvar.safetensors',
    'trainer-latents/npy-5d.npy',
    'float64-safetensors-latent/latents-f64.safetensors',
  ]) {
    const latent = await opened(async () => {
      await give(`tests/cases/${path}`);
      await choose(/unscaled/);
    });
    expect(latent).toMatchObject({ rows: 32, cols: 32, channels: 4 });
    expect(latent.mean.every(Number.isFinite)).toBe(true);
  }
});

test.each([
  ['nan-latent-blanks-page/npy-nan.npy', 'npy-nan.npy holds the number NaN, which no decoder can use.'],
  [
    'nan-latent-blanks-page/nan-comfy.latent',
    'nan-comfy.latent holds the number NaN, which no decoder can use.',
  ],
  [
    'latent-kinds/not-finite.npy',
    '2 of its 384 numbers are not finite or beyond a million; the first is channel 2 of the cell in row 3, column 5.',
  ],
  ['latent-kinds/int32.npy', 'int32.npy stores whole numbers (int32), where a latent has fractions.'],
  ['latent-kinds/object.npy', 'object.npy holds Python objects (a pickle), which this page does not run.'],
  ['latent-kinds/text-encoder.npz', 'text-encoder.npz holds nothing that is named as a latent.'],
  [
    'latent-kinds/packed.npy',
    'which is no latent of the open model: latents of Mini, grown by itself have 4 channels',
  ],
  ['latent-kinds/two-axes.npy', '2 axes are too few'],
])('%s is refused by what it is; nothing is asked, and the page stays', async (path, words) => {
  await give(`tests/cases/${path}`);
  await expect.poll(toasts).toContain(words);
  expect(await dialog().count()).toBe(0);
  expect(await page.getByRole('heading', { name: 'Latent', exact: false }).first().isVisible()).toBe(true);
});

test('a model whose file does not say its factor: the known ones are offered by name, none is taken for true, the chosen one is remembered', async () => {
  // A latent of 4 channels is open, which no model of 16 could take.
  await opened(() => page.getByRole('button', { name: 'Still life' }).click());
  await give('tests/cases/scaled-latent-wrong-factor/flux1-ae.safetensors');
  await expect
    .poll(
      () =>
        page.evaluate(async () => {
          const { channels } = await (
            document.querySelector('latent-inspector') as LatentInspectorElement
          ).posterior();
          return channels;
        }),
      { timeout: 60_000 },
    )
    .toBe(16);
  const path = 'tests/cases/scaled-latent-wrong-factor/scaled-flux1.npy';
  await give(path);
  await dialog().waitFor();
  const words = await dialog().textContent();
  expect(words).toContain('The model’s file does not say by what its latents are scaled.');
  expect(words).toContain('FLUX.1, Z-Image: 0.3611, shift 0.1159');
  expect(words).toContain('SD 3, 3.5: 1.5305, shift 0.0609');
  expect(words).not.toContain('0.18215');
  expect(await dialog().getByRole('radio', { checked: true }).count()).toBe(0);
  expect(await dialog().getByRole('button', { name: 'Open it' }).isDisabled()).toBe(true);
  const file = readNpy(new Uint8Array(readFileSync(path)), 'scaled-flux1.npy');
  // diffusers: latents / scaling_factor + shift_factor.
  const z = (c: number, r: number, k: number) => file.data[(c * 32 + r) * 32 + k] / 0.3611 + 0.1159;
  const first = await opened(() => choose(/FLUX\.1/));
  expect(worst(first.mean, 16, 32, z)).toBeLessThan(1e-6);
  expect(await toasts()).toContain(
    'as for FLUX.1, Z-Image, as you chose, and were divided by 0.3611 and shifted by 0.1159',
  );

  // The next one of this model finds it chosen already, or lets another be typed, and says what is wrong with that.
  await give(path);
  await dialog().waitFor();
  expect(await dialog().textContent()).toContain('you said as for FLUX.1, Z-Image, 0.3611, shift 0.1159');
  await dialog().getByRole('button', { name: 'Another factor' }).click();
  await dialog().getByLabel('factor', { exact: true }).fill('0');
  expect(await dialog().textContent()).toContain('The factor has to be a number other than 0');
  expect(await dialog().getByRole('button', { name: 'Open it' }).isDisabled()).toBe(true);
  await dialog().getByLabel('factor', { exact: true }).fill('0,3611');
  await dialog().getByLabel('shift', { exact: true }).fill('0.1159');
  const second = await opened(() => dialog().getByRole('button', { name: 'Open it' }).click());
  expect(second.mean).toEqual(first.mean);

  // Packed tokens are unpacked, with the factor that is known now.
  const packed = await opened(async () => {
    await give(`${KINDS}packed.safetensors`);
    await choose(/unscaled/);
  });
  expect(worst(packed.mean, 16, COLS, truth)).toBeLessThan(1e-6);
  const flux = await opened(async () => {
    await give(`${KINDS}kohya_0096x0064_flux.npz`);
    await dialog().getByRole('button', { name: 'Open it' }).click();
  });
  expect(worst(flux.mean, 16, COLS, truth)).toBeLessThan(1e-6);
});

test('mean and standard deviation of a configuration are used channel by channel', async () => {
  // A latent of 16 channels is open, which this model could not take.
  await opened(() => page.getByRole('button', { name: 'Still life' }).click());
  const path = 'tests/cases/latents_mean-std-ignored/scaled-playground.npy';
  const config = JSON.parse(readFileSync('tests/cases/latents_mean-std-ignored/cfg-playground.json', 'utf8'));
  const own = JSON.parse(readFileSync('models/mini-emergent.json', 'utf8'));
  const { scaling_factor, latents_mean, latents_std } = config;
  await page.evaluate(
    async ({ bytes, json }) => {
      const element = document.querySelector('latent-inspector') as LatentInspectorElement;
      const weights = new Blob([bytes]);
      await element.setModel({ weights, config: json, name: 'playground' });
    },
    {
      bytes: new Uint8Array(readFileSync('models/mini-emergent.safetensors')),
      json: { ...own.config, scaling_factor, latents_mean, latents_std },
    },
  );
  const latent = await opened(async () => {
    await give(path);
    await choose(/model’s factor, 0\.5, mean and deviation of each channel/);
  });
  const file = readNpy(new Uint8Array(readFileSync(path)), 'scaled-playground.npy');
  const z = (c: number, r: number, k: number) =>
    (file.data[(c * 32 + r) * 32 + k] * latents_std[c]) / scaling_factor + latents_mean[c];
  expect(worst(latent.mean, 4, 32, z)).toBeLessThan(1e-5);
});

test('a script gives a latent with its log-variance, and one that is scaled', async () => {
  const result = await page.evaluate(async () => {
    const element = document.querySelector('latent-inspector') as LatentInspectorElement;
    const data = Float32Array.from({ length: 64 }, (_, at) => Math.sin(at));
    const grid = { rows: 4, cols: 4, channels: 4 };
    await element.setLatent({ ...grid, data, logvar: data.map((value) => value - 35) }, 'known');
    const known = await element.posterior();
    await element.setLatent({ ...grid, data, scaling: { scale: 0.5, shift: 2 } }, 'scaled');
    const scaled = await element.posterior();
    const refused = await element.setLatent({ ...grid, data, scaling: { scale: 0 } }, 'none').then(
      () => '',
      (error) => error.message,
    );
    return { raw: [...known.rawLogvar], clamped: [...known.logvar], scaled: [...scaled.mean], refused };
  });
  expect(result.raw[1]).toBeCloseTo(Math.sin(1) - 35, 5);
  expect(result.clamped[1]).toBe(-30);
  expect(result.scaled[1]).toBeCloseTo(Math.sin(1) / 0.5 + 2, 5);
  expect(result.refused).toContain('none is said to be scaled by 0');
});

test('messages are seen where the dialog of files closes after the question of the latent was asked', async () => {
  const other = page;
  try {
    page = await open('v=1&model=mini-emergent&picture=still-life&size=256');
    await page.evaluate(() => {
      const { close } = HTMLDialogElement.prototype;
      HTMLDialogElement.prototype.close = function () {
        setTimeout(() => close.call(this), 700);
      };
    });
    await give(`${KINDS}float64.npy`);
    await dialog().waitFor();
    await expect.poll(() => page.getByRole('dialog').count()).toBe(1);
    await opened(() => choose(/unscaled/));
    await expect.poll(toasts).toContain('float64.npy is open');
    expect(await page.getByText('float64.npy is open').isVisible()).toBe(true);
  } finally {
    if (page !== other) await page.close();
    page = other;
  }
});

test('nothing on the way threw', () => {
  expect(complaints).toEqual([]);
});
