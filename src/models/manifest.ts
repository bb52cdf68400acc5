import * as v from 'valibot';
import { InspectorError } from '@/common/errors';
import { shown } from '@/common/shown';
import { type AutoencoderConfig, parseConfig } from '@/vae/config';

export interface ManifestFile {
  path: string;
  /** Null: not known beforehand; the hub is asked. */
  bytes: number | null;
  sha256: string | null;
}

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
  files: [ManifestFile, ...ManifestFile[]];
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

const text = v.pipe(v.string(), v.minLength(1));
const matching = (pattern: RegExp) => v.pipe(v.string(), v.regex(pattern));
const sha256 = matching(/^[0-9a-f]{64}$/);
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const length = v.pipe(count, v.minValue(1));

/** What every kind has. The configuration has a reader of its own. */
const COMMON = {
  id: text,
  name: text,
  summary: text,
  licence: text,
  note: v.optional(text),
  origin: v.optional(v.picklist(['planted', 'emergent', 'clean'])),
  dtype: v.picklist(['float16', 'float32', 'bfloat16']),
  layout: v.picklist(['diffusers', 'diffusers-old', 'compvis']),
  encoder: v.optional(text),
  halfActivations: v.optional(v.boolean()),
  spot: v.optional(v.object({ row: count, col: count })),
};

const MANIFEST = v.variant('kind', [
  v.object({
    kind: v.literal('embedded'),
    ...COMMON,
    hub: v.optional(v.never()),
    files: v.pipe(v.array(v.object({ path: text, bytes: length, sha256 })), v.minLength(1)),
  }),
  v.object({
    kind: v.literal('hub'),
    ...COMMON,
    hub: v.object({ repository: matching(/^[\w.-]+\/[\w.-]+$/), revision: matching(/^[\w.-]+$/) }),
    files: v.strictTuple([v.object({ path: text, bytes: v.nullable(length), sha256: v.nullable(sha256) })]),
  }),
]);

/** What a field must be, in words; texts are not listed. */
const EXPECTED: Readonly<Record<string, string>> = {
  kind: '"embedded" or "hub"',
  origin: '"planted", "emergent" or "clean"',
  dtype: '"float16", "float32" or "bfloat16"',
  layout: '"diffusers", "diffusers-old" or "compvis"',
  halfActivations: 'true or false',
  spot: 'a cell with row and col',
};

/** The same of fields that depend on the kind. */
const EXPECTED_OF: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  hub: {
    hub: 'a repository ("owner/name") and a revision (a commit, or "main")',
    files:
      'one file, with path, bytes and sha256 (64 hexadecimal digits), these two null where they are not known',
  },
  embedded: {
    hub: 'left out, as its files lie beside the manifest',
    files: 'a list of files, each with path, bytes and sha256 (64 hexadecimal digits)',
  },
};

/**
 * Checks a manifest that was read as JSON, its config too.
 * @throws InspectorError 'bad-model', naming the field and its value.
 */
export function parseManifest(json: unknown): ModelManifest {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw bad(`A model's manifest is ${shown(json)}, not an object.`);
  }
  const fields = json as Record<string, unknown>;
  const { issues } = v.safeParse(MANIFEST, json, { abortEarly: true });
  if (issues) {
    const name = String(issues[0].path?.[0].key);
    const expected = EXPECTED[name] ?? EXPECTED_OF[String(fields.kind)]?.[name] ?? 'a text';
    throw bad(`The manifest's ${name} is ${shown(fields[name])}; it must be ${expected}.`);
  }
  parseConfig(fields.config);
  return json as ModelManifest;
}

function bad(message: string): InspectorError {
  return new InspectorError('bad-model', message, 'Put the manifest right, or leave this model out.');
}
