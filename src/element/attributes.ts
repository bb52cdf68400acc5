/** The element's attributes as parts of a view. */
import type { Cell } from '@/latent/types';
import type { View } from '@/session/types';
import { isLayer, isSize } from '@/session/view';

export const ATTRIBUTES = ['model', 'compare', 'image', 'size', 'cell', 'layer', 'hub'] as const;

export type AttributeName = (typeof ATTRIBUTES)[number];

/** "12,30" is row 12, column 30; null for anything else. */
export function readCell(text: string): Cell | null {
  const match = /^\s*(\d{1,5})\s*,\s*(\d{1,5})\s*$/.exec(text);
  return match && { row: Number(match[1]), col: Number(match[2]) };
}

/**
 * The part of the view that one attribute gives; null where it says nothing that can be used. `image` and `hub` are not part of a
 * view.
 */
export function readAttribute(name: AttributeName, text: string): Partial<View> | null {
  switch (name) {
    case 'model':
      return text ? { model: text } : null;
    case 'compare':
      return { compare: text || null };
    case 'size': {
      const size = Number(text);
      return isSize(size) ? { size } : null;
    }
    case 'cell': {
      const cell = readCell(text);
      return cell && { cell };
    }
    case 'layer':
      return isLayer(text) ? { layer: text } : null;
    default:
      return null;
  }
}

/** All attributes together. */
export function readAttributes(element: Pick<Element, 'getAttribute'>): Partial<View> {
  return Object.assign(
    {},
    ...ATTRIBUTES.map((name) => {
      const text = element.getAttribute(name);
      return text === null ? null : readAttribute(name, text);
    }),
  );
}
