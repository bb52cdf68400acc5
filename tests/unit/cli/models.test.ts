/** Tests of what `--model` may name: files, folders, names with commas; and what is said of a configuration beside them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { main } from '@/cli/main';
import { openModels } from '@/cli/models';
import { noteLines } from '@/cli/report';
import { writeSafetensors } from '@/models/files/safetensors';
import { syntheticTensors } from '@/models/synthetic';
import { parseConfig } from '@/vae/config';

const FIELDS = { block_out_channels: [8, 16], layers_per_block: 1, norm_num_groups: 4 };
const WEIGHTS = new Uint8Array(writeSafetensors(new Map(syntheticTensors(parseConfig(FIELDS), 1))));
const CONFIG = JSON.stringify({ _class_name: 'AutoencoderKL', ...FIELDS });

/** The first entry of an archive, as `numpy.savez` begins it. */
const zipped = Uint8Array.from(
  `PK\x03\x04${'\0'.repeat(22)}\x0b\0\0\0latents.npy${'\0'.repeat(40)}`,
  (letter) => letter.charCodeAt(0),
);

const root = mkdtempSync(join(tmpdir(), 'models-'));
afterAll(() => rmSync(root, { recursive: true }));

/** Writes files below the temporary folder and tells its path. */
function folderOf(name: string, files: Record<string, string | Uint8Array>): string {
  const folder = join(root, name);
  mkdirSync(folder, { recursive: true });
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

async function opened(...given: string[]) {
  const models = await openModels(given, process.cwd());
  const about = models.map((model) => model.about);
  for (const model of models) await model.close();
  return about;
}

test('a config.json with the mark that editors of Windows put first is read, and one that is no JSON is named', async () => {
  const marked = folderOf('marked', { 'a.safetensors': WEIGHTS, 'config.json': `\ufeff${CONFIG}` });
  expect((await opened(marked))[0].notes).toEqual([]);
  const cut = folderOf('cut', { 'a.safetensors': WEIGHTS, 'config.json': CONFIG.slice(0, 9) });
  await expect(opened(cut)).rejects.toThrow(/config\.json is not valid JSON: .*\.$/);
});

test('a folder of diffusers is looked into, with its config.json', async () => {
  const vae = { 'vae/diffusion_pytorch_model.safetensors': WEIGHTS, 'vae/config.json': CONFIG };
  const pipeline = folderOf('some-model', {
    ...vae,
    'model_index.json': '{"_class_name":"StableDiffusionPipeline"}',
  });
  for (const given of [pipeline, join(pipeline, 'vae'), `${join(pipeline, 'vae')}/`]) {
    const [{ id, file, config, notes }] = await opened(given);
    expect([id, file]).toEqual(['some-model', 'diffusion_pytorch_model.safetensors']);
    expect(config).toMatchObject({ norm_num_groups: 4 });
    expect(notes).toEqual([]);
  }
  expect((await opened(`mine=${pipeline}`))[0].id).toBe('mine');
});

test('of several files the one of the usual name is taken; else they are named', async () => {
  const name = 'diffusion_pytorch_model';
  const both = folderOf('both', { [`${name}.fp16.safetensors`]: WEIGHTS, [`${name}.safetensors`]: WEIGHTS });
  expect((await opened(both))[0].file).toBe(`${name}.safetensors`);
  const variant = folderOf('variant', {
    [`${name}.fp16.safetensors`]: WEIGHTS,
    'other.safetensors': WEIGHTS,
  });
  expect((await opened(variant))[0].file).toBe(`${name}.fp16.safetensors`);
  const unclear = folderOf('unclear', { 'a.safetensors': WEIGHTS, 'b.safetensors': WEIGHTS });
  await expect(opened(unclear)).rejects.toThrow(
    'holds several files of weights: a.safetensors, b.safetensors',
  );
  await expect(opened(folderOf('nothing', { 'a.txt': '' }))).rejects.toThrow(
    'holds no weights as .safetensors, nor does a folder "vae" in it',
  );
});

test('of a folder without weights it is said what it holds in their place', async () => {
  const map = { 'encoder.conv_in.weight': 'a-00001-of-00002.safetensors', b: 'a-00002-of-00002.safetensors' };
  const index = (weight_map: object) => ({ 'a.safetensors.index.json': JSON.stringify({ weight_map }) });
  await expect(opened(folderOf('index alone', index(map)))).rejects.toThrow(
    'only their index, a.safetensors.index.json. The files that it names are missing: a-00001-of-00002.safetensors, a-00002',
  );
  const pickle = Buffer.from('\x80\x02}q\x00X\x0a\x00\x00\x00state_dictq\x01', 'latin1');
  await expect(opened(folderOf('pickles', { 'model.bin': pickle }))).rejects.toThrow(
    'model.bin is a Python pickle',
  );
  // What lies elsewhere is never opened.
  const away = folderOf('leads away', index({ ...map, c: '../other.safetensors' }));
  await expect(opened(`${away}/a.safetensors.index.json`)).rejects.toThrow('a.safetensors.index.json is');
});

test('names with commas and equals signs are names', async () => {
  const folder = folderOf('commas, and more', { 'a,b.safetensors': WEIGHTS, 'c=d.safetensors': WEIGHTS });
  // As the command takes them apart.
  const given = [`${folder}/a,b.safetensors`, 'mini-clean', `two=${folder}/c=d.safetensors`].flatMap((each) =>
    each.split(','),
  );
  expect((await opened(...given)).map(({ id }) => id)).toEqual(['a,b', 'mini-clean', 'two']);
  const error = await opened(...`${folder}/nothing,here`.split(',')).catch((reason) => reason);
  expect(error.message).toContain('There is no model');
});

test.each([
  [{ _class_name: 'UNet2DConditionModel' }, 'describes a U-Net (UNet2DConditionModel), and was not used'],
  [{ architectures: ['CLIPTextModel'] }, 'describes a model of the library transformers (CLIPTextModel)'],
  [{ _class_name: 'AutoencoderKLWan' }, 'describes another kind of autoencoder, AutoencoderKLWan'],
])('a config.json of another kind beside the weights is named and not used: %j', async (config, words) => {
  const folder = folderOf('beside', { 'a.safetensors': WEIGHTS, 'config.json': JSON.stringify(config) });
  const [{ notes }] = await opened(join(folder, 'a.safetensors'));
  expect(notes[0]).toContain(words);
  expect(notes[1]).toContain('how many groups its norms have; 8 was assumed');
});

test('what was assumed of several models is said once, before anything is computed', async () => {
  const folder = folderOf('several', { 'a.safetensors': WEIGHTS, 'b.safetensors': WEIGHTS });
  const about = await opened(join(folder, 'a.safetensors'), join(folder, 'b.safetensors'), 'mini-emergent');
  const lines = noteLines(
    about.map((each) => ({ about: each })),
    ['mini-emergent'],
  );
  expect(lines).toHaveLength(about[0].notes.length);
  expect(lines[0]).toMatch(/^a, b: The file does not say/);
});

test('of a config.json that is no JSON the reason is said once', async () => {
  const folder = folderOf('nan', { 'a.safetensors': WEIGHTS, 'config.json': '{"scaling_factor": NaN}' });
  const said: string[] = [];
  const error = vi.spyOn(console, 'error').mockImplementation((line) => void said.push(line));
  const out = join(root, 'never');
  expect(await main(['report', 'index.html', '--model', folder, '--out', out], process.cwd())).toBe(1);
  error.mockRestore();
  expect(said.join('\n').match(/Unexpected token/g)).toHaveLength(1);
});

test.each<[string, string | Uint8Array, string]>([
  [
    'a pointer',
    'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 334643276\n',
    'is a Git LFS pointer',
  ],
  ['a web page', '<!DOCTYPE html><html><title>Log in</title>', 'is a web page ("Log in")'],
  ['an answer', 'Entry not found', 'is what a server answered in place of the file: "Entry not found"'],
  ['an archive of NumPy', zipped, 'is several NumPy arrays in one file'],
  ['nothing', '', 'is an empty file'],
  ['zeros', new Uint8Array(5000), 'is full of zeros'],
  ['half a file', WEIGHTS.subarray(0, WEIGHTS.length / 2), 'is cut off'],
])('%s in place of weights is refused by what it is', async (_, content, words) => {
  const folder = folderOf('refused', { 'a.safetensors': content });
  const error = await opened(join(folder, 'a.safetensors')).catch((reason) => reason);
  expect(error.message).toContain('a.safetensors');
  expect(error.message).toContain(words);
  expect(error.advice).not.toBe('');
});
