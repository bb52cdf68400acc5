/** What the parts of one store share. */
import type { StoreApi } from 'zustand/vanilla';
import type { Engine, ModelSource } from '../engine/protocol';
import { InspectorError, toPlain } from '../errors';
import { type Activities, createActivities } from './activity';
import type { PictureReader } from './pictures';
import { createTimings, type Timings, type TimingsStorage } from './timings';
import type { InspectorState, InspectorStore, StartingPicture } from './types';

export interface Context {
  readonly engine: Engine;
  readonly models: readonly ModelSource[];
  readonly pictures: readonly StartingPicture[];
  readonly readPicture: PictureReader;
  readonly activities: Activities;
  readonly timings: Timings;
  get(): InspectorStore;
  set(part: Partial<InspectorState>): void;
  /** Says something beside what is said already. */
  notify(text: string): void;
  /** Shows what went wrong, unless it was meant to (aborted, superseded). Returns it as an InspectorError. */
  fail(error: unknown, retry: (() => void) | null): InspectorError;
}

export interface ContextOptions {
  engine: Engine;
  models: readonly ModelSource[];
  pictures: readonly StartingPicture[];
  readPicture: PictureReader;
  storage?: TimingsStorage;
}

export function createContext(store: StoreApi<InspectorStore>, options: ContextOptions): Context {
  const set = (part: Partial<InspectorState>) => store.setState(part);
  return {
    ...options,
    get: store.getState,
    set,
    activities: createActivities((activity) => set({ activity })),
    timings: createTimings((timings) => set({ timings }), options.storage),
    notify(text) {
      const { notice } = store.getState();
      if (!notice?.includes(text)) set({ notice: notice ? `${notice} ${text}` : text });
    },
    fail(error, retry) {
      const plain = toPlain(error);
      if (plain.code !== 'aborted' && plain.code !== 'superseded') set({ failure: { ...plain, retry } });
      return error instanceof InspectorError
        ? error
        : new InspectorError(plain.code, plain.message, plain.advice, { cause: error });
    },
  };
}

/** Whether an error means that the work was given up on purpose. */
export function isGivenUp(error: unknown): boolean {
  const { code } = toPlain(error);
  return code === 'aborted' || code === 'superseded';
}
