import { useState } from 'react';

/** Copies the address, which holds the whole view. */
export function CopyLink() {
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
    <button type="button" className="button copy-link" onClick={copy}>
      {copied === 'yes' ? 'Copied' : copied === 'no' ? 'See the address bar' : 'Copy link'}
    </button>
  );
}
