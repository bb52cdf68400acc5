import type { ModelManifest } from '@/models/manifest';
import { bytes } from '../parts/format';
import { shortNames } from '../sides/side';
import { type Stored, storedAmount, storedFileOf } from './storedFiles';

/** Values of options that are no model's id. */
export const NOTHING = '';
export const OPEN_FILE = ':open-file';

/** Names of files are shortened to what the closed list has room for. */
const LONGEST = 24;

export interface OptionGroup {
  label: string;
  options: { value: string; text: string }[];
}

/** Bytes of all its files; null where one is not known. */
export function modelBytes(manifest: ModelManifest): number | null {
  let sum = 0;
  for (const file of manifest.files) {
    if (file.bytes === null) return null;
    sum += file.bytes;
  }
  return sum;
}

/** "SD1.x, 167 MB", "SD1.x, stored", "SD1.x, 47 of 167 MB stored". */
function optionText(manifest: ModelManifest, stored: Stored): string {
  if (manifest.kind !== 'hub') return manifest.name;
  const file = storedFileOf(manifest, stored);
  if (file?.complete) return `${manifest.name}, stored`;
  if (file) return `${manifest.name}, ${storedAmount(file)} stored`;
  const size = modelBytes(manifest);
  return `${manifest.name}, ${size === null ? 'size not known yet' : bytes(size)}`;
}

/** The models to choose from, by where they come from; last the way to open one's own. */
export function optionGroups(models: readonly ModelManifest[], stored: Stored): OptionGroup[] {
  const of = (kind: ModelManifest['kind']) =>
    models
      .filter((model) => model.kind === kind)
      .map((model) => ({ value: model.id, text: optionText(model, stored) }));
  const files = of('file');
  const short = shortNames(
    files.map(({ text }) => text),
    LONGEST,
  );
  return [
    { label: 'Part of this page', options: of('embedded') },
    { label: 'Downloaded from a hub', options: of('hub') },
    {
      label: 'Your files',
      options: [
        ...files.map((each, at) => ({ ...each, text: short[at] ?? each.text })),
        { value: OPEN_FILE, text: 'Open a file\u2026' },
      ],
    },
  ].filter(({ options }) => options.length > 0);
}
