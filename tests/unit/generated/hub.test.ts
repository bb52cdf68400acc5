import fc from 'fast-check';
import { expect } from 'vitest';
import { type Answer, ask } from '@/models/hub/ask';
import { Contact, FileReplaced } from '@/models/hub/contact';
import type { Network } from '@/models/hub/network';
import { HttpError } from '@/models/hub/request';
import { RetryBackoff } from '@/models/hub/retryBackoff';
import { type OddJson, oddJson } from './json';
import { generated } from './runs';
import { type OddText, oddText } from './text';

const FILE = {
  hub: 'https://hub.example',
  repository: 'someone/vae',
  revision: 'abc',
  path: 'vae/model.safetensors',
};
const SHA256 = 'ab'.repeat(32);

/** Of what a hub says of a file: what it says rightly, and changed. */
const HEADERS = {
  'Content-Range': ['bytes 0-0/3000000', 'bytes 0-0/*', 'bytes */3000000'],
  'Content-Length': ['3000000', '1'],
  'Content-Encoding': ['gzip', 'identity'],
  'X-Linked-Size': ['3000000'],
  'X-Linked-ETag': [`"${SHA256}"`, `W/"${SHA256}"`],
  'Retry-After': ['120', 'Wed, 21 Oct 2026 07:28:00 GMT'],
  ETag: ['"storage-1"', 'W/"x"'],
} as const;
type Name = keyof typeof HEADERS;
const NAMES = Object.keys(HEADERS) as Name[];

const odd = Object.fromEntries(NAMES.map((name) => [name, oddText(HEADERS[name])])) as Record<
  Name,
  ReturnType<typeof oddText>
>;
const LISTING = [
  { type: 'file', path: 'vae/config.json', size: 500, oid: 'cd'.repeat(20) },
  {
    type: 'file',
    path: FILE.path,
    size: 3000000,
    oid: 'cd'.repeat(20),
    lfs: { oid: SHA256, size: 3000000, pointerSize: 134 },
  },
];
const listing = oddJson([LISTING]);
/** The beginning of a file of weights: the length of its header, little-endian, and that. */
const WEIGHTS = `\x40${'\0'.repeat(7)}{"__metadata__":{}}`.padEnd(1000);

interface OddAnswer {
  status: number;
  headers: Record<Name, OddText | null>;
  listing: OddJson | null;
}

const recipes: fc.Arbitrary<{ answers: OddAnswer[]; known: boolean }> = fc.record({
  answers: fc.array(
    fc.record({
      status: fc.constantFrom(200, 206, 206, 206, 206, 404, 403, 416, 429, 503, 304),
      headers: fc.record(
        Object.fromEntries(NAMES.map((name) => [name, fc.option(odd[name].recipes, { freq: 2 })])) as Record<
          Name,
          fc.Arbitrary<OddText | null>
        >,
      ),
      listing: fc.option(listing.recipes),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  known: fc.boolean(),
});

interface Asked {
  /** `body`: null for what belongs there, the list of files or the file. */
  answers: { status: number; headers: [string, string][]; body: string | null }[];
  known: boolean;
}

/** Leaves out of a header what fetch would never hand on; the rest is as it came. */
const sendable = (text: string) => text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '').trim();

const made = ({ answers, known }: { answers: OddAnswer[]; known: boolean }): Asked => ({
  known,
  answers: answers.map(({ status, headers, listing: listed }) => ({
    status,
    headers: NAMES.flatMap((name): [string, string][] => {
      const recipe = headers[name];
      return recipe ? [[name, sendable(odd[name].make(recipe))]] : [];
    }),
    body: listed ? listing.make(listed) : null,
  })),
});

/** A hub that answers with these, the last of them for ever, in a time that passes at once. */
function network(answers: Asked['answers']) {
  let now = 1.8e12;
  return {
    asked: 0,
    slept: 0,
    async fetch(input: Parameters<Network['fetch']>[0]) {
      const { status, headers, body } = answers[Math.min(this.asked++, answers.length - 1)];
      // More than any hub is worth: a loop without an end.
      if (this.asked > 100) throw new Error('It asks for ever.');
      const right = String(input).includes('/api/') ? JSON.stringify(LISTING) : WEIGHTS;
      return new Response(status === 304 ? null : (body ?? right), { status, headers });
    },
    now: () => now,
    async sleep(milliseconds: number) {
      this.slept += milliseconds;
      now += milliseconds;
    },
    elapsed: () => now,
    random: () => 0.5,
    offline: () => false,
    isolated: () => false,
    policy: () => null,
  };
}

async function askAndOpen({ answers, known }: Asked): Promise<Answer> {
  const hub = network(answers);
  const net: Network = { ...hub, fetch: (input) => hub.fetch(input), sleep: (time) => hub.sleep(time) };
  try {
    const answer = await ask(
      FILE,
      known ? { bytes: 3000000, sha256: SHA256 } : { bytes: null, sha256: null },
      {
        network: net,
        backoff: new RetryBackoff(net),
      },
    );
    await new Contact(net, answer).open(100, 200, new AbortController().signal).catch((error) => {
      // Whoever downloads knows these two, and tries again.
      if (!(error instanceof HttpError || error instanceof FileReplaced)) throw error;
    });
    return answer;
  } finally {
    // A hub may ask to wait, but not for ever.
    expect(hub.slept).toBeLessThan(6 * 24 * 3600_000);
  }
}

const good: Asked = {
  known: false,
  answers: [{ status: 206, headers: [['Content-Range', 'bytes 0-0/3000000']], body: null }],
};

generated("a hub's answers", {
  recipes,
  make: made,
  goods: [good, { ...good, known: true }],
  bytes: ({ answers }) => answers.reduce((sum, { body }) => sum + (body ?? WEIGHTS).length, 1000),
  read: askAndOpen,
  holds({ total, sha256, etag, ranges, response }) {
    expect(Number.isSafeInteger(total) && total > 0, `a length of ${total}`).toBe(true);
    if (sha256 !== null) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    if (etag !== null) expect(typeof etag).toBe('string');
    expect(response === null).toBe(ranges);
  },
});
