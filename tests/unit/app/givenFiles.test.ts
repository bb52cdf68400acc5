/** Tests of what files are, by their bytes, and what is chosen of several. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Given, recognise } from '@/app/files/givenFiles';
import { filesOf, pathOf } from '@/app/files/givenFolder';
import { writeNpy } from '@/formats/latent/npy';
import { writeSafetensors } from '@/models/files/safetensors';

const tensors = (key: string, shape: number[]) =>
  writeSafetensors(new Map([[key, { shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)) }]]));
const weights = () =>
  writeSafetensors(
    new Map([
      ['decoder.conv_in.weight', { shape: [4, 4, 3, 3], data: new Float32Array(144) }],
      ['decoder.conv_in.bias', { shape: [4], data: new Float32Array(4) }],
    ]),
  );
const jpeg = readFileSync('tests/cases/picture-without-extension/photo');
const npy = writeNpy({ shape: [1, 4, 8, 8], data: new Float32Array(256) });

/** A file at a path, as a chosen folder gives it. */
function at(path: string, bytes: BlobPart, type = ''): File {
  const file = new File([bytes], path.split('/').at(-1)!, { type });
  if (path.includes('/')) Object.defineProperty(file, 'webkitRelativePath', { value: path });
  return file;
}

const words = (given: Given) => (given.kind === 'unknown' ? given.words : given.kind);

test.each(['photo', 'photo.jpg_large', 'photo.download', 'photo.bin', 'photo.safetensors', 'photo.npy'])(
  'a JPEG called %s is a picture',
  async (name) => {
    const file = new File([jpeg], name);
    expect(await recognise([file])).toEqual({ kind: 'picture', file, said: null });
  },
);

test.each(['model', 'model.bin', 'model.ckpt', 'model.safetensors.download', 'vae (1)', 'model.jpg'])(
  'weights called %s are a model',
  async (name) => {
    const file = new File([weights()], name);
    expect(await recognise([file])).toEqual({ kind: 'model', weights: file, config: null, said: null });
  },
);

test.each(['latent', 'latent.bin', 'latent.npy', 'latent.png'])(
  'an array called %s is a latent',
  async (name) => {
    const file = new File([npy as BlobPart], name);
    expect(await recognise([file])).toEqual({ kind: 'latent', file, said: null });
    const saved = new File([tensors('latent', [1, 4, 2, 2])], name);
    expect((await recognise([saved])).kind).toBe('latent');
  },
);

test('what cannot be opened is named by what it is, with what to do', async () => {
  const say = async (name: string, bytes: BlobPart) => words(await recognise([new File([bytes], name)]));
  expect(await say('notes.pdf', '%PDF-1.7\n')).toMatch(/^notes\.pdf is a PDF document\. /);
  expect(await say('photo.jpg', '<!doctype html><title>Sign in</title>')).toMatch(
    /^photo\.jpg is a web page/,
  );
  expect(await say('model', 'GGUF\x03\0\0\0')).toMatch(/^model is weights in GGUF.*\.safetensors/);
  expect(await say('photo', 'some words')).toMatch(/^photo is a text\./);
  expect(await say('photo', '')).toMatch(/^photo is an empty file\./);
  expect(await say('thing', new Uint8Array([1, 2, 3, 250, 251, 9, 8, 7]))).toMatch(
    /^thing is neither a picture/,
  );
  expect(await say('config.json', '{"_class_name": "AutoencoderKL"}')).toContain(
    'together with the .safetensors',
  );
});

test('several files are one model with its configuration, or refused by their number', async () => {
  const [a, b] = [new File([weights()], 'a.safetensors'), new File([weights()], 'b')];
  const config = (name: string) => new File(['{"latent_channels": 4}'], name);
  const document = config('config.json');
  expect(await recognise([document, b])).toEqual({ kind: 'model', weights: b, config: document, said: null });
  expect(words(await recognise([a, b]))).toContain('These are 2 models');
  expect(words(await recognise([a, config('a.json'), config('b.json')]))).toContain('2 .json files');
  const latent = () => new File([npy as BlobPart], 'x');
  expect(words(await recognise([latent(), latent()]))).toContain('2 latents');
  const picture = new File([jpeg], 'two.jpg');
  expect(await recognise([picture, new File([jpeg], 'ten.jpg'), new File(['text'], 'notes')])).toMatchObject({
    kind: 'picture',
    said: expect.stringContaining('These are 2 pictures: ten.jpg, the first, is opened.'),
  });
});

test("a pipeline's folder is opened by its autoencoder, with the configuration beside it", async () => {
  const files = [
    at('sd15/model_index.json', '{"_class_name": "StableDiffusionPipeline"}'),
    at('sd15/unet/config.json', '{}'),
    at('sd15/unet/diffusion_pytorch_model.safetensors', weights()),
    at('sd15/vae/config.json', '{"latent_channels": 4}'),
    at('sd15/vae/diffusion_pytorch_model.fp16.safetensors', weights()),
    at('sd15/vae/diffusion_pytorch_model.safetensors', weights()),
    at('sd15/vae/diffusion_pytorch_model.bin', 'PK\x03\x04'),
    at('sd15/README.md', '# words'),
  ];
  expect(await recognise(files)).toEqual({
    kind: 'model',
    weights: files[5],
    config: files[3],
    said: 'Of the folder sd15, sd15/vae/diffusion_pytorch_model.safetensors is opened, with its config.json. It also holds sd15/vae/diffusion_pytorch_model.fp16.safetensors: drop that by itself to open it.',
  });
  // Where only halves are there, they are it.
  expect(await recognise(files.filter((file) => file !== files[5]))).toMatchObject({ weights: files[4] });
  // The folder of the autoencoder alone.
  const vae = [at('vae/config.json', '{}'), at('vae/model', weights())];
  expect(await recognise(vae)).toMatchObject({ kind: 'model', weights: vae[1], config: vae[0] });
  // Of several that could be meant none is taken.
  expect(
    words(await recognise(['a', 'b', 'c', 'd'].map((name) => at(`models/${name}.safetensors`, weights())))),
  ).toBe(
    'The folder models holds 4 weights files: models/a.safetensors, models/b.safetensors, models/c.safetensors and 1 more. A model is one: drop the one that you mean.',
  );
});

test('of a folder of pictures the first is opened, and that is said; of one with nothing, what it holds', async () => {
  const pictures = [10, 9, 1].map((number) => at(`trip/day 1/IMG_${number}`, jpeg));
  expect(await recognise([...pictures, at('trip/notes.txt', 'words')])).toEqual({
    kind: 'picture',
    file: pictures[2],
    said: 'The folder trip holds 3 pictures: trip/day 1/IMG_1, the first, is opened. To measure all of them, use "Does it hold over many pictures?" below.',
  });
  expect(await recognise([at('trip/a', jpeg), at('trip/b', 'words')])).toMatchObject({
    said: 'Of the folder trip, trip/a is opened.',
  });
  expect(words(await recognise([at('docs/a.pdf', '%PDF-1.4'), at('docs/b', 'words')]))).toBe(
    'The folder docs holds nothing that this page opens: no picture, no model as .safetensors, no latent. It holds 2 files: docs/a.pdf is a PDF document; docs/b is a text.',
  );
  expect(words(await recognise([at('a/a.pdf', '%PDF-1.4'), at('b/b', 'words')]))).toMatch(
    /^The folders a and b hold nothing that this page opens: .* They hold 2 files: a\/a\.pdf is a PDF/,
  );
});

/** Entries of a dropped folder, as browsers hand them out: at most two at a time. */
function folder(path: string, entries: FileSystemEntry[]): FileSystemEntry {
  const rest = [...entries];
  return {
    isDirectory: true,
    name: path.split('/').at(-1)!,
    fullPath: `/${path}`,
    createReader: () => ({
      readEntries: (then: (some: FileSystemEntry[]) => void) => then(rest.splice(0, 2)),
    }),
  } as unknown as FileSystemEntry;
}
const entry = (path: string, file: File | null): FileSystemEntry =>
  ({
    isDirectory: false,
    name: path.split('/').at(-1)!,
    fullPath: `/${path}`,
    file: (then: (file: File) => void, fail: () => void) => (file ? then(file) : fail()),
  }) as unknown as FileSystemEntry;
const dropped = (...entries: FileSystemEntry[]) =>
  ({
    files: entries.map(({ name }) => new File([], name)),
    items: entries.map((each) => ({
      kind: 'file',
      webkitGetAsEntry: () => each,
      getAsFile: () => new File([], each.name),
    })),
  }) as unknown as DataTransfer;

test('dropped folders are looked through to the end, without what programs leave in them', async () => {
  const file = () => new File(['x'], 'x');
  const inside = [1, 2, 10, 3, 4].map((number) => entry(`a/b/${number}.jpg`, file()));
  const files = await filesOf(
    dropped(
      folder('a', [
        folder('a/b', inside),
        entry('a/.DS_Store', file()),
        entry('a/unreadable', null),
        entry('a/c', file()),
      ]),
      entry('lone', file()),
    ),
  );
  expect(files.map(pathOf)).toEqual([
    'a/b/1.jpg',
    'a/b/2.jpg',
    'a/b/3.jpg',
    'a/b/4.jpg',
    'a/b/10.jpg',
    'a/c',
    'lone',
  ]);
  await expect(filesOf(dropped(folder('empty', [])))).rejects.toThrow('The folder empty is empty');
  // Without a folder the list of files is all there is.
  const plain = dropped(entry('x', file()));
  expect(await filesOf(plain)).toEqual([...plain.files]);
});
