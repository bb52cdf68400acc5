/** Maps in rows, with a caption and small print beneath: one figure, dark on white, as SVG. */
import { escaped, mapPart, text } from '../experiments/figureFile';
import type { MapFigure } from '../experiments/figures';
import { IN_PRINT } from '../experiments/palette';

export interface Sheet {
  /** Null leaves a place empty. */
  rows: readonly (readonly (MapFigure | null)[])[];
  /** Full sentences on what is to be seen. */
  caption: string;
  /** Lines on where it comes from. */
  foot: readonly string[];
}

const MARGIN = 20;
const GAP = 24;
const CAPTION = { size: 15, line: 21, fill: IN_PRINT.text };
const FOOT = { size: 11, line: 15, fill: IN_PRINT.muted };

/** @param mapWidth of each map, units; the PNG has two pixels for each */
export function sheetSvg({ rows, caption, foot }: Sheet, mapWidth: number): string {
  const columns = Math.max(...rows.map((row) => row.length));
  const inner = columns * mapWidth + (columns - 1) * GAP;
  const parts: string[] = [];
  let y = MARGIN;
  for (const row of rows) {
    let height = 0;
    for (const [column, figure] of row.entries()) {
      if (!figure) continue;
      const part = mapPart(figure, mapWidth);
      parts.push(`<g transform="translate(${MARGIN + column * (mapWidth + GAP)} ${y})">${part.svg}</g>`);
      height = Math.max(height, part.height);
    }
    y += height + GAP / 2;
  }
  const write = (words: string, { size, line, fill }: typeof CAPTION) => {
    for (const each of wrapped(words, size, inner)) {
      y += line;
      parts.push(text(MARGIN, y, each, fill, size));
    }
  };
  write(caption, CAPTION);
  y += 4;
  for (const words of foot) write(words, FOOT);
  const [width, height] = [inner + 2 * MARGIN, Math.ceil(y + MARGIN)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<title>${escaped(caption)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...parts,
    '</svg>',
  ].join('\n');
}

/** Words in lines that are no wider than `width` in the files' type; a word that is too long by itself is broken. */
export function wrapped(words: string, size: number, width: number): string[] {
  const measure = new OffscreenCanvas(1, 1).getContext('2d');
  if (measure) measure.font = `${size}px system-ui, sans-serif`;
  const fits = (line: string) => !measure || measure.measureText(line).width <= width;
  const lines: string[] = [];
  let line = '';
  for (const word of words.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (fits(longer)) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (!fits(line)) {
      let length = line.length - 1;
      while (length > 1 && !fits(line.slice(0, length))) length -= 1;
      lines.push(line.slice(0, length));
      line = line.slice(length);
    }
  }
  return line === '' ? lines : [...lines, line];
}
