import type { Cell } from './types';

/** A cell in a sentence or a label: "row 12, col 30". */
export const cellText = ({ row, col }: Cell): string => `row ${row}, col ${col}`;
