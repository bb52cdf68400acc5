import { cellIndex } from '@/latent/geometry';
import type { Cell, PosteriorData } from '@/latent/types';
import { layerText } from '../drawing/layerText';
import { BENCH_TERMS } from '../glossary/benchTerms';
import { number, scoreText } from '../parts/format';
import { useTerm } from '../parts/Term';
import { analysisOf, spotsOf } from './analysis';
import { useInfluence } from './useInfluence';

/** The scores of the selected cell, each with its plain meaning on demand. They are never blended. */
export function CellScores(props: { posterior: PosteriorData; cell: Cell }) {
  const analysis = analysisOf(props.posterior);
  const index = cellIndex(props.cell, props.posterior);
  const at = (values: ArrayLike<number>) => values[index] ?? Number.NaN;
  const influence = useInfluence();
  const { norm, rawLogvar, influence: influenceScores } = spotsOf(props.posterior, influence).scores;
  return (
    <table className="scores numeric">
      <caption className="visually-hidden">Scores of the selected cell</caption>
      <thead className="muted small">
        <tr>
          <th scope="col">measure</th>
          <th
            scope="col"
            title="The scores are of the latent as the encoder wrote it. Edits do not touch them."
          >
            as encoded
          </th>
          <th scope="col">median cell</th>
          <th scope="col">stands out by</th>
        </tr>
      </thead>
      <tbody>
        <Score
          label="|mean|"
          unit="raw"
          value={layerText('norm').text(at(analysis.norm))}
          median={layerText('norm').text(norm.median)}
          score={at(norm.scores)}
          explanation={BENCH_TERMS.norm.says}
        />
        <Score
          label="raw logvar"
          unit={'ln raw\u00b2'}
          value={layerText('rawLogvar').text(at(analysis.rawLogvar))}
          median={layerText('rawLogvar').text(rawLogvar.median)}
          score={at(rawLogvar.scores)}
          explanation={BENCH_TERMS.rawLogvar.says}
        />
        <Score
          label="KL"
          unit="nats"
          value={layerText('kl').text(at(analysis.kl))}
          median={layerText('kl').text(analysis.medianKl)}
          score={null}
          explanation={`${BENCH_TERMS.kl.says} Here it is ${number(at(analysis.kl) / Math.LN2, 1)} bits.`}
        />
        {influence && influenceScores && (
          <Score
            label="influence"
            unit={'levels / \u03c3'}
            value={layerText('influence').text(at(influence))}
            median={layerText('influence').text(influenceScores.median)}
            score={at(influenceScores.scores)}
            explanation={BENCH_TERMS.influence.says}
          />
        )}
      </tbody>
    </table>
  );
}

/** Empty where nothing is scored, a dash where the latent does not say. */
function scoreWords(score: number | null): string {
  if (score === null) return '';
  return Number.isFinite(score) ? `${scoreText(score)} \u03c3` : '\u2013';
}

function Score(props: {
  label: string;
  unit: string;
  value: string;
  median: string;
  score: number | null;
  explanation: string;
}) {
  const term = useTerm(props.label, props.explanation);
  return (
    <>
      <tr>
        <th scope="row">
          {term.button} <span className="unit small muted">{props.unit}</span>
        </th>
        <td>{props.value}</td>
        <td className="muted">{props.median}</td>
        <td>{scoreWords(props.score)}</td>
      </tr>
      {term.text && (
        <tr>
          <td colSpan={4} className="explained">
            {term.text}
          </td>
        </tr>
      )}
    </>
  );
}
