import type { Cell, Edit } from '../inspect/types';
import { number } from './format';

export const cellText = ({ row, col }: Cell) => `row ${row}, col ${col}`;

/** What an edit does, in a few words. */
export function editText(edit: Edit): string {
  switch (edit.kind) {
    case 'set':
      return 'Set channels';
    case 'add':
      return 'Shift channels';
    case 'paste':
      return 'Paste';
    case 'scale':
      return `Scale \u00d7 ${number(edit.factor)}`;
    case 'zero':
      return 'Zero';
    case 'heal':
      return 'Heal';
    case 'noise':
      return `Noise, ${number(edit.sigma, 1)} \u03c3`;
    case 'swap':
      return `Swap with ${cellText(edit.with)}`;
  }
}
