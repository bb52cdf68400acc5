import { InspectorError } from '@/common/errors';
import { useInspectorContext } from '../context';
import { download } from '../export/ExportDownload';

/** Buttons that make a file and hand it to the browser's downloads. */
export function SaveButtons(props: {
  /** Name for people who listen: "Save this result". */
  label: string;
  /** Makers of the files, by the end of the file's name: `csv`, `png`. */
  ways: Readonly<Record<string, () => Promise<Blob>>>;
  nameOf(end: string): string;
}) {
  const { local } = useInspectorContext();
  const save = async (end: string, make: () => Promise<Blob>) => {
    try {
      download(await make(), props.nameOf(end));
    } catch (error) {
      const why = error instanceof InspectorError ? ` ${error.message}` : '';
      local.setState({
        message: `The ${end.toUpperCase()} could not be made.${why} The numbers are in the CSV and the JSON.`,
      });
    }
  };
  return (
    <fieldset className="exports small" aria-label={props.label}>
      <span className="muted">Save</span>
      {Object.entries(props.ways).map(([end, make]) => (
        <button key={end} type="button" className="button" onClick={() => save(end, make)}>
          {end.toUpperCase()}
        </button>
      ))}
    </fieldset>
  );
}
