/** Words for a visitor when a download goes wrong. */
import { InspectorError } from '@/common/errors';
import { addressOf, type HubFile } from './address';

export function megabytes(bytes: number): string {
  if (bytes >= 1e9) return `${(bytes / 1e9).toPrecision(3)} GB`;
  return bytes >= 1e6 ? `${Math.round(bytes / 1e6)} MB` : `${bytes} bytes`;
}

export function stopped(cause?: unknown): InspectorError {
  return new InspectorError('aborted', 'The download was stopped.', 'What is here already is kept.', {
    cause,
  });
}

export function missing(file: HubFile): InspectorError {
  return new InspectorError(
    'not-found',
    `The hub has no file at ${addressOf(file)}.`,
    'Choose another model, or open this file from your computer if you have it.',
  );
}

export function refused(file: HubFile, status: number): InspectorError {
  return new InspectorError(
    'not-found',
    `The hub does not give out ${file.repository} without signing in (status ${status}): it is private, gated or no longer there.`,
    `Download ${file.path} with your account there, then open it here as a file of your own.`,
  );
}

export function gaveUp(reason: string, attempts: number, cause: unknown): InspectorError {
  return new InspectorError(
    'network',
    `The download failed ${attempts} times in a row. ${reason}`,
    'Check the connection and try again; what is kept on this computer is not downloaded twice.',
    { cause },
  );
}

/**
 * @param reason what the hub answered, one sentence
 * @param until milliseconds since 1970
 */
export function askedToWait(reason: string, until: number, cause: unknown): InspectorError {
  const date = new Date(until);
  const year = date.getUTCFullYear();
  const when = year < 10_000 ? ` before ${date.toISOString().slice(0, 10)}` : '';
  return new InspectorError(
    'network',
    `${reason} It asks not to be asked again${when}.`,
    'Try again then, or take a mirror of the hub; what is kept on this computer is not downloaded twice.',
    { cause },
  );
}

export function unanswerable(file: HubFile, status: number): InspectorError {
  return new InspectorError(
    'network',
    `The hub answered ${addressOf(file)} with status ${status}.`,
    'Check the address of the hub, and try again.',
  );
}

export function sizeUnknown(file: HubFile): InspectorError {
  return new InspectorError(
    'network',
    `The hub does not say how long ${addressOf(file)} is.`,
    'Open this file from your computer if you have it.',
  );
}

const OTHER_FILE =
  'It can be downloaded again; if it stays so, the file was changed where it is kept, and you may still open it as a file of your own.';

export function wrongSize(file: HubFile, size: number, expected: number): InspectorError {
  return new InspectorError(
    'bad-file',
    `The hub's ${file.path} is not the file expected: it has ${size} bytes, not ${expected}.`,
    OTHER_FILE,
  );
}

export function wrongHash(file: HubFile, hash: string, expected: string): InspectorError {
  return new InspectorError(
    'bad-file',
    `The hub's ${file.path} is not the file expected: its SHA-256 is ${hash}, not ${expected}.`,
    OTHER_FILE,
  );
}

export function replaced(file: HubFile): InspectorError {
  return new InspectorError(
    'network',
    `The hub's ${file.path} was replaced by another file while it was being downloaded.`,
    'Open the model again: it is downloaded from the start.',
  );
}

export function unreadable(path: string, cause: unknown): InspectorError {
  return new InspectorError(
    'bad-file',
    `What this computer keeps of ${path} cannot be read any more.`,
    'Open the model again: it is downloaded once more.',
    { cause },
  );
}

/**
 * The disk is full, or the browser took the storage away: what is said, once, of a download that goes on in memory.
 * @param free what the browser says that this site may still use; null where it does not say
 */
export function notKeptAnyMore(full: boolean, kept: number, total: number, free: number | null): string {
  const rest = total - kept;
  const promised = free !== null && free >= rest ? `, though the browser promised ${megabytes(free)}` : '';
  const why = full
    ? `There is no more room on this device${promised}`
    : 'The browser no longer keeps files for this page, as in a private window or after its storage was cleared';
  const what =
    kept > 0
      ? `${megabytes(kept)} of ${megabytes(total)} are kept, the other ${megabytes(rest)} are`
      : 'the file is';
  return `${why}: ${what} in memory until this page is closed, and downloaded again the next time.`;
}
