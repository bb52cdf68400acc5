/** The addresses that the page may ask: its own, and those that whoever opened or wrote it has named. */
import { DEFAULT_HUB } from '@/models/hub/address';
import { HUB_STORAGE, OWN_SOURCES } from './text';

export interface Named {
  /** Query of the page's own address, and its fragment. */
  search: string;
  hash: string;
  /** An attribute of the page's element. */
  attribute(name: string): string | null;
}

const LOOPBACK = /^(localhost|127(\.\d+){3})$/;
const ADDRESS = /^[\d.]+$|^\[/;

/**
 * Sources for `connect-src`. A hub sends downloads on: to its own subdomains, to storages of the hub that it mirrors, and to
 * whatever `storage=` names. What a frame was given to show, and the page around it, may be asked too.
 */
export function connectSources({ search, hash, attribute }: Named): string[] {
  const before = new URLSearchParams(search);
  const behind = new URLSearchParams(hash.replace(/^#/, ''));
  const hub = behind.get('hub') ?? before.get('hub') ?? attribute('hub');
  const named = hub === null ? null : readOrigin(hub);
  const others = [
    ...before.getAll('storage'),
    ...behind.getAll('storage'),
    ...['image', 'recording'].map(attribute),
    ...(before.get('embed') === '1' ? [before.get('recording'), ...before.getAll('origin')] : []),
  ];
  return [
    ...new Set([
      ...OWN_SOURCES,
      ...(named ? hubSources(named) : [DEFAULT_HUB]),
      ...HUB_STORAGE,
      ...others.flatMap((address) => readOrigin(address ?? '')?.origin ?? []),
    ]),
  ];
}

function hubSources({ origin, protocol, hostname }: URL): string[] {
  // A server of this computer may send on to another one of it.
  if (LOOPBACK.test(hostname)) return ['http://localhost:*', 'http://127.0.0.1:*', origin];
  return ADDRESS.test(hostname) ? [`${protocol}//${hostname}:*`] : [origin, `${protocol}//*.${hostname}`];
}

/** Null for anything but an absolute http or https address: a source must never be able to end its directive. */
function readOrigin(address: string): URL | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  return /^https?:$/.test(url.protocol) && /^[\w.:[\]-]+$/.test(url.host) ? url : null;
}
