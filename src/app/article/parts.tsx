/** Small parts of the article: its links. */
import type { ReactNode } from 'react';

/** A source, with who wrote it and when, as a plain link. */
export function Source({ of }: { of: { url: string; text: string } }) {
  return (
    <a className="article-source" href={of.url} rel="noreferrer">
      {of.text}
    </a>
  );
}

/** A link to a view of this page in which a statement can be tried. */
export function Try({ to, children = 'Try it' }: { to: string; children?: ReactNode }) {
  return (
    <a className="article-try button small" href={to}>
      {children}
    </a>
  );
}
