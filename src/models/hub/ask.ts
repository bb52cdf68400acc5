/** Asks a hub for a file: which revision it has, how long the file is, what its SHA-256 is, and whether it can be had in parts. */
import { InspectorError } from '@/common/errors';
import { addressOf, type HubFile, listAddressOf, MAIN } from './address';
import { missing, refused, sizeUnknown, unanswerable, wrongHash, wrongSize } from './failures';
import { refuseImpostor, TELLING } from './impostors';
import type { Network } from './network';
import { ConnectionLost, contentRange, get, HttpError, Unreachable, withinTime } from './request';
import type { RetryBackoff } from './retryBackoff';

/** Facts that are known beforehand; null where they are not. */
export interface Expected {
  bytes: number | null;
  sha256: string | null;
}

export interface Answer {
  /** The file, with the revision that is really there. */
  file: HubFile;
  total: number;
  /** Null: nobody says. */
  sha256: string | null;
  /** True: the manifest says it, not only the hub. */
  pinned: boolean;
  /** Names the bytes, so that those of two requests can be told to be of one file; null where it is not said. */
  etag: string | null;
  /** False: the file comes only whole, from its first byte. */
  ranges: boolean;
  /** The whole file, on its way already, where it came instead of the byte that was asked for. */
  response: Response | null;
  notices: string[];
}

export interface Asking {
  network: Network;
  backoff: RetryBackoff;
  signal?: AbortSignal | undefined;
}

/**
 * @throws InspectorError 'not-found', 'network', or 'bad-file' where the hub's file is another than the one expected.
 */
export async function ask(wanted: HubFile, expected: Expected, asking: Asking): Promise<Answer> {
  const notices: string[] = [];
  let file = wanted;
  let probed = await probe(file, asking);
  if (probed === null && file.revision !== MAIN) {
    notices.push(movedNotice(wanted.revision));
    file = { ...wanted, revision: MAIN };
    probed = await probe(file, asking);
  }
  if (probed === null) throw missing(wanted);
  const { ranges } = probed;
  let { response } = probed;
  try {
    if (!ranges) response = await refuseImpostor(response, file, asking.network, asking.signal);
    const size = sizeIn(response);
    const linked = linkedHash(response);
    const unsure = expected.sha256 === null || file !== wanted || (size ?? expected.bytes) === null;
    const listed = unsure && linked === null ? await listing(file, asking) : null;
    const total = size ?? expected.bytes ?? listed?.size ?? lengthOf(response);
    if (total === null) throw sizeUnknown(file);
    if (expected.bytes !== null && total !== expected.bytes) {
      throw await otherFile(file, asking, wrongSize(file, total, expected.bytes));
    }
    const said = linked ?? listed?.sha256 ?? null;
    if (said && expected.sha256 && said !== expected.sha256) throw wrongHash(file, said, expected.sha256);
    const sha256 = expected.sha256 ?? said;
    if (!ranges) notices.push(WHOLE_ONLY);
    const etag = response.headers.get('ETag');
    if (ranges) await withinTime(response.arrayBuffer(), asking.network, asking.signal).catch(() => {});
    return {
      file,
      total,
      sha256,
      pinned: expected.sha256 !== null,
      etag,
      ranges,
      response: ranges ? null : response,
      notices,
    };
  } catch (error) {
    await response.body?.cancel().catch(() => {});
    throw error;
  }
}

/** Names a file of another size, where its first bytes are those of something known. */
async function otherFile(
  file: HubFile,
  { network, signal }: Asking,
  otherwise: InspectorError,
): Promise<InspectorError> {
  try {
    const response = await get(network, addressOf(file), { range: { from: 0, to: TELLING }, signal });
    await (await refuseImpostor(response, file, network, signal)).body?.cancel();
    return otherwise;
  } catch (error) {
    signal?.throwIfAborted();
    return error instanceof InspectorError ? error : otherwise;
  }
}

const WHOLE_ONLY = 'The hub sends this file only whole: a download that is cut starts from its first byte.';

export function movedNotice(revision: string): string {
  return `The hub no longer has revision ${revision} of this model: the file is that of "${MAIN}".`;
}

const GONE: ReadonlySet<number> = new Set([404, 410]);
const REFUSED: ReadonlySet<number> = new Set([401, 402, 403, 451]);

interface Probe {
  response: Response;
  ranges: boolean;
}

/** Asks for one byte. Null: there is no such file or revision. */
async function probe(file: HubFile, asking: Asking): Promise<Probe | null> {
  for (;;) {
    const round = await asking.backoff.pass(asking.signal);
    try {
      const probed = await tryProbe(file, asking);
      asking.backoff.succeed();
      return probed;
    } catch (error) {
      asking.signal?.throwIfAborted();
      if (error instanceof HttpError && !error.passing) {
        const { status } = error;
        if (GONE.has(status)) return null;
        throw REFUSED.has(status) ? refused(file, status) : unanswerable(file, status);
      }
      await asking.backoff.fail(round, error, file);
    }
  }
}

async function tryProbe(file: HubFile, { network, signal }: Asking): Promise<Probe> {
  const address = addressOf(file);
  try {
    const response = await get(network, address, { range: { from: 0, to: 1 }, signal });
    return { response, ranges: response.status === 206 };
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof HttpError && error.status !== 416) throw error;
    // Who gives no answer gives none to the other question.
    if (error instanceof Unreachable && error.cause instanceof ConnectionLost) throw error;
    // A range may be what is refused, by a storage that wants to be asked about it first.
    return { response: await get(network, address, { signal }), ranges: false };
  }
}

/** The file's length, where it is said; that of a whole answer is no word on it, as pages do not see whether it is compressed. */
function sizeIn(response: Response): number | null {
  const linked = countIn(response.headers.get('X-Linked-Size'));
  return response.status === 206 ? (contentRange(response)?.total ?? linked) : linked;
}

/** The length that is believed where nobody says how long the file is. */
function lengthOf({ headers, status }: Response): number | null {
  return status === 206 || headers.get('Content-Encoding') ? null : countIn(headers.get('Content-Length'));
}

function countIn(text: string | null): number | null {
  return text && /^\d+$/.test(text) ? asCount(Number(text)) : null;
}

/** SHA-256 of a file in the hub's large storage, which is its linked ETag. */
function linkedHash(response: Response): string | null {
  return /^(?:W\/)?"?([0-9a-f]{64})"?$/.exec(response.headers.get('X-Linked-ETag') ?? '')?.[1] ?? null;
}

/** A file's length; null for what no file has: nothing would be kept or read of it. */
function asCount(value: unknown): number | null {
  return Number.isSafeInteger(value) && Number(value) > 0 ? Number(value) : null;
}

interface Listed {
  path: string;
  size: number;
  lfs?: { oid: string; size: number };
}

/** The entry of the file in the hub's list of files; null where it cannot be had: the download does not depend on it. */
async function listing(
  file: HubFile,
  { network, signal }: Asking,
): Promise<{ size: number | null; sha256: string | null } | null> {
  try {
    const response = await get(network, listAddressOf(file), { signal });
    const files = (await withinTime(response.json(), network, signal)) as Listed[];
    const found = files.find((each) => each?.path === file.path);
    if (!found) return null;
    const hash = found.lfs?.oid;
    return {
      size: asCount(found.lfs?.size ?? found.size),
      sha256: typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash) ? hash : null,
    };
  } catch {
    signal?.throwIfAborted();
    return null;
  }
}
