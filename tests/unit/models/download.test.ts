import { describe, expect, test } from 'vitest';
import { download, sha256 } from '@/models/download';

const BYTES = new Uint8Array(100_000).map((_, index) => index * 31);
const URL = 'https://example.org/vae.safetensors';

/** Answers in pieces of uneven length. */
function serve(bytes: Uint8Array<ArrayBuffer>, status = 200): typeof fetch {
  return async (_, init) => {
    let offset = 0;
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve));
        if (init?.signal?.aborted) controller.error(init.signal.reason);
        else if (offset >= bytes.length) controller.close();
        else {
          controller.enqueue(bytes.slice(offset, offset + 33_333));
          offset += 33_333;
        }
      },
    });
    return new Response(body, { status });
  };
}

const expected = async () => ({ bytes: BYTES.length, sha256: (await sha256(BYTES.buffer))! });

describe('a download', () => {
  test('arrives whole, with progress in bytes', async () => {
    const progress: number[] = [];
    const buffer = await download(URL, await expected(), {
      fetch: serve(BYTES),
      onProgress: (n) => progress.push(n),
    });
    expect(new Uint8Array(buffer)).toEqual(BYTES);
    expect(progress).toEqual([33_333, 66_666, 99_999, 100_000]);
  });

  test.each([
    ['shorter', BYTES.slice(0, 50_000), 'ended after 50000 of 100000 bytes'],
    ['longer', new Uint8Array([...BYTES, 0]), 'is longer than 100000 bytes'],
    ['another of the same length', BYTES.map((byte) => byte ^ 1), 'has the SHA-256'],
  ])('that is %s than promised is refused', async (_, bytes, said) => {
    await expect(download(URL, await expected(), { fetch: serve(bytes) })).rejects.toMatchObject({
      code: 'bad-file',
      message: expect.stringContaining(said),
    });
  });

  test('that is not there, fails or is cut off says so', async () => {
    const wanted = await expected();
    await expect(download(URL, wanted, { fetch: serve(BYTES, 404) })).rejects.toMatchObject({
      code: 'not-found',
    });
    await expect(download(URL, wanted, { fetch: serve(BYTES, 503), waits: [1] })).rejects.toMatchObject({
      code: 'network',
    });
    const offline = async () => {
      throw new TypeError('Failed to fetch');
    };
    await expect(download(URL, wanted, { fetch: offline, waits: [] })).rejects.toMatchObject({
      code: 'network',
    });
  });

  test('that breaks off or comes to a standstill is begun again, and given up after three times', async () => {
    const wanted = await expected();
    let asked = 0;
    /** The first `broken` transfers do not get beyond their first piece. */
    const failing = (broken: number, standstill: boolean): typeof fetch => {
      asked = 0;
      return async (...args) => {
        asked += 1;
        if (asked > broken) return serve(BYTES)(...args);
        let pulls = 0;
        const body = new ReadableStream<Uint8Array>({
          pull(controller) {
            pulls += 1;
            if (pulls === 1) return controller.enqueue(BYTES.slice(0, 5000));
            if (standstill) return new Promise<never>(() => {});
            controller.error(new TypeError('network error'));
          },
        });
        return new Response(body);
      };
    };
    for (const standstill of [false, true]) {
      const fetch = failing(2, standstill);
      expect(new Uint8Array(await download(URL, wanted, { fetch, stall: 50 }))).toEqual(BYTES);
      expect(asked).toBe(3);
      await expect(download(URL, wanted, { fetch: failing(3, standstill), stall: 50 })).rejects.toMatchObject(
        { code: 'network' },
      );
    }
  });

  test('whose server is busy for a moment, or never answers, is asked for again', async () => {
    const statuses = [503, null, 429];
    const fetch: typeof globalThis.fetch = (address, init) => {
      const status = statuses.shift();
      if (status === null) return new Promise(() => {});
      return serve(BYTES, status)(address, init);
    };
    const bytes = await download(URL, await expected(), { fetch, waits: [1, 1, 1], stall: 50 });
    expect(new Uint8Array(bytes)).toEqual(BYTES);
    expect(statuses).toEqual([]);
  });

  test('stops when it is aborted', async () => {
    const controller = new AbortController();
    const running = download(URL, await expected(), {
      fetch: serve(BYTES),
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(running).rejects.toMatchObject({ name: 'AbortError' });
  });
});
