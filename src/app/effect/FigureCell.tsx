import type { ReactNode } from 'react';

/** A number in a table, or three of them: side by side where there is room, else one under another. */
export function FigureCell(props: { text: string | string[] | null; old: boolean; children?: ReactNode }) {
  const { text } = props;
  return (
    <td className={`triple ${props.old ? 'old' : ''}`}>
      {text === null
        ? '\u2013'
        : typeof text === 'string'
          ? text
          : text.map((each, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the index is the colour
              <span key={index} className="figure">
                {each}{' '}
              </span>
            ))}
      {props.children}
    </td>
  );
}
