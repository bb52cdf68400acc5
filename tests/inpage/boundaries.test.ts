/** Parts of the page that are made to fail: each says so in its place, the rest works on, nothing is lost. */
import type { ComponentType } from 'react';
import { createElement, useSyncExternalStore } from 'react';
import { afterEach, expect, test, vi } from 'vitest';
import { mount } from '@/app/mount';
import * as declared from '@/experiments/declared';
import type { InspectorStore } from '@/session/types';
import { type Bench, bench, heal, settle } from '../unit/session/fakes';

/** The components that fail now, by name. */
const faults = vi.hoisted(() => {
  const names = new Set<string>();
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  return {
    has: (name: string) => names.has(name),
    begin(...more: string[]) {
      for (const name of more) names.add(name);
      tell();
    },
    end() {
      names.clear();
      tell();
    },
    listen(listener: () => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
});

/** The same module, of which one component fails as long as it is told to. */
const faulty = vi.hoisted(() => (module: unknown, name: string) => {
  const parts = module as Record<string, ComponentType>;
  const Whole = parts[name];
  return {
    ...parts,
    [name]: (props: object) => {
      if (useSyncExternalStore(faults.listen, () => faults.has(name))) {
        throw new TypeError(`a fault in ${name}`);
      }
      return createElement(Whole, props);
    },
  };
});

vi.mock('@/app/App', async (original) => faulty(await original(), 'App'));
vi.mock('@/app/trouble/Whole', async (original) => faulty(await original(), 'Whole'));
vi.mock('@/app/header/Header', async (original) => faulty(await original(), 'Header'));
vi.mock('@/app/models/ModelPicker', async (original) => faulty(await original(), 'ModelPicker'));
vi.mock('@/app/device/DeviceChip', async (original) => faulty(await original(), 'DeviceChip'));
vi.mock('@/app/models/ModelAbout', async (original) => faulty(await original(), 'ModelAbout'));
vi.mock('@/app/StatusLine', async (original) => faulty(await original(), 'StatusLine'));
vi.mock('@/app/models/OfferBanner', async (original) => faulty(await original(), 'OfferBanner'));
vi.mock('@/app/share/ShareWanted', async (original) => faulty(await original(), 'ShareWanted'));
vi.mock('@/app/panes/PicturePane', async (original) => faulty(await original(), 'PicturePane'));
vi.mock('@/app/panes/LatentPane', async (original) => faulty(await original(), 'LatentPane'));
vi.mock('@/app/panes/DecodedPane', async (original) => faulty(await original(), 'DecodedPane'));
vi.mock('@/app/cell/CellInspector', async (original) => faulty(await original(), 'CellInspector'));
vi.mock('@/app/effect/EffectPanel', async (original) => faulty(await original(), 'EffectPanel'));
vi.mock('@/app/edits/EditsPanel', async (original) => faulty(await original(), 'EditsPanel'));
vi.mock('@/app/Toasts', async (original) => faulty(await original(), 'Toasts'));
vi.mock('@/app/LiveRegion', async (original) => faulty(await original(), 'LiveRegion'));
vi.mock('@/app/share/ImportDialog', async (original) => faulty(await original(), 'ImportDialog'));
vi.mock('@/app/share/ShareDialog', async (original) => faulty(await original(), 'default'));
vi.mock('@/experiments/kl/page/Panel', async (original) => faulty(await original(), 'Panel'));
vi.mock('@/app/experiments/SidesChoice', async (original) => faulty(await original(), 'SidesChoice'));

let unmount = () => {};
afterEach(() => {
  unmount();
  faults.end();
});

interface Shown extends Bench {
  root: ShadowRoot;
  /** Parts of the page that failed, in its words. */
  broken(): string[];
  press(name: string): Promise<void>;
  /** Failures that the page's author is told of. */
  told: string[];
}

/** The whole page on fakes, with a picture, an edit and all that depends on them. */
async function show(): Promise<Shown> {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const own = bench({ view: { size: 256, cell: { row: 3, col: 3 } } });
  await own.store.getState().start();
  own.state.setEdits([heal(3, 3)]);
  await settle();
  const element = document.createElement('div');
  const told: string[] = [];
  element.addEventListener('failure', (event) => told.push((event as CustomEvent).detail.message));
  document.body.append(element);
  const root = element.attachShadow({ mode: 'open' });
  const take = mount(root, own.store, { page: true, embed: false, element, figure: null });
  unmount = () => {
    take();
    element.remove();
    own.state.dispose();
  };
  await settle();
  return {
    ...own,
    get state(): InspectorStore {
      return own.store.getState();
    },
    root,
    told,
    broken: () => [...root.querySelectorAll('.broken strong, .broken h1')].map((each) => each.textContent!),
    async press(name) {
      const button = [...root.querySelectorAll('button')].find((each) => each.textContent === name);
      if (!button) throw new Error(`There is no button "${name}".`);
      button.click();
      await settle();
    },
  };
}

const PARTS: [component: string, words: string][] = [
  ['Header', 'The header could not be shown.'],
  ['ModelPicker', 'The choice of models could not be shown.'],
  ['DeviceChip', 'The state of the engine could not be shown.'],
  ['StatusLine', 'What is being done could not be shown.'],
  ['OfferBanner', 'An offer could not be shown.'],
  ['ShareWanted', 'What the link asks for could not be shown.'],
  ['PicturePane', 'The picture could not be shown.'],
  ['LatentPane', 'The latent could not be shown.'],
  ['DecodedPane', 'The decoded picture could not be shown.'],
  ['CellInspector', 'The selected cell could not be shown.'],
  ['EffectPanel', 'What the edits did could not be shown.'],
  ['EditsPanel', 'The list of edits could not be shown.'],
  ['Toasts', 'A message could not be shown.'],
  ['LiveRegion', 'What is read aloud could not be shown.'],
  ['ImportDialog', 'The question about the latent could not be shown.'],
];

test.each(PARTS)('%s: it alone is missing, says so, and comes back', async (component, words) => {
  faults.begin(component);
  const page = await show();
  expect(page.broken()).toEqual([words]);
  expect(page.root.textContent).toContain(`TypeError: a fault in ${component}`);
  expect(page.told).toEqual([`a fault in ${component}`]);
  expect(page.root.querySelectorAll('.panes').length).toBe(1);
  expect(page.state.view.edits).toEqual([heal(3, 3)]);
  await page.press('Try again');
  expect(page.broken()).toEqual([words]);

  faults.end();
  await page.press('Try again');
  expect(page.broken()).toEqual([]);
  expect(page.state.view.edits).toEqual([heal(3, 3)]);
});

test('what failed is tried again as soon as something else is open, edited or chosen', async () => {
  const page = await show();
  faults.begin('DecodedPane');
  await settle();
  expect(page.broken()).toEqual(['The decoded picture could not be shown.']);
  faults.end();
  page.state.select({ row: 4, col: 4 });
  await settle();
  expect(page.broken()).toEqual([]);
});

test('what cannot be shown can be let go of', async () => {
  const page = await show();
  page.state.setLayer('channel:2');
  page.state.setShow('change');
  faults.begin('LatentPane', 'DecodedPane', 'EditsPanel');
  await settle();
  expect(page.broken()).toHaveLength(3);
  await page.press('Show |mean|');
  expect(page.state.view.layer).toBe('norm');
  await page.press('Show the base');
  expect(page.state.view.show).toBe('base');
  await page.press('Remove the edits');
  expect(page.state.view.edits).toEqual([]);
  page.state.undo();
  expect(page.state.view.edits).toEqual([heal(3, 3)]);
});

test('an experiment, its settings and a panel of the header fail alone', async () => {
  const page = await show();
  page.state.setPanel('kl');
  faults.begin('Panel');
  await vi.waitFor(() => expect(page.broken()).toEqual(['This experiment could not be shown.']));
  expect(page.root.querySelectorAll('.card').length).toBe(Object.keys(declared).length);
  page.store.setState({
    experiments: { a: { kl: { last: null, running: null, error: null } }, b: {} },
  });
  await settle();
  await page.press('Discard its result');
  expect(page.state.experiments.a).toEqual({});
  faults.end();
  faults.begin('SidesChoice');
  await settle();
  expect(page.broken()).toEqual(['This experiment could not be shown.']);
  page.state.setPanel(null);
  await settle();
  expect(page.broken()).toEqual([]);

  faults.begin('ModelAbout');
  await page.press('About the models');
  expect(page.broken()).toEqual(['This panel could not be shown.']);
});

test('a dialog that fails is one that says so and can be closed', async () => {
  const page = await show();
  faults.begin('default');
  await page.press('Share and export');
  // Its script is loaded now, which takes a while on a busy machine.
  await vi.waitFor(() => expect(page.broken()).toEqual(['Share and export could not be shown.']), 15_000);
  await vi.waitFor(() => expect(page.root.querySelector('dialog')!.open).toBe(true));
  await page.press('Close');
  expect(page.root.querySelector('dialog')).toBeNull();
  expect(page.broken()).toEqual([]);
});

test('where nothing can be drawn, the edits and the link can be taken away, and it goes on', async () => {
  const page = await show();
  page.state.setPanel('kl');
  page.state.setLayer('channel:1');
  faults.begin('App');
  await settle();
  expect(page.broken()).toEqual(['The page could not be drawn']);
  expect(page.root.textContent).toContain('It still holds the picture and your edit.');
  expect(page.root.textContent).toContain('TypeError: a fault in App');

  let copied = '';
  vi.spyOn(navigator.clipboard, 'writeText').mockImplementation(async (text) => {
    copied = text;
  });
  await page.press('Copy link');
  expect(copied).toContain('e=heal@3,3');
  let saved: Blob | null = null;
  vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
    saved = blob as Blob;
    return 'data:,';
  });
  await page.press('Save the edits');
  const document = JSON.parse(await saved!.text());
  expect(document.edits).toEqual([heal(3, 3)]);
  expect(page.root.textContent).toContain('saved as edits.json');

  await page.press('Try again');
  expect(page.broken()).toEqual(['The page could not be drawn']);
  faults.end();
  await page.press('Plain view');
  expect(page.broken()).toEqual([]);
  expect(page.state.view).toMatchObject({ panel: null, layer: 'norm', edits: [heal(3, 3)] });
  expect(page.root.querySelectorAll('.pane').length).toBe(3);
});

test('where not even that can be drawn, plain words and a link to the same view remain', async () => {
  const page = await show();
  faults.begin('Whole');
  await settle();
  expect(page.broken()).toEqual(['The page could not be drawn']);
  expect(page.root.querySelector('a')!.href).toContain('e=heal@3,3');
  expect(page.root.textContent).toContain('TypeError: a fault in Whole');
});
