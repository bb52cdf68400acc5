/** Brings up the first backend that starts and computes right. */
import { InspectorError } from '@/common/errors';
import type { LiveBackend } from '../backends/live';
import type { BackendName } from '../backends/name';
import { BACKEND_TITLES, type Rejection } from './device';
import { type SelfTestResult, TOLERANCE } from './selfTest';

/** A backend that would compute, but slower than those after it; the message is a sentence. */
export class BackendRejected extends Error {}

/** Functions that bringing up needs; tests give their own. */
export interface BackendStarters {
  /** Told before a backend is tried. */
  trying(backend: BackendName): void;
  start(backend: BackendName): Promise<LiveBackend>;
  /** Takes a backend down that was started, or half started. */
  stop(backend: BackendName): void;
  test(): Promise<SelfTestResult>;
}

export interface StartedBackend {
  backend: BackendName;
  live: LiveBackend;
  selfTest: SelfTestResult;
  /** Backends of `order` that failed before it. */
  rejected: Rejection[];
}

/**
 * Tries backends in order.
 * @throws InspectorError `no-backend` when none passes; `network` when the script of one does not come
 */
export async function startFirstBackend(
  order: readonly BackendName[],
  parts: BackendStarters,
): Promise<StartedBackend> {
  const rejected: Rejection[] = [];
  for (const backend of order) {
    parts.trying(backend);
    try {
      const live = await parts.start(backend);
      const selfTest = await parts.test();
      live.check();
      if (selfTest.largestError <= TOLERANCE) return { backend, live, selfTest, rejected };
      rejected.push({ backend, reason: wrongAnswer(backend, selfTest.largestError) });
    } catch (error) {
      if (isUnloadedScript(error)) throw error;
      rejected.push({ backend, reason: noAnswer(backend, error) });
    }
    parts.stop(backend);
  }
  throw new InspectorError(
    'no-backend',
    'Nothing in this browser computes the model.',
    'Try a current version of Chrome, Edge, Firefox or Safari.',
    { cause: rejected.map(({ reason }) => reason).join(' ') },
  );
}

function wrongAnswer(backend: BackendName, error: number): string {
  const size = Number.isFinite(error)
    ? `was off by ${Number((100 * error).toPrecision(2))} %`
    : 'gave no numbers';
  return `${BACKEND_TITLES[backend]} computes wrongly in this browser: its self-test ${size}.`;
}

/** Another worker may have it: this one remembers that it did not come. */
function isUnloadedScript(error: unknown): boolean {
  return error instanceof InspectorError && error.code === 'network' && error.cause instanceof TypeError;
}

function noAnswer(backend: BackendName, error: unknown): string {
  if (error instanceof BackendRejected) return error.message;
  if (error instanceof InspectorError && error.code === 'network') {
    return `${BACKEND_TITLES[backend]} could not be loaded. ${error.message}`;
  }
  const message = error instanceof Error ? error.message : String(error);
  return `${BACKEND_TITLES[backend]} failed its self-test: ${message.replace(/\.?$/, '.')}`;
}
