/** What a visitor is told when a download goes wrong. */
import { InspectorError } from '../../errors';
import { addressOf, type HubFile } from './address';

export function megabytes(bytes: number): string {
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

/** @param until milliseconds since 1970 */
export function askedToWait(until: number, cause: unknown): InspectorError {
  const date = new Date(until);
  const when = Number.isNaN(date.getTime()) ? '' : ` before ${date.toISOString().slice(0, 10)}`;
  return new InspectorError(
    'network',
    `The hub answers too many requests, and asks not to be asked again${when}.`,
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

/** The disk is full, or the browser took the storage away. */
export function storageFailed(
  cause: unknown,
  full: boolean,
  needed: number,
  free: number | null,
): InspectorError {
  if (cause instanceof InspectorError) return cause;
  const room = free === null ? '' : `, and this site may use ${megabytes(free)} more here`;
  return new InspectorError(
    'storage-full',
    full
      ? `There is no room to keep the file: ${megabytes(needed)} of it are still to come${room}.`
      : `The browser could not keep the file: ${(cause as Error)?.message ?? cause}`,
    'Stored models can be deleted; or the model is opened without being kept.',
    { cause },
  );
}
