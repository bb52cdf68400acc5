/** A large photograph: fitted once, with progress, given up in time, and nothing false is said meanwhile. */
import { expect, test, vi } from 'vitest';
import { hint, stalled } from '@/app/StatusLine';
import type { DecodedPicture, PictureReader } from '@/session/pictures/pictures';
import type { InspectorStore } from '@/session/types';
import { type Bench, bench, FakePictures, flat, heal, settle } from './fakes';

/** One call of a large picture's `fit`. */
interface Fit {
  name: string;
  size: number;
  signal: AbortSignal | undefined;
  progress(fraction: number): void;
  finish(): void;
}

/** Small pictures as ever; large ones, given as blobs, are fitted only when the test says so. */
class SlowPictures {
  readonly fits: Fit[] = [];
  readonly small = new FakePictures();

  readonly read: PictureReader = async (source) => {
    if (!(source instanceof File)) return this.small.read(source);
    const picture: DecodedPicture = {
      id: null,
      title: source.name,
      alt: source.name,
      side: 3024,
      width: 4032,
      height: 3024,
      fit: (size, signal, onProgress) =>
        new Promise((resolve, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason));
          this.fits.push({
            name: source.name,
            size,
            signal,
            progress: (fraction) => onProgress?.(fraction),
            finish: () => resolve({ pixels: flat(size, size, 70), notices: [] }),
          });
        }),
      close: () => {},
    };
    return picture;
  };
}

const photo = (name = 'IMG_1.jpg') => new File([name], name);

interface Slow extends Bench {
  slow: SlowPictures;
  /** Words in which the status line called for something while something was being done. */
  falseWords: string[];
}

/** A store that is open, of which every state that React could draw is looked at. */
async function open(options: Parameters<typeof bench>[0] = {}): Promise<Slow> {
  const slow = new SlowPictures();
  const own = bench({ readPicture: slow.read, ...options });
  const falseWords: string[] = [];
  const look = (state: InspectorStore) => {
    const halt = stalled(state);
    if (halt) falseWords.push(halt.words);
    if (!state.activity && !state.sides.a.posterior && hint(state) !== 'Starting')
      falseWords.push(hint(state));
  };
  own.store.subscribe(() => queueMicrotask(() => look(own.store.getState())));
  look(own.state);
  await own.state.start();
  await settle();
  return Object.assign(own, { slow, falseWords });
}

test('is fitted once, said with how far it is, and shown before it is encoded', async () => {
  const all = await open();
  all.fake.held.add('open');
  const opening = all.state.setPicture(photo());
  await settle();
  expect(all.store.getState().activity).toMatchObject({
    doing: 'Resampling the picture, 4032 \u00d7 3024 to 256 \u00d7 256',
    fraction: null,
  });
  // What was open stays until there is something to show.
  expect(all.store.getState()).toMatchObject({ picture: { id: 'chart' } });
  expect(all.store.getState().sides.a.posterior).not.toBeNull();
  all.slow.fits[0].progress(0.4);
  await vi.waitFor(() => expect(all.store.getState().activity?.fraction).toBe(0.4));
  all.slow.fits[0].finish();
  await settle();
  expect(all.store.getState()).toMatchObject({
    picture: { title: 'IMG_1.jpg' },
    sides: { a: { posterior: null } },
  });
  expect(all.store.getState().activity?.doing).toBe('Encoding');
  all.fake.last('open').resolve();
  await opening;
  await settle();
  expect(all.slow.fits).toHaveLength(1);
  expect(all.store.getState().activity).toBeNull();
  expect(all.falseWords).toEqual([]);

  // Another model takes the same pixels.
  all.fake.held.clear();
  await all.state.setModel('mini-clean');
  expect(all.slow.fits).toHaveLength(1);
});

test('another picture takes its place at once', async () => {
  const all = await open();
  const first = all.state.setPicture(photo('a.jpg'));
  await settle();
  const second = all.state.setPicture(photo('b.jpg'));
  await settle();
  expect(all.slow.fits.map(({ name }) => name)).toEqual(['a.jpg', 'b.jpg']);
  expect(all.slow.fits[0].signal?.aborted).toBe(true);
  all.slow.fits[1].finish();
  await Promise.all([first, second]);
  expect(all.store.getState().picture?.title).toBe('b.jpg');
  expect(all.fake.all('open')).toHaveLength(2);
  expect(all.falseWords).toEqual([]);
});

test('another size begins anew; another model, or the same again, goes on with it', async () => {
  const all = await open();
  const first = all.state.setPicture(photo());
  await settle();
  const second = all.state.setSize(384);
  await settle();
  expect(all.slow.fits.map(({ size, signal }) => [size, signal?.aborted])).toEqual([
    [256, true],
    [384, false],
  ]);
  const third = all.state.setModel('mini-clean');
  await settle();
  all.state.resume();
  const fourth = all.state.setSize(384);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(all.slow.fits).toHaveLength(2);
  expect(all.slow.fits[1].signal?.aborted).toBe(false);
  all.slow.fits[1].finish();
  await Promise.all([first, second, third, fourth]);
  expect(all.store.getState()).toMatchObject({ view: { model: 'mini-clean', size: 384 } });
  expect(all.falseWords).toEqual([]);
});

test('cancelled: what was open is there again, and the work ends', async () => {
  const all = await open();
  all.state.addEdit(heal(3, 3));
  await settle();
  const opening = all.state.setPicture(photo());
  await settle();
  all.state.cancel();
  await expect(opening).rejects.toMatchObject({ code: 'aborted' });
  await vi.waitFor(() => expect(all.slow.fits[0].signal?.aborted).toBe(true));
  expect(all.store.getState()).toMatchObject({
    activity: null,
    failure: null,
    picture: { id: 'chart' },
    view: { picture: 'chart', edits: [heal(3, 3)] },
  });
  expect(all.falseWords).toEqual([]);
  // The same photograph again begins anew.
  const again = all.state.setPicture(photo());
  await settle();
  all.slow.fits[1].finish();
  await again;
  expect(all.store.getState().picture?.title).toBe('IMG_1.jpg');
});

test('beside another model: fitted once for both, and nothing is called for meanwhile', async () => {
  const all = await open();
  await all.state.setCompare('wide');
  all.state.addEdit(heal(3, 3));
  await settle();
  const opening = all.state.setPicture(photo());
  await settle();
  all.slow.fits[0].finish();
  await opening;
  await settle();
  expect(all.slow.fits).toHaveLength(1);
  expect(all.store.getState().sides.b?.base).not.toBeNull();
  expect(all.falseWords).toEqual([]);
});

test('whatever is opened, compared, edited or undone: nothing that goes on is said to stand still', async () => {
  const all = await open();
  for (const call of ['open', 'base', 'edited', 'control', 'loadModel', 'share'] as const)
    all.fake.held.add(call);
  /** Lets the engine answer, one call at a time, until nothing is asked any more. */
  const answer = async () => {
    for (let rest = 50; rest > 0; rest--) {
      await settle();
      const call = all.fake.calls.find(({ settled }) => !settled);
      if (!call) return;
      call.resolve();
    }
  };
  const steps: (() => unknown)[] = [
    () => all.state.addEdit(heal(3, 3)),
    () => all.state.setModel('mini-clean'),
    () => all.state.setCompare('mini-spot'),
    () => all.state.addEdit(heal(9, 9)),
    () => all.state.undo(),
    () => all.state.redo(),
    () => all.state.setRadius(2),
    () => all.state.setSize(384),
    () => all.state.setModel('mini-spot'),
    () => all.state.setModel('wide'),
    () => all.state.setPicture('harbour'),
    () => all.state.setCompare('mini-clean'),
    () => all.state.setCompare(null),
    () => all.state.reset(),
    () => all.state.setPicture('broken'),
  ];
  for (const step of steps) {
    Promise.resolve(step()).catch(() => {});
    await answer();
    expect(all.falseWords, String(step)).toEqual([]);
    expect(all.store.getState().activity, String(step)).toBeNull();
  }
});
