import type { Wanted } from '@/session/types';
import { useActions, useInspector } from '../context';
import { useOpenFiles } from '../files/useOpenFiles';

const CHOOSE: Record<Wanted['kind'], { label: string; accept: string }> = {
  picture: { label: 'Choose that picture', accept: 'image/*' },
  latent: { label: 'Choose that latent', accept: '.npy,.npz,.safetensors,.sft,.latent' },
};

/** One or two sentences on what a link was made with and does not hold. */
export function wantedWords(wanted: Wanted, standIn: string): string {
  const shown = standIn || 'another picture';
  return wanted.kind === 'picture'
    ? `This link was made with a picture of its own, which is not part of it. Until you choose it, its edits are shown on ${shown}.`
    : `This link was made with a latent from the file ${wanted.name}, which is not part of it. Until you choose it, ${shown} is shown, without its edits.`;
}

/** Asks for the picture, or the latent, that only the visitor can give. */
export function ShareWanted() {
  const wanted = useInspector((state) => state.wanted);
  const title = useInspector((state) => state.picture?.title ?? '');
  const actions = useActions();
  const openFiles = useOpenFiles();
  if (!wanted) return null;
  const { label, accept } = CHOOSE[wanted.kind];
  return (
    <aside className="offer" aria-label="What the link was made with">
      <p>{wantedWords(wanted, title)}</p>
      <span className="offer-buttons">
        <label className="button strong choose">
          {label}
          <input
            type="file"
            accept={accept}
            className="visually-hidden"
            onChange={(event) => {
              void openFiles([...(event.target.files ?? [])]);
              event.target.value = '';
            }}
          />
        </label>
        <button type="button" className="button" onClick={() => actions.dismissWanted()}>
          Not now
        </button>
      </span>
    </aside>
  );
}
