/** The page's Content-Security-Policy: what stands in the built page, and what a host sends that wants it as a header. */
import { DEFAULT_HUB } from '../models/hub/address.ts';

/** Hosts that the hub sends downloads on to: a policy counts every address of a chain of redirects. */
export const HUB_STORAGE: readonly string[] = ['https://*.huggingface.co', 'https://*.hf.co'];

/** Sources that the page reads and computes on: its own files, and what it has made or been given itself. */
export const OWN_SOURCES: readonly string[] = ["'self'", 'blob:', 'data:'];

/** Sources that may be asked where nobody names another hub. */
export const HUB_SOURCES: readonly string[] = [...OWN_SOURCES, DEFAULT_HUB, ...HUB_STORAGE];

/**
 * The policy as text.
 * @param connect sources of `connect-src`
 */
export function policyText(connect: readonly string[]): string {
  return [
    "default-src 'none'",
    // Threads of WebAssembly load the program that they share from a blob.
    "script-src 'self' 'wasm-unsafe-eval' blob:",
    "worker-src 'self' blob:",
    `connect-src ${connect.join(' ')}`,
    "img-src 'self' blob: data:",
    "media-src 'self' blob:",
    "style-src 'self'",
    "manifest-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

/**
 * The policy in the built page, before any script runs. Only a script knows which hub an address names, and a policy can be
 * narrowed later, but not widened: so here any may be asked, until `narrow.ts`, which runs before everything else, has looked.
 */
export const PAGE_POLICY = policyText([...OWN_SOURCES, 'https:', 'http:']);

/** Policy for hosts that send it as a header: the default hub only. */
export const HEADER_POLICY = policyText(HUB_SOURCES);
