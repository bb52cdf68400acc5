import { useInspector, useInspectorContext } from '../context';
import { ExportEdits } from '../export/ExportEdits';
import { ExportLatent } from '../export/ExportLatent';
import { ExportPictures } from '../export/ExportPictures';
import { ExportSweep } from '../export/ExportSweep';
import { useOpenFiles } from '../files/useOpenFiles';
import { Dialog } from '../parts/Dialog';
import { RecordFigure } from '../recording/RecordFigure';
import { CopyLink } from './CopyLink';

/** All that can be taken from the page or brought to it. */
export default function ShareDialog(props: { onClose(): void }) {
  const { page } = useInspectorContext();
  return (
    <Dialog title="Share and export" className="sharing" onClose={props.onClose}>
      {(close) => (
        <>
          {page && <ShareLink />}
          <ExportPictures />
          <ExportSweep />
          <RecordFigure />
          <ExportLatent />
          <ExportEdits />
          <Import onChosen={close} />
        </>
      )}
    </Dialog>
  );
}

/** The link, with words for what it holds and what it cannot. */
function ShareLink() {
  const latent = useInspector((state) => state.view.latent);
  const own = useInspector((state) => state.picture !== null && state.picture.id === null);
  const missing =
    latent !== null
      ? 'The latent itself stays here: whoever opens the link is asked for its file.'
      : own
        ? 'Your own picture stays here: whoever opens the link is asked for it.'
        : '';
  return (
    <section aria-labelledby="share-link">
      <h3 id="share-link">A link to this view</h3>
      <div className="export-buttons">
        <CopyLink />
        <span className="muted small">
          It holds models, picture, size, cell, edits, layer, and what is shown. {missing}
        </span>
      </div>
    </section>
  );
}

function Import(props: { onChosen(): void }) {
  const openFiles = useOpenFiles();
  return (
    <section aria-labelledby="share-import">
      <h3 id="share-import">Open a latent, or edits</h3>
      <div className="export-buttons">
        <label className="button choose">
          Open a file
          <input
            type="file"
            accept=".npy,.npz,.safetensors,.sft,.latent,.json"
            className="visually-hidden"
            onChange={(event) => {
              const files = [...(event.target.files ?? [])];
              event.target.value = '';
              if (files.length === 0) return;
              props.onChosen();
              void openFiles(files);
            }}
          />
        </label>
        <span className="muted small">
          .npy, .npz, .safetensors or .latent opens in place of the picture; .json brings edits. Dropping it
          on the page, or pasting it, does the same.
        </span>
      </div>
    </section>
  );
}
