import type { CsvValue } from '@/common/csv';
import { NUMERICS } from '@/common/numerics';
import { writeEdit } from '@/edits';
import type { ExperimentName } from '@/experiments/names';
import type { Scaling } from '@/latent/scaled';
import type { ExperimentState, ExperimentSubject } from '@/session/types';
import { version } from '../../../package.json';

type Last = NonNullable<ExperimentState['last']>;

/** The origin of a result: enough to make it again. */
export interface Provenance {
  tool: string;
  version: string;
  /** Version of the numbers that are computed: `src/common/numerics.ts`. */
  numerics: number;
  experiment: ExperimentName;
  date: string;
  model: { id: string; name: string; sha256: string | null };
  backend: string | null;
  picture: string;
  size: number;
  edits: string[];
  radius: number;
  /** Scaling of results in scaled units, and where it is known from. */
  scaling?: Scaling & { from: string };
  /** False where it was stopped or failed: then it is a part. */
  complete: boolean;
  milliseconds: number;
}

export function provenanceOf(
  experiment: ExperimentName,
  { subject, backend, sha256, complete, milliseconds }: Omit<Last, 'options' | 'result'>,
  date: Date,
): Provenance {
  return {
    tool: 'latent-inspector',
    version,
    numerics: NUMERICS,
    experiment,
    date: date.toISOString(),
    model: { id: subject.model, name: subject.modelName, sha256 },
    backend,
    picture: subject.picture,
    size: subject.size,
    edits: subject.edits.map(writeEdit),
    radius: subject.radius,
    ...(subject.factor && { scaling: { ...subject.factor.scaling, from: subject.factor.from } }),
    complete,
    milliseconds,
  };
}

/**
 * The same as columns, which hold the same in every row: a table then says where it comes from, also after it was put together with
 * others, and readers of CSV need nothing special.
 */
export function provenanceColumns(provenance: Provenance): Record<string, CsvValue> {
  const { model, edits } = provenance;
  return {
    experiment: provenance.experiment,
    model: model.id,
    model_sha256: model.sha256,
    picture: provenance.picture,
    picture_size_px: provenance.size,
    radius_cells: provenance.radius,
    edits: edits.join(';'),
    backend: provenance.backend,
    complete: provenance.complete,
    version: provenance.version,
    date: provenance.date,
    // New columns come last.
    numerics: provenance.numerics,
  };
}

/** "Mini, planted; Still life, 256 px": under a figure. */
export function subjectWords({ modelName, picture, size }: ExperimentSubject): string {
  return `${modelName}; ${picture}, ${size} px`;
}

/** A name for a file: "latent-inspector_roll_mini-planted_still-life_256.csv". */
export function fileName(
  experiment: string,
  { model, picture, size }: Pick<ExperimentSubject, 'model' | 'picture' | 'size'>,
  end: string,
): string {
  const plain = (text: string) =>
    text
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 40);
  return `latent-inspector_${experiment}_${plain(model)}_${plain(picture)}_${size}.${end}`;
}

/**
 * Options and result as JSON. Pixels are left out (a picture is its size only); infinities, which JSON lacks, are the texts
 * "Infinity" and "-Infinity", and what is no number is null. One line a part, for arrays are long.
 */
export function toJson(
  provenance: Provenance,
  { options, result }: { options: unknown; result: unknown },
): string {
  const parts = Object.entries({ ...provenance, options: plain(asked(options)), result: plain(result) });
  const lines = parts.map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}

/** The options without the part that a run went on from: that is in the result. */
function asked(options: unknown): unknown {
  if (typeof options !== 'object' || options === null || !('previous' in options)) return options;
  const { previous: _, ...others } = options;
  return others;
}

function plain(value: unknown): unknown {
  if (typeof value === 'number') return plainNumber(value);
  if (value instanceof Float32Array) return Array.from(value, (each) => plainNumber(single(each)));
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>, plainNumber);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const { width, height, data } = value as Record<string, unknown>;
  if (typeof width === 'number' && typeof height === 'number' && ArrayBuffer.isView(data)) {
    return { width, height };
  }
  return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, plain(own)]));
}

function plainNumber(value: number): number | string | null {
  if (Number.isNaN(value)) return null;
  return Number.isFinite(value) ? value : value > 0 ? 'Infinity' : '-Infinity';
}

/** The shortest number that is the same in single precision takes at most nine digits. */
function single(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(9)) : value;
}
