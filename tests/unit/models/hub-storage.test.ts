/** Stores that fail, fill up or are cleared under a file that is in use. */
import { describe, expect, test } from 'vitest';
import type { WeightFile } from '@/models/files/source';
import type { StandIn } from '../../hub/standin';
import {
  BYTES,
  bytesSent,
  FAST,
  failure,
  MANIFEST,
  onStandIn,
  PART,
  readAll,
  SHA256,
  same,
  TOTAL,
  until,
  type Visit,
} from './hub';

let hub: StandIn;
let visit: Visit;

onStandIn((...given) => {
  [hub, visit] = given;
});

describe('a full disk', () => {
  test.each([null, 1e9])(
    'that fills up half-way, whatever the browser promised (%s), ends no download',
    async (quota) => {
      visit.place.room = 1_000_000;
      visit.place.quota = quota;
      const file = await visit.open();
      const early = await file.read(10, 100_000);
      expect(same(await readAll(file), BYTES)).toBe(true);
      await file.whole;
      expect(same(new Uint8Array(early), BYTES.subarray(10, 100_010))).toBe(true);
      expect(bytesSent(hub)).toBe(TOTAL);
      expect(visit.place.usage).toBe(1_000_000);
      expect(file.provenance).toMatchObject({ sha256: SHA256, stored: null });
      const promised = quota ? ', though the browser promised 999 MB' : '';
      expect(visit.notices).toEqual([
        expect.stringMatching(
          new RegExp(
            `^There is no more room on this device${promised}: .+ of 3 MB are kept, the other [23] MB are in memory until this page is closed, and downloaded again the next time.$`,
          ),
        ),
      ]);
      expect(file.provenance.notices).toEqual(visit.notices);
      await file.close();

      // The next visit fetches no more than what is not kept.
      hub.reset();
      const again = await visit.open();
      expect(same(await readAll(again), BYTES)).toBe(true);
      await again.whole;
      expect(bytesSent(hub)).toBe(TOTAL - 1_000_000);
      await again.close();
      visit.place.room = Number.POSITIVE_INFINITY;
      const last = await visit.open();
      await last.whole;
      expect(last.provenance).toMatchObject({ stored: 'opfs', notices: [] });
    },
  );

  test('that the browser knows of leads to a file that is not kept', async () => {
    visit.place.quota = 10_000_000;
    const file = await visit.open();
    expect(file.sequential).toBe(true);
    expect(file.provenance).toMatchObject({ stored: null });
    expect(file.provenance.notices).toEqual([
      'The file is not kept on this computer: 3 MB are needed, and this site may use 10 MB more.',
    ]);
    expect(visit.notices).toEqual(file.provenance.notices);
    expect(same(await readAll(file), BYTES)).toBe(true);
    await file.finish();
    expect(visit.place.folders.size).toBe(0);
  });

  test('that the browser knows of does not throw away what is kept already', async () => {
    hub.faults.rate = 500_000;
    const first = await visit.open();
    await until(() => visit.place.usage > 300_000);
    await first.close();
    const kept = visit.place.usage;
    hub.reset();
    visit.place.quota = kept + 1_000_000;
    const file = await visit.open();
    expect(same(await readAll(file), BYTES)).toBe(true);
    await file.whole;
    expect(bytesSent(hub)).toBe(TOTAL - kept);
    expect(visit.notices).toHaveLength(1);
    expect(visit.place.usage).toBe(kept);
  });
});

describe('a store that is taken away', () => {
  test.each(['NotAllowedError', 'UnknownError', 'InvalidStateError', 'NotFoundError'])(
    'while a file is downloaded (%s): it goes on, and that is said once',
    async (name) => {
      hub.faults.rate = 2_000_000;
      const file = await visit.open();
      await until(() => visit.place.usage > 300_000);
      visit.place.refusal = new DOMException('Some words of a browser.', name);
      visit.place.lost = new Set(visit.place.folders.values());
      expect(same(await readAll(file), BYTES)).toBe(true);
      await file.whole;
      expect(visit.notices).toEqual([
        'The browser no longer keeps files for this page, as in a private window or after its storage was cleared: the file is in memory until this page is closed, and downloaded again the next time.',
      ]);
      expect(file.provenance).toMatchObject({ sha256: SHA256, stored: null });
      // What was there was downloaded once more, and no more than that.
      expect(bytesSent(hub)).toBeGreaterThan(TOTAL + 250_000);
      expect(bytesSent(hub)).toBeLessThan(2 * TOTAL);
      await file.close();
    },
  );

  test('before anything is kept: the file passes by', async () => {
    visit.place.refusal = new DOMException('Some words of a browser.', 'UnknownError');
    const file = await visit.open();
    expect(same(await readAll(file), BYTES)).toBe(true);
    await file.whole;
    expect(visit.notices[0]).toContain('This browser keeps no files for this page');
  });

  test('while a stored file is open: what is read is downloaded again, in any order, and kept again', async () => {
    await (await visit.open()).whole;
    const again: WeightFile[] = [];
    const file = await visit.open(MANIFEST, { onRefetch: (found) => again.push(found) });
    expect(same(new Uint8Array(await file.read(0, 1000)), BYTES.subarray(0, 1000))).toBe(true);
    visit.place.folders.clear();
    hub.reset();
    const reads = await Promise.all([5 * PART, 3 * PART, 0].map((at) => file.read(at, PART)));
    for (const [index, at] of [5 * PART, 3 * PART, 0].entries()) {
      expect(same(new Uint8Array(reads[index]), BYTES.subarray(at, at + PART))).toBe(true);
    }
    expect(again).toHaveLength(1);
    await again[0].whole;
    expect(visit.notices).toEqual([
      'What this browser kept of the model was cleared, so it is downloaded again. What is open stays open.',
    ]);
    expect(file.provenance).toMatchObject({ sha256: SHA256, stored: 'opfs' });
    expect(bytesSent(hub)).toBe(TOTAL);
    await file.close();
    hub.reset();
    expect(same(await readAll(await visit.open()), BYTES)).toBe(true);
    expect(hub.asked).toEqual([]);
  });

  test('while a file is open that was downloaded just before: the same', async () => {
    const file = await visit.open();
    await file.whole;
    visit.place.folders.clear();
    hub.reset();
    expect(same(await readAll(file), BYTES)).toBe(true);
    expect(visit.notices).toHaveLength(1);
    expect(bytesSent(hub)).toBe(TOTAL);
    await file.close();
  });

  test('and nothing can be kept anew, and the hub fails once: the next read tries again', async () => {
    await (await visit.open()).whole;
    const file = await visit.open();
    visit.place.folders.clear();
    visit.place.refusal = new DOMException('Some words of a browser.', 'InvalidStateError');
    hub.faults.missing = new Set([MANIFEST.hub!.revision, 'main']);
    await expect(file.read(0, 8)).rejects.toMatchObject({ code: 'not-found' });
    hub.reset();
    // Backwards, as the second half of a network lies before the first.
    expect(same(new Uint8Array(await file.read(2 * PART, PART)), BYTES.subarray(2 * PART, 3 * PART))).toBe(
      true,
    );
    expect(same(new Uint8Array(await file.read(0, PART)), BYTES.subarray(0, PART))).toBe(true);
    await file.close();
  });
});

test('who reads a file while it turns out wrong is refused, and does not wait for ever', async () => {
  hub.faults.wrongByte = TOTAL - 5;
  visit.place.readDelay = 3;
  const file = await visit.open();
  const reads: Promise<ArrayBuffer>[] = [];
  const end = file.whole.then(
    () => null,
    (error) => error,
  );
  let isOver = false;
  void end.then(() => {
    isOver = true;
  });
  while (!isOver) {
    reads.push(file.read(TOTAL - 100, 100));
    reads.at(-1)!.catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  expect(await end).toMatchObject({ code: 'bad-file' });
  for (const result of await Promise.allSettled(reads)) {
    if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'bad-file' });
  }
  expect(visit.notices).toEqual([]);
});

test('a stored file that is shorter than it was is downloaded again', async () => {
  await (await visit.open()).whole;
  const file = await visit.open();
  const [folder] = visit.place.folders.values();
  folder.parts.set(3, [new Uint8Array(PART - 1)]);
  expect(same(new Uint8Array(await file.read(3 * PART, PART)), BYTES.subarray(3 * PART, 4 * PART))).toBe(
    true,
  );
  await file.close();
});

test('what was stored and has lost its bytes since is downloaded again, and nothing is said', async () => {
  await (await visit.open()).whole;
  visit.place.lost = new Set(visit.place.folders.values());
  const file = await visit.open();
  await file.whole;
  expect(new Uint8Array(await file.read(3 * PART, PART))).toEqual(BYTES.slice(3 * PART, 4 * PART));
  expect(visit.notices).toEqual([]);
});

describe('kept bytes that change on the disk', () => {
  const DAY = 24 * 3600_000;
  const later = (days: number) => ({ ...FAST, now: () => FAST.now() + days * DAY });
  const folder = () => [...visit.place.folders.values()][0];
  const zero = () => folder().parts.set(3, [new Uint8Array(PART).fill(0, 0, 5000)]);

  test('are found in the background after a week, said, and they alone are downloaded again', async () => {
    await (await visit.open()).whole;
    zero();
    // A short while after the last check nobody looks.
    await (await visit.open(MANIFEST, { network: later(1) })).whole;
    const file = await visit.open(MANIFEST, { network: later(8) });
    const error = await failure(file.whole);
    expect(error.code).toBe('bad-file');
    expect(error.message).toMatch(
      /was damaged: 262144 bytes of 3 MB are no longer as they were downloaded. Numbers and pictures made with this model since \d{4}-\d\d-\d\d may be wrong.$/,
    );
    await file.close();
    hub.reset();
    const again = await visit.open(MANIFEST, { network: later(8) });
    expect(same(await readAll(again), BYTES)).toBe(true);
    await again.whole;
    expect(bytesSent(hub)).toBe(PART);
    await again.close();
    hub.reset();
    expect(same(await readAll(await visit.open(MANIFEST, { network: later(9) })), BYTES)).toBe(true);
    expect(hub.asked).toEqual([]);
  });

  test('are found where an older page wrote no hashes of parts; what is right is marked', async () => {
    await (await visit.open()).whole;
    const old = JSON.stringify({ sha256: SHA256, compared: true });
    folder().texts.set('verified', old);
    await (await visit.open()).whole;
    const marked = JSON.parse(folder().texts.get('verified')!);
    expect(marked).toMatchObject({ sha256: SHA256, compared: true, checked: expect.any(Number) });
    expect(marked.parts).toHaveLength(Math.ceil(TOTAL / PART));
    folder().texts.set('verified', old);
    zero();
    expect((await failure((await visit.open()).whole)).message).toContain('was damaged: 3 MB of 3 MB');
  });

  test('are not looked for any more once the file is closed', async () => {
    await (await visit.open()).whole;
    const file = await visit.open(MANIFEST, { network: later(8) });
    await file.close();
    await file.whole;
    expect(JSON.parse(folder().texts.get('verified')!).checked).toBeLessThan(FAST.now() + DAY);
  });
});
