import { useRef } from 'react';
import { knowsLogvar } from '@/session/pictures/latents';
import type { Layer, Range } from '@/session/types';
import { useInfluence } from '../cell/useInfluence';
import { useActions, useInspector } from '../context';
import { LatentLegend, LatentNotes, LatentReadout } from '../drawing/LatentLegend';
import { layersOf } from '../drawing/layers';
import { layerText } from '../drawing/layerText';
import { Pane } from '../parts/Pane';
import { Segmented } from '../parts/Segmented';
import { Sides } from '../sides/Sides';
import { useComparing } from '../sides/side';
import { LatentSquare } from './LatentSquare';
import { Loupe } from './Loupe';

const RANGES = [
  { value: 'full', label: 'full range', title: 'Every value has its own colour' },
  { value: 'middle', label: 'middle 98 %', title: 'The ends are the 1st and the 99th percentile' },
] as const;

/** The latent as a heat map of one layer; the grid in which cells are selected and poked. Of both models in a comparison. */
export function LatentPane() {
  const actions = useActions();
  const posterior = useInspector((state) => state.sides.a.posterior);
  const layer = useInspector((state) => state.view.layer);
  const range = useInspector((state) => state.view.range);
  const comparing = useComparing();
  const influences = [useInfluence('a'), useInfluence('b')];
  const computed = influences.some((each) => each !== null);
  const apart = useInspector((state) => state.sides.b !== null && !state.sides.b.shared);
  const grid = useRef<HTMLDivElement>(null);

  return (
    <Pane
      name="latent"
      title="Latent"
      about="The encoder squeezes each small block of pixels into one cell: a few numbers, one a channel. Stable Diffusion paints in such numbers, and the decoder turns them back into pixels. Here each cell is one square, coloured by the chosen layer. A crosshair marks the selected cell, a ring one that stands apart from all others, a dot another that stands out, a square an edited one, a dashed square the control."
      detail={
        posterior && !comparing
          ? `${posterior.rows} \u00d7 ${posterior.cols} cells, ${posterior.channels} channels`
          : ''
      }
      controls={
        <label className="labelled">
          <span className="label">Layer</span>
          <select
            className="select"
            value={layer}
            onChange={(event) => actions.setLayer(event.target.value as Layer)}
          >
            {layersOf(
              posterior?.channels ?? 4,
              computed || layer === 'influence',
              !posterior || knowsLogvar(posterior),
            ).map((each) => (
              <option key={each} value={each}>
                {layerText(each).label}
              </option>
            ))}
          </select>
        </label>
      }
      legend={
        posterior && (
          <div className="loupe-row">
            {!comparing && <Loupe />}
            <div className="loupe-words">
              {!comparing && <LatentLegend />}
              <span className="legend-row">
                {comparing ? <span className="muted">{layerText(layer).label}</span> : <LatentReadout />}
                <Segmented
                  label="Range of the colours"
                  name="range"
                  value={range}
                  choices={RANGES}
                  onChange={(next: Range) => actions.setRange(next)}
                />
              </span>
              <span className="muted legend-words">
                {layer === 'influence' && !computed
                  ? 'Not computed for what is open, so this is |mean|. See Experiments, below.'
                  : layerText(layer).explanation}
                {apart && ' Each map has its own scale: two models need not write numbers of one size.'}
              </span>
            </div>
          </div>
        )
      }
    >
      <Sides
        square={<LatentSquare grid={grid} />}
        notes={
          <>
            <Loupe />
            <LatentNotes />
          </>
        }
      />
    </Pane>
  );
}
