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

export function createActivities(show: (activity: Activity | null) => void): Activities {
  const running: { activity: Activity }[] = [];
  const refresh = () => show(running.at(-1)?.activity ?? null);
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
          if (running.at(-1) === entry) refresh();
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
