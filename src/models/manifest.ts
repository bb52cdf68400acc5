import { InspectorError } from '../common/errors';
import { shown } from '../common/shown';
import { type AutoencoderConfig, parseConfig } from '../vae/config';

/** Description of a model, as data: one JSON file of `models/`. */
export interface ModelManifest {
  id: string;
  name: string;
  /** One plain sentence for the picker. */
  summary: string;
  /** A caution that a visitor must know before drawing conclusions from it. */
  note?: string;
  /**
   * `embedded`: the files lie beside the manifest; `hub`: they are downloaded from a model hub; `file`: a visitor's own,
   * whose manifest the page makes up (no JSON file has this kind).
   */
  kind: 'embedded' | 'hub' | 'file';
  origin?: 'planted' | 'emergent' | 'clean';
  /** Place on the hub: `owner/name`, and a commit (or `main`, where none is pinned). */
  hub?: { repository: string; revision: string };
  /** Null: not known beforehand; the hub is asked. */
  files: { path: string; bytes: number | null; sha256: string | null }[];
  dtype?: 'float16' | 'float32' | 'bfloat16';
  layout?: 'diffusers' | 'diffusers-old' | 'compvis';
  licence?: string;
  config: Partial<AutoencoderConfig>;
  /**
   * Models of one name here have one encoder: whoever made them trained only the decoder again. A picture is then encoded
   * once, and the latent is decoded by each.
   */
  encoder?: string;
  /** False where activations of the decoder pass the largest half (65504), so that half-precision activations overflow. */
  halfActivations?: boolean;
  /** Cell of a planted spot: known truth, for labels and tests. */
  spot?: { row: number; col: number };
}

/**
 * Checks a manifest that was read as JSON, its config too.
 * @throws InspectorError 'bad-model', naming the field and its value.
 */
export function parseManifest(json: unknown): ModelManifest {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw bad(`A model's manifest is ${shown(json)}, not an object.`);
  }
  const fields = json as Record<string, unknown>;
  const need = (name: string, holds: boolean, expected: string) => {
    if (!holds) throw bad(`The manifest's ${name} is ${shown(fields[name])}; it must be ${expected}.`);
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
  const ofHub = fields.kind === 'hub';
  need('hub', ofHub ? isHub(fields.hub) : fields.hub === undefined, HUB_EXPECTED[ofHub ? 'hub' : 'embedded']);
  need('files', isFiles(fields.files, ofHub), FILES_EXPECTED[ofHub ? 'hub' : 'embedded']);
  need('encoder', fields.encoder === undefined || isText(fields.encoder), 'a text');
  need(
    'halfActivations',
    fields.halfActivations === undefined || typeof fields.halfActivations === 'boolean',
    'true or false',
  );
  need('spot', fields.spot === undefined || isCell(fields.spot), 'a cell with row and col');
  parseConfig(fields.config);
  return json as ModelManifest;
}

const HUB_EXPECTED = {
  hub: 'a repository ("owner/name") and a revision (a commit, or "main")',
  embedded: 'left out, as its files lie beside the manifest',
};

const FILES_EXPECTED = {
  hub: 'one file, with path, bytes and sha256 (64 hexadecimal digits), these two null where they are not known',
  embedded: 'a list of files, each with path, bytes and sha256 (64 hexadecimal digits)',
};

const isText = (value: unknown): boolean => typeof value === 'string' && value.length > 0;
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;

function isOneOf(value: unknown, choices: readonly string[]): boolean {
  return choices.includes(value as string);
}

function isHub(value: unknown): boolean {
  const { repository, revision } = (value ?? {}) as Record<string, unknown>;
  return (
    isText(repository) &&
    /^[\w.-]+\/[\w.-]+$/.test(repository as string) &&
    isText(revision) &&
    /^[\w.-]+$/.test(revision as string)
  );
}

function isFiles(value: unknown, ofHub: boolean): boolean {
  if (!Array.isArray(value) || value.length === 0 || (ofHub && value.length > 1)) return false;
  return value.every((file) => isFile(file, ofHub));
}

function isFile(value: unknown, ofHub: boolean): boolean {
  const { path, bytes, sha256 } = (value ?? {}) as Record<string, unknown>;
  const sized = (ofHub && bytes === null) || (isCount(bytes) && bytes !== 0);
  const hashed = (ofHub && sha256 === null) || (typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256));
  return isText(path) && sized && hashed;
}

function isCell(value: unknown): boolean {
  const { row, col } = (value ?? {}) as Record<string, unknown>;
  return isCount(row) && isCount(col);
}

function bad(message: string): InspectorError {
  return new InspectorError('bad-model', message, 'Put the manifest right, or leave this model out.');
}
