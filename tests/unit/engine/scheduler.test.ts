import { describe, expect, it } from 'vitest';
import { PRIORITY, Scheduler, type Turn } from '@/engine/worker/scheduler';

/** An event loop in steps: every `turn()` waits until the test lets messages in. */
class FakeLoop {
  private waiting: (() => void)[] = [];
  readonly scheduler = new Scheduler(() => new Promise((resolve) => this.waiting.push(resolve)));
  readonly log: string[] = [];

  /** Lets messages in once for every job that waits for that, and lets promises settle. */
  async step(times = 1): Promise<void> {
    for (let i = 0; i < times; i++) {
      await settle();
      for (const resume of this.waiting.splice(0)) resume();
      await settle();
    }
  }

  /** A job of `stages` stages that logs each of them. */
  job(name: string, stages = 2): (turn: Turn) => Promise<string> {
    return async (turn) => {
      for (let stage = 1; stage <= stages; stage++) {
        this.log.push(`${name}${stage}`);
        if (stage < stages) await turn();
      }
      return name;
    };
  }
}

async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

const interactive = { priority: PRIORITY.interactive };
const control = { priority: PRIORITY.control };
const background = { priority: PRIORITY.background };

describe('the order of jobs', () => {
  it('is first come, first served within a priority, one at a time', async () => {
    const loop = new FakeLoop();
    const done = Promise.all([
      loop.scheduler.run(interactive, loop.job('a')),
      loop.scheduler.run(interactive, loop.job('b')),
    ]);
    await loop.step(4);
    expect(await done).toEqual(['a', 'b']);
    expect(loop.log).toEqual(['a1', 'a2', 'b1', 'b2']);
  });

  it('puts higher priorities first among those that wait', async () => {
    const loop = new FakeLoop();
    const done = Promise.all([
      loop.scheduler.run(interactive, loop.job('first', 1)),
      loop.scheduler.run(background, loop.job('background', 1)),
      loop.scheduler.run(control, loop.job('control', 1)),
      loop.scheduler.run(interactive, loop.job('interactive', 1)),
    ]);
    await loop.step(4);
    await done;
    expect(loop.log).toEqual(['first1', 'interactive1', 'control1', 'background1']);
  });

  it('lets a job of higher priority in between two stages, and then goes on', async () => {
    const loop = new FakeLoop();
    const low = loop.scheduler.run(control, loop.job('low', 3));
    await settle();
    const high = loop.scheduler.run(interactive, loop.job('high', 2));
    await loop.step(6);
    expect(await Promise.all([low, high])).toEqual(['low', 'high']);
    expect(loop.log).toEqual(['low1', 'high1', 'high2', 'low2', 'low3']);
  });

  it('does not pre-empt a job of the same priority', async () => {
    const loop = new FakeLoop();
    const first = loop.scheduler.run(interactive, loop.job('a', 3));
    await settle();
    const second = loop.scheduler.run(interactive, loop.job('b', 1));
    await loop.step(4);
    await Promise.all([first, second]);
    expect(loop.log).toEqual(['a1', 'a2', 'a3', 'b1']);
  });

  it('resumes what was pre-empted before starting what came later', async () => {
    const loop = new FakeLoop();
    const jobs = [loop.scheduler.run(control, loop.job('paused', 2))];
    await settle();
    jobs.push(loop.scheduler.run(interactive, loop.job('high', 1)));
    jobs.push(loop.scheduler.run(control, loop.job('later', 1)));
    await loop.step(4);
    await Promise.all(jobs);
    expect(loop.log).toEqual(['paused1', 'high1', 'paused2', 'later1']);
  });

  it('goes on after a job that fails', async () => {
    const loop = new FakeLoop();
    const failing = loop.scheduler.run(interactive, async () => {
      throw new Error('no');
    });
    const next = loop.scheduler.run(interactive, loop.job('next', 1));
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('next');
  });
});

describe('aborting', () => {
  it('never starts a job whose signal is already aborted', async () => {
    const loop = new FakeLoop();
    const options = { ...interactive, signal: AbortSignal.abort() };
    await expect(loop.scheduler.run(options, loop.job('a'))).rejects.toMatchObject({ code: 'aborted' });
    expect(loop.log).toEqual([]);
  });

  it('stops a running job at its next turn', async () => {
    const loop = new FakeLoop();
    const controller = new AbortController();
    const job = loop.scheduler.run({ ...interactive, signal: controller.signal }, loop.job('a', 3));
    const failed = expect(job).rejects.toMatchObject({ code: 'aborted' });
    await loop.step();
    controller.abort();
    await loop.step();
    await failed;
    expect(loop.log).toEqual(['a1', 'a2']);
  });

  it('takes a waiting job out at once, before the one in front of it is done', async () => {
    const loop = new FakeLoop();
    const controller = new AbortController();
    const first = loop.scheduler.run(interactive, loop.job('a'));
    const second = loop.scheduler.run({ ...interactive, signal: controller.signal }, loop.job('b'));
    await settle();
    controller.abort();
    await expect(second).rejects.toMatchObject({ code: 'aborted' });
    expect(loop.log).toEqual(['a1']);
    await loop.step(2);
    expect(await first).toBe('a');
  });

  it('ends a paused job at once, without taking the device from the one that has it', async () => {
    const loop = new FakeLoop();
    const controller = new AbortController();
    const low = loop.scheduler.run({ ...control, signal: controller.signal }, loop.job('low', 2));
    await settle();
    const high = loop.scheduler.run(interactive, loop.job('high', 3));
    await loop.step();
    expect(loop.log).toEqual(['low1', 'high1']);
    controller.abort();
    await expect(low).rejects.toMatchObject({ code: 'aborted' });
    await loop.step(3);
    expect(await high).toBe('high');
    expect(loop.log).toEqual(['low1', 'high1', 'high2', 'high3']);
  });
});
