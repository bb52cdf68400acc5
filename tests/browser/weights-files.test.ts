/** Files of weights as visitors drop them on the built page: what opens, and what is refused in words that are true. */
import { existsSync, readFileSync } from 'node:fs';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LatentInspectorElement } from '@/element/embed';
import { writeSafetensors } from '@/models/files/safetensors';
import { syntheticTensors } from '@/models/synthetic';
import { parseConfig } from '@/vae/config';
import { type BuiltPage, openBuilt } from './built';

const FIELDS = { block_out_channels: [8, 16], layers_per_block: 1, norm_num_groups: 8 };

type Tensors = Map<string, { shape: number[]; data: Float32Array }>;
type Given = { name: string; bytes: Buffer };

const plain = (fields: object = {}): Tensors =>
  new Map(syntheticTensors(parseConfig({ ...FIELDS, ...fields }), 5));

const renamed = (tensors: Tensors, name: (key: string) => string): Tensors =>
  new Map([...tensors].map(([key, tensor]) => [name(key), tensor]));

const file = (name: string, content: string | Tensors): Given => ({
  name,
  bytes: Buffer.from(typeof content === 'string' ? content : new Uint8Array(writeSafetensors(content))),
});

/** A file of tensors of these names and shapes, all zeros. */
const stub = (name: string, shapes: Record<string, number[]>): Given =>
  file(
    name,
    new Map(
      Object.entries(shapes).map(([key, shape]) => [
        key,
        { shape, data: new Float32Array(shape.reduce((product, side) => product * side, 1)) },
      ]),
    ),
  );

let built: BuiltPage;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  built = await openBuilt();
  page = await built.browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(`${built.url}?backend=wasm&size=256&model=mini-clean&picture=still-life`);
  await page.evaluate(() => (document.querySelector('latent-inspector') as LatentInspectorElement).ready);
});

afterAll(() => built?.close());

/** Drops files on the page, and gives back the alert that follows, or null where the model was opened. */
async function drop(...files: Given[]): Promise<string | null> {
  const dismiss = page.locator('.toast').getByRole('button', { name: 'Dismiss' });
  while ((await dismiss.count()) > 0) await dismiss.first().click();
  await page.evaluate(
    async (given) => {
      const data = new DataTransfer();
      for (const { name, base64 } of given) {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        data.items.add(new File([bytes], name));
      }
      const element = document.querySelector('latent-inspector') as LatentInspectorElement;
      const settled = new Promise<void>((resolve) => {
        element.addEventListener('posterior', () => resolve(), { once: true });
        element.addEventListener('failure', () => resolve(), { once: true });
        // What is told without the engine leaves a message.
        const seen = new MutationObserver(() => document.querySelector('.toast') && resolve());
        seen.observe(document.body, { childList: true, subtree: true });
      });
      window.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
      await settled;
    },
    files.map(({ name, bytes }) => ({ name, base64: bytes.toString('base64') })),
  );
  const toast = page.locator('.toast').first();
  return (await toast.count()) > 0 ? toast.innerText() : null;
}

/** The decoded picture as a fingerprint: the numbers themselves take seconds on their way here. */
const decoded = () =>
  page.evaluate(async () => {
    const element = document.querySelector('latent-inspector') as LatentInspectorElement;
    const { data } = await element.decoded('base');
    const hash = await crypto.subtle.digest('SHA-256', new Uint8ClampedArray(data));
    return { values: new Set(data).size, hash: [...new Uint8Array(hash)].join(' ') };
  });

describe('a model opens', () => {
  let truth: Awaited<ReturnType<typeof decoded>>;

  test('as diffusers writes it, with its configuration', async () => {
    expect(
      await drop(file('a.safetensors', plain()), file('config.json', JSON.stringify(FIELDS))),
    ).toBeNull();
    truth = await decoded();
    expect(truth.values).toBeGreaterThan(20);
  });

  test.each<[string, Tensors, object]>([
    [
      'with CompVis middles that have attention as diffusers names it',
      renamed(plain(), (key) =>
        key
          .replace('mid_block.attentions.0.group_norm', 'mid.attn_1.norm')
          .replace('mid_block.attentions.0', 'mid.attn_1'),
      ),
      FIELDS,
    ],
    [
      'with quant convolutions in its halves, as FLUX.2 has them',
      renamed(plain(), (key) =>
        key.replace(/^quant_conv/, 'encoder.quant_conv').replace(/^post_quant/, 'decoder.post_quant'),
      ),
      FIELDS,
    ],
    [
      'with the class of FLUX.2',
      plain(),
      { ...FIELDS, _class_name: 'AutoencoderKLFlux2', latent_channels: 4 },
    ],
    [
      'with nulls in its configuration',
      plain(),
      { ...FIELDS, scaling_factor: null, latents_mean: null, latents_std: null, shift_factor: null },
    ],
  ])('%s, and decodes the same picture', async (_, tensors, config) => {
    expect(
      await drop(file('b.safetensors', tensors), file('config.json', JSON.stringify(config))),
    ).toBeNull();
    expect(await decoded()).toEqual(truth);
  });

  test('whose decoder is narrower than its encoder, without a configuration', async () => {
    expect(await drop(file('c.safetensors', plain({ decoder_block_out_channels: [16, 24] })))).toBeNull();
    await decoded();
  });
});

test('of two autoencoders in one file the one that was taken is told at once', async () => {
  const both = new Map([
    ...renamed(plain(), (key) => `vae.${key}`),
    ...renamed(plain(), (key) => `first_stage_model.${key}`),
  ]);
  await drop(file('both.safetensors', both), file('config.json', JSON.stringify(FIELDS)));
  await expect
    .poll(() => page.locator('.toast').allTextContents())
    .toEqual([expect.stringContaining('The one under "first_stage_model" was opened; not opened: the one')]);
});

describe('what cannot be opened is refused by what it is, and the model before stays', () => {
  test.each<[string, Given[], string]>([
    [
      'Wan',
      [
        stub('wan.safetensors', {
          'encoder.conv1.weight': [2, 3, 3, 3, 3],
          'decoder.conv1.weight': [2, 2, 3, 3, 3],
        }),
      ],
      'wan.safetensors holds a Wan 2.1 or Qwen-Image autoencoder (AutoencoderKLWan or AutoencoderKLQwenImage), which this instrument does not open yet.',
    ],
    [
      'TAESD',
      [
        stub('t.safetensors', {
          'encoder.layers.0.weight': [4, 3, 3, 3],
          'decoder.layers.0.weight': [4, 4, 3, 3],
        }),
      ],
      'holds a tiny autoencoder of the TAESD family',
    ],
    [
      'a pointer',
      [file('p.safetensors', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 334643276\n')],
      'p.safetensors is a Git LFS pointer: a few lines of text in place of the real file of 335 MB.',
    ],
    [
      'a web page',
      [file('w.safetensors', '<!doctype html><title>Sign in</title>')],
      'is a web page ("Sign in")',
    ],
    [
      'an answer',
      [file('e.safetensors', 'Entry not found')],
      'is what a server answered in place of the file',
    ],
    [
      'four channels',
      [file('alpha.safetensors', plain({ in_channels: 4, out_channels: 4 }))],
      'alpha.safetensors is an autoencoder for pictures of 4 channels; only RGB pictures, of 3, are opened here.',
    ],
    ['a LoRA', [stub('l.safetensors', { 'lora_unet_mid.lora_down.weight': [2, 2] })], 'holds a LoRA'],
    [
      'a U-Net',
      [
        stub('u.safetensors', {
          'model.diffusion_model.input_blocks.0.0.weight': [4, 4, 3, 3],
          'model.diffusion_model.input_blocks.0.0.bias': [4],
        }),
      ],
      'holds a U-Net of a diffusion model, and no autoencoder.',
    ],
    [
      'a configuration of a U-Net',
      [file('f.safetensors', plain()), file('config.json', '{"_class_name":"UNet2DConditionModel"}')],
      'describes a U-Net (UNet2DConditionModel).',
    ],
    [
      'half a file',
      [{ name: 'h.safetensors', bytes: file('h', plain()).bytes.subarray(0, 20_000) }],
      'is cut off',
    ],
  ])('%s', async (_, files, words) => {
    const before = await decoded();
    const said = await drop(...files);
    expect(said).toContain(words);
    expect(said).not.toContain('complete');
    expect(await decoded()).toEqual(before);
  });

  test('and nothing threw', () => expect(complaints).toEqual([]));
});

/** Only where the files that people reported are beside the checkout. */
const CASES = '../shared/cases/';

test.runIf(existsSync(CASES))('the files of the reports open, or are refused as they should be', async () => {
  const read = (path: string): Given => ({ name: path.split('/')[1], bytes: readFileSync(CASES + path) });
  for (const path of [
    'compvis-to_q/attn-to_q-checkpoint.safetensors',
    'flux2-original-layout/flux2-vae-comfy.safetensors',
    'flux2-original-layout/flux2-vae-canon.safetensors',
    'flux2-small-decoder/flux2-small-decoder-bfl.safetensors',
    'fp8-and-f64-weights/canon-f8.safetensors',
    'metadata-odd/metadata-null.safetensors',
  ]) {
    expect(await drop(read(path)), path).toBeNull();
  }
  const config = { ...read('flux2-config-class/flux2-config.json'), name: 'config.json' };
  expect(await drop(read('flux2-config-class/flux2-vae-diffusers.safetensors'), config)).toBeNull();
  for (const [path, words] of [
    ['other-autoencoders/taesd-diffusers.safetensors', 'AutoencoderTiny'],
    ['other-autoencoders/wan21-vae.safetensors', 'Wan 2.1'],
    ['rgb-only-models/c-in4out4.safetensors', 'pictures of 4 channels'],
    ['lfs-pointer/lfs-pointer.safetensors', 'Git LFS pointer'],
  ]) {
    expect(await drop(read(path)), path).toContain(words);
  }
});
