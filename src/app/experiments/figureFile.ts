/** Figures as files: dark on white, whatever the page's theme, in one SVG; a PNG is that SVG, drawn. */

import { requireTrueCanvas } from '@/session/pictures/canvasProof';
import { drawingLost, isDrawn, takeDrawn } from '@/session/pictures/takeDrawn';
import {
  type ChartFigure,
  chartOptions,
  type Figure,
  loadPlot,
  type MapFigure,
  type MapScale,
  scaleEnds,
} from './figures';
import { IN_PRINT } from './palette';

const WIDTH = 720;
const GAP = 24;
const MARGIN = 20;
const TITLE = 22;
const LEGEND = 20;
const SCALE = 26;
const FOOT = 18;
/** Maps stand two in a row, many of them four. */
const FEW = 4;
const mapWidth = (inRow: number) => (WIDTH - (inRow - 1) * GAP) / inRow;
const FONT = 'font-family="system-ui, sans-serif"';
/** Pixels of the PNG for each unit of the SVG. */
const PNG_SCALE = 2;

export interface Part {
  width: number;
  height: number;
  svg: string;
}

/** All figures of a panel under one another, with `foot` as the last line. */
export async function figuresSvg(figures: readonly Figure[], foot: string): Promise<string> {
  const maps = figures.filter(({ kind }) => kind === 'map').length;
  const wide = mapWidth(maps > FEW ? 4 : 2);
  const parts = await Promise.all(
    figures.map((figure) => (figure.kind === 'chart' ? chartPart(figure) : mapPart(figure, wide))),
  );
  const placed: string[] = [];
  let [x, y, rowHeight] = [0, 0, 0];
  for (const part of parts) {
    if (x > 0 && x + part.width > WIDTH) [x, y, rowHeight] = [0, y + rowHeight + GAP, 0];
    placed.push(`<g transform="translate(${MARGIN + x} ${MARGIN + y})">${part.svg}</g>`);
    rowHeight = Math.max(rowHeight, part.height);
    x += part.width + GAP;
  }
  const height = y + rowHeight + FOOT + 2 * MARGIN;
  const width = WIDTH + 2 * MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...placed,
    text(MARGIN, height - MARGIN, foot, IN_PRINT.muted, 11),
    '</svg>',
  ].join('\n');
}

async function chartPart(figure: ChartFigure): Promise<Part> {
  const plot = await loadPlot();
  const drawn = plot.plot(chartOptions(figure, plot, IN_PRINT, WIDTH));
  drawn.setAttribute('y', String(TITLE + (figure.legend ? LEGEND : 0)));
  const top = TITLE + (figure.legend ? LEGEND : 0);
  const legend = (figure.legend ?? []).map(({ label, colour, dashed }, index, all) => {
    const x = all.slice(0, index).reduce((sum, item) => sum + 44 + 6.6 * item.label.length, 0);
    const y = TITLE + 10;
    const line = `<line x1="${x}" x2="${x + 20}" y1="${y - 4}" y2="${y - 4}" stroke="${IN_PRINT[colour]}" stroke-width="2.5"${dashed ? ' stroke-dasharray="4 3"' : ''}/>`;
    return line + text(x + 25, y, label, IN_PRINT.muted, 12);
  });
  return {
    width: WIDTH,
    height: top + (figure.height ?? 240),
    svg: `${text(0, 14, figure.title, IN_PRINT.text, 14)}${legend.join('')}${new XMLSerializer().serializeToString(drawn)}`,
  };
}

/** One map with its title above and its scale beneath, `width` units wide. */
export function mapPart({ title, painting, crisp, scale, rings }: MapFigure, width: number): Part {
  const height = (width * painting.height) / painting.width;
  const image = `<image y="${TITLE}" width="${width}" height="${height}" preserveAspectRatio="none" href="${pngAddress(painting, crisp ? width : null)}"/>`;
  const bottom = TITLE + height;
  return {
    width,
    height: bottom + (scale ? SCALE : 0),
    svg: `${text(0, 14, title, IN_PRINT.text, titleSize(title, width))}${image}${rings ? ringMarks(rings, width, height) : ''}${scale ? scaleBar(scale, bottom + 8) : ''}`,
  };
}

/** Largest size that lets the title stay over its own map; a letter is about 0.57 of its size wide. */
function titleSize(title: string, width: number): number {
  return Math.min(13, width / (0.57 * title.length));
}

/** A square around each cell, dark under light, so that it shows on any colour; a little off the cell, which stays in sight. */
function ringMarks(
  { rows, cols, cells }: NonNullable<MapFigure['rings']>,
  width: number,
  height: number,
): string {
  const [across, down] = [width / cols, height / rows];
  const off = 3;
  return cells
    .flatMap(({ row, col }) =>
      [
        { stroke: '#000000', wide: 3.2 },
        { stroke: '#ffffff', wide: 1.4 },
      ].map(
        ({ stroke, wide }) =>
          `<rect x="${col * across - off}" y="${TITLE + row * down - off}" width="${across + 2 * off}" height="${down + 2 * off}" fill="none" stroke="${stroke}" stroke-width="${wide}"/>`,
      ),
    )
    .join('');
}

function scaleBar(scale: MapScale, y: number): string {
  const { map, unit } = scale;
  const [low, high] = scaleEnds(scale);
  const steps = 64;
  const [from, width] = [46, 150];
  const bars = Array.from({ length: steps }, (_, step) => {
    const at = 4 * Math.round((255 * step) / (steps - 1));
    const [red, green, blue] = map.bytes.subarray(at, at + 3);
    return `<rect x="${from + (width * step) / steps}" y="${y}" width="${width / steps + 0.5}" height="10" fill="rgb(${red},${green},${blue})"/>`;
  });
  const ends = [
    text(from - 6, y + 9, low, IN_PRINT.text, 11, 'end'),
    text(from + width + 6, y + 9, `${high} ${unit}`, IN_PRINT.text, 11),
  ];
  return [...bars, ...ends].join('');
}

/** A map's pixels as an image inside the file; crisp ones enlarged by whole pixels, which every reader keeps sharp. */
function pngAddress(painting: MapFigure['painting'], crispWidth: number | null): string {
  requireTrueCanvas();
  const small = document.createElement('canvas');
  small.width = painting.width;
  small.height = painting.height;
  const image = new ImageData(painting.width, painting.height);
  painting.paint(image);
  const drawn = small.getContext('2d', { willReadFrequently: true });
  drawn?.putImageData(image, 0, 0);
  if (crispWidth === null) return taken(small, drawn);
  const times = Math.max(1, Math.ceil((PNG_SCALE * crispWidth) / painting.width));
  const large = document.createElement('canvas');
  large.width = painting.width * times;
  large.height = painting.height * times;
  const context = large.getContext('2d', { willReadFrequently: true });
  if (context) {
    context.imageSmoothingEnabled = false;
    context.drawImage(small, 0, 0, large.width, large.height);
  }
  return taken(large, context);
}

/** @throws InspectorError where the drawing, which is opaque, was lost meanwhile */
function taken(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D | null): string {
  const address = canvas.toDataURL('image/png');
  if (!context || !isDrawn(context)) throw drawingLost();
  return address;
}

export function text(
  x: number,
  y: number,
  words: string,
  fill: string,
  size: number,
  anchor = 'start',
): string {
  return `<text x="${x}" y="${y}" ${FONT} font-size="${size}" fill="${fill}" text-anchor="${anchor}">${escaped(words)}</text>`;
}

export function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Draws an SVG into a PNG, on white. */
export async function svgToPng(svg: string): Promise<Blob> {
  requireTrueCanvas();
  const address = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = PNG_SCALE * image.naturalWidth;
    canvas.height = PNG_SCALE * image.naturalHeight;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    if (!context) throw new Error('The browser gave no canvas.');
    return await takeDrawn(
      context,
      () => context.drawImage(image, 0, 0, canvas.width, canvas.height),
      () =>
        new Promise<Blob>((resolve, reject) =>
          canvas.toBlob(
            (blob) => (blob ? resolve(blob) : reject(new Error('No PNG was made.'))),
            'image/png',
          ),
        ),
    );
  } finally {
    URL.revokeObjectURL(address);
  }
}
