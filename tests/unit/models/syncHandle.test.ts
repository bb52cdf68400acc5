/** A file's handle in a browser that reports its failures as counts, as Chromium does on a full disk. */
import { expect, test } from 'vitest';
import { isQuotaError } from '@/models/stores/place';
import { readOpen, writeAll } from '@/models/stores/syncHandle';

const COUNT = 2 ** 32;

/** A file for which there is room for so many bytes; each write takes at most `most`. */
function file(room: number, full: number, most = Number.POSITIVE_INFINITY) {
  const bytes: number[] = [];
  return {
    bytes,
    getSize: () => bytes.length,
    write(data: AllowSharedBufferSource, { at = 0 }: FileSystemReadWriteOptions = {}) {
      const given = data as Uint8Array;
      const fits = Math.min(given.length, most, room - at);
      bytes.splice(at, fits, ...given.subarray(0, fits));
      return fits < Math.min(given.length, most) ? full : fits;
    },
    read: () => COUNT - 16,
  };
}

const DATA = Uint8Array.from({ length: 100 }, (_, at) => at);

function thrown(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return null;
}

test.each([
  ['nothing', 0],
  ['minus eight, as a number without a sign', COUNT - 8],
])('a full disk that answers with %s is called full', (_, full) => {
  const { bytes, ...handle } = file(60, full);
  expect(isQuotaError(thrown(() => writeAll(handle, DATA)))).toBe(true);
  expect(bytes).toHaveLength(60);
});

test.each([COUNT - 16, COUNT - 1, -5, 101])('a count of %i is no count', (count) => {
  const error = thrown(() => writeAll({ ...file(60, count) }, DATA));
  expect(error).toBeInstanceOf(DOMException);
  expect(isQuotaError(error)).toBe(false);
});

test('short writes are gone on with', () => {
  const { bytes, ...handle } = file(1000, 0, 7);
  writeAll(handle, DATA);
  expect(bytes).toEqual([...DATA]);
});

test('a read that failed gives no zeros in place of what is kept', () => {
  expect(thrown(() => readOpen(file(0, 0), 0, 10))).toMatchObject({ name: 'UnknownError' });
});
