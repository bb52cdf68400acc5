import { useMemo } from 'react';
import type { Edit } from '@/edits';
import type { Grid } from '@/latent/geometry';
import type { Cell, PosteriorData } from '@/latent/types';
import type { Layer, Range } from '@/session/types';
import type { CellValues } from '../cell/analysis';
import { useInfluence } from '../cell/useInfluence';
import { useInspector } from '../context';
import { useSide } from '../sides/side';
import { editedValues, type LayerView, layerView } from './layers';

/** One side's latent as a map of the chosen layer. */
export interface LatentMap {
  grid: Grid;
  view: LayerView;
  /** The layer's values with the edits in them. */
  values: CellValues;
  /** Null outside the grid. */
  valueAt(cell: Cell): number | null;
  /** True where this latent lacks the chosen channel, or its influence, and |mean| stands in for it. */
  standsIn: boolean;
}

export function latentMap(
  posterior: PosteriorData,
  edits: readonly Edit[],
  wanted: Layer,
  range: Range,
  influence: CellValues | null = null,
): LatentMap {
  const { rows, cols, channels } = posterior;
  const standsIn =
    wanted === 'influence'
      ? influence === null
      : wanted.startsWith('channel:') && Number(wanted.slice('channel:'.length)) >= channels;
  const layer = standsIn ? 'norm' : wanted;
  const view = layerView(posterior, layer, range, influence);
  const values = editedValues(posterior, edits, layer, view.values);
  return {
    grid: { rows, cols },
    view,
    values,
    valueAt: ({ row, col }) => (row < rows && col < cols ? (values[row * cols + col] ?? null) : null),
    standsIn,
  };
}

export function useLatentMap(): LatentMap | null {
  const posterior = useSide((side) => side.posterior);
  const edits = useSide((side) => side.edits);
  const layer = useInspector((state) => state.view.layer);
  const range = useInspector((state) => state.view.range);
  const influence = useInfluence();
  return useMemo(
    () => posterior && latentMap(posterior, edits, layer, range, influence),
    [posterior, edits, layer, range, influence],
  );
}
