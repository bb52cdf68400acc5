import { useState } from 'react';
import { useInspector } from './context';

/** Copies the address, which holds the whole view; says so where the picture cannot be in it. */
export function CopyLink() {
  const own = useInspector((state) => state.picture !== null && state.picture.id === null);
  const [copied, setCopied] = useState<'yes' | 'no' | null>(null);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      setCopied('yes');
    } catch {
      setCopied('no');
    }
    setTimeout(() => setCopied(null), 2500);
  };
  return (
    <button
      type="button"
      className="button copy-link"
      title={
        own
          ? 'The link holds the model, the size, the cell and the edits. Your own picture stays here.'
          : 'The link holds this whole view.'
      }
      onClick={copy}
    >
      {copied === 'yes' ? 'Copied' : copied === 'no' ? 'See the address bar' : 'Copy link'}
    </button>
  );
}
