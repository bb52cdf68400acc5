import { pageAddress } from '@/element/frame/request';
import { writeLink } from '@/session/link/link';
import type { View } from '@/session/types';

/** The address of the whole page with this view. */
export function pageLink(view: View): string {
  return `${pageAddress(location)}#${writeLink(view)}`;
}
