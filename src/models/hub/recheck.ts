/** Looks again, now and then, whether what was kept is still what was downloaded: disks and browsers forget. */
import { createSHA256, createXXHash64 } from 'hash-wasm';
import { InspectorError } from '@/common/errors';
import { discard } from '../files/discard';
import { type StoredDownload, type Verified, writeVerified } from '../stores/storedDownload';
import { megabytes } from './failures';
import type { Network } from './network';
import { StoredDownloadFile } from './storedDownloadFile';

/** Milliseconds: how often a file is checked, how long it is left alone after it was opened, and between two pieces. */
const EVERY = 7 * 24 * 3600_000;
const AT_FIRST = 20_000;
const BETWEEN = 60;
/** Few enough that nobody who pokes waits for them: a few milliseconds. */
const PIECE = 2 ** 20;

/** A date in the future is that of a clock that was set: nothing is known then. */
export function isDue({ checked }: Verified, now: number): boolean {
  return checked === undefined || now - checked > EVERY || checked > now;
}

/** The result of a check: indices of the parts that are not as they were downloaded; null where it could not be finished. */
export type Damage = readonly number[] | null;

/**
 * Reads a whole kept file, slowly, and compares it with the hashes of its parts, or with its SHA-256 where those were not written
 * down. A file that is right is marked as checked.
 */
export async function recheck(
  kept: StoredDownload,
  verified: Verified,
  network: Network,
  signal: AbortSignal,
): Promise<Damage> {
  try {
    await network.sleep(AT_FIRST, signal);
    const file = new StoredDownloadFile(kept);
    const [whole, part] = await Promise.all([createSHA256(), createXXHash64()]);
    const hashes: string[] = [];
    for (const { start, length } of file.parts) {
      part.init();
      for (let at = start; at < start + length; at += PIECE) {
        const piece = await file.read(at, Math.min(PIECE, start + length - at));
        part.update(piece);
        if (!verified.parts) whole.update(piece);
        discard(piece);
        await network.sleep(BETWEEN, signal);
      }
      hashes.push(part.digest());
    }
    const damaged = verified.parts
      ? hashes.flatMap((hash, index) => (hash === verified.parts![index] ? [] : [index]))
      : whole.digest() === verified.sha256
        ? []
        : hashes.map((_, index) => index);
    if (damaged.length === 0) {
      await writeVerified(kept.entry, { ...verified, parts: hashes, checked: network.now() });
    }
    return damaged;
  } catch {
    // Closed, or cleared meanwhile: whoever reads finds that out.
    return null;
  }
}

/** Removes damaged parts, so that they, and no others, are downloaded again. */
export async function removeParts({ entry }: StoredDownload, damaged: readonly number[]): Promise<void> {
  await entry.writeText('verified', 'null');
  for (const part of damaged) await entry.clear(part);
}

export function damagedFile(
  { meta: { path, partBytes, total }, lengths }: StoredDownload,
  damaged: readonly number[],
  { checked }: Verified,
): InspectorError {
  const bytes = damaged.reduce((sum, part) => sum + (lengths.get(part) ?? Math.min(partBytes, total)), 0);
  const since = checked === undefined ? '' : ` since ${new Date(checked).toISOString().slice(0, 10)}`;
  return new InspectorError(
    'bad-file',
    `What this computer keeps of ${path} was damaged: ${megabytes(bytes)} of ${megabytes(total)} are no longer as they were downloaded. Numbers and pictures made with this model${since} may be wrong.`,
    `Open the model again: these ${megabytes(bytes)} are downloaded once more.`,
  );
}
