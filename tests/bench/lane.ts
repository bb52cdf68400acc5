/** One contender in a worker of its own, which is stopped where a run takes too long, and started again for the next thing. */

import { InspectorError } from '@/common/errors';
import { type Connection, connect } from '@/common/rpc';
import type { WorkerPort } from '@/engine/client/client';
import type { Part } from '@/vae/shapes';
import type { ContenderCalls, ContenderSpec, Started } from './contenders/contender';

export type Spawn = () => WorkerPort;

/** A single call took longer than the limit. */
export class LimitExceeded extends Error {
  constructor(readonly seconds: number) {
    super(`It took longer than ${seconds} s.`);
    this.name = 'LimitExceeded';
  }
}

export class Lane {
  /** The facts that are known of it, once it has started for the first time. */
  facts: Started | null = null;
  /** By half of the network: the smallest picture at which it was too slow. */
  readonly tooSlow = new Map<Part, number>();
  private worker: WorkerPort | null = null;
  private connection: Connection<ContenderCalls, Record<string, never>> | null = null;
  private dead: Promise<never> = new Promise(() => {});

  constructor(
    readonly spec: ContenderSpec,
    private readonly spawn: Spawn,
    private readonly limit: number,
  ) {}

  /** Starts the worker where there is none. Rejects with the reason why it does not start. */
  async start(): Promise<Started> {
    if (!this.connection) {
      const worker = this.spawn();
      this.worker = worker;
      this.connection = connect<ContenderCalls>(worker);
      this.dead = new Promise((_, reject) => {
        worker.addEventListener('error', (event) => {
          reject(new Error((event as ErrorEvent).message || 'Its worker failed.'));
        });
      });
      this.dead.catch(() => {});
      this.facts = await this.ask('start', this.spec);
    }
    return this.facts as Started;
  }

  /** Makes a call. Ends the worker where it takes too long, or fails: what it holds is then not known any more. */
  async ask<K extends keyof ContenderCalls>(
    call: K,
    args: ContenderCalls[K]['args'],
  ): Promise<ContenderCalls[K]['result']> {
    if (!this.connection) await this.start();
    const { connection } = this;
    if (!connection) throw new Error('The contender was stopped.');
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tooLong = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new LimitExceeded(this.limit)), 1000 * this.limit);
    });
    try {
      return await Promise.race([connection.call(call, args), tooLong, this.dead]);
    } catch (error) {
      this.stop();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  stop(): void {
    this.connection?.close(new InspectorError('aborted', 'The contender was stopped.'));
    this.worker?.terminate();
    this.connection = null;
    this.worker = null;
  }
}
