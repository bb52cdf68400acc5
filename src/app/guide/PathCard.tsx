import { useActions, useInspectorContext, useLocal } from '../context';
import { ChooseNext } from './ChooseNext';
import { PREDICTIONS, type Prediction } from './progress';
import { STEPS, type Step, type StepFacts } from './steps';

/** The path: where one is, what this step says and asks, and the way on. */
export function PathCard({ index, step, facts }: { index: number; step: Step; facts: StepFacts }) {
  const actions = useActions();
  const done = useLocal((state) => state.guide.done);
  const isDone = done.includes(index);
  const last = STEPS.length - 1;
  if (index === 0) {
    return (
      <section className="guide-card" aria-label="The guide">
        <div className="guide-words">
          <p className="guide-says">{step.answer?.(facts) ?? step.says(facts)}</p>
          <p className="guide-task">
            {isDone ? 'The eight steps say why, and what this does not show.' : step.task}
          </p>
        </div>
        <button type="button" className="button strong guide-next" onClick={() => actions.goToStep(1)}>
          Explain it in 8 steps
        </button>
      </section>
    );
  }
  return (
    <section className="guide-card" aria-label={`Step ${index} of ${last}: ${step.title}`}>
      <ol className="guide-steps">
        {STEPS.slice(1).map(({ title }, at) => {
          const number = at + 1;
          return (
            <li key={title}>
              <button
                type="button"
                className="guide-step"
                data-done={done.includes(number) || undefined}
                aria-current={number === index ? 'step' : undefined}
                title={title}
                onClick={() => actions.goToStep(number)}
              >
                <span className="guide-step-number">{number}</span>
                <span className="visually-hidden">
                  : {title}
                  {done.includes(number) ? ', done' : ''}
                </span>
              </button>
            </li>
          );
        })}
      </ol>
      <div className="guide-words" aria-live="polite">
        {facts.isOwn || index === last ? (
          <StepWords index={index} step={step} facts={facts} />
        ) : (
          <Elsewhere index={index} />
        )}
      </div>
      <div className="guide-moves">
        <button type="button" className="button" onClick={() => actions.goToStep(index - 1)}>
          Back
        </button>
        {index < last ? (
          <button
            type="button"
            className={`button guide-next ${isDone ? 'strong' : ''}`}
            onClick={() => actions.goToStep(index + 1)}
          >
            {isDone ? 'Next' : 'Skip'}
          </button>
        ) : (
          <button type="button" className="button guide-next" onClick={() => actions.goToStep(0)}>
            Finish
          </button>
        )}
        <button type="button" className="button quiet guide-leave" onClick={() => actions.goToStep(0)}>
          Leave the path
        </button>
      </div>
    </section>
  );
}

function StepWords({ index, step, facts }: { index: number; step: Step; facts: StepFacts }) {
  const { local } = useInspectorContext();
  return (
    <>
      <p className="guide-says">{(step.isDone(facts) && step.answer?.(facts)) || step.says(facts)}</p>
      {index === 3 && !step.isDone(facts) && (
        <fieldset className="guide-predict">
          <legend className="visually-hidden">What do you expect to change?</legend>
          {Object.entries(PREDICTIONS).map(([key, words]) => (
            <button
              key={key}
              type="button"
              className="button small"
              aria-pressed={facts.progress.prediction === key}
              onClick={() =>
                local.setState(({ guide }) => ({ guide: { ...guide, prediction: key as Prediction } }))
              }
            >
              {words}
            </button>
          ))}
        </fieldset>
      )}
      {index === STEPS.length - 1 ? (
        <ChooseNext />
      ) : (
        step.task && (
          <p className="guide-task" data-done={step.isDone(facts) || undefined}>
            {step.isDone(facts) ? 'Done.' : step.task}
          </p>
        )
      )}
    </>
  );
}

/** Stands in for a step while something else is open than what its sentences are true of. */
function Elsewhere({ index }: { index: number }) {
  const actions = useActions();
  return (
    <>
      <p className="guide-says">
        This step speaks of the guide’s own picture and models, and others are open.
      </p>
      <p className="guide-task">
        <button type="button" className="button small" onClick={() => actions.goToStep(index)}>
          Open the guide’s own
        </button>
      </p>
    </>
  );
}
