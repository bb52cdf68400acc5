/** Options and results of each run, by name: types only, for those who ask for one from afar. */
import type { Typed } from './declare';
import type * as declared from './declared';

type Declared = typeof declared;
type Runs = Declared[keyof Declared]['runs'];

export type ExperimentName = Runs extends infer R ? (R extends unknown ? keyof R & string : never) : never;

/** The declaration of one run, with its own types. */
export type DeclarationOf<K extends ExperimentName> = Runs extends infer R
  ? R extends { [Name in K]: infer D }
    ? D
    : never
  : never;

export type ExperimentOptions = {
  [K in ExperimentName]: DeclarationOf<K> extends Typed<infer Options, unknown> ? Options : never;
};

export type ExperimentResults = {
  [K in ExperimentName]: DeclarationOf<K> extends Typed<unknown, infer Result> ? Result : never;
};
