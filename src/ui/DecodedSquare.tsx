import { useContext, useRef } from 'react';
import { CellMarks } from './CellMarks';
import { useInspectorContext } from './context';
import { Square } from './Pane';
import { PixelCanvas } from './PixelCanvas';
import { showParts } from './show';
import { SideContext, useComparing, useSide } from './side';
import { LETTERS } from './sideNames';
import { useChooseCell } from './useChooseCell';
import { useFigure } from './useFigure';
import { useMarks } from './useMarks';
import { usePaneCells } from './usePaneCells';

/** What one side's decoder makes of its latent. */
export function DecodedSquare() {
  const { local } = useInspectorContext();
  const side = useContext(SideContext);
  const comparing = useComparing();
  const selected = useSide(({ cell }) => cell);
  const posterior = useSide((own) => own.posterior);
  const choose = useChooseCell();
  const frame = useRef<HTMLDivElement>(null);
  const rows = posterior?.rows ?? 0;
  const cols = posterior?.cols ?? 0;
  usePaneCells(frame, rows, cols, choose, (down) => local.setState({ held: down }));
  const { decoded, described, stamp, stale } = useFigure();
  const shown = showParts(decoded.show);
  const marks = useMarks({
    edited: shown.whose === 'edit',
    control: shown.whose === 'control',
    near: shown.what === 'change' ? (shown.whose === 'control' ? 'control' : 'edited') : null,
  });
  return (
    <Square
      frame={frame}
      alt={`Decoded picture${comparing ? ` of ${LETTERS[side]}` : ''}: ${shown.what}, ${described}`}
      stale={stale}
    >
      <PixelCanvas painting={decoded.painting} />
      {rows > 0 && <CellMarks rows={rows} cols={cols} selected={selected} marks={marks} />}
      {stamp && <span className="stamp">{stamp}</span>}
    </Square>
  );
}
