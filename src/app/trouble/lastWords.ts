import type { View } from '@/session/types';
import { pageLink } from '../share/pageLink';
import { technical } from './Reason';

/** The last words, where React itself can draw nothing any more: plain elements, nothing of the page's own. */
export function lastWords(error: unknown, view: View): HTMLElement {
  const words = document.createElement('div');
  words.className = 'inspector broken broken-whole';
  words.role = 'alert';
  const heading = document.createElement('h1');
  heading.textContent = 'The page could not be drawn';
  const advice = document.createElement('p');
  advice.textContent = 'Open it again by this link, which holds model, size, cell and edits: ';
  const link = document.createElement('a');
  link.href = pageLink(view);
  link.target = '_blank';
  link.textContent = 'the same view in a new tab';
  advice.append(link, '.');
  const detail = document.createElement('p');
  const code = document.createElement('code');
  code.textContent = technical(error);
  detail.append(code);
  words.append(heading, advice, detail);
  return words;
}
