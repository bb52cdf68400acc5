/** Words for what a report will cost, said before it starts. */

import { type Work, workSeconds } from '@/app/experiments/cost';
import { modelBytes } from '@/app/models/modelOptions';
import { duration, plural } from '@/app/parts/format';
import type { ModelManifest } from '@/models/manifest';
import { rowDecodes } from '@/report/units';
import type { InspectorState } from '@/session/types';

type Timings = InspectorState['timings'];

export interface ReportChoice {
  pictures: number;
  models: readonly ModelManifest[];
  sizes: readonly number[];
  mechanism: boolean;
}

/** The durations that are known: of each model, and of the open one, which stands in for those that were not measured. */
export interface Known {
  timingsOf(model: string): Timings;
  open: ModelManifest | null;
}

/** "5 pictures x 2 models x 1 size = 10 measurements, about 40 s". */
export function reportCostWords(choice: ReportChoice, known: Known): string {
  const { pictures, models, sizes } = choice;
  const count = pictures * models.length * sizes.length;
  const product = [plural(pictures, 'picture'), plural(models.length, 'model'), plural(sizes.length, 'size')];
  const seconds = reportSeconds(choice, known);
  const time = seconds === null ? 'how long is told after the first' : duration(seconds);
  return `${product.join(' \u00d7 ')} = ${plural(count, 'measurement')}, ${time}`;
}

/** Null where of some model nothing is known. */
export function reportSeconds(
  { pictures, models, sizes, mechanism }: ReportChoice,
  known: Known,
): number | null {
  let sum = 0;
  for (const model of models) {
    const work = { encodes: 1, decodes: rowDecodes({ named: model.spot !== undefined, mechanism }) };
    for (const size of sizes) {
      const seconds = modelSeconds(model, work, size, known);
      if (seconds === null) return null;
      sum += pictures * seconds;
    }
  }
  return sum;
}

function modelSeconds(
  model: ModelManifest,
  work: Work,
  size: number,
  { timingsOf, open }: Known,
): number | null {
  const own = workSeconds(work, timingsOf(model.id), size);
  if (own !== null || !open) return own;
  const other = workSeconds(work, timingsOf(open.id), size);
  const [bytes, openBytes] = [modelBytes(model), modelBytes(open)];
  return other === null || !bytes || !openBytes ? null : other * (bytes / openBytes);
}
