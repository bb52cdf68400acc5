import { useState } from 'react';
import { useInspector } from '@/app/context';
import { bytes, plural } from '@/app/parts/format';
import type { ReportPicture } from '@/session/report/types';
import { addPictures, picturesOf, picturesOfFolder, startingPictures } from './files';

/** The choice of a report's pictures: chosen, of a folder, or the page's own. They stay on this computer. */
export function ReportPictures(props: {
  pictures: readonly ReportPicture[];
  onChange(pictures: readonly ReportPicture[]): void;
}) {
  const { pictures, onChange } = props;
  const own = useInspector((state) => state.pictures);
  const [problem, setProblem] = useState<string | null>(null);
  const add = (more: readonly ReportPicture[]) => {
    setProblem(more.length === 0 ? 'There are no pictures in this folder.' : null);
    onChange(addPictures(pictures, more));
  };
  const addOwn = async () => {
    try {
      add(await startingPictures(own));
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  const total = pictures.reduce((sum, { file }) => sum + file.size, 0);
  return (
    <fieldset className="runner-settings" aria-label="Pictures">
      <span className="report-label muted">Pictures</span>
      <FileButton label="Choose pictures" onFiles={(files) => add(picturesOf(files))} />
      <FileButton label="Choose a folder" folder onFiles={(files) => add(picturesOfFolder(files))} />
      <button type="button" className="button" onClick={() => void addOwn()}>
        Add this page’s {own.length}
      </button>
      <span className="numeric" aria-live="polite">
        {pictures.length === 0 ? (
          <span className="muted">none yet; they are read on this computer and sent nowhere</span>
        ) : (
          `${plural(pictures.length, 'picture')}, ${bytes(total)}`
        )}
      </span>
      {pictures.length > 0 && (
        <button type="button" className="button quiet" onClick={() => onChange([])}>
          Take all away
        </button>
      )}
      {problem && <span role="alert">{problem}</span>}
    </fieldset>
  );
}

function FileButton(props: { label: string; folder?: boolean; onFiles(files: File[]): void }) {
  const { label, folder = false, onFiles } = props;
  return (
    <label className="button choose">
      {label}
      <input
        // React has no property for it.
        ref={(input) => void (folder && input?.setAttribute('webkitdirectory', ''))}
        type="file"
        multiple
        accept={folder ? undefined : 'image/*'}
        className="visually-hidden"
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          // The same files can be chosen again.
          event.target.value = '';
        }}
      />
    </label>
  );
}
