import { expect } from 'vitest';
import { readLatentFile } from '@/formats/latent/file';
import { SafetensorsFile, writeSafetensors } from '@/models/files/safetensors';
import type { ByteSource } from '@/models/files/source';
import { ModelFile } from '@/models/load';
import { parseConfig } from '@/vae/config';
import { shapes } from '@/vae/shapes';
import { type GoodFile, oddBytes } from './bytes';
import { type OddJson, oddJson } from './json';
import { generated } from './runs';

type Bytes = Uint8Array<ArrayBuffer>;

/** Reads of what the file does not have are the reader's fault: of a download they would wait for ever. */
function source(bytes: Bytes): ByteSource {
  return {
    name: 'model.safetensors',
    byteLength: bytes.length,
    read(offset, length) {
      if (!(offset >= 0 && length >= 0 && offset + length <= bytes.length)) {
        throw new Error(`${length} bytes were asked for from ${offset} on, of ${bytes.length}.`);
      }
      return Promise.resolve(bytes.buffer.slice(offset, offset + length));
    },
  };
}

const headerEnd = (bytes: Bytes) => 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));

function goodFile(name: string, bytes: Bytes): GoodFile {
  const end = headerEnd(bytes);
  return {
    name,
    bytes,
    fields: [
      { at: 0, size: 8 },
      { at: 0, size: 4 },
      { at: 4, size: 4 },
    ],
    chunks: [
      [0, 8],
      [8, end],
      [end, bytes.length],
    ],
  };
}

/** Odd headers before the same tensors, each with its right length. */
function oddHeaders(files: readonly Bytes[]) {
  const json = oddJson(
    files.map((bytes) => JSON.parse(new TextDecoder().decode(bytes.subarray(8, headerEnd(bytes))))),
  );
  return {
    recipes: json.recipes,
    make(recipe: OddJson): Bytes {
      const file = files[recipe.good];
      const text = new TextEncoder().encode(json.make(recipe));
      const data = file.subarray(headerEnd(file));
      const made = new Uint8Array(8 + text.length + data.length);
      new DataView(made.buffer).setBigUint64(0, BigInt(text.length), true);
      made.set(text, 8);
      made.set(data, 8 + text.length);
      return made;
    },
    goods: files,
  };
}

const tensor = (...shape: number[]) => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((product, side) => product * side, 1) }, (_, at) => at % 7),
});

const SEVERAL = (['F32', 'F16', 'BF16'] as const).map(
  (dtype) =>
    new Uint8Array(
      writeSafetensors(
        new Map([
          ['first', tensor(2, 3)],
          ['second.weight', tensor(4)],
          ['empty', tensor(0, 2)],
          ['scalar', tensor()],
        ]),
        { dtype, metadata: { format: 'pt', note: 'made for a test' } },
      ),
    ),
);

const readAll = async (bytes: Bytes) => {
  const file = await SafetensorsFile.open(source(bytes));
  const tensors = [];
  for (const name of file.entries.keys()) tensors.push(await file.read(name));
  return tensors;
};
const checkAll = (tensors: Awaited<ReturnType<typeof readAll>>) => {
  for (const { shape, data } of tensors) {
    expect(data).toHaveLength(shape.reduce((product, side) => product * side, 1));
  }
};
const length = (bytes: Bytes) => bytes.length;

generated('safetensors', {
  ...oddBytes(SEVERAL.map((bytes, at) => goodFile(`file ${at}`, bytes))),
  bytes: length,
  read: readAll,
  holds: checkAll,
});

generated('safetensors with odd headers', {
  ...oddHeaders(SEVERAL),
  bytes: length,
  read: readAll,
  holds: checkAll,
});

const CONFIG = parseConfig({
  block_out_channels: [2, 4],
  layers_per_block: 1,
  norm_num_groups: 2,
  latent_channels: 2,
});
const model = (prefix: string) =>
  new Uint8Array(
    writeSafetensors(new Map([...shapes(CONFIG)].map(([name, shape]) => [prefix + name, tensor(...shape)])), {
      dtype: 'F16',
    }),
  );
const MODELS = [model(''), model('first_stage_model.')];

const openModel = async (bytes: Bytes) => {
  const alone = await ModelFile.open([source(bytes)], 'model.safetensors');
  // With the configuration that belongs to it, too.
  await ModelFile.open([source(bytes)], 'model.safetensors', CONFIG);
  return alone;
};

generated('files of models with odd headers', {
  ...oddHeaders(MODELS),
  bytes: length,
  read: openModel,
  // Two openings, and the table of the network's own tensors.
  memory: { largest: 4, total: 24 },
});

const LATENTS = [
  writeSafetensors(new Map([['latent', tensor(1, 4, 3, 5)]]), {
    metadata: {
      format: 'latent-inspector latent',
      scaling_factor: '0.18215',
      shift_factor: '0',
      model_name: 'Mini',
    },
  }),
  writeSafetensors(
    new Map([
      ['latent_tensor', tensor(1, 4, 2, 2)],
      ['latent_format_version_0', tensor(0)],
    ]),
  ),
  writeSafetensors(new Map([['any', tensor(4, 3, 5)]]), { dtype: 'BF16' }),
].map((buffer) => new Uint8Array(buffer));

const latentReader = {
  bytes: length,
  read: (bytes: Bytes) => readLatentFile(new Blob([bytes]), 'a.latent'),
};

generated('files of latents', {
  ...oddBytes(LATENTS.map((bytes, at) => goodFile(`latent ${at}`, bytes))),
  ...latentReader,
});

generated('files of latents with odd headers', { ...oddHeaders(LATENTS), ...latentReader });
