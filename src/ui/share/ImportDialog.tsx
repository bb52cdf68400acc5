import { useMemo, useState } from 'react';
import { isUnscaled } from '../../formats/latent/scaling';
import type { Layout } from '../../formats/latent/shape';
import type { Scaling } from '../../inspect/scaled';
import { useActions, useInspectorContext, useLocal } from '../context';
import { useModal } from '../Dialog';
import { number } from '../format';
import {
  givenLatent,
  LAYOUT_WORDS,
  type LatentQuestion,
  likelyReading,
  type Reading,
  sigmaOf,
  unscalingWords,
} from './ImportReadings';

/** Asks what a latent's file does not say, with the sigma that each answer gives; nothing where no file waits for it. */
export function ImportDialog() {
  const question = useLocal((state) => state.latentQuestion);
  return question && <Asked key={question.file.name} question={question} />;
}

function Asked(props: { question: LatentQuestion }) {
  const { question } = props;
  const { file, modelName, layouts, scalings, usual } = question;
  const { local } = useInspectorContext();
  const actions = useActions();
  const likely = useMemo(() => likelyReading(question), [question]);
  const [reading, setReading] = useState<Reading>(likely);
  const dialog = useModal();

  const close = () => local.setState({ latentQuestion: null });
  const open = () => {
    close();
    actions.setLatent(givenLatent(question, reading)).catch(() => {});
  };
  return (
    <dialog ref={dialog} className="dialog import" aria-labelledby="import-title" onClose={close}>
      <h2 id="import-title">Open the latent {file.name}</h2>
      {layouts.length > 1 && (
        <LayoutChoice
          shape={file.shape}
          layouts={layouts}
          value={reading.layout}
          onChange={(layout) => setReading({ ...reading, layout })}
        />
      )}
      {scalings.length > 1 && (
        <>
          <p>
            The file does not say whether its numbers are scaled. Diffusion pipelines keep latents scaled, so
            that their &sigma; is about 1; the decoder is given them unscaled. This is the &sigma; that the
            decoder would see:
          </p>
          <table className="numeric">
            <caption className="visually-hidden">Sigma of each channel, raw units, for each reading</caption>
            <thead className="muted small">
              <tr>
                <th scope="col">The numbers are</th>
                {Array.from(sigmaOf(question, reading), (_, channel) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a channel is its index
                  <th scope="col" key={channel}>
                    &sigma; {channel}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {scalings.map((scaling) => (
                <ScalingRow
                  key={scaling.scale}
                  question={question}
                  reading={{ ...reading, scaling }}
                  likely={scaling === likely.scaling}
                  checked={scaling === reading.scaling}
                  onChange={(chosen) => setReading({ ...reading, scaling: chosen })}
                />
              ))}
              {usual && (
                <tr className="muted">
                  <th scope="row">what is open in {modelName}, for comparison</th>
                  <Sigmas values={usual} />
                </tr>
              )}
            </tbody>
          </table>
          <p className="muted small">
            {usual
              ? 'Chosen beforehand is what is nearer to the latent that is open.'
              : 'Chosen beforehand is what is nearer to what the model\u2019s scaling factor makes of sigma 1.'}
          </p>
        </>
      )}
      <p className="dialog-buttons">
        <button type="button" className="button strong" onClick={open}>
          Open it
        </button>
        <button type="button" className="button" onClick={close}>
          Cancel
        </button>
      </p>
    </dialog>
  );
}

function ScalingRow(props: {
  question: LatentQuestion;
  reading: Reading;
  likely: boolean;
  checked: boolean;
  onChange(scaling: Scaling): void;
}) {
  const { question, reading, likely } = props;
  const { scaling } = reading;
  return (
    <tr>
      <th scope="row">
        <label className="radio">
          <input
            type="radio"
            name="scaling"
            checked={props.checked}
            onChange={() => props.onChange(scaling)}
          />
          <span>
            {isUnscaled(scaling) ? 'unscaled: taken as they stand' : `scaled: ${unscalingWords(scaling)}`}
            {likely && <span className="muted"> (likely)</span>}
          </span>
        </label>
      </th>
      <Sigmas values={sigmaOf(question, reading)} />
    </tr>
  );
}

function Sigmas(props: { values: Float64Array }) {
  return Array.from(props.values, (value, channel) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a channel is its index
    <td key={channel}>{number(value)}</td>
  ));
}

function LayoutChoice(props: {
  shape: readonly number[];
  layouts: readonly Layout[];
  value: Layout;
  onChange(layout: Layout): void;
}) {
  return (
    <fieldset className="import-layout">
      <legend>The shape [{props.shape.join(', ')}] can be read in two ways:</legend>
      {props.layouts.map((layout) => (
        <label key={layout} className="radio">
          <input
            type="radio"
            name="layout"
            checked={layout === props.value}
            onChange={() => props.onChange(layout)}
          />
          <span>{LAYOUT_WORDS[layout]}</span>
        </label>
      ))}
    </fieldset>
  );
}
