/** The plan of a report on the page, before anything is computed: pictures by their content, models by theirs. */
import { InspectorError } from '@/common/errors';
import { numericsOf } from '@/common/numerics';
import { checkAgreement } from '@/report/merge';
import { distinctPictures, type NamedPicture } from '@/report/pictures';
import { type RowHead, type RowSettings, rowKey } from '@/report/row';
import { planUnits, type Unit } from '@/report/units';
import { hashBlob } from '../models/hash';
import type { IdentifiedModel, ReportModels } from './models';
import type { ReportPicture, ReportRequest } from './types';

export type PagePicture = NamedPicture & ReportPicture;
export type PageUnit = Unit<PagePicture, IdentifiedModel>;

export interface Plan {
  units: readonly PageUnit[];
  copies: { name: string; sameAs: string }[];
}

export interface PlanRun {
  signal: AbortSignal;
  onDoing(doing: string): void;
}

/** @throws InspectorError as `runReport` says */
export async function planReport(
  { pictures, models, sizes }: ReportRequest,
  settings: RowSettings,
  known: ReportModels,
  { signal, onDoing }: PlanRun,
): Promise<Plan> {
  if (pictures.length === 0 || models.length === 0 || sizes.length === 0) {
    throw new InspectorError(
      'not-found',
      'A report needs at least one picture, one model and one size.',
      'Choose what is missing.',
    );
  }
  const identified: IdentifiedModel[] = [];
  for (const id of new Set(models)) {
    onDoing('looking at the models');
    identified.push(await known.identify(id, signal));
  }
  checkSizes(sizes, identified);
  const hashed: PagePicture[] = [];
  for (const [at, picture] of pictures.entries()) {
    onDoing(`reading picture ${at + 1} of ${pictures.length}`);
    hashed.push({ ...picture, sha256: await contentOf(picture.file, signal) });
  }
  const { pictures: distinct, copies } = distinctPictures(hashed);
  const units = planUnits(settings, distinct, identified, [...new Set(sizes)]);
  checkAgreement(units.map(({ head }) => head));
  return { units, copies };
}

/** Key under which a row is kept: the command line's key, and all else that decides its numbers. */
export function keptKey(head: RowHead): string {
  return keyOf(head, numericsOf(head));
}

/** Keys under which the same measurement was kept by programs of earlier numerics versions. */
export function earlierKeys(head: RowHead): string[] {
  const earlier = Array.from({ length: numericsOf(head) - 1 }, (_, at) => at + 1);
  // The first had the version of the program in its place.
  return earlier.map((numerics) => keyOf(head, numerics === 1 ? '0.1.0' : numerics));
}

function keyOf(head: RowHead, computed: number | string): string {
  const { backend, radius, mechanism, named } = head;
  return JSON.stringify([rowKey(head), computed, backend, radius, mechanism, named]);
}

/** Null where the file cannot be read; why not is said when its turn comes. */
async function contentOf(file: Blob, signal: AbortSignal): Promise<string | null> {
  try {
    return await hashBlob(file, signal);
  } catch {
    signal.throwIfAborted();
    return null;
  }
}

function checkSizes(sizes: readonly number[], models: readonly IdentifiedModel[]): void {
  for (const { name, factor } of models) {
    const wrong = sizes.find((size) => !(Number.isInteger(size) && size > 0 && size % factor === 0));
    if (wrong === undefined) continue;
    throw new InspectorError(
      'bad-image',
      `${wrong} pixels do not divide into the cells of ${name}, ${factor} pixels each.`,
      'Choose another size.',
    );
  }
}
