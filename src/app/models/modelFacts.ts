import type { ModelInfo } from '@/engine/protocol';
import type { ModelManifest } from '@/models/manifest';
import { bytes, plural } from '../parts/format';
import { modelBytes } from './modelOptions';
import { type Stored, storedAmount, storedFileOf } from './storedFiles';

export interface Fact {
  term: string;
  text: string;
}

const LAYOUTS: Record<NonNullable<ModelManifest['layout']>, string> = {
  diffusers: 'diffusers',
  'diffusers-old': 'diffusers, older names',
  compvis: 'CompVis',
};

const DTYPES: Record<string, string> = { float16: 'F16', float32: 'F32', bfloat16: 'BF16' };

const NUMBERS = ['no', 'one', 'two', 'three', 'four', 'five', 'six'];

/** Words for what is special about it among the models that can be chosen here; null where nothing is. */
export function specialWords(manifest: ModelManifest, models: readonly ModelManifest[]): string | null {
  const kin = models.filter((each) => each.encoder !== undefined && each.encoder === manifest.encoder);
  if (kin.length < 2) return null;
  const others = kin.filter(({ id }) => id !== manifest.id).map(({ name }) => name);
  const count = NUMBERS[kin.length] ?? String(kin.length);
  return `One of ${count} decoders over one encoder, with ${joined(others)}. Their latents are the same, so a picture is encoded once.`;
}

/** "a", "a and b", "a, b and c". */
function joined(names: readonly string[]): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;
}

function memoryWords({ side, bytes: planned }: ModelInfo['memory'][number], index: number): string {
  return `${bytes(planned)} ${index === 0 ? `for ${side} \u00d7 ${side} pixels` : `at ${side}`}`;
}

/** Facts about a model, in a word or two each; more once it is open. `info` is that of this very model. */
export function modelFacts(manifest: ModelManifest, info: ModelInfo | null, stored: Stored): Fact[] {
  const facts: Fact[] = [];
  const add = (term: string, text: string | null | undefined) => {
    if (text) facts.push({ term, text });
  };
  const size = modelBytes(manifest);
  const dtype = info ? info.dtypes.join(', ') : manifest.dtype && (DTYPES[manifest.dtype] ?? manifest.dtype);
  add('File', [size === null ? 'size not known yet' : bytes(size), dtype].filter(Boolean).join(', '));
  const layout = info?.layout ?? manifest.layout;
  add('Layout', layout && LAYOUTS[layout]);
  if (info) {
    add('Parameters', info.parameters.toLocaleString('en'));
    add('Memory', `about ${joined(info.memory.map(memoryWords))}, beside the weights`);
    add(
      'One cell',
      `${info.factor} \u00d7 ${info.factor} pixels, ${plural(info.config.latent_channels, 'channel')}`,
    );
  }
  if (manifest.halfActivations === false) {
    add('Precision', 'computed in 32 bits: its decoder passes 65504, the largest half');
  }
  add('Licence', manifest.licence ?? (manifest.kind === 'file' ? 'your file: not known here' : null));
  add('On this computer', keptWords(manifest, info, stored));
  return facts;
}

/** Words for the place of its bytes when the page is closed. */
function keptWords(manifest: ModelManifest, info: ModelInfo | null, stored: Stored): string | null {
  if (manifest.kind === 'embedded') return 'part of this page';
  if (manifest.kind === 'file') return 'your file, read where it lies';
  const file = storedFileOf(manifest, stored);
  if (file) return file.complete ? `stored, ${storedAmount(file)}` : `${storedAmount(file)} stored`;
  if (info) return info.provenance.stored ? 'stored' : 'not stored: gone when this page is closed';
  return stored ? 'not stored' : null;
}
