/** Weights that are cut into parts: put together as one file, on the page and by the command, or refused by what is wrong. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { recognise } from '@/app/files/givenFiles';
import { pathOf } from '@/app/files/givenFolder';
import { openModels } from '@/cli/models';
import { SafetensorsFile, writeSafetensors } from '@/models/files/safetensors';
import { joinedSource, joinShards, readShardIndex, shardName } from '@/models/files/shards';
import { blobSource, bufferSource } from '@/models/files/source';
import { ModelFile } from '@/models/load';
import { syntheticTensors } from '@/models/synthetic';
import { parseConfig } from '@/vae/config';

const FIELDS = { block_out_channels: [8, 16], layers_per_block: 1, norm_num_groups: 4 };
const CONFIG = JSON.stringify({ _class_name: 'AutoencoderKL', ...FIELDS });
const TENSORS = new Map(syntheticTensors(parseConfig(FIELDS), 3));
const STEM = 'diffusion_pytorch_model';
const nameOf = (part: number, count: number, stem = STEM) =>
  `${stem}-${String(part).padStart(5, '0')}-of-${String(count).padStart(5, '0')}.safetensors`;

/** The model in parts, tensor by tensor in turn, so that no part is of use alone; and its index. */
function cut(count: number, stem = STEM) {
  const parts = Array.from(
    { length: count },
    () => new Map<string, { shape: number[]; data: Float32Array }>(),
  );
  const files: Record<string, string> = {};
  for (const [at, [name, tensor]] of [...TENSORS].entries()) {
    parts[at % count].set(name, tensor);
    files[name] = nameOf((at % count) + 1, count, stem);
  }
  return {
    files: parts.map((part, at) => ({
      name: nameOf(at + 1, count, stem),
      bytes: new Uint8Array(writeSafetensors(part)),
    })),
    index: JSON.stringify({ metadata: { total_size: 1 }, weight_map: files }),
    map: files,
  };
}

const INDEX = `${STEM}.safetensors.index.json`;
const sourcesOf = (files: { name: string; bytes: Uint8Array }[]) =>
  files.map(({ name, bytes }) => bufferSource(new Uint8Array(bytes).buffer, name));

test('names tell parts, and nothing else does', () => {
  expect(shardName('a/model-00002-of-00003.safetensors')).toMatchObject({
    whole: 'a/model.safetensors',
    part: 2,
    count: 3,
  });
  for (const name of [
    'model.safetensors',
    'model-00001-of-00001.safetensors',
    'model-00004-of-00003.safetensors',
    'model-00001-of-00002.bin',
    'model-1-of.safetensors',
  ])
    expect(shardName(name)).toBeNull();
});

test('the joined file holds every tensor with its bytes, read in pieces of any length', async () => {
  const { files, index } = cut(3);
  const sources = sourcesOf(files);
  const whole = joinedSource('whole', await joinShards(sources, readShardIndex(index, INDEX)), sources);
  const file = await SafetensorsFile.open(whole);
  expect(file.entries.size).toBe(TENSORS.size);
  for (const [name, { shape, data }] of TENSORS) expect(await file.read(name)).toEqual({ shape, data });
  const all = new Uint8Array(await whole.read(0, whole.byteLength));
  for (const length of [1000, 7777]) {
    const read: number[] = [];
    for (let at = 0; at < whole.byteLength; at += length)
      read.push(...new Uint8Array(await whole.read(at, length)));
    expect(read).toEqual([...all]);
  }
  expect((await whole.read(whole.byteLength - 3, 10)).byteLength).toBe(3);
});

describe('refused, in words', () => {
  const said = async (files: { name: string; bytes: Uint8Array }[], index?: string) => {
    const error = await joinShards(
      sourcesOf(files),
      index === undefined ? null : readShardIndex(index, INDEX),
    ).then(
      () => null,
      (reason) => reason,
    );
    return error && `${error.code}: ${error.message} ${error.advice}`;
  };

  test('parts that are missing, by their names', async () => {
    const { files, index } = cut(3);
    const two = [files[0], files[2]];
    const words = `bad-file: The model is in 3 parts, and one is missing: "${nameOf(2, 3)}". Give all parts together, or the folder that holds them.`;
    expect(await said(two)).toBe(words);
    expect(await said(two, index)).toBe(words);
    const many = cut(7);
    expect(await said(many.files.slice(0, 2))).toMatch(/5 are missing: .*-00003-of-.* and 2 more\./);
  });

  test('parts of several models, and tensors that are there twice', async () => {
    const [two, three] = [cut(2), cut(3)];
    expect(await said([two.files[0], three.files[1]])).toMatch(
      /not the parts of one model: .*of-00002.*of-00003/,
    );
    const doubled = [two.files[0], { ...two.files[0], name: nameOf(2, 2) }];
    expect(await said(doubled)).toMatch(/is both in .*-00001-of-00002\.safetensors and in .*-00002-of-/);
  });

  test('an index that says something else', async () => {
    const { files, map } = cut(2);
    const [first] = Object.keys(map);
    const indexOf = (fields: object) => JSON.stringify({ weight_map: fields });
    expect(await said(files, indexOf({ ...map, [first]: nameOf(2, 2) }))).toMatch(
      /The parts contradict .*index\.json: it says that ".*" is in ".*-00002-of-.*", but it is in .*-00001-of-/,
    );
    expect(await said(files, indexOf({ ...map, more: nameOf(1, 2) }))).toMatch(
      /"more" is in .*none of them holds it/,
    );
    const { [first]: _, ...rest } = map;
    const away = indexOf({ ...map, [first]: '../../etc/weights.safetensors' });
    await expect(said(files, away)).rejects.toThrow(
      /names a file that does not lie beside it, "\.\.\/\.\.\/etc\//,
    );
    expect(await said(files, indexOf(rest))).toMatch(/-00001-of-.* holds ".*", which it does not name/);
    expect(() => readShardIndex('{"weight_map": {"a": 3}}', INDEX)).toThrow(/does not say in which file/);
    expect(() => readShardIndex('null', INDEX)).toThrow(/does not say in which file/);
    expect(() => readShardIndex('version https://git-lfs', INDEX)).toThrow(/does not say in which file/);
  });

  test('a part alone, with the names of the others', async () => {
    const [part] = sourcesOf(cut(2).files);
    await expect(ModelFile.open([part], part.name)).rejects.toMatchObject({
      message: `${nameOf(1, 2)} is part 1 of 2 of a model, and this part holds no whole autoencoder. Missing: "${nameOf(2, 2)}".`,
    });
    // As its author's program cuts it: the encoder and the beginning of the decoder.
    const half = new Map([...TENSORS].slice(0, Math.ceil(TENSORS.size * 0.7)));
    await expect(ModelFile.open([bufferSource(writeSafetensors(half))], nameOf(1, 2))).rejects.toThrow(
      /part 1 of 2 /,
    );
    // The encoder in one, the decoder in the other.
    const encoder = new Map([...TENSORS].filter(([name]) => /^(encoder|quant)/.test(name)));
    await expect(ModelFile.open([bufferSource(writeSafetensors(encoder))], nameOf(1, 5))).rejects.toThrow(
      /part 1 of 5 .*Missing: "[^"]*2-of[^"]*", "[^"]*3-of[^"]*", "[^"]*4-of[^"]*" and 1 more\.$/,
    );
  });
});

describe('given to the page', () => {
  const at = (path: string, bytes: BlobPart) => {
    const file = new File([bytes], path.split('/').at(-1)!);
    if (path.includes('/')) Object.defineProperty(file, 'webkitRelativePath', { value: path });
    return file;
  };

  test.each([true, false])('all parts at once are one model; with the index: %s', async (withIndex) => {
    const { files, index } = cut(3);
    const given = files.map(({ name, bytes }) => at(name, bytes as BlobPart)).reverse();
    const document = at('config.json', CONFIG);
    const found = await recognise([...given, document, ...(withIndex ? [at(INDEX, index)] : [])]);
    if (found.kind !== 'model') throw new Error(JSON.stringify(found));
    expect(found.config).toBe(document);
    expect(found.said).toContain('Its weights lie in 3 files');
    expect(found.weights.name).toBe(`${STEM}.safetensors`);
    const model = await ModelFile.open([blobSource(found.weights)], 'a', JSON.parse(CONFIG));
    expect(model.layout).toBe('diffusers');
  });

  test('in the folder of a pipeline, beside a variant in parts, by their place', async () => {
    const [plain, half] = [cut(2), cut(2, `${STEM}.fp16`)];
    const inside = [...plain.files, ...half.files].map(({ name, bytes }) =>
      at(`sd/vae/${name}`, bytes as BlobPart),
    );
    const others = [at('sd/unet/config.json', '{}'), at('sd/vae/config.json', CONFIG)];
    const found = await recognise([...inside, ...others, at(`sd/vae/${INDEX}`, plain.index)]);
    if (found.kind !== 'model') throw new Error(JSON.stringify(found));
    expect(pathOf(found.weights)).toBe(`sd/vae/${STEM}.safetensors`);
    expect(found.config).toBe(others[1]);
    expect(found.said).toMatch(/Its weights lie in 2 files.*It also holds .*fp16/);
  });

  test('parts of two models, or with one missing, are told', async () => {
    const { files } = cut(3);
    const given = files.map(({ name, bytes }) => at(name, bytes as BlobPart));
    await expect(recognise(given.slice(1))).rejects.toThrow(/one is missing: ".*-00001-of-/);
    const other = cut(2, 'other').files.map(({ name, bytes }) => at(name, bytes as BlobPart));
    expect(await recognise([...given, ...other])).toMatchObject({
      kind: 'unknown',
      words: expect.stringMatching(/^These are 2 models\./),
    });
    const index = at(INDEX, cut(3).index);
    expect(await recognise([index])).toMatchObject({
      kind: 'unknown',
      words: expect.stringMatching(/index of weights that lie in 3 other files .*Give those files together/),
    });
  });
});

describe('given to the command', () => {
  const root = mkdtempSync(join(tmpdir(), 'shards-'));
  afterAll(() => rmSync(root, { recursive: true }));

  const folderOf = (name: string, content: Record<string, string | Uint8Array>) => {
    const folder = join(root, name);
    mkdirSync(folder, { recursive: true });
    for (const [file, bytes] of Object.entries(content)) writeFileSync(join(folder, file), bytes);
    return folder;
  };
  const opened = async (given: string) => {
    const [model] = await openModels([given], process.cwd());
    await model.close();
    return model.about;
  };

  test('a folder, one of the parts, or the index open the whole, under the page\u2019s SHA-256', async () => {
    const { files, index } = cut(2);
    const content = Object.fromEntries(files.map(({ name, bytes }) => [name, bytes]));
    const folder = folderOf('whole', { ...content, [INDEX]: index, 'config.json': CONFIG });
    const page = await recognise(files.map(({ name, bytes }) => new File([bytes as BlobPart], name)));
    if (page.kind !== 'model') throw new Error(page.kind);
    const sha256 = createHash('sha256')
      .update(new Uint8Array(await page.weights.arrayBuffer()))
      .digest('hex');
    for (const [given, id] of [
      ['', 'whole'],
      [nameOf(2, 2), STEM],
      [INDEX, STEM],
    ]) {
      const about = await opened(join(folder, given));
      expect(about).toMatchObject({ id, sha256, file: `${STEM}.safetensors` });
      expect(about.notes).toEqual([expect.stringMatching(/^Its weights lie in 2 files/)]);
    }
    const bare = folderOf('without-index', content);
    expect((await opened(bare)).sha256).toBe(sha256);
  });

  test('a part that is missing is named', async () => {
    const { files, index } = cut(3);
    const content = Object.fromEntries(files.slice(1).map(({ name, bytes }) => [name, bytes]));
    const expected = /in 3 parts, and one is missing: ".*-00001-of-00003/;
    await expect(opened(folderOf('less', content))).rejects.toThrow(expected);
    const indexed = folderOf('less-index', { ...content, [INDEX]: index });
    await expect(opened(indexed)).rejects.toThrow(expected);
    await expect(opened(join(indexed, nameOf(2, 3)))).rejects.toThrow(expected);
  });
});
