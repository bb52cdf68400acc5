/** The whole guided path by keys alone: the focus is always to be seen, and never lost. */
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BuiltPage, openBuilt } from './built';
import { focused, hiddenWhy } from './everyone/focus';

let built: BuiltPage;

beforeAll(async () => {
  built = await openBuilt();
});

afterAll(() => built?.close());

/** Presses Tab until the focus is on what is called so; each stop on the way must be in sight. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const passed: string[] = [];
  while (passed.length < 60) {
    await page.keyboard.press('Tab');
    const here = await focused(page);
    expect(await hiddenWhy(page), here).toBe(null);
    if (typeof name === 'string' ? here === name : name.test(here)) return;
    passed.push(here);
  }
  throw new Error(`Tab never came to ${name}, but by ${passed.join(' | ')}`);
}

const says = (page: Page, words: string | RegExp) => page.getByText(words).first().waitFor();

async function press(page: Page, name: string | RegExp, key: string): Promise<void> {
  await tabTo(page, name);
  await page.keyboard.press(key);
  // What goes by this goes with the next drawing.
  await page.evaluate(() => new Promise((done) => setTimeout(done, 50)));
  expect(await focused(page), `after ${key} on ${name}`).not.toBe('nothing');
}

const SLIDER = /^Change of cell/;

/** Goes on, as soon as the step has seen that it was done. */
async function goOn(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Next', exact: true }).waitFor();
  await press(page, 'Next', 'Enter');
}

test('the path can be walked by keys alone, in a narrow window with its dock', async () => {
  const page = await built.browser.newPage({ viewport: { width: 390, height: 844 } });
  await page.goto(built.url);
  await says(page, /Here one cell of the latent/);
  await press(page, SLIDER, 'End');
  await says(page, /In A, this one cell changed the whole picture/);
  await press(page, 'Explain it in 8 steps', 'Enter');

  await says(page, /The encoder squeezes/);
  await press(page, 'Latent cells', 'ArrowDown');
  await goOn(page);

  await says(page, /Change an ordinary cell/);
  await press(page, SLIDER, 'End');
  await goOn(page);

  await says(page, 'What do you expect');
  await press(page, 'The whole picture', ' ');
  await press(page, SLIDER, 'End');
  await says(page, /That is what you expected/);
  await goOn(page);

  await says(page, /Far from that cell/);
  await press(page, 'Picture', 'ArrowRight');
  await goOn(page);

  await press(page, 'Uncover B', 'Enter');
  await says(page, /Make the same change in both/);
  await press(page, SLIDER, 'End');
  await goOn(page);

  await says(page, /How does one cell reach everywhere/);
  await press(page, /^Attention/, ' ');
  await says(page, /With attention frozen/);
  await goOn(page);

  await says(page, /Does Stable Diffusion do this/);
  await press(page, 'Finish', 'Enter');
  expect(await focused(page)).toBe('Explain it in 8 steps');
  await page.keyboard.press('Enter');
  await page.locator('.guide-steps').waitFor();
  expect(await page.locator('.guide-step[data-done]').count()).toBe(7);
  await page.close();
});
