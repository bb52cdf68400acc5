import { useContext } from 'react';
import type { ExperimentName } from '@/experiments/names';
import { SideContext, useComparing } from '../sides/side';
import { LETTERS } from '../sides/sideNames';
import { figuresSvg, svgToPng } from './figureFile';
import type { Figure } from './figures';
import { fileName, provenanceColumns, provenanceOf, subjectWords, toJson } from './provenance';
import { SaveButtons } from './SaveButtons';
import { type Column, toCsv } from './table';
import type { SideExperiment } from './useExperiment';

/** Buttons that take a result home: its numbers as CSV and JSON, its figures as SVG and PNG. */
export function Exports<K extends ExperimentName, R>(props: {
  experiment: SideExperiment<K>;
  columns: readonly Column<R>[];
  rows: readonly R[];
  figures: readonly Figure[];
}) {
  const { experiment, columns, rows, figures } = props;
  const side = useContext(SideContext);
  const comparing = useComparing();
  const { last, name } = experiment;
  if (!last) return null;
  const provenance = () => provenanceOf(name, last, new Date());
  const foot = () => `${subjectWords(last.subject)}. latent-inspector ${provenance().version}`;
  const svg = () => figuresSvg(figures, foot());
  const numbers = {
    csv: async () => new Blob([toCsv(columns, rows, provenanceColumns(provenance()))], { type: 'text/csv' }),
    json: async () => new Blob([toJson(provenance(), last)], { type: 'application/json' }),
  };
  const pictures = {
    svg: async () => new Blob([await svg()], { type: 'image/svg+xml' }),
    png: async () => svgToPng(await svg()),
  };
  return (
    <SaveButtons
      label={`Save this result${comparing ? ` of ${LETTERS[side]}` : ''}`}
      ways={figures.length > 0 ? { ...numbers, ...pictures } : numbers}
      nameOf={(end) => fileName(name, last.subject, end)}
    />
  );
}
