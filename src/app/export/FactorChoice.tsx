import { useState } from 'react';
import { factorsOf } from '@/formats/latent/factors';
import { sameScaling } from '@/latent/scaled';
import { factorOf } from '@/session/models/factors';
import { useActions, useInspector } from '../context';
import { factorSentence, factorWords, typedScaling } from '../models/factorWords';
import { useSide } from '../sides/side';
import type { Side } from '../sides/sideNames';
import { TypedFactor } from './TypedFactor';

/**
 * Choice of what scales a model's latents, where its file does not say it: shows what is assumed, or was chosen, and takes another.
 * Nothing of a model whose configuration says it.
 */
export function FactorChoice(props: { side: Side }) {
  const info = useSide((own) => own.model.info, props.side);
  const factors = useInspector((state) => state.factors);
  const actions = useActions();
  const [typing, setTyping] = useState(false);
  const [typed, setTyped] = useState({ scale: '', shift: '' });
  if (!info) return null;
  const factor = factorOf(info, factors);
  if (factor.from === 'configuration') return null;
  const known = factorsOf(info.config.latent_channels);
  const chosen =
    factor.from === 'assumed'
      ? 'assumed'
      : (known.find(({ scaling }) => sameScaling(scaling, factor.scaling))?.id ?? 'typed');
  const own = typedScaling(typed.scale, typed.shift);

  const choose = (id: string) => {
    setTyping(id === 'typed');
    if (id === 'typed') return;
    const one = known.find((each) => each.id === id);
    actions.setFactor(info.id, one ? { scaling: one.scaling, name: one.name } : null);
  };
  return (
    <div className="factor">
      <span className="muted small">
        {factorSentence(factor)}{' '}
        {factor.from === 'assumed' && 'Scaled numbers are right only if you choose the right factor.'}
      </span>
      <label className="labelled">
        <span className="label">Scale factor of {info.name}</span>
        <select
          className="select"
          value={typing ? 'typed' : chosen}
          onChange={(event) => choose(event.target.value)}
        >
          <option value="assumed">not known ({factorWords(factorOf(info, {}).scaling)} is assumed)</option>
          {known.map(({ id, name, scaling }) => (
            <option key={id} value={id}>
              {name}: {factorWords(scaling)}
            </option>
          ))}
          <option value="typed">
            {chosen === 'typed' && !typing ? `another: ${factorWords(factor.scaling)}` : 'another'}
          </option>
        </select>
      </label>
      {typing && (
        <span className="factor-typed">
          <TypedFactor value={typed} onChange={setTyped} />
          <button
            type="button"
            className="button"
            disabled={typeof own === 'string'}
            onClick={() => {
              if (typeof own === 'string') return;
              actions.setFactor(info.id, { scaling: own, name: null });
              setTyping(false);
            }}
          >
            Use it
          </button>
          {typeof own === 'string' && <span className="muted small">{own}</span>}
        </span>
      )}
    </div>
  );
}
