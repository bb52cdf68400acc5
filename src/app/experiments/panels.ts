/** The panels of the experiments, found by their place: a folder's `page/Panel.tsx`. */
import type { ComponentType } from 'react';

const modules = import.meta.glob<{ Panel: ComponentType }>('../../experiments/*/page/Panel.tsx', {
  eager: true,
});

/** The panel of the experiment that has this folder. */
export function panelOf(folder: string): ComponentType {
  const found = modules[`../../experiments/${folder}/page/Panel.tsx`];
  if (!found) throw new RangeError(`The experiment "${folder}" has no panel.`);
  return found.Panel;
}
