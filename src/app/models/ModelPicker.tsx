import { Popover } from '../parts/Popover';
import { useComparing } from '../sides/side';
import { ModelAbout } from './ModelAbout';
import { ModelSelect } from './ModelSelect';
import { StoredModels } from './StoredModels';

/** The autoencoder under study, the one beside it, and what a visitor should know about both. */
export function ModelPicker() {
  const comparing = useComparing();
  return (
    <span className="model-picker">
      <ModelSelect side="a" label="Model" />
      <ModelSelect side="b" label="Compare with" />
      <Popover className="button quiet icon" label={<About />} title="About the models">
        <ModelAbout side="a" />
        {comparing && <ModelAbout side="b" />}
        <StoredModels />
      </Popover>
    </span>
  );
}

function About() {
  return (
    <>
      <svg viewBox="0 0 16 16" width="1.1em" height="1.1em" aria-hidden="true">
        <circle cx="8" cy="8" r="6.5" fill="none" stroke="currentColor" strokeWidth="1.3" />
        <path d="M8 7.2v4M8 4.4v1.4" stroke="currentColor" strokeWidth="1.5" />
      </svg>
      <span className="visually-hidden">About the models</span>
    </>
  );
}
