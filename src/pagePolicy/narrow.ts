/**
 * Narrows the page's policy to the hub that was chosen. Imported before anything else of the page; workers that are started later
 * from a blob (engine/spawn.ts) are bound by it, too.
 */
import { connectSources } from './sources';

const element = document.querySelector('latent-inspector');
const sources = connectSources({
  search: location.search,
  hash: location.hash,
  attribute: (name) => element?.getAttribute(name) ?? null,
});
const policy = document.createElement('meta');
policy.httpEquiv = 'Content-Security-Policy';
policy.content = `connect-src ${sources.join(' ')}`;
document.head.append(policy);
