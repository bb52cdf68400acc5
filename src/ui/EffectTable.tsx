import { SMALLEST_NAMED } from '../inspect/effect';
import type { Change } from '../inspect/types';
import { levels, levelsRatio, number, percent, ratio, signed } from './format';
import { useTerm } from './Term';
import type { EffectView } from './useEffectView';

interface Measure {
  label: string;
  unit: string;
  explanation: string;
  /** One text, or one for each of red, green and blue. */
  text(change: Change): string | string[];
  /** Of two changes, where a ratio means something. */
  ratio?(own: Change, control: Change): string;
}

const MEASURES: readonly Measure[] = [
  {
    label: 'Near, RMS',
    unit: 'levels',
    explanation:
      'Root mean square of the change over the pixels near an edited cell. 0 is no change, 255 is black to white.',
    text: (change) => levels(change.nearRms),
    ratio: (own, control) => levelsRatio(own.nearRms, control.nearRms, SMALLEST_NAMED),
  },
  {
    label: 'Far, RMS',
    unit: 'levels',
    explanation:
      'The same over all other pixels. This is the number of the instrument: an ordinary cell hardly moves them.',
    text: (change) => levels(change.farRms),
    ratio: (own, control) => levelsRatio(own.farRms, control.farRms, SMALLEST_NAMED),
  },
  {
    label: 'Far share',
    unit: 'of change\u00b2',
    explanation: 'Of all squared change in the picture, the part in far pixels. Local edits stay near 0 %.',
    text: (change) => percent(change.farShare),
  },
  {
    label: 'Far shift, RGB',
    unit: 'levels',
    explanation:
      'Mean signed change of the far pixels in red, green and blue: a tint, or a lighter or darker picture.',
    text: (change) => change.farShift.map((value) => signed(value, 1)),
  },
  {
    label: 'Far PSNR',
    unit: 'dB',
    explanation:
      'Peak signal-to-noise ratio of the far pixels against the base decode, peak 255. Higher is closer; infinite is identical.',
    text: (change) => number(change.farPsnr, 1),
  },
  {
    label: 'Far changed',
    unit: 'of pixels',
    explanation: 'Share of far pixels in which red, green or blue moved by at least one level of 255.',
    text: (change) => percent(change.farChanged),
    ratio: (own, control) => ratio(own.farChanged / control.farChanged),
  },
];

/** Every measure of the effect beside its control, with the ratio where one means something. */
export function EffectTable(props: { view: EffectView }) {
  const { view } = props;
  const cell = view.control?.cell;
  const control = useTerm(
    'control cell',
    `The very same change, made at an ordinary cell${cell ? ` (row ${cell.row}, col ${cell.col})` : ''}: out of reach of yours, as far from the border, of about median |mean|. What happens there is what any cell does; only the difference speaks about yours.`,
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
            this edit
          </th>
          <th scope="col">
            <span className="swatch swatch-control" />
            {control.button}
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
  const { own, control } = view;
  const term = useTerm(measure.label, measure.explanation);
  const shown = view.cells > 0;
  const both = shown && own && control && !view.ownOld && !view.controlOld;
  return (
    <>
      <tr>
        <th scope="row">
          {term.button} <span className="unit-below small muted">{measure.unit}</span>
        </th>
        <td className={`triple ${view.ownOld ? 'old' : ''}`}>
          {shown && own ? <Figures text={measure.text(own)} /> : '\u2013'}
        </td>
        <td className={`triple ${view.controlOld ? 'old' : ''}`}>
          {shown && control ? <Figures text={measure.text(control)} /> : '\u2013'}
        </td>
        <td className="ratio">{measure.ratio && both ? measure.ratio(own, control) : ''}</td>
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

/** Three figures stand side by side where there is room, else one under another. */
function Figures(props: { text: string | string[] }) {
  if (typeof props.text === 'string') return props.text;
  return props.text.map((text, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the index is the colour
    <span key={index} className="figure">
      {text}{' '}
    </span>
  ));
}
