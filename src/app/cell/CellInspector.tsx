import { useRef } from 'react';
import { cellValues } from '@/edits';
import { inGrid } from '@/latent/geometry';
import { useActions, useInspector } from '../context';
import { EditButtons } from '../edits/EditButtons';
import { BENCH_TERMS } from '../glossary/benchTerms';
import { useTerm } from '../parts/Term';
import { SideBadge, SideName } from '../sides/Sides';
import { SideContext, useComparing, useSide } from '../sides/side';
import { SIDES, type Side } from '../sides/sideNames';
import { analysisOf, editedLatent } from './analysis';
import { CellScores } from './CellScores';
import { ChannelRow } from './ChannelRow';

/** The selected cell: its channels, what they say, and what can be done to it. */
export function CellInspector() {
  const posterior = useInspector((state) => state.sides.a.posterior);
  const cell = useInspector((state) => state.view.cell);
  const edits = useInspector((state) => state.view.edits);
  const width = useInspector((state) => state.picture?.pixels.width ?? state.sides.a.base?.width ?? null);
  const actions = useActions();
  const comparing = useComparing();
  const gesture = useRef(0);
  const sigmaTerm = useTerm('change, in sigma', BENCH_TERMS.sigma.says);

  if (!posterior || !inGrid(cell, posterior)) {
    return (
      <section className="column" aria-labelledby="cell-title">
        <h2 id="cell-title">This cell</h2>
        <p className="muted">Nothing is encoded yet.</p>
      </section>
    );
  }
  const { mean, sigma } = analysisOf(posterior);
  const original = cellValues(mean, cell);
  const current = cellValues(editedLatent(posterior, edits), cell);
  const raw = Array.from(
    posterior.rawLogvar.subarray(
      (cell.row * posterior.cols + cell.col) * posterior.channels,
      (cell.row * posterior.cols + cell.col + 1) * posterior.channels,
    ),
  );
  const factor = width === null ? 8 : width / posterior.cols;
  const from = (at: number) => Math.round(at * factor);
  return (
    <section className="column" aria-labelledby="cell-title">
      <div className="column-head">
        <h2 id="cell-title">This cell</h2>
        {comparing && <SideBadge side="a" />}
        <span className="numeric">
          row {cell.row}, col {cell.col}
        </span>
        <span className="muted small numeric">
          pixels x {from(cell.col)}&ndash;{from(cell.col + 1) - 1}, y {from(cell.row)}&ndash;
          {from(cell.row + 1) - 1}
        </span>
      </div>
      <fieldset className="channels" aria-label="Channels of the selected cell">
        <div className="channels-head muted">
          <span>ch</span>
          <span>{sigmaTerm.button}</span>
          <span>value, raw</span>
          <span>raw logvar</span>
        </div>
        {sigmaTerm.text}
        {original.map((value, channel) => (
          <ChannelRow
            // A row belongs to its channel and its cell: half-typed numbers do not move along.
            // biome-ignore lint/suspicious/noArrayIndexKey: the index is the channel
            key={`${cell.row} ${cell.col} ${channel}`}
            channel={channel}
            original={value}
            value={current[channel]!}
            sigma={sigma[channel]!}
            rawLogvar={raw[channel]!}
            onBegin={() => {
              gesture.current += 1;
            }}
            onChange={(next) => actions.setChannel(channel, next, `channel ${channel} ${gesture.current}`)}
          />
        ))}
      </fieldset>
      <EditButtons
        current={current}
        changed={current.some((value, channel) => value !== original[channel])}
      />
      {comparing ? (
        SIDES.map((side) => <ScoresOf key={side} side={side} />)
      ) : (
        <CellScores posterior={posterior} cell={cell} />
      )}
    </section>
  );
}

/** The scores in one model of a comparison: those of the cell at the same place. */
function ScoresOf(props: { side: Side }) {
  const posterior = useSide((side) => side.posterior, props.side);
  const cell = useSide((side) => side.cell, props.side);
  if (!posterior || !inGrid(cell, posterior)) return null;
  return (
    <div>
      <p className="side-label">
        <SideName side={props.side} />
      </p>
      <SideContext value={props.side}>
        <CellScores posterior={posterior} cell={cell} />
      </SideContext>
    </div>
  );
}
