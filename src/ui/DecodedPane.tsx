import { useRef } from 'react';
import type { Amplification, Show } from '../state/types';
import { enabledEdits } from './analysis';
import { CellMarks } from './CellMarks';
import { CHANGE } from './colourMaps';
import { useActions, useChooseCell, useInspector, useInspectorContext, useLocal } from './context';
import { number, plural } from './format';
import { Legend } from './Legend';
import { Pane } from './Pane';
import { PixelCanvas } from './PixelCanvas';
import { Segmented } from './Segmented';
import { useDecoded } from './useDecoded';
import { useMarks } from './useMarks';
import { usePaneCells } from './usePaneCells';
import { useReplaced } from './useReplaced';

const AMPLIFICATIONS = [
  { value: 1, label: '\u00d7 1', title: 'The absolute scale: 0 to 255 levels' },
  { value: 8, label: '\u00d7 8', title: 'The colours end at 32 levels' },
  { value: 32, label: '\u00d7 32', title: 'The colours end at 8 levels' },
] as const;

type What = 'base' | 'edited' | 'change';
type Whose = 'edit' | 'control';

const parts = (show: Show): { what: What; whose: Whose } => ({
  what: show === 'base' ? 'base' : show === 'edited' || show === 'control' ? 'edited' : 'change',
  whose: show === 'control' || show === 'control-change' ? 'control' : 'edit',
});

const join = (what: What, whose: Whose): Show =>
  what === 'base'
    ? 'base'
    : what === 'edited'
      ? whose === 'control'
        ? 'control'
        : 'edited'
      : whose === 'control'
        ? 'control-change'
        : 'change';

/** The decoded picture: of the latent as it is, of the edited one, or the change between the two. */
export function DecodedPane() {
  const { local } = useInspectorContext();
  const actions = useActions();
  const wanted = useInspector((state) => state.view.show);
  const amplification = useInspector((state) => state.view.amplification);
  const selected = useInspector((state) => state.view.cell);
  const posterior = useInspector((state) => state.posterior);
  const base = useInspector((state) => state.base);
  const edits = useInspector((state) => state.view.edits);
  const controlCell = useInspector((state) => state.control?.value.cell ?? null);
  const held = useLocal((state) => state.held);
  const whoseLast = useRef<Whose>('edit');
  const choose = useChooseCell();
  const frame = useRef<HTMLDivElement>(null);
  const rows = posterior?.rows ?? 0;
  const cols = posterior?.cols ?? 0;
  usePaneCells(frame, rows, cols, choose, (down) => local.setState({ held: down }));
  const decoded = useDecoded();
  const replaced = useReplaced();
  const count = enabledEdits(edits).length;
  const { what } = parts(wanted);
  const whose = wanted === 'base' ? whoseLast.current : parts(wanted).whose;
  whoseLast.current = whose;
  const shown = parts(decoded.show);
  const marks = useMarks({
    edited: shown.whose === 'edit',
    control: shown.whose === 'control',
    near: shown.what === 'change' ? (shown.whose === 'control' ? 'control' : 'edited') : null,
  });

  const stamp =
    replaced ??
    {
      exact: null,
      preview: 'preview, until the exact decode is there',
      old: decoded.painting ? 'before the last edit' : 'not decoded yet',
      none: base && 'not decoded yet',
    }[decoded.standing];

  const described = !base
    ? 'not decoded yet'
    : shown.what === 'base'
      ? 'decoded from the latent as it is'
      : shown.whose === 'control'
        ? `the same change at the control cell${controlCell ? `, row ${controlCell.row}, col ${controlCell.col}` : ''}`
        : count === 0
          ? 'nothing is changed yet, so this is the base'
          : decoded.standing === 'old'
            ? 'the new one is not decoded yet'
            : `decoded with ${plural(count, 'edit')}`;

  return (
    <Pane
      name="decoded"
      title="Decoded"
      about="What the decoder makes of the latent. Base: of the latent as it is. Edited: of the latent with your edits. Change: how far each pixel moved from base to edited, in levels of 255."
      detail={held ? `${shown.what} (held)` : base ? `${base.width} \u00d7 ${base.height} pixels` : ''}
      frame={frame}
      alt={`Decoded picture: ${shown.what}, ${described}`}
      stale={decoded.standing === 'old' || replaced !== null}
      controls={
        <Segmented
          label="Decoded picture"
          name="show"
          value={what}
          choices={[
            { value: 'base', label: 'Base', title: 'Decoded from the latent as it is' },
            { value: 'edited', label: 'Edited', title: 'Decoded from the edited latent' },
            { value: 'change', label: 'Change', title: 'Edited minus base, per pixel' },
          ]}
          onChange={(next: What) => actions.setShow(join(next, whose))}
        />
      }
      legend={
        <>
          {shown.what === 'change' ? (
            <Legend
              map={CHANGE}
              low={0}
              high={255 / amplification}
              lowText="0"
              highText={number(255 / amplification, 255 % amplification === 0 ? 0 : 1)}
              unit={amplification === 1 ? 'levels of 255' : `levels of 255, \u00d7 ${amplification}`}
              selected={null}
            />
          ) : (
            <span className="decoded-words">
              <strong>{shown.what === 'base' ? 'Base' : 'Edited'}</strong>
              <span className="muted">: {described}</span>
            </span>
          )}
          <span className="legend-row">
            {what === 'base' ? (
              <span />
            ) : (
              <Segmented
                label="Whose change"
                name="whose"
                value={whose}
                choices={[
                  { value: 'edit', label: 'this edit' },
                  {
                    value: 'control',
                    label: 'control cell',
                    title: 'The same change made at an ordinary cell',
                    disabled: !controlCell,
                  },
                ]}
                onChange={(next: Whose) => actions.setShow(join(what, next))}
              />
            )}
            {shown.what === 'change' ? (
              <Segmented
                label="Amplification of the change"
                name="amplification"
                value={amplification}
                choices={AMPLIFICATIONS}
                onChange={(next: Amplification) => actions.setAmplification(next)}
              />
            ) : (
              <FlipButton />
            )}
          </span>
        </>
      }
    >
      <PixelCanvas painting={decoded.painting} />
      {rows > 0 && <CellMarks rows={rows} cols={cols} selected={selected} marks={marks} />}
      {stamp && <span className="stamp">{stamp}</span>}
    </Pane>
  );
}

/** Held down, it shows the other of base and edited; Space and a long press on the picture do the same. */
function FlipButton() {
  const { local } = useInspectorContext();
  const hold = (held: boolean) => () => local.setState({ held });
  return (
    <button
      type="button"
      className="button flip"
      title="Hold Space, or keep the pointer down on the picture"
      onPointerDown={hold(true)}
      onPointerUp={hold(false)}
      onPointerLeave={hold(false)}
      onKeyDown={(event) => (event.key === ' ' || event.key === 'Enter') && local.setState({ held: true })}
      onKeyUp={hold(false)}
      onBlur={hold(false)}
    >
      Hold to flip <kbd>Space</kbd>
    </button>
  );
}
