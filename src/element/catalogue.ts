/** Models and pictures to start from, which ship with the instrument, with addresses that hold wherever it is served. */

import type { ModelSource } from '@/engine/protocol';
import { type OpenRecording, openRecording } from '@/formats/recording/file';
import { parseHeader } from '@/formats/recording/header';
import type { RecordingSource } from '@/formats/recording/pictures';
import { secondOf } from '@/formats/recording/second';
import { DEFAULT_HUB } from '@/models/hub/address';
import type { ManifestFile, ModelManifest } from '@/models/manifest';
import { decodePicture } from '@/session/recording/decode';
import { fetchRecording } from '@/session/recording/fetch';
import type { StartingPicture } from '@/session/types';
import pictureList from '../pictures.json';
import { SITE, staticFile } from './site';

const manifests = import.meta.glob<ModelManifest>(
  ['../../models/*.json', '!../../models/figures.json', '!../../models/*.schema.json'],
  {
    import: 'default',
    eager: true,
  },
);

/** Addresses of the weights that lie beside the manifests; the build gives them names of their own. */
const weights = import.meta.glob<string>('../../models/*.safetensors', {
  query: '?url',
  import: 'default',
  eager: true,
});

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

/** The header of the recorded example, where one was recorded: what is on screen first is known before its file is here. */
const [header] = Object.values(
  import.meta.glob<unknown>('../example.json', { import: 'default', eager: true }),
);

/** A recording that cannot be read leaves the page without its first example, not without everything. */
function exampleOf(json: unknown): RecordingSource | undefined {
  if (json === undefined) return undefined;
  try {
    const recording = parseHeader(json);
    let opening: Promise<OpenRecording> | null = null;
    return {
      recording,
      part: async (name) => {
        opening ??= fetchRecording(staticFile('recordings/example.lirec')).then(openRecording);
        return (await opening).part(name);
      },
      decode: decodePicture,
    };
  } catch (error) {
    console.warn(error);
    return undefined;
  }
}

export const EXAMPLE = exampleOf(header);

/** The model beside the example's, on the same picture. */
export const EXAMPLE_BESIDE = (EXAMPLE && secondOf(EXAMPLE)) ?? undefined;

/** A model's file with the address that the build gave it. */
function served(file: ManifestFile): ManifestFile {
  const address = weights[`../../models/${file.path}`];
  return address ? { ...file, path: new URL(address, SITE).href } : file;
}

export const MODELS: readonly ModelSource[] = Object.values(manifests)
  .map((manifest): ModelSource => {
    const [first, ...others] = manifest.files;
    return {
      base: manifest.kind === 'hub' ? DEFAULT_HUB : SITE,
      manifest: { ...manifest, files: [served(first), ...others.map(served)] },
    };
  })
  .sort(
    (a, b) => placeOf(a.manifest) - placeOf(b.manifest) || a.manifest.name.localeCompare(b.manifest.name),
  );

export const PICTURES: readonly StartingPicture[] = pictureList.map((picture) => ({
  ...picture,
  file: staticFile(`pictures/${picture.file}`),
  thumbnail: staticFile(`pictures/${picture.thumbnail}`),
}));
