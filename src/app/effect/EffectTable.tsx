import { cellText } from '@/latent/cellText';
import { BENCH_TERMS } from '../glossary/benchTerms';
import { useTerm } from '../parts/Term';
import { FigureCell } from './FigureCell';
import { oldControlHeading, ownHeading } from './headings';
import { figuresOf, MEASURES, type Measure } from './measures';
import type { EffectView } from './useEffectView';

/** Every measure of the effect beside its control, with the ratio where one means something. */
export function EffectTable(props: { view: EffectView }) {
  const { view } = props;
  const cell = view.control?.cell;
  const control = useTerm(
    'control cell',
    `${BENCH_TERMS.control.says}${cell ? ` Here it is ${cellText(cell)}.` : ''}`,
  );
  return (
    <table className="effect numeric">
      <caption className="visually-hidden">The effect of the edits beside the control</caption>
      <thead className="small">
        <tr>
          <th scope="col" className="muted">
            measure
          </th>
          <th scope="col">
            <span className="swatch" />
            {ownHeading(view, 'this edit')}
          </th>
          <th scope="col">
            <span className="swatch swatch-control" />
            {oldControlHeading(view) ?? control.button}
          </th>
          <th scope="col" className="muted">
            ratio
          </th>
          <th scope="col" className="unit">
            unit
          </th>
        </tr>
        {control.text && (
          <tr>
            <td colSpan={5} className="explained">
              {control.text}
            </td>
          </tr>
        )}
      </thead>
      <tbody>
        {MEASURES.map((measure) => (
          <Row key={measure.label} measure={measure} view={view} />
        ))}
      </tbody>
    </table>
  );
}

function Row(props: { measure: Measure; view: EffectView }) {
  const { measure, view } = props;
  const figures = figuresOf(measure, view);
  const term = useTerm(measure.label, measure.explanation);
  return (
    <>
      <tr>
        <th scope="row">
          {term.button} <span className="unit-below small muted">{measure.unit}</span>
        </th>
        <FigureCell text={figures.own} old={view.ownOld} />
        <FigureCell text={figures.control} old={view.controlOld} />
        <td className="ratio">{figures.ratio}</td>
        <td className="unit small">{measure.unit}</td>
      </tr>
      {term.text && (
        <tr>
          <td colSpan={5} className="explained">
            {term.text}
          </td>
        </tr>
      )}
    </>
  );
}
