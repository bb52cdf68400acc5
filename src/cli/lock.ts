/**
 * A lock on a folder of results, so that two processes never compute into it at once: a file that its owner makes exclusively
 * and touches every few seconds.
 *
 * Whether a lock is left over is told in two ways. Of a process on this computer the system knows whether it lives, and since
 * when, so that another process with its number is not taken for it. Of all others the last touch decides, by the clock of the
 * file server: it is compared with a file that was written just now, for the clocks of two computers differ. A thread of its
 * own does the touching, because a pass of the network holds the main one for minutes.
 *
 * (proper-lockfile touches on the main thread, where it would lose its lock in every long pass.)
 */
import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync, unlinkSync } from 'node:fs';
import { open, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { InspectorError } from '@/common/errors';
import { cannotWrite } from './trouble';

export const LOCK = 'report.lock';

/** Milliseconds between two touches, and after how many without one a lock of another computer is left over. */
const BEAT = 5_000;
const STALE = 120_000;
/** Attempts before another process that takes a lock over at the same moment is believed to have it. */
const ATTEMPTS = 5;

/** The process that holds it: the text of the lock. */
interface Owner {
  token: string;
  pid: number;
  host: string;
  /** Name of the range in which processes can be seen by number: one running system, and in containers a part of it. */
  system: string;
  /** Start of the process, as its system counts; null where it does not say. */
  born: string | null;
  /** ISO 8601, for people. */
  since: string;
}

/**
 * Takes the lock of a folder, which must exist.
 * @throws InspectorError `busy` where another process has it; `bad-file` or `storage-full` where nothing can be written
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = join(folder, LOCK);
  const owner = ownerHere();
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (await create(path, JSON.stringify(owner))) return new FolderLock(path, owner.token);
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text === null) continue;
    const other = parsed(text);
    if (!(await isLeftOver(path, other))) throw taken(folder, other);
    await removeLeftOver(path, text);
  }
  throw taken(folder, parsed(await readFile(path, 'utf8').catch(() => '')));
}

export class FolderLock {
  private readonly beat: Worker;
  private readonly onExit = () => {
    try {
      if (this.isOwn()) unlinkSync(this.path);
    } catch {
      // Whoever comes next finds that this process has ended.
    }
  };

  constructor(
    private readonly path: string,
    private readonly token: string,
  ) {
    this.beat = new Worker(HEARTBEAT, { eval: true, workerData: { path, token, beat: BEAT } });
    this.beat.on('error', () => {});
    this.beat.unref();
    process.once('exit', this.onExit);
  }

  /** @throws InspectorError `busy` where another process took it over, as after a computer slept */
  check(): void {
    if (this.isOwn()) return;
    throw new InspectorError(
      'busy',
      'Another process has taken over this folder of results while this one stood still.',
      'What was measured is kept. Give the same command again once the other has ended.',
    );
  }

  async release(): Promise<void> {
    process.off('exit', this.onExit);
    await this.beat.terminate();
    this.onExit();
  }

  private isOwn(): boolean {
    try {
      return parsed(readFileSync(this.path, 'utf8'))?.token === this.token;
    } catch (error) {
      // A file server that does not answer has not given the lock away.
      return (error as NodeJS.ErrnoException).code !== 'ENOENT';
    }
  }
}

/** Writes the text anew: then the file server's clock says when, not this computer's. */
const HEARTBEAT = `const { workerData: { path, token, beat } } = require('node:worker_threads');
const { openSync, readFileSync, writeSync, closeSync } = require('node:fs');
setInterval(() => {
  try {
    const file = openSync(path, 'r+');
    try {
      const text = readFileSync(file);
      if (JSON.parse(text).token === token) writeSync(file, text, 0, text.length, 0);
    } finally {
      closeSync(file);
    }
  } catch {}
}, beat);`;

function ownerHere(): Owner {
  return {
    token: randomUUID(),
    pid: process.pid,
    host: hostname(),
    system: systemHere(),
    born: birthOf(process.pid),
    since: new Date().toISOString(),
  };
}

/** Exclusively: where two try at once, one of them has it, on network file systems too. @returns false where it is there */
async function create(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: 'wx', flush: true });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    await rm(path, { force: true }).catch(() => {});
    throw cannotWrite(path, error);
  }
}

/** @param owner null: the text is not there yet, or was cut short */
async function isLeftOver(path: string, owner: Owner | null): Promise<boolean> {
  const isHere = owner?.host === hostname() && owner.system === systemHere();
  if (isHere && !isRunning(owner.pid)) return true;
  if (isHere && owner.born !== null) return birthOf(owner.pid) !== owner.born;
  return (await silence(path)) > STALE;
}

/** Milliseconds since the lock was touched last, both times by the clock of the disk that it is on. */
async function silence(path: string): Promise<number> {
  const probe = `${path}.${randomUUID()}`;
  try {
    await writeFile(probe, 'now');
    // Opened, because network file systems answer for a name from memory.
    const file = await open(path);
    try {
      return (await stat(probe)).mtimeMs - (await file.stat()).mtimeMs;
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw cannotWrite(probe, error);
  } finally {
    await rm(probe, { force: true }).catch(() => {});
  }
}

/** Removes a lock that is left over, unless another process is doing so: of several one makes the mark, and it alone removes. */
async function removeLeftOver(path: string, text: string): Promise<void> {
  const mark = `${path}.${parsed(text)?.token ?? 'cut'}`;
  try {
    await writeFile(mark, '', { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw cannotWrite(mark, error);
    // Whoever made it may have ended before it removed the lock.
    const about = await stat(mark).catch(() => null);
    if (about && Date.now() - about.mtimeMs > STALE) await rm(mark, { force: true });
    await new Promise((resolve) => setTimeout(resolve, 200));
    return;
  }
  try {
    if ((await readFile(path, 'utf8').catch(() => null)) === text) await unlink(path).catch(() => {});
  } finally {
    await rm(mark, { force: true });
  }
}

function taken(folder: string, owner: Owner | null): InspectorError {
  const who = owner ? `Process ${owner.pid} on ${owner.host}, since ${owner.since}` : 'Another process';
  return new InspectorError(
    'busy',
    `${who}, is writing results into "${folder}".`.replace('process, is', 'process is'),
    [
      'Two processes would measure the same. Wait until it has ended, or give each a part and a folder of its own, and merge them:',
      '  --shard 1/2 --out part-1    and    --shard 2/2 --out part-2',
      '  npx latent-inspector merge part-1 part-2 --out results',
    ].join('\n'),
  );
}

function parsed(text: string): Owner | null {
  try {
    const owner = JSON.parse(text) as Partial<Owner> | null;
    return typeof owner?.token === 'string' && typeof owner.pid === 'number' ? (owner as Owner) : null;
  } catch {
    return null;
  }
}

function isRunning(pid: number): boolean {
  // One that has ended and that nobody has asked about yet still has its number.
  if (factsOf(pid)?.[0] === 'Z') return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Start of a process, in ticks since the system started; null where the system does not say. */
function birthOf(pid: number): string | null {
  return factsOf(pid)?.[19] ?? null;
}

/** Reads what Linux says of a process: proc(5), the fields of `stat` from the third on. */
function factsOf(pid: number): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name before them, in brackets, may hold blanks and brackets.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

/** Empty where the system says nothing of the kind. */
function systemHere(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return '';
  }
}
