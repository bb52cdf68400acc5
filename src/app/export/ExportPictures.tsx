import { useState } from 'react';
import { useInspector, useInspectorContext } from '../context';
import { useSentence } from '../effect/useSentence';
import { svgToPng } from '../experiments/figureFile';
import type { MapFigure } from '../experiments/figures';
import { LETTERS, SIDES, type Side } from '../sides/sideNames';
import { ExportButtons, type Way } from './ExportButtons';
import { exportName, figureProblem, figureSheet, footOf, type PaneName, paneFigure } from './ExportFigures';
import { barePng } from './ExportImage';
import { sheetSvg } from './ExportSheet';

/** Widths of one map, units: three beside each other, and one alone. */
const IN_FIGURE = 360;
const ALONE = 512;

const PANE_NAMES: Record<PaneName, string> = { picture: 'Picture', latent: 'Latent', decoded: 'Decoded' };

/** The whole figure and each of its panes, as PNG. */
export function ExportPictures() {
  const { store } = useInspectorContext();
  const problem = useInspector(figureProblem);
  const comparing = useInspector((state) => state.sides.b !== null);
  const pictured = useInspector((state) => state.picture !== null);
  const [legend, setLegend] = useState(true);
  const { text: sentence } = useSentence();
  const name = (what: string) => exportName(store.getState(), what, 'png');

  const pane = (which: PaneName, side: Side): Way => {
    const letter = comparing && which !== 'picture' ? LETTERS[side] : '';
    return {
      label: `${PANE_NAMES[which]} ${letter}`.trim(),
      name: name(`${which}${letter.toLowerCase()}`),
      async make() {
        const state = store.getState();
        const figure = paneFigure(state, which, side);
        if (!figure) throw new Error('There is nothing in this pane.');
        return legend ? sheetPng(figure, footOf(state)) : barePng(figure);
      },
    };
  };
  const whole: Way = {
    label: 'Whole figure',
    name: name('figure'),
    make: () => svgToPng(sheetSvg(figureSheet(store.getState(), sentence), IN_FIGURE)),
  };
  const panes = [
    ...(pictured ? [pane('picture', 'a')] : []),
    ...(comparing ? SIDES : (['a'] as const)).flatMap((side) => [
      pane('latent', side),
      pane('decoded', side),
    ]),
  ];
  return (
    <section aria-labelledby="export-pictures">
      <h3 id="export-pictures">Pictures, as PNG</h3>
      <ExportButtons label="Save the whole figure" ways={[whole]} problem={problem}>
        <span className="muted small">
          all panes with their legends, the sentence and what made it, on white
        </span>
      </ExportButtons>
      <ExportButtons label="Save one pane" ways={panes} problem={problem && ''}>
        <label className="radio small">
          <input type="checkbox" checked={legend} onChange={(event) => setLegend(event.target.checked)} />
          with title and legend
        </label>
      </ExportButtons>
    </section>
  );
}

function sheetPng(figure: MapFigure, foot: readonly string[]): Promise<Blob> {
  return svgToPng(sheetSvg({ rows: [[figure]], caption: '', foot }, ALONE));
}
