import { describe, expect, test } from 'vitest';
import { download, sha256 } from '../../../src/weights/download';

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
    await expect(download(URL, wanted, { fetch: serve(BYTES, 503) })).rejects.toMatchObject({
      code: 'network',
    });
    const offline = async () => {
      throw new TypeError('Failed to fetch');
    };
    await expect(download(URL, wanted, { fetch: offline })).rejects.toMatchObject({ code: 'network' });
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
