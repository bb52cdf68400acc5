/** Measuring the device in the built page, as a visitor does, while an edit is made. */
import type { Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LatentInspectorElement } from '@/element/embed';
import { type BuiltPage, openBuilt } from './built';

let built: BuiltPage;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  built = await openBuilt();
  const context = await built.browser.newContext({ viewport: { width: 1280, height: 900 } });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  await page.goto(`${built.url}?size=256&backend=wasm&picture=still-life&model=mini-planted`);
  await page.evaluate(() => (document.querySelector('latent-inspector') as LatentInspectorElement).ready);
});

afterAll(() => built?.close());

test('the chip offers it, it ends with numbers above 0, and what is copied is text with JSON behind', async () => {
  await page.getByRole('button', { name: /CPU/ }).click();
  await page.getByRole('button', { name: 'Measure this device' }).click();
  const dialog = page.getByRole('dialog', { name: 'Measure this device' });
  await dialog.getByLabel('Runs').selectOption('3');
  await dialog.getByRole('button', { name: 'Measure', exact: true }).click();
  await dialog.getByRole('progressbar').waitFor();
  // The visitor's own work goes on.
  const edited = await page.evaluate(async () => {
    const element = document.querySelector('latent-inspector') as LatentInspectorElement;
    element.edits = [{ kind: 'heal', cell: { row: 1, col: 1 } }];
    return (await element.effect()).farRms;
  });
  expect(edited).toBeGreaterThan(1);

  await dialog.getByRole('button', { name: 'Copy result' }).waitFor({ timeout: 120_000 });
  expect(await dialog.getByRole('row').count()).toBe(1 + 2 + 1 + 10);
  await dialog.getByRole('button', { name: 'Copy result' }).click();
  await dialog.getByText('Text and JSON copied.').waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toMatch(/^latent-inspector [\d.]+, measured on this device/);
  const json = JSON.parse(copied.slice(copied.lastIndexOf('\n') + 1));
  expect(json).toMatchObject({ device: { backend: 'wasm' }, model: { id: 'mini-planted' }, layersSize: 256 });
  expect(json.model.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(json.passes).toHaveLength(2);
  for (const { milliseconds, flops, peakBytes } of json.passes) {
    expect(milliseconds.runs).toHaveLength(3);
    expect(milliseconds.median).toBeGreaterThan(0);
    expect(flops).toBeGreaterThan(1e8);
    expect(peakBytes).toBeGreaterThan(2 ** 22);
  }
  for (const { milliseconds } of json.layers) expect(milliseconds.median).toBeGreaterThan(0);

  const kept = await page.evaluate(
    () => (document.querySelector('latent-inspector') as LatentInspectorElement).edits,
  );
  expect(kept).toHaveLength(1);
  expect(complaints).toEqual([]);
});

test('it stops when told, and the result before stays', async () => {
  const dialog = page.getByRole('dialog', { name: 'Measure this device' });
  await dialog.getByLabel('768 px').check();
  await dialog.getByRole('button', { name: 'Measure', exact: true }).click();
  await dialog.getByRole('button', { name: 'Stop' }).click();
  await dialog.getByRole('button', { name: 'Measure', exact: true }).waitFor();
  expect(await dialog.getByRole('button', { name: 'Copy result' }).count()).toBe(1);
  expect(await dialog.getByRole('alert').count()).toBe(0);
});
