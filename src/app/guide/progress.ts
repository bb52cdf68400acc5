/** How far a visitor is on the guided path; kept between visits, where the browser keeps anything. */
import { isStep } from '@/session/view';

/** Answers to "what do you expect?", before the change is made. */
export const PREDICTIONS = {
  patch: 'Only a small patch, as before',
  whole: 'The whole picture',
  nothing: 'Nothing that can be seen',
} as const;

export type Prediction = keyof typeof PREDICTIONS;

export interface GuideProgress {
  /** The step that was on screen last. */
  last: number;
  /** Steps whose action the visitor has done, ascending. */
  done: readonly number[];
  prediction: Prediction | null;
}

export const NO_PROGRESS: GuideProgress = { last: 0, done: [], prediction: null };

/** Reads what an earlier visit kept; what is not a progress is none. */
export function readProgress(text: string | null): GuideProgress {
  try {
    const { last, done, prediction }: Partial<GuideProgress> = JSON.parse(text ?? '') ?? {};
    return {
      last: typeof last === 'number' && isStep(last) ? last : 0,
      done: Array.isArray(done) ? done.filter((step) => typeof step === 'number' && isStep(step)) : [],
      prediction: prediction && Object.hasOwn(PREDICTIONS, prediction) ? prediction : null,
    };
  } catch {
    return NO_PROGRESS;
  }
}

/** The progress with a step done. */
export function withDone(progress: GuideProgress, step: number): GuideProgress {
  if (progress.done.includes(step)) return progress;
  return { ...progress, done: [...progress.done, step].sort((a, b) => a - b) };
}
