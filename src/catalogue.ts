/** What ships with the instrument: models and pictures to start from, with addresses that hold wherever it is served. */

import type { ModelSource } from './engine/protocol';
import { parseExample } from './formats/recording';
import pictureList from './pictures.json';
import { readPixels } from './state/pictures';
import type { ExampleSource } from './state/player';
import type { StartingPicture } from './state/types';
import { DEFAULT_HUB } from './weights/hub/address';
import type { ModelManifest } from './weights/manifest';

const manifests = import.meta.glob<ModelManifest>(
  ['../models/*.json', '!../models/figures.json', '!../models/*.schema.json'],
  {
    import: 'default',
    eager: true,
  },
);

/** Addresses of the weights that lie beside the manifests; the build gives them names of their own. */
const weights = import.meta.glob<string>('../models/*.safetensors', {
  query: '?url',
  import: 'default',
  eager: true,
});

// The scripts lie one folder below the page, both in development (src) and in a build (assets).
const script: string = import.meta.url;

/** Absolute address of the folder that holds the page and its static files. */
export const SITE = new URL('..', script).href;

/**
 * Small ones first, and of these the planted spot, so that what is meant to be seen is seen; then what grew by itself, then the
 * clean control. Ids that are not here come last, by name.
 */
const ORDER = [
  'mini-planted',
  'mini-emergent',
  'mini-clean',
  'sd1',
  'sd1-ft-mse',
  'sd1-ft-ema',
  'sdxl',
  'sdxl-fp32',
  'sdxl-fp16-fix',
];

function placeOf({ id }: ModelManifest): number {
  const place = ORDER.indexOf(id);
  return place < 0 ? ORDER.length : place;
}

/** The recorded example, where one was recorded. */
const [recorded] = Object.values(
  import.meta.glob<unknown>('./example.json', { import: 'default', eager: true }),
);

async function fetchBeside(file: string): Promise<Response> {
  const response = await fetch(new URL(`example/${file}`, SITE));
  if (!response.ok) throw new Error(`${file}: the server answered ${response.status}.`);
  return response;
}

/** A recording that cannot be read leaves the page without its first example, not without everything. */
function readExample(json: unknown): ExampleSource | undefined {
  if (json === undefined) return undefined;
  try {
    return {
      manifest: parseExample(json),
      readBytes: async (file) => (await fetchBeside(file)).arrayBuffer(),
      readPixels: async (file) => readPixels(await (await fetchBeside(file)).blob()),
    };
  } catch (error) {
    console.warn(error);
    return undefined;
  }
}

export const EXAMPLE = readExample(recorded);

export const MODELS: readonly ModelSource[] = Object.values(manifests)
  .map((manifest) => ({
    base: manifest.kind === 'hub' ? DEFAULT_HUB : SITE,
    manifest: {
      ...manifest,
      files: manifest.files.map((file) => {
        const address = weights[`../models/${file.path}`];
        return address ? { ...file, path: new URL(address, SITE).href } : file;
      }),
    },
  }))
  .sort(
    (a, b) => placeOf(a.manifest) - placeOf(b.manifest) || a.manifest.name.localeCompare(b.manifest.name),
  );

export const PICTURES: readonly StartingPicture[] = pictureList.map((picture) => ({
  ...picture,
  file: new URL(`pictures/${picture.file}`, SITE).href,
  thumbnail: new URL(`pictures/${picture.thumbnail}`, SITE).href,
}));
