import { pageAddress } from '../embedding/request';
import type { View } from '../state/types';
import { writeLink } from '../state/url';

/** The address of the whole page with this view. */
export function pageLink(view: View): string {
  return `${pageAddress(location)}#${writeLink(view)}`;
}
