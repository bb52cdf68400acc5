/** The measurements to be made: each picture in each model at each size, in one order, the same on every computer. */
import type { Cell } from '@/latent/types';
import { compareRows, RANKINGS, type RowHead, type RowSettings } from './row';
import type { ReportModel } from './run';

/** Chebyshev radius that separates near from far in a report, cells: the page's own default. */
export const REPORT_RADIUS = 4;

/** One measurement to be made. */
export interface Unit<P, M> {
  head: RowHead;
  picture: P;
  model: M;
}

/** The facts of a model that must be known before anything is computed in it. */
export interface PlannedModel {
  about: Pick<ReportModel, 'id' | 'sha256' | 'configSha256' | 'spot'>;
}

/**
 * All measurements, ordered as rows are.
 * @param named a cell that is healed in every model, in place of the known spot of each
 */
export function planUnits<P extends RowHead['picture'], M extends PlannedModel>(
  settings: RowSettings,
  pictures: readonly P[],
  models: readonly M[],
  sizes: readonly number[],
  named: Cell | null = null,
): Unit<P, M>[] {
  const { version, numerics, backend, radius, mechanism } = settings;
  const units = models.flatMap((model) => {
    const { id, sha256, configSha256, spot } = model.about;
    return sizes.flatMap((size) =>
      pictures.map((picture): Unit<P, M> => {
        const { name, sha256: content } = picture;
        return {
          head: {
            version,
            numerics,
            backend,
            radius,
            mechanism,
            picture: { name, sha256: content },
            model: { id, sha256, configSha256 },
            size,
            named: named ?? spot,
          },
          picture,
          model,
        };
      }),
    );
  });
  return units.sort((a, b) => compareRows(a.head, b.head));
}

/** Proportional to the time that a row takes: its pixels, times the numbers of the network. */
export function rowWork(size: number, parameters: number): number {
  return size ** 2 * parameters;
}

/** Three pull-backs, each of about two decodes, and the way forward. */
export const INFLUENCE_DECODES = 7;
/** The base pass, which is recorded, and four arms. */
export const MECHANISM_DECODES = 5;

/** About so many decodes a row takes, beside one encode; fewer where one cell is the strongest by several rankings. */
export function rowDecodes({ named, mechanism }: { named: boolean; mechanism: boolean }): number {
  const healed = RANKINGS.length + (named ? 1 : 0);
  return 1 + INFLUENCE_DECODES + 2 * healed + (mechanism ? MECHANISM_DECODES : 0);
}
