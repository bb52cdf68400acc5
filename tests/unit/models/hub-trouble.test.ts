/** Tests of what goes wrong with downloads, and what the visitor is told. */
import { describe, expect, test } from 'vitest';
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

describe('a hub that sends no ranges', () => {
  test('is asked once: the answer to the question is the file', async () => {
    hub.faults.ranges = false;
    const file = await visit.open();
    expect(same(await readAll(file), BYTES)).toBe(true);
    await file.whole;
    expect(hub.served).toHaveLength(1);
    expect(file.provenance.notices[0]).toContain('only whole');
  });

  test('starts again from the front after a cut, and what is here already is not written twice', async () => {
    hub.faults.ranges = false;
    hub.faults.cut = { after: 1_000_000, times: 1 };
    const file = await visit.open();
    expect(same(await readAll(file), BYTES)).toBe(true);
    await file.whole;
    // The first answer was the one to the question whether there are ranges.
    expect(ranges(hub)).toEqual([null]);
    expect(visit.place.usage).toBe(TOTAL);
  });

  test('and fails where a range is asked for is asked without one', async () => {
    hub.faults.ranges = 'broken';
    const file = await visit.open();
    expect(same(await readAll(file), BYTES)).toBe(true);
    await file.whole;
    expect(hub.served.map(({ range }) => range)).toEqual([null]);
  });

  test('from some point on is followed', async () => {
    hub.faults.rate = 2_000_000;
    const file = await visit.open();
    await until(() => visit.place.usage > 300_000);
    hub.faults.ranges = false;
    hub.faults.rate = null;
    await file.whole;
    expect(same(await readAll(file), BYTES)).toBe(true);
  });
});

test.each([true, false])('a whole answer that is compressed is a good file (kept: %s)', async (store) => {
  hub.faults.gzip = true;
  // Browsers hide this header from pages of other origins; that of the length they show.
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const response = await globalThis.fetch(input, init);
    const headers = new Headers(response.headers);
    headers.delete('Content-Encoding');
    return new Response(response.body, { status: response.status, headers });
  };
  const file = await visit.open(MANIFEST, { store, network: { ...FAST, fetch } });
  expect(same(await readAll(file), BYTES)).toBe(true);
  await file.whole;
  const unknown = await new Visit(hub.url).open(withFile({ bytes: null, sha256: null }), { store });
  expect(same(await readAll(unknown), BYTES)).toBe(true);
  await unknown.whole;
});

describe('something else than a model', () => {
  const page = `<!DOCTYPE html>\n<html><head><title>Sign in to Hotel WiFi</title></head>${' '.repeat(4000)}</html>`;
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${SHA256}\nsize ${TOTAL}\n`;

  test.each([
    ['text/html', page, 'an HTML page ("Sign in to Hotel WiFi")'],
    ['text/plain', pointer, 'a Git LFS pointer'],
    ['application/json', '{"error":"Rate limit exceeded"}', 'a JSON message ("Rate limit exceeded")'],
    [
      'application/xml',
      '<?xml version="1.0"?><Error><Message>Expired</Message></Error>',
      'an XML message ("Expired")',
    ],
    ['text/html', '<h1>403 Forbidden</h1>', 'an HTML page'],
    ['text/plain', '<script>location = "/login"</script>', 'an HTML page'],
    ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"></svg>', 'an XML message'],
    ['text/plain', '[{"error":"Slow down"}]', 'a JSON message ("Slow down")'],
    ['text/plain', '{"statusCode":429,"message":"Slow down"}', 'a JSON message ("Slow down")'],
    ['text/plain', 'error code: 1015\n', 'a text ("error code: 1015")'],
    ['text/plain', 'Zu viele Anfragen, bitte später noch einmal.', 'a text ("Zu viele Anfragen'],
  ])('is named: %s', async (type, text, what) => {
    hub.faults.instead = { text, type };
    for (const ranges of [true, false]) {
      for (const bytes of [TOTAL, null]) {
        hub.faults.ranges = ranges;
        const opened = visit.open(withFile({ bytes, sha256: null }));
        const error = await failure(opened.then(({ whole }) => whole));
        expect(error).toMatchObject({
          code: 'bad-file',
          message: expect.stringContaining(`The hub sent ${what}`),
        });
        expect(visit.place.folders.size).toBe(0);
      }
    }
  });

  test('is named before much of it is downloaded', async () => {
    hub.faults.instead = { text: page, type: 'text/html' };
    hub.faults.size = TOTAL;
    hub.faults.rate = 1_000_000;
    const file = await visit.open();
    expect((await failure(file.whole)).message).toContain('The hub sent an HTML page');
    expect(bytesSent(hub)).toBeLessThan(1_000_000);
  });
});

test('a whole answer that ends too early, as long as it said, is another file, and not downloaded again and again', async () => {
  hub.faults.ranges = false;
  hub.faults.size = TOTAL - 5;
  const file = await visit.open();
  expect(await failure(file.whole)).toMatchObject({
    code: 'bad-file',
    message: expect.stringContaining(`${TOTAL - 5} bytes, not ${TOTAL}`),
  });
  expect(hub.served).toHaveLength(1);
});

describe('another file than the one promised', () => {
  test('is refused by its hash, which is said, and its bytes are removed', async () => {
    hub.faults.wrongByte = 2_000_000;
    const file = await visit.open();
    const error = await failure(file.whole);
    expect(error.code).toBe('bad-file');
    expect(error.message).toMatch(new RegExp(`SHA-256 is [0-9a-f]{64}, not ${SHA256}`));
    expect(error.advice).toContain('downloaded again');
    expect(error.advice).toContain('a file of your own');
    expect(visit.place.folders.size).toBe(0);
    expect(await failure(file.read(0, 8))).toBe(error);
  });

  test('is refused by its size before anything is downloaded', async () => {
    hub.faults.size = TOTAL + 5;
    expect(await failure(visit.open())).toMatchObject({
      code: 'bad-file',
      message: expect.stringContaining(`${TOTAL + 5} bytes, not ${TOTAL}`),
    });
    expect(visit.place.folders.size).toBe(0);
  });

  test('under main is refused by what the hub says of it', async () => {
    hub.faults.missing = new Set([REVISION]);
    const other = withFile({ sha256: 'f'.repeat(64) });
    expect(await failure(visit.open(other))).toMatchObject({
      code: 'bad-file',
      message: expect.stringContaining(`${SHA256}, not ${'f'.repeat(64)}`),
    });
    expect(bytesSent(hub)).toBe(0);
  });
});

describe('a file that is replaced on the hub meanwhile', () => {
  test('ends the download, where nobody knows what it has to be', async () => {
    hub.faults.rate = 2_000_000;
    hub.faults.api = false;
    const file = await visit.open(withFile({ sha256: null }));
    await until(() => visit.place.usage > 300_000);
    hub.faults.etag = '"storage-2"';
    expect(await failure(file.whole)).toMatchObject({
      code: 'network',
      message: expect.stringContaining('was replaced by another file'),
    });
    expect(visit.place.folders.size).toBe(0);
  });

  test('is none, where only the ETag is another and the SHA-256 is known: hubs have many storages', async () => {
    hub.faults.etag = ['"storage-1"', '"storage-2"', '"storage-3"'];
    const file = await visit.open();
    expect(same(await readAll(file), BYTES)).toBe(true);
    await file.whole;
    expect(bytesSent(hub)).toBe(TOTAL);
    const passing = await new Visit(hub.url).open(MANIFEST, { store: false });
    hub.faults.cut = { after: 1_000_000, times: 2 };
    expect(same(await readAll(passing), BYTES)).toBe(true);
  });
});

describe('a hub in trouble', () => {
  test('that asks for patience is given as much of it', async () => {
    hub.faults.fail = { status: 429, times: 1, retryAfter: '7' };
    let wait = 0;
    const file = await visit.open(MANIFEST, {
      onProgress: ({ state, reason, until }) => {
        if (state !== 'waiting') return;
        expect(reason).toContain('too many requests');
        wait ||= until! - FAST.now();
      },
    });
    await file.whole;
    // Its own first wait would be a second at most.
    expect(wait).toBeGreaterThan(4000);
    expect(wait).toBeLessThanOrEqual(7000);
  });

  test('for a while is waited for', async () => {
    const file = await visit.open();
    hub.faults.fail = { status: 503, times: 4 };
    await file.whole;
    expect(bytesSent(hub)).toBe(TOTAL);
  });

  test('for long is given up; what came is kept', async () => {
    hub.faults.rate = 2_000_000;
    const file = await visit.open();
    const reading = failure(file.read(0, TOTAL));
    await until(() => visit.place.usage > 300_000);
    hub.faults.fail = { status: 503, times: 1000 };
    expect(await failure(file.whole)).toMatchObject({
      code: 'network',
      message: 'The download failed 6 times in a row. The hub could not answer (status 503).',
      advice: expect.stringContaining('not downloaded twice'),
    });
    expect((await reading).code).toBe('network');
    const kept = visit.place.usage;
    expect(kept).toBeGreaterThan(300_000);
    hub.reset();
    await (await visit.open()).whole;
    expect(bytesSent(hub)).toBe(TOTAL - kept);
  });

  test('that cannot be reached at all is said to be so', async () => {
    const nowhere = new Visit('http://127.0.0.1:9');
    expect(await failure(nowhere.open())).toMatchObject({
      code: 'network',
      message: expect.stringMatching(/^http:.*safetensors cannot be downloaded. The hub cannot be reached.$/),
    });
    expect(nowhere.states).toContain('waiting');
  });

  test.each([401, 402, 403, 451])(
    'that wants a visitor to sign in (%i) is not asked again',
    async (status) => {
      hub.faults.fail = { status, times: 1000 };
      expect(await failure(visit.open())).toMatchObject({
        code: 'not-found',
        message: expect.stringContaining(`signing in (status ${status})`),
      });
      expect(hub.asked).toHaveLength(1);
    },
  );

  test.each([403, 401, 400, 410, 404])(
    'whose link has run out (%i) is asked for a new one',
    async (status) => {
      hub.faults.failStorage = { status, times: 1 };
      const file = await visit.open();
      await until(() => visit.place.usage > 0);
      hub.faults.failStorage = { status, times: 1 };
      await file.whole;
      expect(bytesSent(hub)).toBe(TOTAL);
      const passing = await new Visit(hub.url).open(MANIFEST, { store: false });
      hub.faults.failStorage = { status, times: 1 };
      expect(same(await readAll(passing), BYTES)).toBe(true);
    },
  );

  test('whose storage refuses for long is not said to ask for signing in', async () => {
    hub.faults.failStorage = { status: 403, times: 1000 };
    expect(await failure(visit.open())).toMatchObject({
      code: 'network',
      message: expect.stringContaining('The storage that the hub sends to refused the file (status 403).'),
    });
  });

  test('that sends in a circle is told from one that cannot be reached, and soon', async () => {
    hub.faults.circle = true;
    // What was slept, and not what a busy machine took.
    let slept = 0;
    const sleep: typeof FAST.sleep = async (milliseconds, signal) => {
      await FAST.sleep(milliseconds, signal);
      slept += milliseconds;
    };
    expect(await failure(visit.open(MANIFEST, { network: { ...FAST, sleep } }))).toMatchObject({
      code: 'network',
      message: expect.stringContaining('which leads in a circle or cannot be reached'),
    });
    expect(slept).toBeGreaterThan(500);
    expect(slept).toBeLessThan(15_000);
  });

  test('that a page with threads cannot tell from one that forbids reading is not said to be gone', async () => {
    const network = { ...FAST, isolated: () => true };
    expect(await failure(new Visit('http://127.0.0.1:9').open(MANIFEST, { network }))).toMatchObject({
      message: expect.stringContaining('The hub cannot be reached, or does not send the header'),
    });
  });

  test('that cannot be asked, as the page’s policy forbids it, is given up at once', async () => {
    const network = { ...FAST, policy: () => 'connect-src' };
    expect(await failure(new Visit('http://127.0.0.1:9').open(MANIFEST, { network }))).toMatchObject({
      code: 'network',
      message: expect.stringContaining(
        'Content-Security-Policy) blocks requests to the hub. The directive is connect-src.',
      ),
    });
  });

  test('that cannot be reached, as the computer is offline, is said to be that; in mid-download it is waited for', async () => {
    let offline = true;
    const fetch: typeof globalThis.fetch = (input, init) =>
      offline ? Promise.reject(new TypeError('Failed to fetch')) : globalThis.fetch(input, init);
    const network = { ...FAST, fetch, offline: () => offline };
    expect(await failure(visit.open(MANIFEST, { network }))).toMatchObject({
      message: expect.stringContaining('This computer is offline.'),
    });
    offline = false;
    hub.faults.rate = 2_000_000;
    hub.faults.cut = { after: 50_000, times: 3 };
    const file = await visit.open(MANIFEST, { network });
    offline = true;
    await until(() => visit.reports.at(-1)!.reason === 'This computer is offline.');
    // Longer than six tries of a hub that cannot be reached.
    await new Promise((resolve) => setTimeout(resolve, 4000));
    expect(visit.states.at(-1)).toBe('waiting');
    hub.reset();
    offline = false;
    await file.whole;
    expect(same(await readAll(file), BYTES)).toBe(true);
  });

  test('that does not know the file is asked for main, and then believed', async () => {
    hub.faults.missing = new Set([REVISION, 'main']);
    expect(await failure(visit.open())).toMatchObject({
      code: 'not-found',
      message: expect.stringContaining(`/someone/vae/resolve/${REVISION}/vae/model.safetensors`),
    });
    expect(hub.asked).toHaveLength(2);
  });

  test('that says that the file is gone is asked for main, too', async () => {
    hub.faults.fail = { status: 410, times: 1 };
    const file = await visit.open();
    expect(file.provenance.revision).toBe('main');
    await file.whole;
  });

  test.each([
    [
      429,
      '1000000000',
      /^The hub answers too many requests at the moment\. It asks .* before \d{4}-\d\d-\d\d\.$/,
    ],
    [
      503,
      'Fri, 31 Dec 9999 23:59:59 GMT',
      /^The hub could not answer \(status 503\)\. It asks .* again before 9999-/,
    ],
    [
      503,
      '99999999999999999999',
      /^The hub could not answer \(status 503\)\. It asks not to be asked again\.$/,
    ],
  ])(
    'that asks for more patience than a tab has (%i, %s) is not waited for',
    async (status, retryAfter, said) => {
      hub.faults.fail = { status, times: 1000, retryAfter };
      const fixed = { now: () => Date.parse('2026-11-30'), elapsed: () => 0 };
      const error = await failure(visit.open(MANIFEST, { network: { ...FAST, ...fixed } }));
      expect(error.message).toMatch(said);
      expect(hub.asked).toHaveLength(1);
    },
  );

  test('that falls silent is asked again after a while', async () => {
    hub.faults.cut = { after: 100_000, times: 1, silent: true };
    const file = await visit.open();
    await file.whole;
    expect(ranges(hub)).toContain(`bytes=100000-${PART - 1}`);
    expect(bytesSent(hub)).toBe(TOTAL);
  });

  test('that takes a request and never answers is asked again after a while', async () => {
    hub.faults.silent = 1;
    const file = await visit.open();
    hub.faults.silent = 2;
    await file.whole;
    expect(bytesSent(hub)).toBe(TOTAL);
    hub.faults.silent = 1000;
    const lost = visit.open(withFile({ path: 'vae/model.safetensors' }), { place: null });
    expect(await failure(lost)).toMatchObject({ code: 'network' });
  });

  test('that never answers is said to be silent meanwhile, and given up after the second try', async () => {
    hub.faults.silent = 1000;
    const start = FAST.elapsed();
    const silent: number[] = [];
    const error = await failure(
      visit.open(MANIFEST, { onProgress: ({ silentSeconds }) => silent.push(silentSeconds ?? -1) }),
    );
    expect(error).toMatchObject({
      code: 'network',
      message: expect.stringMatching(/cannot be downloaded\. The hub gave no answer in 45 s\.$/),
    });
    expect(Math.max(...silent)).toBeGreaterThan(35);
    expect(hub.asked.length).toBe(2);
    expect(FAST.elapsed() - start).toBeLessThan(150_000);
  });

  test('that answers with nothing is not asked for ever', async () => {
    const fetch: typeof globalThis.fetch = async (input, init) => {
      const response = await globalThis.fetch(input, init);
      const probe = new Headers(init?.headers).get('Range') === 'bytes=0-0';
      if (!probe) await response.body!.cancel();
      return probe ? response : new Response('', response);
    };
    const file = await visit.open(MANIFEST, { network: { ...FAST, fetch } });
    expect(await failure(file.whole)).toMatchObject({ code: 'network' });
  });

  test('cuts every connection: as long as each brings something, it goes on', async () => {
    hub.faults.cut = { after: 100_000, times: 1000 };
    const file = await visit.open();
    await file.whole;
    // A break may take with it what was sent and not read yet.
    expect(bytesSent(hub)).toBeLessThanOrEqual(TOTAL + 300_000);
    expect(same(await readAll(file), BYTES)).toBe(true);
  });
});

describe('a file that is kept nowhere', () => {
  const open = () => visit.open(MANIFEST, { store: false });

  test('passes by once, is read forwards only, and is checked at its end', async () => {
    const file = await open();
    expect(same(new Uint8Array(await file.read(10, 50)), BYTES.subarray(10, 60))).toBe(true);
    expect(same(new Uint8Array(await file.read(1_000_000, 99)), BYTES.subarray(1_000_000, 1_000_099))).toBe(
      true,
    );
    expect((await failure(file.read(0, 8))).message).toContain('read backwards');
    expect(file.provenance.sha256).toBeNull();
    await file.finish();
    await file.whole;
    expect(file.provenance).toMatchObject({ sha256: SHA256, stored: null });
    expect(file.provenance.notices[0]).toContain('not kept');
    expect(ranges(hub)).toEqual([`bytes=0-${TOTAL - 1}`]);
  });

  test('is gone on with after a cut, from the byte after the last', async () => {
    hub.faults.cut = { after: 1_234_567, times: 1 };
    const file = await open();
    expect(same(await readAll(file), BYTES)).toBe(true);
    await file.whole;
    expect(ranges(hub)).toEqual([`bytes=0-${TOTAL - 1}`, `bytes=1234567-${TOTAL - 1}`]);
  });

  test('is gone on with after a cut where there are no ranges, too', async () => {
    hub.faults.ranges = false;
    hub.faults.cut = { after: 1_234_567, times: 1 };
    const file = await open();
    expect(same(await readAll(file), BYTES)).toBe(true);
    await file.whole;
  });

  test('and is another than the one promised, is refused', async () => {
    hub.faults.wrongByte = 5;
    const file = await open();
    const error = await failure(file.finish());
    expect(error).toMatchObject({ code: 'bad-file', message: expect.stringContaining(SHA256) });
    expect(await failure(file.whole)).toBe(error);
  });

  test('is fetched no faster than it is read', async () => {
    const file = await open();
    await file.read(0, 8);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const received = visit.reports.at(-1)!.received;
    expect(received).toBeLessThan(500_000);
    file.pause(true);
    let done = false;
    const reading = file.read(2_000_000, 8).then(() => {
      done = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect([done, visit.states.at(-1)]).toEqual([false, 'paused']);
    file.pause(false);
    await reading;
    await file.close();
    expect(await failure(file.whole)).toMatchObject({ code: 'aborted' });
    expect(await failure(file.read(2_900_000, 8))).toMatchObject({ code: 'aborted' });
  });

  test('is what a browser without any store gets', async () => {
    const file = await visit.open(MANIFEST, { place: null });
    expect(file.sequential).toBe(true);
    expect(file.provenance.notices[0]).toContain('This browser keeps no files for this page');
    await file.close();
  });
});
