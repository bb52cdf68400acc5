import { useEffect, useRef, useState } from 'react';
import { importPatiently } from '@/common/importing';
import { exactnessWords } from '@/player/words';
import type { RecordedFigure } from '@/session/recording/types';
import { download } from '../export/ExportDownload';
import { bytes } from '../parts/format';

const NAME = 'figure.lirec';

/** The lines that an author puts into a page. */
const SNIPPET = `<script type="module" src="latent-inspector/latent-inspector.js"></script>
<latent-inspector recording="${NAME}"></latent-inspector>`;

/** A figure that was recorded: how large and how exact it is, how it will look, and the ways to take it home. */
export function RecordResult(props: { figure: RecordedFigure }) {
  const { file, recording } = props.figure;
  return (
    <section className="record-result" aria-label="The recorded figure">
      <p>
        <strong className="numeric">{bytes(file.size)}</strong>, in one file. {exactnessWords(recording)}
      </p>
      <Preview file={file} />
      <div className="record-row">
        <button type="button" className="button strong" onClick={() => download(file, NAME)}>
          Download {NAME}
        </button>
        <CopySnippet />
      </div>
      <pre className="record-snippet small">{SNIPPET}</pre>
      <p className="muted small">
        Put the file and the folder of the package beside your page. The figure loads neither the model nor
        the engine; &ldquo;Run it live&rdquo; does, when a reader asks for it.
      </p>
    </section>
  );
}

/** The figure as readers will meet it, played from the very file. */
function Preview(props: { file: Blob }) {
  const { file } = props;
  const host = useRef<HTMLDivElement>(null);
  const [problem, setProblem] = useState(false);
  useEffect(() => {
    const ended = new AbortController();
    const element = host.current;
    if (!element) return;
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
    importPatiently(() => import('@/player'))
      .then(({ mountPlayer }) => mountPlayer(root, { file }, { onLive: () => {}, signal: ended.signal }))
      .catch(() => {
        if (!ended.signal.aborted) setProblem(true);
      });
    return () => ended.abort();
  }, [file]);
  return (
    <>
      <div className="record-preview" ref={host} />
      {problem && <p role="alert">The preview could not be shown.</p>}
    </>
  );
}

function CopySnippet() {
  const [copied, setCopied] = useState<boolean | null>(null);
  const copy = () =>
    navigator.clipboard.writeText(SNIPPET).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  return (
    <button type="button" className="button" onClick={copy}>
      {copied === null ? 'Copy the lines for your page' : copied ? 'Copied' : 'Copy them below by hand'}
    </button>
  );
}
