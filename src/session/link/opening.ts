/** The view that an inspector opens with: what is asked for, where it exists, over the example, over the defaults. */

import type { Example } from '../example/example';
import { stepView } from '../guide/setup';
import type { PendingLink } from '../models/downloadPrompt';
import { ownName } from '../models/models';
import type { View, Wanted } from '../types';
import { DEFAULT_VIEW } from '../view';

export interface Opening {
  /** Ids; the first is the default. */
  models: readonly string[];
  pictures: readonly string[];
  example: Example | null;
}

export interface OpeningView {
  /** The view with nothing on the right: that comes when it is at hand. */
  view: View;
  /** The model that is wanted on the right. */
  compare: string | null;
  /** A model of a visitor's file that is wanted on the left, and what comes with it. */
  aside: PendingLink | null;
  /** The picture, or the latent in its place, that only the visitor can give; another picture stands in. */
  wanted: Wanted | null;
  /** True where the example is what is opened. */
  playing: boolean;
  /** Wishes that could not be met, told in full sentences. */
  problems: string[];
}

/** @param asked what a link or the author of the page asks for */
export function openingView(asked: Partial<View>, { models, pictures, example }: Opening): OpeningView {
  const problems: string[] = [];
  const wanted = { ...withStep(asked, example) };
  let compare = wanted.compare ?? null;
  delete wanted.compare;
  let ownModel: string | null = null;

  if (wanted.model !== undefined && !models.includes(wanted.model)) {
    const file = ownName(wanted.model);
    if (file !== null) ownModel = wanted.model;
    problems.push(file === null ? unknownModel(wanted.model, 'another one is used') : missingFile(file));
    delete wanted.model;
  }
  if (compare !== null && compare === (ownModel ?? wanted.model ?? models[0])) {
    problems.push('The link names the same model for both sides, so it stands alone.');
    compare = null;
  } else if (compare !== null && !models.includes(compare)) {
    const file = ownName(compare);
    problems.push(
      file === null ? unknownModel(compare, 'nothing stands beside the other') : missingFile(file),
    );
    if (file === null) compare = null;
  }
  const { latent } = wanted;
  delete wanted.latent;
  let missing: Wanted | null = null;
  if (wanted.picture === null) {
    missing = { kind: 'picture' };
    if (latent) {
      const { edits = [], cell = DEFAULT_VIEW.cell } = wanted;
      missing = { kind: 'latent', name: latent, edits, cell };
      delete wanted.edits;
      delete wanted.cell;
    }
    wanted.picture = pictures[0] ?? null;
  } else if (wanted.picture !== undefined && !pictures.includes(wanted.picture)) {
    problems.push(`There is no starting picture "${wanted.picture}" here, so another one is used.`);
    wanted.picture = pictures[0] ?? null;
  }
  for (const key of Object.keys(wanted) as (keyof View)[]) {
    // A field that is there but undefined would hide a default.
    if (wanted[key] === undefined) delete wanted[key];
  }

  const playing =
    ((compare === null || wanted.step != null || compare === example?.compare) &&
      ownModel === null &&
      example?.matches(wanted)) ||
    false;
  const view: View = {
    ...DEFAULT_VIEW,
    model: models[0] ?? DEFAULT_VIEW.model,
    picture: pictures[0] ?? null,
    ...(playing ? example?.opening() : {}),
    ...wanted,
  };
  if (playing && example) view.edits = example.recognise(view.edits);
  if (ownModel === null) return { view, compare, aside: null, wanted: missing, playing, problems };
  const aside = { model: ownModel, compare, edits: view.edits, size: view.size };
  return { view: { ...view, edits: [] }, compare: null, aside, wanted: missing, playing, problems };
}

/** A step that is asked for alone sets the page up; beside anything else it only says which step is on screen. */
function withStep(asked: Partial<View>, example: Example | null): Partial<View> {
  const { step, ...others } = asked;
  const isAlone = Object.values(others).every((value) => value === undefined);
  return step !== undefined && step !== null && isAlone && example ? stepView(step, example) : asked;
}

function unknownModel(id: string, so: string): string {
  return `There is no model "${id}" here, so ${so}.`;
}

function missingFile(name: string): string {
  return `This was made with a model from a file, "${name}", that is not part of the link. Choose that file to see the same.`;
}
