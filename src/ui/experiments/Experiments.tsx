import { type ComponentType, useId } from 'react';
import { ChannelsPanel } from '../../experiments/channels/page/Panel';
import { HealPanel } from '../../experiments/heal/page/Panel';
import { InfluencePanel } from '../../experiments/influence/page/Panel';
import { InterpolatePanel } from '../../experiments/interpolate/page/Panel';
import { KlPanel } from '../../experiments/kl/page/Panel';
import { MechanismPanel } from '../../experiments/mechanism/page/Panel';
import type { ExperimentName } from '../../experiments/names';
import { NoisePanel } from '../../experiments/noise/page/Panel';
import { ReadsPanel } from '../../experiments/reads/page/Panel';
import { ReportPanel } from '../../experiments/report/page/Panel';
import { ResolutionPanel } from '../../experiments/resolution/page/Panel';
import { RollPanel } from '../../experiments/roll/page/Panel';
import { useActions, useInspector } from '../context';
import { Boundary } from '../trouble/Boundary';
import { SidesChoice } from './SidesChoice';

interface PanelText {
  name: string;
  question: string;
  /** Two sentences: what it does, and how to read it. */
  about: string;
  Panel: ComponentType;
  /** Whose results it shows. */
  shows: readonly ExperimentName[];
  /** It is not about what is open, so there is no side to choose. */
  apart?: boolean;
}

const PANELS: readonly PanelText[] = [
  {
    name: 'influence',
    question: 'Which cells speak for the whole picture?',
    about:
      'Exact derivatives of the decoder say, for every cell at once, how far the whole picture\u2019s mean colour moves when that cell moves by one sigma. If one cell stands out by far, it carries news about the whole picture; healing every cell by brute force tests it without any derivative.',
    Panel: InfluencePanel,
    shows: ['influence', 'scan'],
  },
  {
    name: 'mechanism',
    question: 'By which path does the change travel?',
    about:
      'The decoder has two ways to carry news across the whole picture, GroupNorm\u2019s statistics and one attention; your edits are decoded four times, with either, both or neither held as they were before the edits. What disappears when a path is held travelled along that path.',
    Panel: MechanismPanel,
    shows: ['mechanism'],
  },
  {
    name: 'roll',
    question: 'Does the spot stay or travel?',
    about:
      'The picture is rolled, or cropped, before it is encoded, and the strongest cells are looked for again. A spot that stays at its cell belongs to the network; one that travels belongs to what the picture shows there.',
    Panel: RollPanel,
    shows: ['roll', 'crop'],
  },
  {
    name: 'resolution',
    question: 'Does it appear only in large pictures?',
    about:
      'The same picture is encoded at several sizes, and at each the strongest cell is scored and healed, beside the same shift at an ordinary cell. The models were trained on small crops, so a spot may be something that only large pictures grow.',
    Panel: ResolutionPanel,
    shows: ['resolution'],
  },
  {
    name: 'heal',
    question: 'What is lost when spots are healed?',
    about:
      'Each of the strongest cells is replaced by the mean of its neighbours, and the decode is held against the original picture. If the cell carried news about the whole, the picture far away from it becomes worse, more than by the same shift at an ordinary cell.',
    Panel: HealPanel,
    shows: ['heal'],
  },
  {
    name: 'noise',
    question: 'How much noise does it bear?',
    about:
      'Noise of growing strength is added to all cells, to the spot alone, to everything but the spot, and to an ordinary cell; then the numbers are kept within bounds, and the latent is drawn anew from its posterior. Where the curve of one cell falls, the decoder leans on that cell.',
    Panel: NoisePanel,
    shows: ['noise', 'clamp', 'sampling'],
  },
  {
    name: 'reads',
    question: 'What does this cell read?',
    about:
      'The gradient of the selected cell\u2019s numbers with respect to every pixel shows which pixels the encoder wrote them from. An ordinary cell reads its neighbourhood; a cell that carries news about the whole picture reads all of it.',
    Panel: ReadsPanel,
    shows: ['reads'],
  },
  {
    name: 'channels',
    question: 'What are the channels?',
    about:
      'Each channel\u2019s numbers are held against the normal distribution that a diffusion model expects, and against the picture\u2019s colours; then each is decoded alone, and left out. R\u00b2 says how much of the colours a plain linear map already finds in the latent.',
    Panel: ChannelsPanel,
    shows: ['channels'],
  },
  {
    name: 'kl',
    question: 'How many bits is it?',
    about:
      'The divergence of the posterior from a standard normal bounds the information that the latent carries, cell by cell and channel by channel. Beside it stand JPEG files of the same picture, which are sizes of files, not bounds.',
    Panel: KlPanel,
    shows: ['kl'],
  },
  {
    name: 'interpolate',
    question: 'What lies between two pictures?',
    about:
      'Latents on the way from this picture\u2019s to another one\u2019s are decoded, in a straight line or along an arc. With the spots held at one end, or healed, you see whether they alone decide what the whole picture looks like.',
    Panel: InterpolatePanel,
    shows: ['interpolate'],
  },
  {
    name: 'report',
    question: 'Does it hold over many pictures?',
    about:
      'Each picture of a set is measured in each model at each size: where the strongest cell is, how far healing it moves the far picture, and the same shift at an ordinary cell. If it is one cell in every picture and reaches far in all of them, it belongs to the network; the report can be kept and cited.',
    Panel: ReportPanel,
    shows: [],
    apart: true,
  },
];

/** Long studies, each a question on a card that opens in place. */
export default function Experiments() {
  const actions = useActions();
  const open = useInspector((state) => state.view.panel);
  return (
    <section className="experiments" aria-labelledby="experiments-title">
      <div className="column-head">
        <h2 id="experiments-title">Experiments</h2>
        <span className="muted small">
          Each takes a while, says how long before it starts, and can be stopped.
        </span>
      </div>
      <div className="cards">
        {PANELS.map((panel) => (
          <Card
            key={panel.name}
            panel={panel}
            open={panel.name === open}
            onToggle={() => actions.setPanel(panel.name === open ? null : panel.name)}
          />
        ))}
      </div>
    </section>
  );
}

function Card(props: { panel: PanelText; open: boolean; onToggle(): void }) {
  const { name, question, about, Panel, shows, apart = false } = props.panel;
  const id = useId();
  const actions = useActions();
  return (
    <>
      <h3 className="card-head">
        <button
          type="button"
          className="button card"
          aria-expanded={props.open}
          aria-controls={props.open ? id : undefined}
          onClick={props.onToggle}
        >
          {question}
        </button>
      </h3>
      {props.open && (
        <section id={id} className="experiment" data-experiment={name} aria-label={question}>
          <p className="experiment-about">{about}</p>
          <Boundary
            what="This experiment"
            mend={
              shows.length > 0
                ? { label: 'Discard its result', press: () => actions.forgetExperiments(shows) }
                : undefined
            }
          >
            {!apart && <SidesChoice />}
            <Panel />
          </Boundary>
        </section>
      )}
    </>
  );
}
