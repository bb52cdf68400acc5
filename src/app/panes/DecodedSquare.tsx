import { useContext, useRef } from 'react';
import { useInspectorContext } from '../context';
import { showParts } from '../drawing/show';
import { useFigure } from '../drawing/useFigure';
import { useReplaced } from '../drawing/useReplaced';
import { Square } from '../parts/Pane';
import { PixelCanvas } from '../parts/PixelCanvas';
import { SideContext, useComparing, useSide } from '../sides/side';
import { LETTERS } from '../sides/sideNames';
import { CellMarks } from './CellMarks';
import { useChooseCell } from './useChooseCell';
import { useMarks } from './useMarks';
import { usePaneCells } from './usePaneCells';

/** The picture that one side's decoder makes of its latent. */
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
  const { decoded, described, stamp, stale, updating } = useFigure();
  const replaced = useReplaced() !== null;
  const shown = showParts(decoded.show);
  const marks = useMarks({
    edited: shown.whose === 'edit',
    control: shown.whose === 'control',
    near: shown.what === 'change' ? (shown.whose === 'control' ? 'control' : 'edited') : null,
    made: decoded,
  });
  return (
    <Square
      frame={frame}
      alt={`Decoded picture${comparing ? ` of ${LETTERS[side]}` : ''}: ${shown.what}, ${described}`}
      stale={stale}
      updating={updating}
    >
      <PixelCanvas painting={decoded.painting} />
      {rows > 0 && (
        <CellMarks
          rows={rows}
          cols={cols}
          selected={stale ? null : selected}
          marks={replaced || !decoded.painting ? [] : marks}
        />
      )}
      {stamp && <span className="stamp">{stamp}</span>}
    </Square>
  );
}
