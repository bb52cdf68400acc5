/** Text into HTML, and figures into text. */
import type { Cell } from '@/latent/types';
import { isNamed, roundLevels, SMALLEST_NAMED } from '@/measures/effect';
import type { Figure } from './row';
import type { Spread } from './summarise';

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

/** A table; cells are HTML already. */
export function table(header: readonly string[], rows: readonly (readonly string[])[], caption = ''): string {
  const head = header.map((cell) => `<th scope="col">${cell}</th>`).join('');
  const body = rows
    .map(
      ([first, ...rest]) =>
        `<tr><th scope="row">${first}</th>${rest.map((cell) => `<td>${cell}</td>`).join('')}</tr>`,
    )
    .join('\n');
  const title = caption === '' ? '' : `<caption>${caption}</caption>`;
  return `<div class="wide"><table>${title}<thead><tr>${head}</tr></thead>\n<tbody>\n${body}\n</tbody></table></div>`;
}

/** Three significant figures, without an exponent between 0.001 and a million; an en dash for no number. */
export function show(figure: Figure): string {
  if (figure === null || !Number.isFinite(figure)) return '–';
  if (figure === 0) return '0';
  const size = Math.abs(figure);
  if (size < 1e-3 || size >= 1e6) return minus(figure.toExponential(1));
  const rounded = Number(figure.toPrecision(3));
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(rounded))));
  return minus(rounded.toFixed(decimals));
}

/** The median and, in brackets, smallest and largest. */
export function showSpread({ count, median, min, max }: Spread, text = show): string {
  if (count === 0) return '–';
  return `${text(median)} <span class="range">(${text(min)} to ${text(max)})</span>`;
}

/** Levels of 255, rounded as everywhere on the page. */
export function showLevels(figure: Figure): string {
  if (figure === null || !Number.isFinite(figure)) return '–';
  return isNamed(figure) ? roundLevels(figure) : `&lt; ${SMALLEST_NAMED}`;
}

/** A ratio of levels: two significant figures, as they have. */
export function showRatio(figure: Figure): string {
  return show(figure === null ? null : Number(figure.toPrecision(2))).replace(/(\.\d)0$/, '$1');
}

export function showShare(share: Figure): string {
  return share === null ? '–' : `${show(100 * share)} %`;
}

/** Words that stand with a median of ratios. */
export const RATIOS_NOTE =
  'A ratio is formed in each picture, of the edit and its own control; the median of the ratios need not be the quotient of the two medians beside it.';

export function showCell({ row, col }: Cell): string {
  return `(${row}, ${col})`;
}

function minus(text: string): string {
  return text.replaceAll('-', '−');
}
