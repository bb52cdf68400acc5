/** Processes in the place of workers: tfjs and WebGPU for Node are made for a process's main thread. */
import { fork } from 'node:child_process';
import type { Port } from '@/common/rpc';
import type { WorkerPort } from '@/engine/client/client';

type OnMessage = (event: MessageEvent) => void;

/** The side of sending and listening that a process and its child have in common. */
interface MessageSource {
  on(event: 'message', listener: (data: unknown) => void): unknown;
  off(event: 'message', listener: (data: unknown) => void): unknown;
}

/** Hands on messages as events, which is how ports give them. */
class Listeners {
  private readonly wrapped = new Map<OnMessage, (data: unknown) => void>();

  constructor(private readonly source: MessageSource) {}

  add(listener: OnMessage): void {
    const wrapped = (data: unknown) => listener(new MessageEvent('message', { data }));
    this.wrapped.set(listener, wrapped);
    this.source.on('message', wrapped);
  }

  remove(listener: OnMessage): void {
    const wrapped = this.wrapped.get(listener);
    if (wrapped) this.source.off('message', wrapped);
    this.wrapped.delete(listener);
  }
}

/** The child's side: its parent. Nothing can be transferred; everything is copied. */
export function parentPort(): Port {
  const listeners = new Listeners(process);
  return {
    postMessage: (message) => process.send?.(message),
    addEventListener: (_, listener) => listeners.add(listener),
    removeEventListener: (_, listener) => listeners.remove(listener),
  };
}

/** The parent's side: a new process that runs `program`. */
export function spawnProcess(program: string): WorkerPort {
  const child = fork(program, { serialization: 'advanced' });
  const listeners = new Listeners(child);
  return {
    postMessage: (message) => child.send(message as never),
    addEventListener(type: string, listener: (event: never) => void) {
      if (type === 'message') listeners.add(listener as OnMessage);
      if (type !== 'error') return;
      child.on('exit', (code, signal) => {
        if (code === 0 || signal === 'SIGKILL') return;
        const event = Object.assign(new Event('error'), {
          message: `Its process ended (${signal ?? code}).`,
        });
        listener(event as never);
      });
    },
    removeEventListener: (_, listener) => listeners.remove(listener),
    terminate: () => child.kill('SIGKILL'),
  };
}
