import type { Plugin } from 'vite';

/**
 * Leaves out of what is built for browsers what `lcms-wasm` does where it runs in Node: the bundler would warn that there is no
 * "module" in them, and that an address is not known before it runs.
 */
export function browserOnly(): Plugin {
  const changes = [
    ['await import("module")', '{}'],
    ['new URL("./",import.meta.url)', 'new URL(/* @vite-ignore */"./",import.meta.url)'],
  ] as const;
  return {
    name: 'browser-only',
    enforce: 'pre',
    transform: {
      filter: { id: /[\\/]lcms-wasm[\\/]dist[\\/]/ },
      handler(code) {
        for (const [from] of changes) {
          if (!code.includes(from)) this.warn(`lcms-wasm no longer says ${from}.`);
        }
        return { code: changes.reduce((text, [from, to]) => text.replaceAll(from, to), code), map: null };
      },
    },
  };
}
