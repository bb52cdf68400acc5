import type { InspectorError } from '@/common/errors';
import type { RowKernels } from '@/report/row';

/** A backend that is up and is tfjs's current one. */
export interface LiveBackend {
  /** The device's name, where only the running backend knows it. */
  name?: string;
  /** Name, as in rows of reports, of that of its programs which computes; absent where a backend has only one. */
  kernels?: RowKernels['name'];
  /** The most bytes that one of its buffers holds; absent where that is not known ahead. */
  largestBuffer?: number;
  /** The most bytes that all of its maps together may take; absent where there is no limit but the computer's memory. */
  largestHeap?: number;
  /** True where maps can be kept in float16. */
  keepsFloat16?: boolean;
  /** CPU threads it computes on; 1 where that is not known. */
  threads: number;
  /** Threads that had started and were sent away, since they found no core; none where it is left out. */
  surplus?: number | undefined;
  /** Resolves when the device has nearly caught up with what it was given: awaited between stages. */
  settle(): Promise<void>;
  /** Throws what went wrong on the device since the last look: it was lost, or it ran out of memory. */
  check(): void;
  /** Explains an error thrown by an operation, where it is the device's and not the caller's; else null. */
  explain(error: unknown): InspectorError | null;
  /** Gives back memory that is kept only for reuse, more of it between two calls than within one. */
  trim(when: 'running' | 'idle'): void;
}
