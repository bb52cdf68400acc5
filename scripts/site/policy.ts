import type { Plugin } from 'vite';
import { PAGE_POLICY } from '../../src/pagePolicy/text.ts';

/** Writes the policy into the head of the built page, before anything that it is about. */
export function policyMeta(): Plugin {
  return {
    name: 'policy-meta',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html) {
        // Other pages may be built with this configuration.
        if (!html.includes('<latent-inspector')) return html;
        const meta = `<meta http-equiv="Content-Security-Policy" content="${PAGE_POLICY}" />`;
        const written = html.replace(/(<meta charset="utf-8" ?\/?>)/, `$1\n    ${meta}`);
        if (written === html) throw new Error('The page names no character set: the policy has no place.');
        return written;
      },
    },
  };
}
