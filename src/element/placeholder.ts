/** The stand-in of the element until the living part is there: a quiet drawing of it, of about its size. */

import { askedTheme, systemTheme } from '@/app/look/systemTheme';
import tokens from '@/app/look/tokens.css?inline';
import { isolatedBox } from './frame/isolation';
import own from './placeholder.css?inline';

export interface Placeholder {
  /** Says something, with a button where there is something to press. */
  say(words: string, button?: { label: string; press(): void }): void;
  remove(): void;
}

/** Draws it into the shadow root of `element`. */
export function showPlaceholder(root: ShadowRoot, element: Element): Placeholder {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`${tokens}\n${own}`);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  const box = isolatedBox();
  const frame = document.createElement('div');
  frame.className = 'inspector placeholder';
  if (element.hasAttribute('recording')) frame.dataset.recording = '';
  if (element.getAttribute('view') === 'figure') {
    frame.dataset.figure = element.hasAttribute('compare') ? '2' : '1';
  }
  frame.dataset.theme = askedTheme(element) ?? systemTheme();
  const words = document.createElement('p');
  words.className = 'placeholder-words';
  words.role = 'status';
  const panes = document.createElement('div');
  panes.className = 'placeholder-panes';
  panes.append(...['picture', 'latent', 'decoded'].map(() => document.createElement('span')));
  frame.append(words, panes);
  box.append(frame);
  root.append(box);
  return {
    say(text, button) {
      words.replaceChildren(text);
      if (!button) return;
      // Fetched only where nothing begins by itself.
      const poster = posterOf(element);
      if (poster) panes.replaceWith(poster);
      const control = document.createElement('button');
      control.type = 'button';
      control.textContent = button.label;
      control.addEventListener('click', button.press);
      words.prepend(control);
    },
    remove() {
      box.remove();
      root.adoptedStyleSheets = root.adoptedStyleSheets.filter((each) => each !== sheet);
    },
  };
}

/** The still picture that the author gives for as long as nothing plays; null where there is none. */
function posterOf(element: Element): HTMLImageElement | null {
  const address = element.getAttribute('poster');
  if (!address) return null;
  const poster = document.createElement('img');
  poster.className = 'placeholder-poster';
  poster.src = address;
  poster.alt = element.getAttribute('alt') ?? '';
  return poster;
}
