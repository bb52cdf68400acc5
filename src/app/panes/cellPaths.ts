/** Shapes over the cells of a pane, as SVG paths in units of a cell. */
import type { Cell } from '@/latent/types';

/** A cell, grown by so many cells on each side. */
export const box = ({ row, col }: Cell, by = 0) =>
  `M${col - by} ${row - by}h${1 + 2 * by}v${1 + 2 * by}h${-(1 + 2 * by)}z`;

/** All cells within `reach` of one, cut at the frame. */
export function around({ row, col }: Cell, reach: number, rows: number, cols: number): string {
  const [left, right] = [Math.max(0, col - reach), Math.min(cols, col + reach + 1)];
  const [top, bottom] = [Math.max(0, row - reach), Math.min(rows, row + reach + 1)];
  return `M${left} ${top}H${right}V${bottom}H${left}z`;
}

/** A circle around a cell's middle. */
export const circle = ({ row, col }: Cell, radius: number) =>
  `M${col + 0.5 - radius} ${row + 0.5}a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0 ${-2 * radius} 0`;

/** Four arms that point at the cell from a little way off, cut at the frame. */
export function arms({ row, col }: Cell, rows: number, cols: number, length: number, gap: number): string {
  const x = col + 0.5;
  const y = row + 0.5;
  const parts: string[] = [];
  const line = (x1: number, y1: number, x2: number, y2: number) => {
    const clip = (value: number, limit: number) => Math.min(limit, Math.max(0, value));
    const from = [clip(x1, cols), clip(y1, rows)];
    const to = [clip(x2, cols), clip(y2, rows)];
    if (from[0] !== to[0] || from[1] !== to[1]) parts.push(`M${from[0]} ${from[1]}L${to[0]} ${to[1]}`);
  };
  line(x - gap, y, x - gap - length, y);
  line(x + gap, y, x + gap + length, y);
  line(x, y - gap, x, y - gap - length);
  line(x, y + gap, x, y + gap + length);
  return parts.join('');
}
