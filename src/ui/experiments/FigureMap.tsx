import { useRef } from 'react';
import type { Cell } from '../../inspect/types';
import { CellMarks, type Mark } from '../CellMarks';
import { useInspector } from '../context';
import { Legend } from '../Legend';
import { Square } from '../Pane';
import { PixelCanvas } from '../PixelCanvas';
import { usePaneCells } from '../usePaneCells';
import { type MapFigure, scaleEnds } from './figures';

/** A map or picture with its scale; where it is a map of cells, a click selects one. */
export function FigureMap(props: {
  figure: MapFigure;
  /** The grid to point at. */
  cells?: { rows: number; cols: number; onSelect(cell: Cell): void };
  marks?: readonly Mark[];
}) {
  const { figure, cells, marks = [] } = props;
  const { scale } = figure;
  const selected = useInspector((state) => state.view.cell);
  const frame = useRef<HTMLDivElement>(null);
  usePaneCells(frame, cells?.rows ?? 0, cells?.cols ?? 0, (cell) => cells?.onSelect(cell));
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
