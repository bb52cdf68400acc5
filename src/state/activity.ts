/** What is being computed, in words, for the page. */
import type { Activity } from './types';

export interface Work {
  /** How far it is, 0 to 1. */
  progress(fraction: number): void;
  end(): void;
}

export interface Activities {
  /** Shows `doing` until it ends; what was shown before comes back then, if it is still going on. */
  begin(doing: string, expectedMilliseconds?: number): Work;
}

/** Least time between two pictures of a progress, ms: drawing each of a decode's thirty stages would slow a decode of 0.1 s. */
const APART = 100;

export function createActivities(show: (activity: Activity | null) => void): Activities {
  const running: { activity: Activity }[] = [];
  let shown = Number.NEGATIVE_INFINITY;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const refresh = () => {
    clearTimeout(waiting);
    waiting = undefined;
    shown = Date.now();
    show(running.at(-1)?.activity ?? null);
  };
  const refreshSoon = () => {
    const wait = shown + APART - Date.now();
    if (wait <= 0) refresh();
    else waiting ??= setTimeout(refresh, wait);
  };
  return {
    begin(doing, expectedMilliseconds) {
      const expectedSeconds = expectedMilliseconds === undefined ? null : expectedMilliseconds / 1000;
      const entry = {
        activity: { doing, fraction: null, expectedSeconds, startedAt: Date.now() } as Activity,
      };
      running.push(entry);
      refresh();
      return {
        progress(fraction) {
          entry.activity = { ...entry.activity, fraction };
          if (running.at(-1) === entry) refreshSoon();
        },
        end() {
          const at = running.indexOf(entry);
          if (at < 0) return;
          running.splice(at, 1);
          refresh();
        },
      };
    },
  };
}
