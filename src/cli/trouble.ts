/** Words for what the operating system says of files. */
import { InspectorError } from '@/common/errors';

const REASONS: Record<string, string> = {
  EACCES: 'permission is denied',
  EPERM: 'the operation is not permitted',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of disk space is used up',
  EFBIG: 'the file is too large for this disk',
  EIO: 'the disk reports an error',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  EEXIST: 'it is a file',
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of the path is a file',
  EISDIR: 'it is a folder',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'links lead in a circle',
  ESTALE: 'the network file system has lost it',
  ETIMEDOUT: 'the network file system does not answer',
};

/** ": the disk is full", after a sentence; nothing where the system gives no reason. */
export function reasonOf(error: unknown): string {
  const { code, message } = (error ?? {}) as NodeJS.ErrnoException;
  const reason = code === undefined ? message : (REASONS[code] ?? code);
  return reason ? `: ${reason}` : '';
}

export function isFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EFBIG'].includes((error as NodeJS.ErrnoException)?.code ?? '');
}

/** Error for a failing write, by what it means to whoever started the command. */
export function cannotWrite(path: string, cause: unknown): InspectorError {
  return new InspectorError(
    isFull(cause) ? 'storage-full' : 'bad-file',
    `${JSON.stringify(path)} cannot be written${reasonOf(cause)}.`,
    isFull(cause)
      ? 'Free some space, then give the same command again: it goes on from what was kept.'
      : 'Check its permissions, or choose another --out.',
    { cause },
  );
}

/** Tells whether an error comes from the operating system. */
export function isSystem(error: unknown): boolean {
  const { code, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  return code !== undefined && syscall !== undefined;
}

/** An error of the operating system that nobody foresaw, as a sentence; null for errors of other kinds. */
export function systemError(error: unknown): InspectorError | null {
  if (!isSystem(error)) return null;
  const { path } = error as NodeJS.ErrnoException;
  const what =
    path === undefined ? 'An operation on a file failed' : `${JSON.stringify(path)} cannot be used`;
  return new InspectorError(
    isFull(error) ? 'storage-full' : 'bad-file',
    `${what}${reasonOf(error)}.`,
    isFull(error) ? 'Free some space, then give the same command again.' : '',
    { cause: error },
  );
}
