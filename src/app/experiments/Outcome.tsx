import type { ReactNode } from 'react';
import type { ExperimentName } from '@/experiments/names';
import { DataTable } from './DataTable';
import { Exports } from './Exports';
import type { Figure } from './figures';
import { Kept } from './Kept';
import type { Column } from './table';
import type { SideExperiment } from './useExperiment';

/** A result: its verdict, its figures, its table, where it comes from, and the ways to take it home. */
export function Outcome<K extends ExperimentName, R>(props: {
  experiment: SideExperiment<K>;
  verdict: string;
  caption: string;
  columns: readonly Column<R>[];
  rows: readonly R[];
  /** Columns and rows of the file, where they differ from the table's. */
  fileColumns?: readonly Column<R>[];
  fileRows?: readonly R[];
  /** Figures for the files; they are drawn on the page by `children`. */
  figures: readonly Figure[];
  children: ReactNode;
}) {
  const { experiment } = props;
  return (
    <div className={`outcome ${experiment.current ? '' : 'outcome-old'}`}>
      <p className="verdict">{props.verdict}</p>
      <Kept experiment={experiment} />
      {props.children}
      <DataTable caption={props.caption} columns={props.columns} rows={props.rows} />
      <Exports
        experiment={experiment}
        columns={props.fileColumns ?? props.columns}
        rows={props.fileRows ?? props.rows}
        figures={props.figures}
      />
    </div>
  );
}
