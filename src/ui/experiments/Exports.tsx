import type { ExperimentName } from '../../experiments/names';
import { useInspectorContext } from '../context';
import { figuresSvg, svgToPng } from './figureFile';
import type { Figure } from './figures';
import { fileName, provenanceOf, subjectWords, toJson } from './provenance';
import { type Column, toCsv } from './table';
import type { Experiment } from './useExperiment';

/** Buttons that take a result home: its numbers as CSV and JSON, its figures as SVG and PNG. */
export function Exports<K extends ExperimentName, R>(props: {
  experiment: Experiment<K>;
  columns: readonly Column<R>[];
  rows: readonly R[];
  figures: readonly Figure[];
}) {
  const { experiment, columns, rows, figures } = props;
  const { local } = useInspectorContext();
  const { last, name } = experiment;
  if (!last) return null;
  const provenance = () => provenanceOf(name, last, new Date());
  const foot = () => `${subjectWords(last.subject)}. latent-inspector ${provenance().version}`;
  const svg = () => figuresSvg(figures, foot());
  const ways: Record<string, () => Promise<Blob>> = {
    csv: async () => new Blob([toCsv(columns, rows)], { type: 'text/csv' }),
    json: async () => new Blob([toJson(provenance(), last)], { type: 'application/json' }),
    svg: async () => new Blob([await svg()], { type: 'image/svg+xml' }),
    png: async () => svgToPng(await svg()),
  };
  const save = async (end: string) => {
    try {
      download(await ways[end](), fileName(name, last.subject, end));
    } catch {
      local.setState({
        message: `The ${end.toUpperCase()} could not be made. The numbers are in the CSV and the JSON.`,
      });
    }
  };
  return (
    <fieldset className="exports small" aria-label="Save this result">
      <span className="muted">Save</span>
      {Object.keys(ways)
        .filter((end) => figures.length > 0 || end === 'csv' || end === 'json')
        .map((end) => (
          <button key={end} type="button" className="button" onClick={() => save(end)}>
            {end.toUpperCase()}
          </button>
        ))}
    </fieldset>
  );
}

function download(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser may read it a moment after the click.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
