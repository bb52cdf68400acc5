import { useRef } from 'react';
import type { Grid } from '@/latent/geometry';
import { CellMarks, type Mark } from '../panes/CellMarks';
import { useChooseCell } from '../panes/useChooseCell';
import { usePaneCells } from '../panes/usePaneCells';
import { Legend } from '../parts/Legend';
import { Square } from '../parts/Pane';
import { PixelCanvas } from '../parts/PixelCanvas';
import { useSide } from '../sides/side';
import { type MapFigure, scaleEnds } from './figures';

/** A map or picture with its scale; where it is a map of cells, a click selects one. */
export function FigureMap(props: {
  figure: MapFigure;
  /** Its grid, where it is this side's latent and can be pointed at. */
  cells?: Grid | undefined;
  marks?: readonly Mark[];
}) {
  const { figure, cells, marks = [] } = props;
  const { scale } = figure;
  const selected = useSide(({ cell }) => cell);
  const choose = useChooseCell();
  const frame = useRef<HTMLDivElement>(null);
  usePaneCells(frame, cells?.rows ?? 0, cells?.cols ?? 0, choose);
  return (
    <figure className="figure-map">
      <figcaption>{figure.title}</figcaption>
      <Square frame={frame} alt={figure.alt}>
        <PixelCanvas painting={figure.painting} crisp={figure.crisp} />
        {cells && <CellMarks rows={cells.rows} cols={cells.cols} selected={selected} marks={marks} />}
      </Square>
      {scale && (
        <div className="small">
          <Legend
            map={scale.map}
            low={scale.low}
            high={scale.high}
            lowText={scaleEnds(scale)[0]}
            highText={scaleEnds(scale)[1]}
            unit={scale.unit}
            selected={null}
          />
        </div>
      )}
    </figure>
  );
}
