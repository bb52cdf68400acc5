import { useInspectorContext } from '../context';
import { homeOf } from './keepFocus';

/** The first stop of the keyboard: past the header, to the latent. A button, as the part behind # in the address is the view's. */
export function SkipLink() {
  const { page, embed } = useInspectorContext();
  if (!page || embed) return null;
  return (
    <button
      type="button"
      className="button strong skip-link"
      onClick={(event) => {
        const root = event.currentTarget.closest<HTMLElement>('.inspector');
        if (root) homeOf(root)?.focus();
      }}
    >
      Skip to the instrument
    </button>
  );
}
