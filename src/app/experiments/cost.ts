import type { InspectorState } from '@/session/types';
import { duration, plural } from '../parts/format';

/** Passes through the network at the open size; fractions where a pass is over a smaller or larger picture. */
export interface Work {
  encodes?: number;
  decodes?: number;
}

/** Adds up the work of several, one after the other. */
export function totalWork(all: readonly Work[]): Work {
  const sum = (part: (work: Work) => number | undefined) =>
    all.reduce((total, work) => total + (part(work) ?? 0), 0);
  return { encodes: sum(({ encodes }) => encodes), decodes: sum(({ decodes }) => decodes) };
}

type Timings = InspectorState['timings'];

/** Milliseconds of one pass at a size; from the nearest size that was measured, by the number of pixels; null: none was. */
export function passMilliseconds(timings: Timings, kind: keyof Timings, size: number): number | null {
  const known = Object.entries(timings[kind]).flatMap(([side, milliseconds]) =>
    milliseconds === undefined ? [] : [{ side: Number(side), milliseconds }],
  );
  if (known.length === 0) return null;
  const apart = (side: number) => Math.abs(Math.log(side / size));
  const nearest = known.reduce((best, each) => (apart(each.side) < apart(best.side) ? each : best));
  return nearest.milliseconds * (size / nearest.side) ** 2;
}

/** Seconds that some work takes on this device; null where that is not known. */
export function workSeconds(
  { encodes = 0, decodes = 0 }: Work,
  timings: Timings,
  size: number,
): number | null {
  const parts = [
    { count: encodes, each: passMilliseconds(timings, 'encode', size) },
    { count: decodes, each: passMilliseconds(timings, 'decode', size) },
  ].filter(({ count }) => count > 0);
  let sum = 0;
  for (const { count, each } of parts) {
    if (each === null) return null;
    sum += count * each;
  }
  return sum / 1000;
}

/** "about 12 decodes and 3 encodes, about 8 s": said before anything starts. */
export function costWords(work: Work, timings: Timings, size: number): string {
  const { encodes = 0, decodes = 0 } = work;
  const counts = [
    decodes > 0 ? plural(Math.max(1, Math.round(decodes)), 'decode') : '',
    encodes > 0 ? plural(Math.max(1, Math.round(encodes)), 'encode') : '',
  ].filter(Boolean);
  if (counts.length === 0) return 'no pass through the network, under a second';
  const seconds = workSeconds(work, timings, size);
  const time = seconds === null ? 'how long is not known yet' : duration(seconds);
  return `about ${counts.join(' and ')}, ${time}`;
}

/** "about 4 s left", from how long the part that is done took; nothing while that is too little to tell by. */
export function leftWords(fraction: number, elapsedMilliseconds: number): string {
  if (fraction < 0.05 || fraction >= 1) return '';
  return `${duration((elapsedMilliseconds / 1000) * ((1 - fraction) / fraction))} left`;
}
