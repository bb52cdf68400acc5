/** The two sides, as everything that opens, changes or measures what is on them is given them. */
import type { SideA } from './sideA';
import type { SideB } from './sideB';

export interface Sides {
  readonly a: SideA;
  readonly b: SideB;
}
