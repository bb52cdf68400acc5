import type { ReactNode } from 'react';
import { InspectorError } from '@/common/errors';
import { useInspectorContext } from '../context';
import { download } from './ExportDownload';

/** A way to make one file. */
export interface Way {
  label: string;
  name: string;
  make(): Promise<Blob> | Blob;
}

/** A row of buttons, each of which makes a file and hands it to the browser's downloads. */
export function ExportButtons(props: {
  /** Name for people who listen: "Save the latent". */
  label: string;
  ways: readonly Way[];
  /** The reason why none can be made now, one sentence. */
  problem?: string | null;
  children?: ReactNode;
}) {
  const { local } = useInspectorContext();
  const save = async ({ label, name, make }: Way) => {
    try {
      download(await make(), name);
    } catch (error) {
      console.error(error);
      // What is known has words of its own; advice to reload would not help.
      const why = error instanceof InspectorError ? `${error.message} ${error.advice}` : 'Try again.';
      local.setState({ message: `The file could not be made: ${label}. ${why}` });
    }
  };
  return (
    <fieldset className="export-buttons" aria-label={props.label}>
      {props.ways.map((way) => (
        <button
          key={way.label}
          type="button"
          className="button"
          disabled={Boolean(props.problem)}
          onClick={() => save(way)}
        >
          {way.label}
        </button>
      ))}
      {props.children}
      {props.problem && <span className="muted small">{props.problem}</span>}
    </fieldset>
  );
}
