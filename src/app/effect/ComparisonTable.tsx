import { BENCH_TERMS } from '../glossary/benchTerms';
import { useTerm } from '../parts/Term';
import { SideName } from '../sides/Sides';
import { SIDES, type Side } from '../sides/sideNames';
import { FigureCell } from './FigureCell';
import { oldControlHeading, ownHeading } from './headings';
import { figuresOf, MEASURES, type Measure } from './measures';
import type { EffectView } from './useEffectView';

type Views = Record<Side, EffectView>;

const COLUMNS = 5;

/** Every measure in both models, each beside its own control; a ratio stands under the levels that it is made of. */
export function ComparisonTable(props: { views: Views }) {
  const control = useTerm(
    'control',
    `${BENCH_TERMS.control.says} The number after \u00d7 is how many times the edit exceeds it.`,
  );
  return (
    <table className="effect comparison numeric">
      <caption className="visually-hidden">
        The effect of the edits in both models, beside the controls
      </caption>
      <thead className="small">
        <tr>
          <td />
          {SIDES.map((side) => (
            <th key={side} scope="colgroup" colSpan={2} className={`comparison-${side}`}>
              <span className="comparison-name">
                <SideName side={side} />
              </span>
            </th>
          ))}
        </tr>
        <tr>
          <th scope="col" className="muted">
            measure
          </th>
          {SIDES.map((side) => (
            <Columns
              key={side}
              side={side}
              own={ownHeading(props.views[side], 'edit')}
              control={oldControlHeading(props.views[side]) ?? (side === 'a' ? control.button : 'control')}
            />
          ))}
        </tr>
        {control.text && (
          <tr>
            <td colSpan={COLUMNS} className="explained">
              {control.text}
            </td>
          </tr>
        )}
      </thead>
      <tbody>
        {MEASURES.map((measure) => (
          <Row key={measure.label} measure={measure} views={props.views} />
        ))}
      </tbody>
    </table>
  );
}

function Columns(props: { side: Side; own: string; control: React.ReactNode }) {
  return (
    <>
      <th scope="col" className={`comparison-${props.side}`}>
        <span className={`swatch swatch-${props.side}`} />
        {props.own}
      </th>
      <th scope="col">
        <span className={`swatch swatch-${props.side} swatch-dashed`} />
        {props.control}
      </th>
    </>
  );
}

function Row(props: { measure: Measure; views: Views }) {
  const { measure, views } = props;
  const term = useTerm(measure.label, measure.explanation);
  return (
    <>
      <tr>
        <th scope="row">
          {term.button} <span className="unit-below small muted">{measure.unit}</span>
        </th>
        {SIDES.map((side) => (
          <Numbers key={side} measure={measure} view={views[side]} />
        ))}
      </tr>
      {term.text && (
        <tr>
          <td colSpan={COLUMNS} className="explained">
            {term.text}
          </td>
        </tr>
      )}
    </>
  );
}

function Numbers(props: { measure: Measure; view: EffectView }) {
  const { view } = props;
  const figures = figuresOf(props.measure, view);
  return (
    <>
      <FigureCell text={figures.own} old={view.ownOld}>
        {figures.ratio !== null && <span className="ratio-below small muted">{figures.ratio}</span>}
      </FigureCell>
      <FigureCell text={figures.control} old={view.controlOld} />
    </>
  );
}
