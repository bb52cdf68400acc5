/**
 * Addresses of workers as Trusted Types. A page may require (`require-trusted-types-for 'script'`) that they come from a policy
 * of a name that it knows; this one is named in docs/embedding.md.
 */

/** The policy's name: a page that lists its policies has to list it. */
export const TRUSTED_NAME = 'latent-inspector';

interface Policy {
  createScriptURL(address: string): unknown;
}

interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(address: string): string }): Policy;
}

/** Addresses that may be passed: only ever those of workers of this program. */
const known = new Set<string>();
let policy: Policy | null | undefined;

/** `address` for `new Worker`. As it is where the browser has no such types, or the page lists other policies and not this one. */
export function trusted(address: string): string {
  if (policy === undefined) policy = makePolicy();
  if (!policy) return address;
  known.add(address);
  try {
    return policy.createScriptURL(address) as string;
  } finally {
    known.delete(address);
  }
}

function makePolicy(): Policy | null {
  const { trustedTypes } = globalThis as { trustedTypes?: PolicyFactory };
  try {
    return (
      trustedTypes?.createPolicy(TRUSTED_NAME, {
        createScriptURL(address) {
          if (!known.has(address)) throw new TypeError('This is no worker of latent-inspector.');
          return address;
        },
      }) ?? null
    );
  } catch {
    return null;
  }
}
