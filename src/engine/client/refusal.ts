/** The words for a page whose policies let no worker start. */
import { InspectorError } from '@/common/errors';
import { type Blocked, originOf } from '@/common/policy';
import { TRUSTED_NAME } from './trusted';

/** Facts about a start that failed. */
export interface FailedStart {
  /** The worker's. */
  address: string;
  /** Origin of the page; `null` as a word where it has none. */
  origin: string;
  /** Everything that a policy has blocked meanwhile, in the page and in workers of text. */
  blocked: readonly Blocked[];
}

/** Directives some of which may forbid a worker, or a script that it is made of. */
const DIRECTIVES =
  /^(?:worker-src|child-src|script-src(?:-elem)?|default-src|require-trusted-types-for|trusted-types)$/;

/** Tells whether something that was blocked can be a worker of this address, or its script. */
export function concernsWorker({ directive, what }: Blocked, address: string): boolean {
  if (!DIRECTIVES.test(directive)) return false;
  return /^(?:blob|trusted-types)/.test(what) || originOf(what) === originOf(address);
}

/** Null where no policy is to blame. */
export function refusedStart({ address, origin, blocked }: FailedStart): InspectorError | null {
  const concerned = blocked.filter((each) => concernsWorker(each, address));
  if (concerned.length === 0) return null;
  const directives = new Set(concerned.map(({ directive }) => directive));
  const author = 'Whoever runs this page has to';
  if (directives.has('trusted-types')) {
    return refused(
      `its list of trusted-types does not name ${TRUSTED_NAME}`,
      `${author} add ${TRUSTED_NAME} to trusted-types.`,
    );
  }
  if (directives.has('require-trusted-types-for')) {
    return refused(
      'it requires Trusted Types, of which this browser makes none for workers',
      `${author} leave out require-trusted-types-for.`,
    );
  }
  const own = originOf(address);
  const needs =
    own === origin
      ? `${own} ('self') in worker-src`
      : `blob: in worker-src, and ${own} in script-src and worker-src`;
  return refused(`${[...directives].join(' and ')} forbids its worker`, `${author} allow ${needs}.`);
}

function refused(why: string, advice: string): InspectorError {
  return new InspectorError(
    'no-backend',
    `A policy of this page (Content-Security-Policy) does not let the computation start: ${why}.`,
    advice,
  );
}
