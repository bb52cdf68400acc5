/** The declaration of an experiment, without the network that runs it or the panel that shows it. */
import type { Cell, Latent } from '@/latent/types';
import type { Part } from '@/vae/shapes';
import type { OptionCheck } from './checks';
import type { Picture } from './context';

/** The open page, for options that follow from what is open. */
export interface OpenPage {
  /** The selected cell, on the side that is asked for. */
  cell: Cell;
  /** The open picture at another size, a side of the square in pixels. */
  fitPicture(size: number): Promise<Picture>;
  /** The latent of another picture, in the model that is asked for. */
  encodeOther(source: string | Blob | ImageBitmapSource): Promise<Latent>;
}

/** One run of the worker. An experiment has one or a few of them. */
export interface RunDeclaration {
  /** Options that a script may leave out; any other has a default in the run itself. */
  defaults?: object;
  /** Checks of the options; those without a check are left as they are. */
  options?: Record<string, OptionCheck>;
  /** Makes the run's options of what a script gives, where these differ. */
  prepare?(given: never, page: OpenPage): Promise<object> | object;
  /** Makes of the run's result what a script gets, where these differ. */
  present?(result: never): object;
  /** The halves of the network that it computes with; by default both. */
  halves?: readonly Part[];
  /** True where it speaks of scaled units. */
  isScaled?: boolean;
  /** True where it looks at the latent and its decodes alone, so that a latent from a file will do. */
  isPictureless?: boolean;
}

export interface ExperimentDeclaration {
  /** Place of its card: those of smaller ranks come first. */
  rank: number;
  question: string;
  /** Two sentences: what it does, and how to read it. */
  about: string;
  /** Runs by the names that scripts, links and files know. */
  runs: Record<string, RunDeclaration>;
  /** True where it is not about what is open, so that there is no side to choose. */
  isApart?: boolean;
}

/** Options of what takes none. */
export type Nothing = Record<string, never>;

/** A run's options and result, for the compiler alone. */
export interface Typed<Options, Result> {
  readonly types?: { options: Options; result: Result };
}

/**
 * A run that takes `Options` beside the picture, its latent and the edits, and gives `Result`. One that tells its result in part
 * takes such a part as the option `previous`, and goes on from there.
 */
export function run<Options, Result>() {
  return <const D extends RunDeclaration>(declaration: D): D & Typed<Options, Result> => declaration;
}

/** Only so that the types of what is declared are kept. */
export function declare<const D extends ExperimentDeclaration>(declaration: D): D {
  return declaration;
}
