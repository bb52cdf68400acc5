/** Edits as a document of their own, in JSON. They may be anyone's, so nothing is taken on trust. */
import { InspectorError } from '@/common/errors';
import { type Edit, plainEdit, validateEdits } from '@/edits';
import type { LatentShape } from '@/latent/types';

const EDITS_FORMAT = 'latent-inspector edits';
export const EDITS_VERSION = 1;

/** More than this is no one's work. */
const LONGEST_TEXT = 20e6;

export interface EditsDocument {
  model: { id: string; name: string; sha256: string | null };
  /** The picture's title. */
  picture: string;
  /** Side of the square in pixels; null for a latent from a file. */
  size: number | null;
  /** The latent that they were made on. */
  grid: LatentShape;
  edits: readonly Edit[];
}

/** One line an edit. Numbers have as many digits as they need to be read back exactly. */
export function writeEditsDocument({ edits, ...rest }: EditsDocument): string {
  const head = { format: EDITS_FORMAT, version: EDITS_VERSION, ...rest };
  const lines = Object.entries(head).map(([key, value]) => `  ${json(key)}: ${json(value)},`);
  const list = edits.map((edit) => `\n    ${json(plainEdit(edit))}`);
  return `{\n${lines.join('\n')}\n  "edits": [${list.join(',')}\n  ]\n}\n`;
}

/** Tells whether a text claims to be such a document, sound or not: other JSON files are not our business. */
export function isEditsDocument(text: string): boolean {
  return text.slice(0, 1000).includes(`"${EDITS_FORMAT}"`);
}

/**
 * Reads a document.
 * @throws InspectorError `bad-file` for what is none, `bad-edit` for an edit that does not fit the latent that it names
 */
export function readEditsDocument(text: string, name: string): EditsDocument {
  const { format, version, edits, ...rest } = parseObject(text, name);
  if (format !== EDITS_FORMAT) throw bad(name, 'is not a list of edits');
  if (!isCount(version)) throw bad(name, 'names no version');
  if (version > EDITS_VERSION) {
    throw bad(name, `has the version ${version}; this page reads up to version ${EDITS_VERSION}`);
  }
  const { rows, cols, channels } = asObject(rest.grid);
  if (!isCount(rows) || !isCount(cols) || !isCount(channels)) {
    throw bad(name, 'does not say which rows, columns and channels its edits are meant for');
  }
  const grid = { rows, cols, channels };
  if (!Array.isArray(edits)) throw bad(name, 'has no list of edits');
  validateEdits(edits, grid);
  const model = asObject(rest.model);
  return {
    model: { id: asText(model.id), name: asText(model.name), sha256: asText(model.sha256) || null },
    picture: asText(rest.picture),
    size: isCount(rest.size) ? rest.size : null,
    grid,
    edits: edits.map(plainEdit),
  };
}

/** Writes JSON as `JSON.stringify` does, but keeps the sign of a zero, which JSON has and that function loses. */
function json(value: unknown): string {
  if (Object.is(value, -0)) return '-0';
  if (Array.isArray(value)) return `[${value.map(json).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, own]) => `${json(key)}:${json(own)}`)
    .join(',')}}`;
}

function parseObject(text: string, name: string): Record<string, unknown> {
  if (text.length > LONGEST_TEXT) throw bad(name, 'is too long for a list of edits');
  try {
    return asObject(JSON.parse(text));
  } catch {
    throw bad(name, 'is not valid JSON');
  }
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}

function bad(name: string, what: string): InspectorError {
  return new InspectorError('bad-file', `${name} ${what}.`, 'Choose a file of edits that this page wrote.');
}
