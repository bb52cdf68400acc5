/** A pane: a caption with its control, a square to draw in, a legend. */
import { keepDrawn } from '@/app/parts/keepDrawn';
import { element } from './element';

export interface Pane {
  root: HTMLElement;
  canvas: HTMLCanvasElement;
  square: HTMLElement;
  legend: HTMLElement;
  /** Draws pixels; the square is empty before. */
  draw(image: ImageData): void;
}

/** @param alt what the drawing is, for those who do not see it */
export function pane(options: {
  name: string;
  title: string;
  alt: string;
  crisp?: boolean;
  controls?: Node;
}): Pane {
  const { name, title, alt, crisp = false, controls } = options;
  const canvas = element('canvas', {
    class: `pixels ${crisp ? 'crisp' : ''}`,
    role: 'img',
    'aria-label': alt,
    hidden: true,
  });
  const square = element('div', { class: 'square' }, canvas);
  const legend = element('div', { class: 'legend' });
  const root = element(
    'div',
    { class: `pane pane-${name}`, 'data-pane': name, role: 'group', 'aria-label': title },
    element(
      'div',
      { class: 'caption' },
      element('span', { class: 'pane-title' }, title),
      ...(controls ? [element('span', { class: 'caption-controls' }, controls)] : []),
    ),
    square,
    legend,
  );
  return {
    root,
    canvas,
    square,
    legend,
    draw(image) {
      keepDrawn(canvas, () => image);
      canvas.hidden = false;
    },
  };
}
