import { describe, expect, it } from 'vitest';
import { parseConfig, readOwnModel } from '@/app/files/givenFiles';
import { shortened } from '@/app/models/Fingerprint';
import { modelFacts, specialWords } from '@/app/models/modelFacts';
import { OPEN_FILE, optionGroups } from '@/app/models/modelOptions';
import { offerWords } from '@/app/models/OfferBanner';
import { placeWords, quotaWords, type Stored, storedFileOf } from '@/app/models/storedFiles';
import {
  orderedTransfers,
  type Transfer,
  transferFraction,
  transferNews,
  transferWords,
} from '@/app/models/transferWords';
import { bytesOf, duration } from '@/app/parts/format';
import type { ModelInfo } from '@/engine/protocol';
import type { ModelManifest } from '@/models/manifest';

const BYTES = 167335342;

const hub = (id: string, more: Partial<ModelManifest> = {}): ModelManifest => ({
  id,
  name: id.toUpperCase(),
  summary: '',
  kind: 'hub',
  hub: { repository: `someone/${id}`, revision: '451f4fe1' },
  files: [{ path: 'vae/model.safetensors', bytes: BYTES, sha256: 'ab'.repeat(32) }],
  dtype: 'float16',
  layout: 'compvis',
  licence: 'MIT',
  config: {},
  ...more,
});

const mini: ModelManifest = {
  id: 'mini',
  name: 'Mini',
  summary: '',
  kind: 'embedded',
  files: [{ path: 'mini.safetensors', bytes: 3e6, sha256: null }],
  config: {},
};

const own: ModelManifest = { ...mini, id: 'file:x', name: 'x.safetensors', kind: 'file' };

const kept = (id: string, bytes: number, more = {}) => ({
  key: `key of ${id}`,
  hub: 'https://hub.test',
  repository: `someone/${id}`,
  revision: '451f4fe1',
  path: 'vae/model.safetensors',
  bytes,
  total: BYTES,
  complete: bytes === BYTES,
  ...more,
});

const stored = (...files: ReturnType<typeof kept>[]): NonNullable<Stored> => ({
  files,
  place: 'opfs',
  usage: 502e6,
  quota: 2.1e9,
});

describe('the models to choose from', () => {
  it('stand in groups by where they come from, with a way to open a file last', () => {
    const groups = optionGroups([hub('sd1'), mini, own], null);
    expect(groups.map(({ label }) => label)).toEqual([
      'Part of this page',
      'Downloaded from a hub',
      'Your files',
    ]);
    expect(groups[2].options.map(({ value }) => value)).toEqual(['file:x', OPEN_FILE]);
    expect(optionGroups([mini], null).map(({ label }) => label)).toEqual(['Part of this page', 'Your files']);
  });

  it('say how large a download is, or what of it is stored', () => {
    const text = (manifest: ModelManifest, what: Stored) => optionGroups([manifest], what)[0].options[0].text;
    expect(text(hub('sd1'), null)).toBe('SD1, 167 MB');
    expect(text(hub('sd1'), stored(kept('other', BYTES)))).toBe('SD1, 167 MB');
    expect(text(hub('sd1'), stored(kept('sd1', BYTES)))).toBe('SD1, stored');
    expect(text(hub('sd1'), stored(kept('sd1', 47e6)))).toBe('SD1, 47 of 167 MB stored');
    const unknown = hub('sd1', { files: [{ path: 'vae/model.safetensors', bytes: null, sha256: null }] });
    expect(text(unknown, null)).toBe('SD1, size not known yet');
    expect(text(mini, null)).toBe('Mini');
  });

  it('count a whole file before a part of it', () => {
    const both = stored(kept('sd1', 47e6, { key: 'part' }), kept('sd1', BYTES, { revision: 'main' }));
    expect(storedFileOf(hub('sd1'), both)?.complete).toBe(true);
    expect(storedFileOf(hub('sd1'), stored(kept('sd1', BYTES, { path: 'other.safetensors' })))).toBeNull();
    expect(storedFileOf(mini, both)).toBeNull();
  });
});

describe('what is said of a model', () => {
  const info = {
    id: 'sd1',
    parameters: 83653863,
    factor: 8,
    memory: [
      { side: 256, bytes: 218e6 },
      { side: 1024, bytes: 2.2e9 },
    ],
    config: { latent_channels: 4 },
    layout: 'diffusers',
    dtypes: ['F16', 'F32'],
    provenance: { stored: null },
  } as unknown as ModelInfo;
  const texts = (...args: Parameters<typeof modelFacts>) =>
    Object.fromEntries(modelFacts(...args).map(({ term, text }) => [term, text]));

  it('comes from its manifest before it is open, and from the file itself afterwards', () => {
    expect(texts(hub('sd1'), null, null)).toEqual({
      File: '167 MB, F16',
      Layout: 'CompVis',
      Licence: 'MIT',
    });
    expect(texts(hub('sd1'), info, null)).toMatchObject({
      File: '167 MB, F16, F32',
      Layout: 'diffusers',
      Parameters: '83,653,863',
      Memory: 'about 218 MB for 256 \u00d7 256 pixels and 2.2 GB at 1024, beside the weights',
      'One cell': '8 \u00d7 8 pixels, 4 channels',
    });
  });

  it('tells where its bytes are', () => {
    const where = (...args: Parameters<typeof modelFacts>) => texts(...args)['On this computer'];
    expect(where(mini, null, null)).toBe('part of this page');
    expect(where(own, null, null)).toBe('your file, read where it lies');
    expect(where(hub('sd1'), null, stored())).toBe('not stored');
    expect(where(hub('sd1'), null, stored(kept('sd1', BYTES)))).toBe('stored, 167 MB');
    expect(where(hub('sd1'), null, stored(kept('sd1', 47e6)))).toBe('47 of 167 MB stored');
    expect(where(hub('sd1'), info, stored())).toContain('gone when this page is closed');
  });

  it('names those it shares its encoder with', () => {
    const models = ['sd1', 'ft-mse', 'ft-ema'].map((id) => hub(id, { encoder: 'kl-f8' }));
    expect(specialWords(models[0], [...models, hub('sdxl'), mini])).toBe(
      'One of three decoders over one encoder, with FT-MSE and FT-EMA. Their latents are the same, so a picture is encoded once.',
    );
    expect(specialWords(hub('sdxl'), [...models, hub('sdxl'), mini])).toBeNull();
    expect(specialWords(models[0], [models[0]])).toBeNull();
    expect(texts(hub('sdxl', { halfActivations: false }), null, null).Precision).toContain('65504');
  });

  it('shortens a hash to its ends, but not a short revision', () => {
    expect(shortened('4fbcf0ebe55a0984f5a5e00d8c4521d52359af7229bb4d81890039d2aa16dd7c')).toBe(
      '4fbcf0eb\u2026aa16dd7c',
    );
    expect(shortened('main')).toBe('main');
  });
});

describe('what is stored', () => {
  it('is said with its place and the room there is', () => {
    expect(placeWords('opfs')).toContain('OPFS');
    expect(placeWords('cache')).toContain('cache');
    expect(placeWords(null)).toContain('downloaded again at each visit');
    expect(quotaWords(stored())).toBe('This site uses 502 MB of the 2.1 GB that the browser grants it.');
    expect(quotaWords({ ...stored(), quota: null })).toBe('This site uses 502 MB.');
    expect(quotaWords({ ...stored(), usage: null })).toBeNull();
  });
});

describe('a download', () => {
  const at = (part: Partial<Transfer>): Transfer => ({
    state: 'downloading',
    received: 47e6,
    total: BYTES,
    bytesPerSecond: 8.1e6,
    secondsLeft: 14.8,
    ...part,
  });

  it('tells bytes, rate and time left, as far as they are known', () => {
    expect(transferWords(at({}), 0)).toBe('47 of 167 MB, 8.1 MB/s, about 15 s left');
    expect(transferWords(at({ bytesPerSecond: null, secondsLeft: null }), 0)).toBe('47 of 167 MB');
    expect(transferWords(at({ total: null, secondsLeft: null }), 0)).toBe('47 MB, 8.1 MB/s');
    expect(transferWords(at({ state: 'asking', received: 0, silentSeconds: 2 }), 0)).toMatch(
      /asking .* file$/,
    );
    expect(transferWords(at({ state: 'asking', received: 0, silentSeconds: 17 }), 0)).toMatch(
      /, no answer for 17 s$/,
    );
    expect(transferWords(at({ state: 'paused' }), 0)).toBe('paused, 47 of 167 MB here');
    expect(transferWords(at({ state: 'checking', received: BYTES }), 0)).toContain('checking');
  });

  it('says why it waits, and counts down to the next try', () => {
    const waiting = at({ state: 'waiting', reason: 'The hub is busy (429).', until: 20_000 });
    expect(transferWords(waiting, 8_100)).toBe('47 of 167 MB here, next try in 12 s. The hub is busy (429).');
    expect(transferWords(waiting, 20_000)).toContain(', trying again.');
    expect(transferWords({ ...waiting, until: 600_000 }, 0)).toMatch(
      /here, next try in about 10 min, at \d\d.\d\d/,
    );
    expect(transferWords({ ...waiting, until: null }, 0)).toBe('47 of 167 MB here. The hub is busy (429).');
  });

  it('has a fraction where the whole is known', () => {
    expect(transferFraction(at({ received: BYTES / 2 }))).toBeCloseTo(0.5, 6);
    expect(transferFraction(at({ total: null }))).toBeNull();
    expect(transferFraction(at({ state: 'asking' }))).toBeNull();
    expect(transferFraction(at({ state: 'checking' }))).toBe(1);
  });

  it('is read out at its start, at each quarter and at its end, not in between', () => {
    const said = Array.from({ length: 101 }, (_, percent) =>
      transferNews('SD1', at({ received: (percent / 100) * BYTES })),
    );
    expect([...new Set(said)]).toEqual([
      'Downloading SD1.',
      '25 % of SD1 is here.',
      '50 % of SD1 is here.',
      '75 % of SD1 is here.',
    ]);
    expect(said.indexOf('50 % of SD1 is here.')).toBe(50);
    expect(transferNews('SD1', at({ state: 'paused' }))).toBe('The download of SD1 is paused.');
    const waiting = at({ state: 'waiting', reason: 'The hub is busy.' });
    expect(transferNews('SD1', waiting)).toBe(transferNews('SD1', { ...waiting, until: 5 }));
  });

  it('keeps its place among others, whichever came last', () => {
    const ids = (transfers: Record<string, Transfer>) => orderedTransfers(transfers).map(([id]) => id);
    expect(ids({ b: at({}), a: at({}) })).toEqual(ids({ a: at({}), b: at({}) }));
  });

  it('gives parts in the unit of the whole, and long times in hours', () => {
    expect(bytesOf(47e6, BYTES)).toBe('47 of 167 MB');
    expect(bytesOf(1.24e6, 3.11e6)).toBe('1.2 of 3.1 MB');
    expect(bytesOf(500e6, 4.27e9)).toBe('0.5 of 4.3 GB');
    expect(bytesOf(0, 840e3)).toBe('0 of 840 kB');
    expect(duration(3 * 3600)).toBe('about 3 h');
  });
});

describe('an offer', () => {
  const state = { models: [hub('sd1'), hub('sdxl')], stored: null };

  it('says what is shown, how much that takes and whether it is kept', () => {
    expect(offerWords(state, { models: ['sd1'], bytes: BYTES, from: 'huggingface.co' }, 'link')).toBe(
      'This link shows SD1, which takes a download of 167 MB from huggingface.co (kept on this computer for the next visit).',
    );
    const both = { models: ['sd1', 'sdxl'], bytes: null, from: 'huggingface.co' };
    const words = offerWords({ ...state, stored: { ...stored(), place: null } }, both, 'figure');
    expect(words).toContain('This figure shows SD1 beside SDXL');
    expect(words).toContain('not known yet');
    expect(words).toContain('downloaded at each visit');
  });
});

describe('files that a visitor gives', () => {
  const file = (name: string, type = '') => new File(['{}'], name, { type });

  it('are read with their configuration, which must be an object', async () => {
    const weights = file('vae.safetensors');
    expect(await readOwnModel(weights, null)).toEqual({ weights, path: 'vae.safetensors' });
    expect(await readOwnModel(weights, file('config.json'))).toEqual({
      weights,
      path: 'vae.safetensors',
      config: {},
    });
    expect(() => parseConfig('{', 'config.json')).toThrow('config.json is not valid JSON');
    expect(() => parseConfig('[1]', 'config.json')).toThrow('not the description of a model');
  });
});
