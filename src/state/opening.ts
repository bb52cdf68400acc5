/** The view that an inspector opens with: what is asked for, where it exists, over the example, over the defaults. */
import type { ExamplePlayer } from './player';
import type { View } from './types';
import { DEFAULT_VIEW } from './view';

export interface Offer {
  /** Ids; the first is the default. */
  models: readonly string[];
  pictures: readonly string[];
  player: ExamplePlayer | null;
}

/**
 * @param asked what a link or the author of the page asks for
 * @returns the view, whether the example is what it opens, and what could not be had, as full sentences
 */
export function openingView(
  asked: Partial<View>,
  { models, pictures, player }: Offer,
): { view: View; playing: boolean; problems: string[] } {
  const problems: string[] = [];
  const wanted = { ...asked };
  if (wanted.model !== undefined && !models.includes(wanted.model)) {
    problems.push(`There is no model "${wanted.model}" here, so another one is used.`);
    delete wanted.model;
  }
  if (wanted.picture === null) {
    problems.push(
      'This was made with a picture that is not part of the link. Choose that picture to see the same.',
    );
    wanted.picture = pictures[0] ?? null;
  } else if (wanted.picture !== undefined && !pictures.includes(wanted.picture)) {
    problems.push(`There is no starting picture "${wanted.picture}" here, so another one is used.`);
    wanted.picture = pictures[0] ?? null;
  }
  for (const key of Object.keys(wanted) as (keyof View)[]) {
    // A field that is there but undefined would hide a default.
    if (wanted[key] === undefined) delete wanted[key];
  }

  const playing = player?.matches(wanted) ?? false;
  const view: View = {
    ...DEFAULT_VIEW,
    model: models[0],
    picture: pictures[0] ?? null,
    ...(playing ? player?.opening() : {}),
    ...wanted,
  };
  if (playing && player) view.edits = player.recognise(view.edits);
  return { view, playing, problems };
}
