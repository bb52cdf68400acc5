/** The article under the guide: when it comes, its words that light their places, and its links. */
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SOURCES, TRY } from '@/app/article/links';
import { first, levels } from '@/app/article/numbers';
import { type BuiltPage, openBuilt } from './built';
import { faultsIn } from './everyone/axe';

let built: BuiltPage;

beforeAll(async () => {
  built = await openBuilt();
});

afterAll(async () => {
  await built?.close();
});

async function open(address: string, size = { width: 1366, height: 768 }): Promise<Page> {
  const page = await built.browser.newPage({ viewport: size });
  await page.goto(built.url + address);
  return page;
}

async function toArticle(page: Page): Promise<void> {
  await page.locator('.article h2').waitFor();
  await page.locator('.article h2').evaluate((heading) => heading.scrollIntoView());
  await page.locator('.article-text h3').first().waitFor();
}

describe('the article', () => {
  test('comes when it is near, not with the first screen, and holds its figures and sources', async () => {
    const page = await open('');
    await page.getByRole('slider', { name: /^Change of cell/ }).waitFor();
    expect(await page.locator('.article-text').count()).toBe(0);
    await toArticle(page);
    expect(await page.locator('.article-figure svg[role="img"]').count()).toBe(4);
    for (const { url } of Object.values(SOURCES)) {
      expect(await page.locator(`.article a[href="${url}"]`).count(), url).toBe(1);
    }
    const style = await page
      .locator('.article-text')
      .evaluate((text) => getComputedStyle(text).fontVariantNumeric);
    expect(style).toBe('tabular-nums');
    expect(await faultsIn(page)).toEqual([]);
    await page.close();
  });

  test('explains a word inside a narrow window, and Escape gives the focus back', async () => {
    const page = await open('', { width: 320, height: 640 });
    await toArticle(page);
    for (const term of await page.locator('.article-text .term').all()) {
      await term.click();
      const panel = page.locator('.term-popover:popover-open');
      await panel.getByText('.', { exact: false }).first().waitFor();
      const outside = await panel.evaluate((element) => {
        const { left, right, top, bottom } = element.getBoundingClientRect();
        return Math.max(0, -left, -top, right - innerWidth, bottom - innerHeight);
      });
      expect(outside, (await term.textContent()) ?? '').toBe(0);
      await page.keyboard.press('Escape');
      await panel.waitFor({ state: 'detached' });
      expect(await term.evaluate((own) => own === (own.getRootNode() as ShadowRoot).activeElement)).toBe(
        true,
      );
    }
    const wide = await page
      .locator('.article')
      .evaluate((article) => article.scrollWidth - article.clientWidth);
    expect(wide).toBeLessThanOrEqual(0);
    await page.close();
  });

  test('a word lights the place that it names, by pointer and by focus, in forced colours, too', async () => {
    const page = await open('?step=1');
    await page.emulateMedia({ forcedColors: 'active' });
    const term = page.locator('.guide-card .term', { hasText: 'encoder' });
    const place = page.locator('[data-part="photo"]');
    await term.hover();
    await expect.poll(() => place.getAttribute('data-lit')).not.toBeNull();
    expect(await place.evaluate((element) => getComputedStyle(element).outlineStyle)).toBe('solid');
    await page.mouse.move(2, 2);
    await expect.poll(() => place.getAttribute('data-lit')).toBeNull();
    await term.focus();
    await expect.poll(() => place.getAttribute('data-lit')).not.toBeNull();
    await page.close();
  });

  test('a link opens what its figure measured', async () => {
    const page = await open(TRY.rings);
    const farOf = async (side: 'model' | 'compare') => {
      const numbers = await page.evaluate(async (name) => {
        const element = document.querySelector('latent-inspector')!;
        await element.ready;
        const { farRms, control } = await element.effect(name);
        return [farRms, control.farRms];
      }, side);
      return numbers.map(levels);
    };
    for (const [side, id] of [
      ['model', 'mini-planted'],
      ['compare', 'mini-clean'],
    ] as const) {
      const { spot } = first(id);
      expect(await farOf(side), id).toEqual([spot.own.far, spot.control!.far].map(levels));
    }
    await page.close();
  });
});
