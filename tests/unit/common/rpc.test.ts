import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InspectorError } from '@/common/errors';
import { type Connection, connect, type Handlers, type Server, serve, Transferring } from '@/common/rpc';

interface Calls {
  double: { args: number; result: number };
  fail: { args: 'known' | 'unknown'; result: null };
  wait: { args: null; result: string };
  report: { args: number; result: null };
  collect: { args: { count: number; fails: boolean }; result: number[] };
  give: { args: number; result: Float32Array<ArrayBuffer> };
  take: { args: () => void; result: null };
}

interface Events {
  news: { text: string };
}

let channel: MessageChannel;
let server: Server<Events>;
let connection: Connection<Calls, Events>;
let given: Float32Array<ArrayBuffer> | null;
let abortSeen: Promise<void>;

beforeEach(() => {
  channel = new MessageChannel();
  given = null;
  let sawAbort: () => void;
  abortSeen = new Promise((resolve) => {
    sawAbort = resolve;
  });
  const handlers: Handlers<Calls> = {
    double: async (value) => value * 2,
    fail: async (how) => {
      if (how === 'known') {
        throw new InspectorError('bad-model', 'No such layer.', 'Choose another file.', {
          cause: new Error('conv_in is missing'),
        });
      }
      throw new TypeError('undefined is not a function');
    },
    wait: (_args, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          sawAbort();
          reject(new Error('late'));
        });
      }),
    report: async (steps, { onProgress }) => {
      for (let step = 1; step <= steps; step++) onProgress(step / steps, `step ${step} of ${steps}`);
      return null;
    },
    collect: async ({ count, fails }, { onPartial, signal }) => {
      const all: number[] = [];
      for (let each = 1; each <= count; each++) {
        await new Promise((resolve) => setTimeout(resolve));
        if (signal.aborted) throw new Error('late');
        all.push(each);
        onPartial(all);
      }
      if (fails) throw new InspectorError('out-of-memory', 'Full.');
      return all;
    },
    give: async (length) => {
      given = new Float32Array(length).fill(7);
      return new Transferring(given, [given.buffer]);
    },
    take: async () => null,
  };
  server = serve<Calls, Events>(channel.port1, handlers);
  connection = connect<Calls, Events>(channel.port2);
  channel.port1.start();
  channel.port2.start();
});

afterEach(() => {
  channel.port1.close();
  channel.port2.close();
});

describe('a call across the boundary', () => {
  it('answers each of several calls under way with its own result', async () => {
    const results = await Promise.all([1, 2, 3].map((value) => connection.call('double', value)));
    expect(results).toEqual([2, 4, 6]);
  });

  it('keeps the class, code, advice and cause of an error', async () => {
    const error = await connection.call('fail', 'known').catch((thrown) => thrown);
    expect(error).toBeInstanceOf(InspectorError);
    expect(error).toMatchObject({
      code: 'bad-model',
      message: 'No such layer.',
      advice: 'Choose another file.',
    });
    expect(error.cause).toBe('conv_in is missing');
  });

  it('turns any other error into an internal one with its message', async () => {
    await expect(connection.call('fail', 'unknown')).rejects.toMatchObject({
      code: 'internal',
      message: 'undefined is not a function',
    });
  });

  it('reports progress in order, before the result', async () => {
    const heard: [number, string][] = [];
    await connection.call('report', 3, { onProgress: (...progress) => heard.push(progress) });
    expect(heard).toEqual([
      [1 / 3, 'step 1 of 3'],
      [2 / 3, 'step 2 of 3'],
      [1, 'step 3 of 3'],
    ]);
  });

  it('tells what there is of a result so far, each time a copy, also where the call then fails', async () => {
    for (const fails of [false, true]) {
      const heard: number[][] = [];
      const call = connection.call('collect', { count: 3, fails }, { onPartial: (all) => heard.push(all) });
      if (fails) await expect(call).rejects.toMatchObject({ code: 'out-of-memory' });
      else expect(await call).toEqual([1, 2, 3]);
      expect(heard).toEqual([[1], [1, 2], [1, 2, 3]]);
    }
  });

  it('tells nothing more of a call that was given up', async () => {
    const controller = new AbortController();
    const heard: number[][] = [];
    const call = connection.call(
      'collect',
      { count: 9, fails: false },
      {
        signal: controller.signal,
        onPartial: (all) => {
          heard.push(all);
          if (all.length === 2) controller.abort();
        },
      },
    );
    await expect(call).rejects.toMatchObject({ code: 'aborted' });
    await connection.call('collect', { count: 9, fails: false });
    expect(heard).toEqual([[1], [1, 2]]);
  });

  it('rejects at once when aborted, and tells the other side', async () => {
    const controller = new AbortController();
    const call = connection.call('wait', null, { signal: controller.signal });
    setTimeout(() => controller.abort(), 5);
    await expect(call).rejects.toMatchObject({ code: 'aborted' });
    await abortSeen;
    // The late error of the aborted call meets nobody, and the channel goes on.
    expect(await connection.call('double', 4)).toBe(8);
  });

  it('does not send a call whose signal is already aborted', async () => {
    await expect(connection.call('double', 1, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'aborted',
    });
  });

  it('moves transferred buffers instead of copying them', async () => {
    const received = await connection.call('give', 1000);
    expect(received).toHaveLength(1000);
    expect(received[999]).toBe(7);
    expect(given?.buffer.byteLength).toBe(0);
  });

  it('rejects a call whose argument cannot be cloned', async () => {
    await expect(connection.call('take', () => {})).rejects.toBeInstanceOf(InspectorError);
  });

  it('answers an unknown call with an error, even one named like a property of every object', async () => {
    const loose = connection as unknown as Connection<{ toString: { args: null; result: null } }, Events>;
    await expect(loose.call('toString', null)).rejects.toThrow('There is no call "toString".');
  });
});

describe('events', () => {
  it('reach every listener until it leaves', async () => {
    const heard: string[] = [];
    const leave = connection.on('news', ({ text }) => heard.push(`first ${text}`));
    connection.on('news', ({ text }) => heard.push(`second ${text}`));
    server.emit('news', { text: 'a' });
    await connection.call('double', 1);
    leave();
    server.emit('news', { text: 'b' });
    await connection.call('double', 1);
    expect(heard).toEqual(['first a', 'second a', 'second b']);
  });
});

describe('a closed connection', () => {
  it('rejects the calls under way and every later one with the given error', async () => {
    const call = connection.call('wait', null);
    connection.close(new InspectorError('device-lost', 'The worker died.'));
    await expect(call).rejects.toMatchObject({ code: 'device-lost' });
    await expect(connection.call('double', 1)).rejects.toMatchObject({ code: 'device-lost' });
  });
});
