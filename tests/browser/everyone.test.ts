/**
 * The built page for everyone: by keyboard alone, by finger, with a screen reader, in colours of one's own, with wide letters and in
 * a narrow window. One browser, and one page for each width.
 */
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LatentInspectorElement } from '@/element/embed';
import { type BuiltPage, openBuilt } from './built';
import { focused, walk } from './everyone/focus';
import { countTargets, smallTargets } from './everyone/targets';

const LINK = '?model=mini-planted&size=256&backend=wasm&cell=1,1#v=1&e=heal@1,1;heal@3,3';

let built: BuiltPage;
/** A wide window with a mouse, and a phone. */
let wide: Page;
let phone: Page;

const editsOf = (page: Page) =>
  page.evaluate(() =>
    structuredClone((document.querySelector('latent-inspector') as LatentInspectorElement).edits),
  );

const setEdits = (page: Page, edits: LatentInspectorElement['edits']) =>
  page.evaluate((value) => {
    (document.querySelector('latent-inspector') as LatentInspectorElement).edits = value;
  }, edits);

const live = (page: Page) => page.locator('latent-inspector [aria-live="polite"]').last();
const grid = (page: Page) => page.getByRole('grid', { name: 'Latent cells' });

async function open(page: Page): Promise<void> {
  await page.goto(built.url + LINK);
  await page.evaluate(async () => {
    const element = document.querySelector('latent-inspector') as LatentInspectorElement;
    await element.ready;
    await element.effect();
  });
  await page.getByRole('heading', { name: 'Experiments' }).waitFor();
}

beforeAll(async () => {
  built = await openBuilt();
  wide = await built.browser.newPage({ viewport: { width: 1280, height: 900 } });
  phone = await built.browser.newPage({
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  await open(wide);
  await open(phone);
});

afterAll(() => built?.close());

describe('the keyboard', () => {
  test('comes by every control, none of them hidden, wide and on a phone', async () => {
    for (const page of [wide, phone]) {
      const { stops, faults } = await walk(page);
      expect(faults).toEqual([]);
      expect(stops).toBeGreaterThan(60);
    }
  });

  test('skips to the instrument', async () => {
    await wide.evaluate(() => {
      scrollTo(0, 0);
      (document.querySelector('latent-inspector')!.shadowRoot!.activeElement as HTMLElement | null)?.blur();
    });
    await grid(wide).focus();
    await wide.getByRole('button', { name: 'Skip to the instrument' }).focus();
    const box = await wide.getByRole('button', { name: 'Skip to the instrument' }).boundingBox();
    expect(box!.height).toBeGreaterThan(24);
    await wide.keyboard.press('Enter');
    expect(await focused(wide)).toBe('Latent cells');
  });

  test('single keys count in the instrument alone, and not once they are switched off', async () => {
    await setEdits(wide, []);
    await setEdits(wide, [{ kind: 'heal', cell: { row: 4, col: 4 } }]);
    const z = async () => {
      const before = (await editsOf(wide)).length;
      await wide.keyboard.press('z');
      const after = (await editsOf(wide)).length;
      if (after !== before) await wide.keyboard.press('Shift+Z');
      return after !== before;
    };
    await grid(wide).focus();
    expect(await z()).toBe(true);
    await wide.getByRole('button', { name: 'Heal', exact: true }).focus();
    expect(await z()).toBe(true);
    await wide.getByRole('spinbutton', { name: 'Scale factor' }).focus();
    expect(await z()).toBe(false);
    await wide.getByRole('combobox', { name: 'Layer' }).focus();
    expect(await z()).toBe(false);
    await wide.getByRole('button', { name: 'Share and export' }).focus();
    expect(await z()).toBe(false);
    const card = wide.getByRole('button', { name: /^What is lost when spots/ });
    await card.press('Enter');
    await wide.getByRole('spinbutton', { name: /strongest/ }).focus();
    expect(await z()).toBe(false);
    await card.press('Enter');
    await wide.evaluate(() =>
      (document.querySelector('latent-inspector')!.shadowRoot!.activeElement as HTMLElement).blur(),
    );
    expect(await z()).toBe(false);

    await grid(wide).focus();
    await wide.keyboard.press('?');
    expect(await focused(wide)).toBe('Keyboard');
    await wide.getByRole('checkbox', { name: /^Single-key shortcuts/ }).uncheck();
    await wide.keyboard.press('Escape');
    expect(await focused(wide)).toBe('Latent cells');
    expect(await z()).toBe(false);
    await wide.keyboard.press('?');
    expect(await wide.getByRole('checkbox', { name: /^Single-key/ }).count()).toBe(0);
    // With Control it is no single key.
    await wide.keyboard.press('Control+z');
    expect(await editsOf(wide)).toHaveLength(0);
    expect(await wide.evaluate(() => localStorage.getItem('latent-inspector.single-keys'))).toBe('off');
    await wide.getByRole('button', { name: 'Keyboard' }).click();
    await wide.getByRole('checkbox', { name: /^Single-key/ }).check();
    await wide.keyboard.press('Escape');
  });

  test('Space scrolls the page, and flips where the focus is on its button', async () => {
    await wide.evaluate(() => {
      (document.querySelector('latent-inspector')!.shadowRoot!.activeElement as HTMLElement | null)?.blur();
      scrollTo(0, 0);
    });
    await wide.keyboard.press(' ');
    await expect.poll(() => wide.evaluate(() => scrollY)).toBeGreaterThan(100);
    await setEdits(wide, [{ kind: 'heal', cell: { row: 1, col: 1 } }]);
    const label = () => wide.getByRole('img', { name: /^Decoded picture/ }).getAttribute('aria-label');
    await wide.getByRole('button', { name: 'Hold to flip' }).focus();
    for (const key of [' ', 'Enter']) {
      await wide.keyboard.down(key);
      await expect.poll(label).toContain('base');
      await wide.keyboard.up(key);
      await expect.poll(label).toContain('edited');
    }
  });
});

describe('the focus is never lost', () => {
  const gone = async (page: Page) => {
    await page.evaluate(() => new Promise((done) => setTimeout(done, 50)));
    return (await focused(page)) === 'nothing';
  };

  test('after Escape in a dialog that a dialog opened', async () => {
    await wide.getByRole('button', { name: 'Share and export' }).press('Enter');
    await wide.getByRole('button', { name: 'Record a figure' }).press('Enter');
    await wide.getByRole('dialog', { name: 'Record a figure' }).waitFor();
    await wide.keyboard.press('Escape');
    expect(await gone(wide)).toBe(false);
    await wide.getByRole('dialog', { name: 'Record a figure' }).waitFor({ state: 'detached' });
    await wide.keyboard.press('Escape');
    expect(await gone(wide)).toBe(false);
    expect(await wide.getByRole('dialog').count()).toBe(0);
  });

  test('after edits are removed, one by one from the end, and all are undone and redone', async () => {
    const cells = [1, 2, 3].map((row) => ({ kind: 'heal' as const, cell: { row, col: 5 } }));
    await setEdits(wide, cells);
    for (let left = 2; left >= 0; left--) {
      await wide
        .getByRole('button', { name: /^Remove / })
        .last()
        .press('Enter');
      expect(await gone(wide)).toBe(false);
      expect(await editsOf(wide)).toHaveLength(left);
      if (left > 0) expect(await focused(wide)).toContain(`Remove Heal at row ${left}`);
    }
    const undo = wide.getByRole('button', { name: 'Undo' });
    while (await undo.isEnabled()) await undo.press('Enter');
    await expect.poll(() => focused(wide)).toBe('Redo');
    const redo = wide.getByRole('button', { name: 'Redo' });
    while (await redo.isEnabled()) await redo.press('Enter');
    await expect.poll(() => focused(wide)).toBe('Undo');
  });

  test('after a message is dismissed, by key or pointer, and after a panel is closed', async () => {
    const camera = wide.getByRole('button', { name: 'Camera' });
    const dismiss = wide.getByRole('button', { name: 'Dismiss' });
    await camera.press('Enter');
    await dismiss.press('Enter');
    await expect.poll(() => focused(wide)).toBe('Camera');
    await camera.click();
    await dismiss.click();
    await expect.poll(() => focused(wide)).toBe('Camera');
    await wide.getByRole('button', { name: 'Latent', exact: true }).press('Enter');
    await wide.keyboard.press('Escape');
    expect(await focused(wide)).toBe('Latent');
    await wide.keyboard.press('Enter');
    await wide.mouse.click(3, 600);
    await expect.poll(() => focused(wide)).toBe('Latent');
  });
});

describe('who listens', () => {
  test('hears what was undone, redone, removed and switched', async () => {
    await setEdits(wide, []);
    await setEdits(wide, [{ kind: 'heal', cell: { row: 1, col: 1 } }]);
    const says = (words: string) => expect.poll(() => live(wide).textContent()).toContain(words);
    await wide.getByRole('button', { name: 'Undo' }).click();
    await says('Undone: heal at cell (1, 1).');
    await wide.getByRole('button', { name: 'Redo' }).click();
    await says('Redone: heal at cell (1, 1).');
    await wide.locator('latent-inspector .edit-switch input').uncheck();
    await says('Switched off: heal at cell (1, 1).');
    await wide.getByRole('button', { name: /^Remove / }).click();
    await says('Removed: heal at cell (1, 1).');
  });

  test('hears numbers that are rounded, with their units', async () => {
    const fields = await wide.evaluate(() =>
      [
        ...document
          .querySelector('latent-inspector')!
          .shadowRoot!.querySelectorAll<HTMLInputElement>('input:is([type="number"], [type="range"])'),
      ]
        .filter(({ value }) => value !== '')
        .map((field) => field.getAttribute('aria-valuetext') ?? field.outerHTML),
    );
    expect(fields.length).toBeGreaterThan(10);
    for (const text of fields) expect(text).toMatch(/^[+\u2212]?\d+(\.\d{1,3})? ([a-z]|%)/);
  });

  test('finds one heading of the first level, and the panes among the second', async () => {
    expect(await wide.getByRole('heading', { level: 1 }).count()).toBe(1);
    expect(await wide.getByRole('heading', { level: 2 }).allTextContents()).toEqual([
      'Picture',
      'Latent',
      'Decoded',
      'This cell',
      'What it did',
      'Spots',
      'Edits',
      'Experiments',
    ]);
  });
});

describe('a finger', () => {
  test('finds targets of 24 pixels at least, of 44 where it presses often', async () => {
    expect(await countTargets(phone)).toBeGreaterThan(60);
    expect(await smallTargets(phone, 24)).toEqual([]);
    const often =
      '.edit-buttons .button, .history .button, .slider, .flip, .caption-controls input, .figure-choice input, .edit-remove, .spot, .cells';
    expect(await smallTargets(phone, 44, often)).toEqual([]);
    // The dense layout of a narrow window with a mouse.
    await wide.setViewportSize({ width: 390, height: 844 });
    expect(await smallTargets(wide, 24)).toEqual([]);
    await wide.setViewportSize({ width: 1280, height: 900 });
    expect(await smallTargets(wide, 24)).toEqual([]);
  });

  test('holds the picture to see it without the edits, and reads no word of keys', async () => {
    const square = phone.locator('latent-inspector [data-pane="decoded"] .square');
    await square.scrollIntoViewIfNeeded();
    const label = () => square.getAttribute('aria-label');
    expect(await label()).toContain('edited');
    const { x, y, width, height } = (await square.boundingBox())!;
    const session = await phone.context().newCDPSession(phone);
    const touch = (type: 'touchStart' | 'touchEnd', points: { x: number; y: number }[]) =>
      session.send('Input.dispatchTouchEvent', { type, touchPoints: points });
    await touch('touchStart', [{ x: x + width / 2, y: y + height / 3 }]);
    await expect.poll(label).toContain('base');
    await touch('touchEnd', []);
    await expect.poll(label).toContain('edited');
    const words = await phone
      .locator('latent-inspector')
      .evaluate((element) =>
        ['.status-words', '.spots', '.flip'].map(
          (selector) => element.shadowRoot!.querySelector<HTMLElement>(selector)?.innerText ?? '',
        ),
      );
    expect(words[0]).toContain('Press and hold the decoded picture');
    expect(words.join(' ')).not.toMatch(/\b(Space|Enter|Keys)\b/);
  });
});
