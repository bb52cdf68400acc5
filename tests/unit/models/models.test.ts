/** The manifests that ship, the check that the page makes of them, and the schema that editors use: all three agree. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseManifest } from '@/models/manifest';

const FOLDER = new URL('../../../models/', import.meta.url);
const read = (file: string) => JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'));
const FILES = readdirSync(FOLDER).filter((file) => /^(?!figures|manifest\.schema).*\.json$/.test(file));
const SCHEMA = read('manifest.schema.json');

interface Schema {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  pattern?: string;
  minimum?: number;
  minItems?: number;
  maxItems?: number;
  required?: string[];
  properties?: Record<string, Schema | false>;
  additionalProperties?: boolean;
  items?: Schema;
  if?: Schema;
  then?: Schema;
  else?: Schema;
}

const typeOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
};

/** Tells whether a value fits, by those of JSON schema's words that the schema uses. */
function fits(value: unknown, schema: Schema | false): boolean {
  if (schema === false) return false;
  const fields = value as Record<string, unknown>;
  const list = value as unknown[];
  const known = Object.keys(schema.properties ?? {});
  const branch = schema.if && (fits(value, schema.if) ? schema.then : schema.else);
  return [
    !schema.type || [schema.type].flat().includes(typeOf(value)),
    !schema.enum || schema.enum.includes(value),
    schema.const === undefined || schema.const === value,
    !schema.pattern || typeof value !== 'string' || new RegExp(schema.pattern).test(value),
    schema.minimum === undefined || typeof value !== 'number' || value >= schema.minimum,
    schema.minItems === undefined || list.length >= schema.minItems,
    schema.maxItems === undefined || list.length <= schema.maxItems,
    (schema.required ?? []).every((name) => name in fields),
    schema.additionalProperties !== false || Object.keys(fields).every((name) => known.includes(name)),
    known.every((name) => !(name in fields) || fits(fields[name], schema.properties![name])),
    !schema.items || list.every((item) => fits(item, schema.items!)),
    !branch || fits(value, branch),
  ].every(Boolean);
}

const accepted = (json: unknown): boolean => {
  try {
    parseManifest(json);
    return true;
  } catch {
    return false;
  }
};

describe.each(FILES)('models/%s', (file) => {
  test('is taken by the page and by the schema, and is named as its file', () => {
    const manifest = read(file);
    expect(() => parseManifest(manifest)).not.toThrow();
    expect(fits(manifest, SCHEMA)).toBe(true);
    expect(`${manifest.id}.json`).toBe(file);
  });
});

const HUB = read('sd1.json');
const MINI = read('mini-clean.json');
const change = (base: object, fields: object) => ({ ...base, ...fields });

test.each<[string, object]>([
  ['a kind of its own', change(HUB, { kind: 'file' })],
  ['no hub', change(HUB, { hub: undefined })],
  ['a hub for an embedded model', change(MINI, { hub: HUB.hub })],
  ['a repository without an owner', change(HUB, { hub: { ...HUB.hub, repository: 'vae' } })],
  ['no revision', change(HUB, { hub: { repository: 'a/b' } })],
  ['two files on a hub', change(HUB, { files: [HUB.files[0], HUB.files[0]] })],
  ['an unknown size of an embedded file', change(MINI, { files: [{ ...MINI.files[0], bytes: null }] })],
  ['an unknown hash of an embedded file', change(MINI, { files: [{ ...MINI.files[0], sha256: null }] })],
  ['a hash in capitals', change(HUB, { files: [{ ...HUB.files[0], sha256: 'A'.repeat(64) }] })],
  ['no bytes', change(HUB, { files: [{ ...HUB.files[0], bytes: 0 }] })],
  ['no licence', change(HUB, { licence: undefined })],
  ['an unknown dtype', change(HUB, { dtype: 'F16' })],
  ['an unknown layout', change(HUB, { layout: 'ldm' })],
  ['an unknown origin', change(HUB, { origin: 'found' })],
  ['a word for half activations', change(HUB, { halfActivations: 'no' })],
  ['a number for an encoder', change(HUB, { encoder: 1 })],
])('%s is refused by the page and by the schema', (_, manifest) => {
  // As JSON has no undefined: such a field is left out.
  const json = JSON.parse(JSON.stringify(manifest));
  expect([accepted(json), fits(json, SCHEMA)]).toEqual([false, false]);
});

test('three decoders share the encoder of SD 1.x, and no other model claims to', () => {
  const sharing = FILES.map(read).filter(({ encoder }) => encoder === 'sd1');
  expect(sharing.map(({ id }) => id).sort()).toEqual(['sd1', 'sd1-ft-ema', 'sd1-ft-mse']);
});
