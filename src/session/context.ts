/** The parts of a store share this: its state, the engine, the lists to choose from, and the saying of failures. */

import { InspectorError, toPlain } from '@/common/errors';
import type { Engine, Precision } from '@/engine/protocol';
import { type Activities, createActivities } from './activity';
import type { Models } from './models/models';
import type { PictureReader } from './pictures/pictures';
import { withSide } from './side/side';
import { createTimings, type Timings, type TimingsStorage } from './timings';
import type { InspectorState, InspectorStore, Side, SideState, StartingPicture } from './types';

export interface Context {
  readonly engine: Engine;
  readonly models: Models;
  readonly pictures: readonly StartingPicture[];
  readonly readPicture: PictureReader;
  readonly activities: Activities;
  readonly timings: Timings;
  /** The precision of decodes, as asked of the engine; what the backend cannot do it does not. */
  readonly precision?: Precision | undefined;
  /** Number of decodes of which one is done twice and compared. */
  readonly recheck?: number | undefined;
  get(): InspectorStore;
  set(part: Partial<InspectorState>): void;
  /** Replaces a part of one side; nothing where that is not there. `more` changes in the same step. */
  put(side: Side, part: Partial<SideState>, more?: Partial<InspectorState>): void;
  /** The work in words, and in which of two models where two are compared: "Decoding in Mini, clean". */
  naming(what: string, model: string): string;
  /** Says something beside what is said already. */
  notify(text: string): void;
  /**
   * Shows what went wrong, unless it was meant to (aborted, superseded). Returns it as an InspectorError.
   * @param model that was being opened
   */
  fail(error: unknown, retry: (() => void) | null, model?: string): InspectorError;
}

export interface ContextOptions {
  engine: Engine;
  models: Models;
  pictures: readonly StartingPicture[];
  readPicture: PictureReader;
  storage?: TimingsStorage | undefined;
  precision?: Precision | undefined;
  recheck?: number | undefined;
}

export function createContext(
  get: () => InspectorStore,
  set: (part: Partial<InspectorState>) => void,
  options: ContextOptions,
): Context {
  return {
    ...options,
    get,
    set,
    put: (side, part, more) => set({ ...more, sides: withSide(get().sides, side, part) }),
    activities: createActivities((activity) => set({ activity })),
    timings: createTimings((timings) => set({ timings }), options.storage),
    naming: (what, model) => (get().sides.b === null ? what : `${what} in ${options.models.nameOf(model)}`),
    notify(text) {
      const { notice } = get();
      if (!notice?.includes(text)) set({ notice: notice ? `${notice} ${text}` : text });
    },
    fail(error, retry, model) {
      const plain = toPlain(error);
      const ofHub = model !== undefined && options.models.find(model)?.manifest.kind === 'hub';
      if (plain.code !== 'aborted' && plain.code !== 'superseded')
        set({ failure: { ...plain, retry, ...(ofHub && { ofHub }) } });
      return error instanceof InspectorError
        ? error
        : new InspectorError(plain.code, plain.message, plain.advice, { cause: error });
    },
  };
}

/** Tells whether an error means that the work was given up on purpose. */
export function isGivenUp(error: unknown): boolean {
  const { code } = toPlain(error);
  return code === 'aborted' || code === 'superseded';
}
