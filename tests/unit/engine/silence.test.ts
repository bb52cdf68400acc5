import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Silence, watched } from '@/engine/client/silence';
import { layerDeadline, within } from '@/engine/device/deadlines';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const MINUTE = 60_000;

describe('silence', () => {
  it('is told once, after as long as was said', async () => {
    const tell = vi.fn();
    const silence = new Silence(10_000, tell);
    silence.heard();
    await vi.advanceTimersByTimeAsync(9_000);
    expect(tell).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(tell).toHaveBeenCalledTimes(1);
  });

  it('begins anew with every sign of life, and is none while nothing is expected', async () => {
    const tell = vi.fn();
    const silence = new Silence(10_000, tell);
    for (let sign = 0; sign < 10; sign++) {
      silence.heard();
      await vi.advanceTimersByTimeAsync(8_000);
    }
    silence.rest();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(tell).not.toHaveBeenCalled();
  });

  it('does not count the time in which this thread slept', async () => {
    const tell = vi.fn();
    const silence = new Silence(10_000, tell);
    silence.heard();
    await vi.advanceTimersByTimeAsync(3_000);
    // The computer sleeps for an hour: its clock goes on, no timer fires.
    vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 60 * MINUTE);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(tell).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  it('ends work that gives none, and leaves alone slow work that does', async () => {
    const dead = () => new Error('dead');
    const slow = watched(10_000, dead, async (silence) => {
      for (let layer = 0; layer < 30; layer++) {
        await new Promise((resolve) => setTimeout(resolve, 9_000));
        silence.heard();
      }
      return 'done';
    });
    const hanging = watched(10_000, dead, () => new Promise(() => {}));
    const outcome = expect(hanging).rejects.toThrow('dead');
    await vi.advanceTimersByTimeAsync(5 * MINUTE);
    await outcome;
    await expect(slow).resolves.toBe('done');
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('deadlines', () => {
  it('let a decode of five minutes live, whatever computes it', () => {
    // A sixth of a decode is its longest layer.
    for (const backend of ['webgpu', 'wasm', 'webgl', 'cpu'] as const)
      expect(layerDeadline(backend, 'acme')).toBeGreaterThan((5 * MINUTE) / 6);
  });

  it('are longer where a graphics interface computes on the processor', () => {
    expect(layerDeadline('webgl', 'WebGL, ANGLE (Google, SwiftShader)')).toBeGreaterThan(
      layerDeadline('webgl', 'WebGL, Apple M2'),
    );
  });

  it('end a request that is never answered, and pass on an answer', async () => {
    const late = within(20_000, new Promise(() => {}), () => new Error('late'));
    const outcome = expect(late).rejects.toThrow('late');
    await vi.advanceTimersByTimeAsync(20_000);
    await outcome;
    await expect(within(20_000, Promise.resolve(1), () => new Error('late'))).resolves.toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});
