import { useRef } from 'react';
import type { Amplification } from '@/session/types';
import { useActions, useInspector, useInspectorContext, useLocal } from '../context';
import { changeLegend } from '../drawing/changeScale';
import { joinShow, showParts, type What, type Whose } from '../drawing/show';
import { useChangeEnd } from '../drawing/useDecoded';
import { useFigure } from '../drawing/useFigure';
import { isComplete } from '../effect/sentences';
import { useEffectView } from '../effect/useEffectView';
import { CHANGE } from '../parts/colourMaps';
import { levels } from '../parts/format';
import { Legend } from '../parts/Legend';
import { Pane } from '../parts/Pane';
import { Segmented } from '../parts/Segmented';
import { Sides } from '../sides/Sides';
import { useComparing } from '../sides/side';
import { DecodedSquare } from './DecodedSquare';

const AMPLIFICATIONS = [
  { value: 'data', label: 'fit', title: 'The colours end just above the largest change' },
  { value: 1, label: '\u00d7 1', title: 'The absolute scale: 0 to 255 levels' },
  { value: 8, label: '\u00d7 8', title: 'The colours end at 32 levels' },
  { value: 32, label: '\u00d7 32', title: 'The colours end at 8 levels' },
] as const;

/** The decoded picture: of the latent as it is, of the edited one, or the change between the two. Of both models in a comparison. */
export function DecodedPane() {
  const actions = useActions();
  const wanted = useInspector((state) => state.view.show);
  const amplification = useInspector((state) => state.view.amplification);
  const base = useInspector((state) => state.sides.a.base);
  const end = useChangeEnd();
  const controlled = useInspector(
    (state) => state.sides.a.control !== null || (state.sides.b !== null && state.sides.b.control !== null),
  );
  const held = useLocal((state) => state.held);
  const comparing = useComparing();
  const whoseLast = useRef<Whose>('edit');
  const { decoded, described } = useFigure();
  const { what } = showParts(wanted);
  const whose = wanted === 'base' ? whoseLast.current : showParts(wanted).whose;
  whoseLast.current = whose;
  const shown = showParts(decoded.show);
  const size = base ? `${base.width} \u00d7 ${base.height} pixels` : '';

  return (
    <Pane
      name="decoded"
      title="Decoded"
      about="What the decoder makes of the latent. Base: of the latent as it is. Edited: of the latent with your edits. Change: how far each pixel moved from base to edited, in levels of 255."
      detail={held ? `${shown.what} (held)` : comparing ? '' : size}
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
          onChange={(next: What) => actions.setShow(joinShow(next, whose))}
        />
      }
      legend={
        <>
          {shown.what === 'change' ? (
            <Legend map={CHANGE} low={0} high={end} {...changeLegend(amplification, end)} selected={null} />
          ) : (
            <span className="decoded-words">
              <strong>{shown.what === 'base' ? 'Base' : 'Edited'}</strong>
              <span className="muted">{comparing ? ', of both models' : `: ${described}`}</span>
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
                    disabled: !controlled,
                  },
                ]}
                onChange={(next: Whose) => actions.setShow(joinShow(what, next))}
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
          {comparing && shown.what === 'change' && (
            <span className="muted legend-words">
              One scale for both models{amplification === 'data' ? ' and their controls' : ''}.
            </span>
          )}
        </>
      }
    >
      <Sides square={<DecodedSquare />} notes={<DecodedNotes />} />
    </Pane>
  );
}

/** Notes beside the decoded picture of one side of a comparison. */
function DecodedNotes() {
  const { described } = useFigure();
  const view = useEffectView();
  return (
    <>
      <span className="muted">{described}</span>
      {isComplete(view) && view.own && view.control && (
        <span className="numeric">
          {Number.isNaN(view.own.farRms)
            ? 'No pixel is far at this radius.'
            : `Far pixels moved by ${levels(view.own.farRms)} levels; at the control cell by ${levels(view.control.farRms)}.`}
        </span>
      )}
    </>
  );
}

/** Held down, by pointer or by a key, it shows the other of base and edited; a long press on the picture does the same. */
function FlipButton() {
  const { local } = useInspectorContext();
  const hold = (held: boolean) => () => local.setState({ held });
  return (
    <button
      type="button"
      className="button flip"
      title="Shows the other of base and edited while it is held. Press and hold the picture to do the same."
      onPointerDown={hold(true)}
      onPointerUp={hold(false)}
      onPointerLeave={hold(false)}
      onKeyDown={(event) => (event.key === ' ' || event.key === 'Enter') && local.setState({ held: true })}
      onKeyUp={hold(false)}
      onBlur={hold(false)}
      onContextMenu={(event) => event.preventDefault()}
    >
      Hold to flip
    </button>
  );
}
