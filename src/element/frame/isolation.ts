/**
 * A box inside the shadow root in which nothing of the page's own text styles is inherited: a host page's line height,
 * letter spacing or right-to-left text would otherwise run through every label. That the page hides the element, or lets no
 * pointer at it, still counts. Custom properties pass, they are how a page sets the colours (see app/look/tokens.css).
 */
export function isolatedBox(): HTMLDivElement {
  const box = document.createElement('div');
  box.style.cssText =
    'all: initial; display: contents; direction: ltr; visibility: inherit; pointer-events: inherit;';
  box.lang = 'en';
  return box;
}
