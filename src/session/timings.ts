/** The last measured durations, so that the page can say "about 2 s". They belong to one device and one model. */
import type { InspectorState } from './types';

export type TimingsStorage = Pick<Storage, 'getItem' | 'setItem'>;

type Durations = InspectorState['timings'];

export interface Timings {
  /** Shows what is known of this model on this device. */
  use(device: string, model: string): void;
  /** The durations that are known of a model on the device that was named last. */
  of(model: string): Durations;
  record(model: string, kind: keyof Durations, size: number, milliseconds: number): void;
}

const KEY = 'latent-inspector:timings:1';
/** Pairs of device and model that are remembered. */
const MAX_ENTRIES = 24;

export function createTimings(show: (timings: Durations) => void, storage?: TimingsStorage): Timings {
  const known = readAll(storage);
  let device = '';
  let shown = '';
  const keyOf = (model: string) => `${device} | ${model}`;
  const of = (model: string): Durations => known.get(keyOf(model)) ?? { encode: {}, decode: {} };
  return {
    use(name, model) {
      device = name;
      shown = model;
      show(of(model));
    },
    of,
    record(model, kind, size, milliseconds) {
      const before = of(model);
      const current = { ...before, [kind]: { ...before[kind], [size]: milliseconds } };
      if (model === shown) show(current);
      const key = keyOf(model);
      // Put again, so that the longest unused is first.
      known.delete(key);
      known.set(key, current);
      for (const oldest of known.keys()) {
        if (known.size <= MAX_ENTRIES) break;
        known.delete(oldest);
      }
      try {
        storage?.setItem(KEY, JSON.stringify([...known]));
      } catch {
        // Storage may be full or forbidden; then the next visit has no estimate.
      }
    },
  };
}

function readAll(storage: TimingsStorage | undefined): Map<string, Durations> {
  try {
    const entries: unknown = JSON.parse(storage?.getItem(KEY) ?? '[]');
    if (Array.isArray(entries)) return new Map(entries.filter(isEntry));
  } catch {
    // Forbidden storage, or text that is not ours.
  }
  return new Map();
}

function isEntry(value: unknown): value is [string, Durations] {
  if (!Array.isArray(value) || typeof value[0] !== 'string') return false;
  const durations = value[1] as Partial<Durations> | null;
  const numbers = (part: unknown) =>
    typeof part === 'object' &&
    part !== null &&
    Object.values(part).every((value) => Number.isFinite(value) && Number(value) >= 0);
  return numbers(durations?.encode) && numbers(durations?.decode);
}
