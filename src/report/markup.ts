/** Text into HTML, and figures into text. */
import type { Cell } from '@/latent/types';
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
export function showSpread({ count, median, min, max }: Spread): string {
  if (count === 0) return '–';
  return `${show(median)} <span class="range">(${show(min)} to ${show(max)})</span>`;
}

export function showShare(share: Figure): string {
  return share === null ? '–' : `${show(100 * share)} %`;
}

export function showCell({ row, col }: Cell): string {
  return `(${row}, ${col})`;
}

function minus(text: string): string {
  return text.replaceAll('-', '−');
}
