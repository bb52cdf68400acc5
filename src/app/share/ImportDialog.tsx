import { useId, useMemo, useState } from 'react';
import { axesOf, type Layout } from '@/formats/latent/shape';
import type { Scaling } from '@/latent/scaled';
import { useActions, useInspectorContext, useLocal } from '../context';
import { TypedFactor, type TypedNumbers } from '../export/TypedFactor';
import { factorSentence, typedScaling } from '../models/factorWords';
import { useModal } from '../parts/Dialog';
import { number, plural } from '../parts/format';
import { leaveGroup } from '../parts/leaveGroup';
import {
  givenLatent,
  LAYOUT_WORDS,
  type LatentQuestion,
  likelyScale,
  problemOf,
  rootMeanSquare,
  type Scale,
  sigmaOf,
} from './ImportReadings';

/** Asks what a latent's file does not say, with the sigma that each answer gives; nothing where no file waits for it. */
export function ImportDialog() {
  const question = useLocal((state) => state.latentQuestion);
  return question && <Asked key={question.file.name} question={question} />;
}

/** So many channels have a column each. */
const MAX_COLUMNS = 4;

function Asked(props: { question: LatentQuestion }) {
  const { question } = props;
  const { file, model, factor, layouts, scales } = question;
  const { local } = useInspectorContext();
  const actions = useActions();
  const dialog = useModal();
  const missing = useId();
  const [layout, setLayout] = useState<Layout>(layouts[0]);
  const likely = useMemo(() => likelyScale(question, layout), [question, layout]);
  const [chosen, setChosen] = useState<Scale['id'] | null>(null);
  const [typed, setTyped] = useState({ scale: '', shift: '' });

  const only = scales.length === 1 ? scales[0].id : null;
  const id = chosen ?? (likely?.chosen ? likely.id : only);
  const scale = scales.find((each) => each.id === id) ?? null;
  const own = typedScaling(typed.scale, typed.shift);
  const scaling = scale?.id === 'typed' ? (typeof own === 'string' ? null : own) : (scale?.scaling ?? null);
  const wrong = scaling && problemOf(question, layout, scaling);
  const problem = !scale
    ? 'Choose what the numbers are.'
    : scale.id === 'typed' && typeof own === 'string'
      ? own
      : wrong;

  const close = () => local.setState({ latentQuestion: null });
  const open = () => {
    if (!scale || !scaling || problem) return;
    close();
    // What is said of a model that does not say it itself holds for its other latents too.
    if (factor.from !== 'configuration' && scales.length > 1 && scale.id !== 'unscaled') {
      actions.setFactor(model.id, { scaling, name: scale.name });
    }
    actions.setLatent(givenLatent(question, { layout, scaling, scale })).catch(() => {});
  };
  return (
    <dialog ref={dialog} className="dialog import" aria-labelledby="import-title" onClose={close}>
      <h2 id="import-title">Open the latent {file.name}</h2>
      {isWorthSaying(question) && <LayoutChoice question={question} value={layout} onChange={setLayout} />}
      {scales.length > 1 && (
        <>
          <p>
            Diffusion models are given latents that are multiplied by a factor, so that they vary by about 1;
            the decoder needs them without it. {file.says} The file does not say which of the two it holds.{' '}
            {factorSentence(factor)}
          </p>
          <ScaleTable
            question={question}
            layout={layout}
            likely={likely}
            chosen={scale}
            typed={typed}
            typedScaling={typeof own === 'string' ? null : own}
            onChoose={(next) => setChosen(next)}
            onType={(next) => {
              setTyped(next);
              setChosen('typed');
            }}
          />
          {!likely && (
            <p className="muted small">
              Nothing here tells which is right: whoever made the file knows. A wrong choice shows as wrong
              contrast and colours.
            </p>
          )}
        </>
      )}
      <p className="dialog-buttons">
        <button
          type="button"
          className="button strong"
          disabled={problem !== null}
          aria-describedby={problem ? missing : undefined}
          onClick={open}
        >
          Open it
        </button>
        <button type="button" className="button" onClick={close}>
          Cancel
        </button>
        {problem && (
          <span id={missing} className="muted small" role="status">
            {problem}
          </span>
        )}
      </p>
    </dialog>
  );
}

function ScaleTable(props: {
  question: LatentQuestion;
  layout: Layout;
  likely: ReturnType<typeof likelyScale>;
  chosen: Scale | null;
  typed: TypedNumbers;
  typedScaling: Scaling | null;
  onChoose(id: Scale['id']): void;
  onType(typed: TypedNumbers): void;
}) {
  const { question, layout, likely, chosen, typed } = props;
  const { factor, scales, usual, model } = question;
  const known = factor.from !== 'assumed';
  const [all, setAll] = useState(!known);
  const hidden = ({ id }: Scale) =>
    !all && id !== 'unscaled' && id !== 'own' && id !== chosen?.id && id !== likely?.id;
  const shown = scales.filter((scale) => !hidden(scale));
  return (
    <>
      <table className="numeric import-scales">
        <thead className="muted small">
          <tr>
            <th scope="col">The numbers are</th>
            <th scope="col">
              &sigma; for the decoder
              {/* The columns of the channels say nothing of their own where there are many. */}
            </th>
            <th scope="col" className="import-channels">
              by channel
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((scale) => {
            const scaling = scale.id === 'typed' ? props.typedScaling : scale.scaling;
            return (
              <tr key={scale.id}>
                <th scope="row">
                  <label className="radio">
                    <input
                      ref={leaveGroup}
                      type="radio"
                      name="scaling"
                      checked={scale.id === chosen?.id}
                      onChange={() => props.onChoose(scale.id)}
                    />
                    <span>
                      {scale.words}
                      {likely?.id === scale.id && <span className="muted"> (likely: {likely.because})</span>}
                    </span>
                  </label>
                  {scale.id === 'typed' && (
                    <span className="import-typed">
                      <TypedFactor value={typed} onChange={props.onType} />
                    </span>
                  )}
                </th>
                <Sigmas values={scaling && sigmaOf(question, layout, scaling)} />
              </tr>
            );
          })}
          {usual && (
            <tr className="muted">
              <th scope="row">for comparison: what is open in {model.name}</th>
              <Sigmas values={usual} />
            </tr>
          )}
        </tbody>
      </table>
      {shown.length < scales.length && (
        <p>
          <button type="button" className="button quiet" onClick={() => setAll(true)}>
            Another factor
          </button>
        </p>
      )}
    </>
  );
}

function Sigmas(props: { values: Float64Array | null }) {
  const { values } = props;
  const each =
    values === null
      ? ''
      : values.length <= MAX_COLUMNS
        ? Array.from(values, (value) => number(value)).join('  ')
        : `${number(Math.min(...values))} to ${number(Math.max(...values))}`;
  return (
    <>
      <td>{values ? number(rootMeanSquare(values)) : '\u2013'}</td>
      <td className="import-channels">{each}</td>
    </>
  );
}

/** Tells whether the layout of the array is to be asked, or confirmed as it is not the usual. */
function isWorthSaying({ layouts, file }: LatentQuestion): boolean {
  return layouts.length > 1 || (layouts[0].startsWith('moments') && !file.moments);
}

function LayoutChoice(props: { question: LatentQuestion; value: Layout; onChange(layout: Layout): void }) {
  const { question, value } = props;
  const { file, layouts, model } = question;
  const { channels } = axesOf(file, layouts[0]);
  return (
    <fieldset className="import-layout">
      <legend>
        {layouts.length > 1
          ? `The shape [${file.shape.join(', ')}] can be read in ${layouts.length} ways:`
          : `The shape [${file.shape.join(', ')}] has twice the ${plural(channels, 'channel')} that latents of ${model.name} have. If it is not this, it is no latent of the model:`}
      </legend>
      {layouts.map((layout) => (
        <label key={layout} className="radio">
          <input
            ref={leaveGroup}
            type="radio"
            name="layout"
            checked={layout === value}
            onChange={() => props.onChange(layout)}
          />
          <span>{LAYOUT_WORDS[layout]}</span>
        </label>
      ))}
    </fieldset>
  );
}
