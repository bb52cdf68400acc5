/** Downloads that are kept, from a stand-in for the hub over real connections. */
import { describe, expect, test } from 'vitest';
import { PART_BYTES } from '@/models/hub/parts';
import { listStored, removeStored } from '@/models/stores/stored';
import type { StandIn } from '../../hub/standin';
import {
  BYTES,
  bytesSent,
  FAST,
  failure,
  MANIFEST,
  onStandIn,
  PART,
  REVISION,
  ranges,
  readAll,
  SHA256,
  same,
  TOTAL,
  until,
  Visit,
  withFile,
} from './hub';

let hub: StandIn;
let visit: Visit;

onStandIn((...given) => {
  [hub, visit] = given;
});

const stored = () => listStored(visit.place, visit.locks);

describe('a first download', () => {
  test('brings every byte once, is checked, and says where it came from', async () => {
    const file = await visit.open();
    expect([file.byteLength, file.sequential]).toEqual([TOTAL, false]);
    expect(same(await readAll(file), BYTES)).toBe(true);
    await file.whole;
    expect(bytesSent(hub)).toBe(TOTAL);
    expect(ranges(hub)).toHaveLength(Math.ceil(TOTAL / PART));
    expect(file.provenance).toEqual({
      kind: 'hub',
      address: `${hub.url}/someone/vae/resolve/${REVISION}/vae/model.safetensors`,
      revision: REVISION,
      sha256: SHA256,
      stored: 'opfs',
      notices: [],
    });
    expect(visit.states[0]).toBe('asking');
    expect(visit.states.at(-1)).toBe('checking');
    expect(visit.reports.at(-1)).toMatchObject({ received: TOTAL, total: TOTAL });
    // Nothing but simple requests: a preflight would have been counted.
    expect(new Set(hub.asked.map(({ method }) => method))).toEqual(new Set(['GET']));
  });

  test('is opened the next time with the hub gone, and not hashed again', async () => {
    await (await visit.open()).whole;
    hub.reset();
    visit.reports = [];
    const again = await visit.open(MANIFEST, {
      network: { ...FAST, fetch: () => Promise.reject(new TypeError('Failed to fetch')) },
    });
    expect(same(await readAll(again), BYTES)).toBe(true);
    await again.whole;
    expect(again.provenance).toMatchObject({ sha256: SHA256, stored: 'opfs' });
    expect(visit.reports).toEqual([]);
    expect(hub.asked).toEqual([]);
  });

  test('fetches first what somebody waits for, then what follows on it', async () => {
    hub.faults.rate = 300_000;
    const file = await visit.open();
    const offset = 8 * PART + 1000;
    await file.read(0, 8);
    const bytes = new Uint8Array(await file.read(offset, 5000));
    expect(same(bytes, BYTES.subarray(offset, offset + 5000))).toBe(true);
    // It did not wait until one of the parts that were on their way was whole.
    const [first, second, third] = hub.served.filter(({ range }) => range !== 'bytes=0-0');
    expect(Math.max(first.sent, second.sent, third.sent)).toBeLessThan(PART);
    hub.faults.rate = null;
    await file.whole;
    const order = ranges(hub).map((range) => Math.floor(Number(/\d+/.exec(range!)![0]) / PART));
    expect(new Set(order.slice(0, 3))).toEqual(new Set([0, 1, 2]));
    expect(order[3]).toBe(8);
    expect(order.indexOf(9)).toBeLessThan(order.indexOf(4));
    // One of the three gave up its place, and what it had brought was kept.
    expect([first, second, third].filter(({ sent }) => sent === PART)).toHaveLength(2);
    expect(bytesSent(hub) - TOTAL).toBeLessThan(3 * 64 * 1024);
  });

  test('never asks for more than three parts at a time, and does not take bytes before there is room for them', async () => {
    let taken = 0;
    let written = 0;
    let most = 0;
    let open = 0;
    let mostOpen = 0;
    visit.place.delay = 10;
    visit.place.onWrite = (bytes) => {
      written += bytes;
    };
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const response = await globalThis.fetch(input, init);
      const reader = response.body!.getReader();
      open += 1;
      mostOpen = Math.max(mostOpen, open);
      const end = () => {
        open -= 1;
      };
      const counted = new ReadableStream<Uint8Array>(
        {
          async pull(controller) {
            const { done, value } = await reader.read();
            if (done) {
              end();
              return controller.close();
            }
            taken += value.length;
            most = Math.max(most, taken - written);
            controller.enqueue(value);
          },
          cancel(reason) {
            end();
            return reader.cancel(reason);
          },
        },
        { highWaterMark: 0 },
      );
      return new Response(counted, response);
    };
    const file = await visit.open(MANIFEST, { network: { ...FAST, fetch } });
    await file.whole;
    expect(mostOpen).toBeLessThanOrEqual(3);
    expect(mostOpen).toBeGreaterThan(1);
    // Three parts of this size, each held whole until it is written, and no more.
    expect(most).toBeLessThanOrEqual(3 * PART + 200_000);
    expect(PART_BYTES).toBe(16 * 2 ** 20);
  });

  test('tells the rate and the time that is left', async () => {
    hub.faults.rate = 500_000;
    const file = await visit.open();
    await until(() => visit.reports.some((report) => report.secondsLeft !== null));
    const { received, bytesPerSecond, secondsLeft } = visit.reports.findLast((report) => report.secondsLeft)!;
    // Three connections, in time that runs twenty times as fast.
    expect(bytesPerSecond).toBeGreaterThan(5_000);
    expect(bytesPerSecond).toBeLessThan(90_000);
    expect(secondsLeft).toBeCloseTo((TOTAL - received) / bytesPerSecond!, 6);
    await file.close();
  });
});

describe('what is here already', () => {
  test('is not fetched again after a cut: the next request begins at the byte after the last', async () => {
    hub.faults.cut = { after: 100_000, times: 1 };
    const file = await visit.open();
    await file.whole;
    expect(ranges(hub)).toContain(`bytes=100000-${PART - 1}`);
    expect(bytesSent(hub)).toBe(TOTAL);
  });

  test('is gone on with in the next visit, from exactly the byte where it stopped', async () => {
    hub.faults.rate = 500_000;
    const first = await visit.open();
    await until(() => visit.place.usage > 200_000);
    await first.close();
    const lengths = [...visit.place.folders.values()][0].parts;
    const starts = [...lengths].map(([part, pieces]) => {
      return part * PART + pieces.reduce((sum, piece) => sum + piece.length, 0);
    });
    const kept = visit.place.usage;
    expect((await stored()).files).toMatchObject([{ bytes: kept, total: TOTAL, complete: false }]);

    hub.reset();
    const second = await visit.open();
    expect(same(await readAll(second), BYTES)).toBe(true);
    await second.whole;
    expect(bytesSent(hub)).toBe(TOTAL - kept);
    const unfinished = starts.filter((start) => start % PART !== 0);
    expect(unfinished.length).toBeGreaterThan(0);
    for (const start of unfinished) {
      expect(ranges(hub).some((range) => range!.startsWith(`bytes=${start}-`))).toBe(true);
    }
    expect((await stored()).files).toMatchObject([{ bytes: TOTAL, complete: true }]);
  });

  test.each([SHA256, null])(
    'and of another ETag is gone on with where its SHA-256 is known (%s)',
    async (sha256) => {
      hub.faults.rate = 1_500_000;
      hub.faults.api = false;
      const first = await visit.open(withFile({ sha256 }));
      await until(() => visit.place.usage > 400_000);
      await first.close();
      const kept = visit.place.usage;
      hub.reset();
      hub.faults.api = false;
      hub.faults.etag = '"storage-2"';
      await (await visit.open(withFile({ sha256 }))).whole;
      expect(bytesSent(hub)).toBe(sha256 === null ? TOTAL : TOTAL - kept);
    },
  );

  test('is treated as absent where it makes no sense, and removed', async () => {
    await (await visit.open()).whole;
    const [folder] = visit.place.folders.values();
    folder.parts.set(0, [new Uint8Array(PART + 1)]);
    expect((await stored()).files).toEqual([]);
    expect(visit.place.folders.size).toBe(0);
    hub.reset();
    expect(same(await readAll(await visit.open()), BYTES)).toBe(true);
  });

  test('is deleted on request, but not while it is being downloaded', async () => {
    hub.faults.rate = 1_000_000;
    const file = await visit.open();
    await until(() => visit.place.usage > 0);
    const [{ key }] = (await stored()).files;
    expect(await failure(removeStored(key, visit.place, visit.locks))).toMatchObject({
      code: 'busy',
      message: expect.stringContaining('is being downloaded'),
    });
    await file.close();
    expect((await removeStored(key, visit.place, visit.locks)).files).toEqual([]);
    expect(visit.place.folders.size).toBe(0);
  });
});

describe('a download that is steered', () => {
  test('stops while it is paused, keeps its readers, and goes on where it was', async () => {
    hub.faults.rate = 500_000;
    const file = await visit.open();
    const all = file.read(0, TOTAL);
    await until(() => visit.place.usage > 100_000);
    file.pause(true);
    expect(visit.states.at(-1)).toBe('paused');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const kept = visit.place.usage;
    const asked = hub.asked.length;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect([visit.place.usage, hub.asked.length]).toEqual([kept, asked]);
    hub.faults.rate = null;
    file.pause(false);
    expect(same(new Uint8Array(await all), BYTES)).toBe(true);
    await file.whole;
  });

  test('that is aborted lets go of everything and keeps its bytes', async () => {
    hub.faults.rate = 1_000_000;
    const control = new AbortController();
    const file = await visit.open(MANIFEST, { signal: control.signal });
    const waiting = failure(file.read(0, TOTAL));
    await until(() => visit.place.usage > 100_000);
    control.abort();
    expect(await waiting).toMatchObject({ code: 'aborted' });
    expect(await failure(file.whole)).toMatchObject({ code: 'aborted' });
    const kept = visit.place.usage;
    hub.reset();
    const again = await visit.open();
    await again.whole;
    expect(bytesSent(hub)).toBe(TOTAL - kept);
  });

  test('waits while another tab downloads the same file, and takes over what that one left', async () => {
    hub.faults.rate = 1_000_000;
    const other = await visit.open();
    await until(() => visit.place.usage > 300_000);
    const here = new Visit(hub.url);
    Object.assign(here, { place: visit.place, locks: visit.locks });
    const opening = here.open();
    await until(() => here.states.includes('waiting'));
    expect(here.reports.at(-1)!.reason).toBe('Another tab is downloading this file.');
    await other.close();
    hub.reset();
    const kept = visit.place.usage;
    await (await opening).whole;
    expect(bytesSent(hub)).toBe(TOTAL - kept);
  });
});

test('a file whose size and hash nobody pinned takes the hub’s', async () => {
  const file = await visit.open(withFile({ bytes: null, sha256: null }));
  await file.whole;
  expect(file.provenance).toMatchObject({ sha256: SHA256, notices: [] });
  expect(hub.asked.map(({ path }) => path)).toContain(`/api/models/someone/vae/tree/${REVISION}/vae`);
});

test('where not even the hub knows the hash, the visitor is told, also the next time', async () => {
  hub.faults.api = false;
  const unchecked = 'The hub does not say the SHA-256 of this file, so it cannot be checked.';
  const file = await visit.open(withFile({ sha256: null }));
  await file.whole;
  expect(file.provenance).toMatchObject({ sha256: SHA256, notices: [unchecked] });
  const again = await visit.open(withFile({ sha256: null }));
  expect(again.provenance.notices).toEqual([unchecked]);
});

test('a hash that the hub told an earlier visit still counts when it does not tell it again', async () => {
  hub.faults.rate = 500_000;
  const first = await visit.open(withFile({ sha256: null }));
  await until(() => visit.place.usage > 100_000);
  await first.close();
  const kept = visit.place.usage;
  hub.reset();
  hub.faults.api = false;
  const second = await visit.open(withFile({ sha256: null }));
  await second.whole;
  expect(second.provenance.notices).toEqual([]);
  expect(bytesSent(hub)).toBe(TOTAL - kept);
});

test('a hash that the storage states needs no further question', async () => {
  hub.faults.linked = true;
  const file = await visit.open(withFile({ sha256: null }));
  await file.whole;
  expect(file.provenance.notices).toEqual([]);
  expect(hub.asked.filter(({ path }) => path.startsWith('/api/'))).toEqual([]);
});

test('a revision that is gone is replaced by main, which is kept under its own name', async () => {
  hub.faults.missing = new Set([REVISION]);
  const file = await visit.open();
  await file.whole;
  expect(file.provenance.revision).toBe('main');
  expect(file.provenance.notices[0]).toContain(`no longer has revision ${REVISION}`);
  expect((await stored()).files).toMatchObject([
    { key: `${hub.url}/someone/vae/resolve/main/vae/model.safetensors`, revision: 'main', complete: true },
  ]);
  hub.reset();
  const again = await visit.open();
  expect(again.provenance).toMatchObject({ revision: 'main', notices: [file.provenance.notices[0]] });
  expect(hub.asked).toEqual([]);
});
