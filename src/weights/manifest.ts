import { InspectorError } from '../errors';
import { type AutoencoderConfig, parseConfig } from '../vae/config';

/** What a model is, as data: one JSON file of `models/`. */
export interface ModelManifest {
  id: string;
  name: string;
  /** One plain sentence for the picker. */
  summary: string;
  /** What a visitor must know before drawing conclusions from it. */
  note?: string;
  /** `embedded`: the files lie beside the manifest; `hub`: they are downloaded from a model hub. */
  kind: 'embedded' | 'hub';
  origin?: 'planted' | 'emergent' | 'clean';
  files: { path: string; bytes: number; sha256: string }[];
  dtype: 'float16' | 'float32' | 'bfloat16';
  layout: 'diffusers' | 'diffusers-old' | 'compvis';
  licence: string;
  config: Partial<AutoencoderConfig>;
  /** Where a planted spot sits: known truth, for labels and tests. */
  spot?: { row: number; col: number };
}

/**
 * Checks a manifest that was read as JSON, its config too.
 * @throws InspectorError 'bad-model', naming the field and its value.
 */
export function parseManifest(json: unknown): ModelManifest {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw bad(`A model's manifest is ${JSON.stringify(json)}, not an object.`);
  }
  const fields = json as Record<string, unknown>;
  const need = (name: string, holds: boolean, expected: string) => {
    if (!holds)
      throw bad(`The manifest's ${name} is ${JSON.stringify(fields[name])}; it must be ${expected}.`);
  };
  for (const name of ['id', 'name', 'summary', 'licence']) need(name, isText(fields[name]), 'a text');
  need('note', fields.note === undefined || isText(fields.note), 'a text');
  need('kind', isOneOf(fields.kind, ['embedded', 'hub']), '"embedded" or "hub"');
  need(
    'origin',
    fields.origin === undefined || isOneOf(fields.origin, ['planted', 'emergent', 'clean']),
    '"planted", "emergent" or "clean"',
  );
  need(
    'dtype',
    isOneOf(fields.dtype, ['float16', 'float32', 'bfloat16']),
    '"float16", "float32" or "bfloat16"',
  );
  need(
    'layout',
    isOneOf(fields.layout, ['diffusers', 'diffusers-old', 'compvis']),
    '"diffusers", "diffusers-old" or "compvis"',
  );
  need(
    'files',
    Array.isArray(fields.files) && fields.files.length > 0 && fields.files.every(isFile),
    'a list of files, each with path, bytes and sha256 (64 hexadecimal digits)',
  );
  need('spot', fields.spot === undefined || isCell(fields.spot), 'a cell with row and col');
  parseConfig(fields.config);
  return json as ModelManifest;
}

const isText = (value: unknown): boolean => typeof value === 'string' && value.length > 0;
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

function isOneOf(value: unknown, choices: readonly string[]): boolean {
  return choices.includes(value as string);
}

function isFile(value: unknown): boolean {
  const { path, bytes, sha256 } = (value ?? {}) as Record<string, unknown>;
  return isText(path) && isCount(bytes) && typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256);
}

function isCell(value: unknown): boolean {
  const { row, col } = (value ?? {}) as Record<string, unknown>;
  return isCount(row) && isCount(col);
}

function bad(message: string): InspectorError {
  return new InspectorError('bad-model', message, 'Put the manifest right, or leave this model out.');
}
