/** Numbers for people: few digits, a real minus sign, no jumping widths. */

import { numberText as number } from '@/common/numberText';
import type { Scaling } from '@/latent/scaled';
import { isNamed, roundLevels, SMALLEST_NAMED } from '@/measures/effect';

export { number };

/** The same with an explicit plus. */
export function signed(value: number, fixed?: number): string {
  const text = number(value, fixed);
  return value > 0 && Number(text) !== 0 ? `+${text}` : text;
}

/** Levels of 255 in a table or a chart, rounded as in a sentence; below a hundredth it says so. */
export function levels(value: number): string {
  if (!Number.isFinite(value)) return number(value);
  return isNamed(value) ? roundLevels(value) : `< ${SMALLEST_NAMED}`;
}

/** Levels with their sign, as of a shift of colours. */
export function signedLevels(value: number): string {
  if (value === 0 || !Number.isFinite(value) || !isNamed(value)) return levels(value);
  return `${value < 0 ? '\u2212' : '+'}${roundLevels(Math.abs(value))}`;
}

/** A score in robust standard deviations, with its sign; hundreds of them need no decimals. */
export const scoreText = (score: number) => signed(score, Math.abs(score) >= 99.95 ? 0 : 1);

/** A share, 0 to 1, in per cent. */
export function percent(share: number): string {
  if (Number.isNaN(share)) return '\u2013';
  const value = 100 * share;
  if (value > 0 && value < 0.05) return '< 0.1 %';
  return `${value.toFixed(value >= 99.95 || value === 0 ? 0 : 1)} %`;
}

/**
 * "x 41", "x 0.50", "x 320": two significant figures, as many as the numbers have that it is made of. Infinite ratios (a control
 * without any change) are named so.
 */
export function ratio(value: number): string {
  if (Number.isNaN(value)) return '\u2013';
  if (!Number.isFinite(value)) return '\u00d7 \u221e';
  const text = value >= 99.5 ? Number(value.toPrecision(2)).toLocaleString('en') : value.toPrecision(2);
  return `\u00d7 ${text}`;
}

/**
 * The ratio of two changes in levels. What is below `floor` is noise, so it enters as a bound: "> x 41", "< x 0.5"; where
 * both are below, there is nothing to compare.
 */
export function levelsRatio(own: number, control: number, floor: number): string {
  if (Number.isNaN(own) || Number.isNaN(control)) return '\u2013';
  if (own < floor && control < floor) return '\u2013';
  const text = ratio(Math.max(own, floor) / Math.max(control, floor));
  return control < floor ? `> ${text}` : own < floor ? `< ${text}` : text;
}

/** "about 2 s", "under a second", "about 3 min", "about 2 h". */
export function duration(seconds: number): string {
  if (seconds < 1) return 'under a second';
  if (seconds < 90) return `about ${Math.round(seconds)} s`;
  if (seconds < 90 * 60) return `about ${Math.round(seconds / 60)} min`;
  return `about ${Math.round(seconds / 3600)} h`;
}

/** "0.62 s", "2.1 s". */
export function seconds(milliseconds: number): string {
  const value = milliseconds / 1000;
  return `${value.toFixed(value < 1 ? 2 : 1)} s`;
}

/** "26 MB", "335 MB", "840 kB". */
export function bytes(count: number): string {
  if (count < 1e6) return `${Math.round(count / 1e3)} kB`;
  if (count < 1e9) return `${(count / 1e6).toFixed(count < 1e7 ? 1 : 0)} MB`;
  return `${(count / 1e9).toFixed(1)} GB`;
}

/** "47 of 167 MB", "1.2 of 3.1 MB": a part in the unit of the whole. */
export function bytesOf(part: number, whole: number): string {
  const text = bytes(whole);
  const size = text.endsWith('kB') ? 1e3 : text.endsWith('MB') ? 1e6 : 1e9;
  return `${(part / size).toFixed(text.includes('.') ? 1 : 0)} of ${text}`;
}

/** "1 cell", "4 cells". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** The formula by which a model's latents are scaled. */
export function scaledWords({ statistics }: Pick<Scaling, 'statistics'>): string {
  return statistics
    ? '(latent \u2212 mean) / standard deviation of its channel \u00d7 scale factor'
    : '(latent \u2212 shift) \u00d7 scale factor';
}
