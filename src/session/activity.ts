/** Words on the page for what is being computed. */
import type { Activity } from './types';

export interface Work {
  /** Sets the fraction that is done, 0 to 1. */
  progress(fraction: number): void;
  end(): void;
}

export interface Activities {
  /** Shows `doing` until it ends; what was shown before comes back then, if it is still going on. */
  begin(doing: string, expectedMilliseconds?: number): Work;
  /** The same for work of several steps: shown between the steps, so that it never looks as if nothing were done. */
  beginWhole(doing: string): Pick<Work, 'end'>;
}

/** Least time between two pictures of a progress, ms: drawing each of a decode's thirty stages would slow a decode of 0.1 s. */
const APART = 100;

export function createActivities(show: (activity: Activity | null) => void): Activities {
  const running: { activity: Activity }[] = [];
  let shown = Number.NEGATIVE_INFINITY;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const current = () => running.findLast(({ activity }) => !activity.whole) ?? running.at(-1);
  const refresh = () => {
    clearTimeout(waiting);
    waiting = undefined;
    shown = Date.now();
    show(current()?.activity ?? null);
  };
  const refreshSoon = (wait = shown + APART - Date.now()) => {
    if (wait <= 0) refresh();
    else waiting ??= setTimeout(refresh, wait);
  };
  function begin(doing: string, expectedSeconds: number | null, whole: boolean): Work {
    const entry = {
      activity: { doing, fraction: null, expectedSeconds, startedAt: Date.now(), whole } as Activity,
    };
    running.push(entry);
    refresh();
    return {
      progress(fraction) {
        entry.activity = { ...entry.activity, fraction };
        if (current() === entry) refreshSoon();
      },
      end() {
        const at = running.indexOf(entry);
        if (at < 0) return;
        running.splice(at, 1);
        // The next step is about to begin: until then the words of this one stay, lest they flicker.
        if (!entry.activity.whole && current()?.activity.whole) refreshSoon(APART);
        else refresh();
      },
    };
  }
  return {
    begin: (doing, expectedMilliseconds) =>
      begin(doing, expectedMilliseconds === undefined ? null : expectedMilliseconds / 1000, false),
    beginWhole: (doing) => begin(doing, null, true),
  };
}
