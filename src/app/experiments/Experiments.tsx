import { type ComponentType, useId } from 'react';
import type { ExperimentDeclaration } from '@/experiments/declare';
import * as declared from '@/experiments/declared';
import type { ExperimentName } from '@/experiments/names';
import { useActions, useInspector } from '../context';
import { Boundary } from '../trouble/Boundary';
import { panelOf } from './panels';
import { SidesChoice } from './SidesChoice';

interface PanelText {
  name: string;
  declaration: ExperimentDeclaration;
  Panel: ComponentType;
}

const PANELS: readonly PanelText[] = Object.entries<ExperimentDeclaration>(declared)
  .map(([name, declaration]) => ({ name, declaration, Panel: panelOf(name) }))
  .sort((a, b) => a.declaration.rank - b.declaration.rank);

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
  const { name, declaration, Panel } = props.panel;
  const { question, about, runs, isApart = false } = declaration;
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
              isApart
                ? undefined
                : {
                    label: 'Discard its result',
                    press: () => actions.forgetExperiments(Object.keys(runs) as ExperimentName[]),
                  }
            }
          >
            {!isApart && <SidesChoice />}
            <Panel />
          </Boundary>
        </section>
      )}
    </>
  );
}
