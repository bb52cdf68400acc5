/** Processes and ports that a browser session needs. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';

/** A port that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** Starts a program in a process group of its own, so that what it starts ends with it. */
export function startGroup(program: string, args: string[], env: Record<string, string> = {}): ChildProcess {
  return spawn(program, args, {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
}

/** Ends a program and all that it started. */
export async function endGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    try {
      process.kill(-child.pid, signal);
    } catch {
      return;
    }
    const late = new Promise((resolve) => setTimeout(() => resolve('late'), 3000).unref());
    if ((await Promise.race([ended, late])) !== 'late') return;
  }
}

/** Tries `work` until it succeeds. @throws the last error after `timeout` milliseconds */
export async function retry<T>(work: () => Promise<T>, timeout: number): Promise<T> {
  const end = Date.now() + timeout;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
