import type { Column } from './table';

/** Numbers in rows, with their units in the head. */
export function DataTable<R>(props: { caption: string; columns: readonly Column<R>[]; rows: readonly R[] }) {
  const { columns, rows } = props;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways on narrow screens, also by keyboard
    <section className="data-table" aria-label={props.caption} tabIndex={0}>
      <table className="numeric">
        <caption>{props.caption}</caption>
        <thead className="small muted">
          <tr>
            {columns.map(({ key, label, unit, words }) => (
              <th key={key} scope="col" className={words ? 'words' : undefined}>
                {label}
                {unit && <span className="column-unit">{unit}</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the rows of one result never change their order
            <tr key={at}>
              {columns.map((column) => (
                <td key={column.key} className={column.words ? 'words' : undefined}>
                  {column.text(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
