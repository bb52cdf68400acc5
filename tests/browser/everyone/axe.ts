import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Axe {
  run(
    within: unknown,
    options: object,
  ): Promise<{
    violations: { id: string; nodes: { target: (string | string[])[]; failureSummary?: string }[] }[];
  }>;
}

const LOOKS = {
  light: { colorScheme: 'light', forcedColors: 'none' },
  dark: { colorScheme: 'dark', forcedColors: 'none' },
  forced: { colorScheme: 'dark', forcedColors: 'active' },
} as const;

/**
 * What axe finds wrong with the page as it is, or with the part that `within` selects: by all of its rules, and in the dark and in
 * forced colours by those of colours. Each fault with the look, its rule, its place and its reason.
 */
export async function faultsIn(page: Page, within?: string): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(source);
  const faults: string[] = [];
  for (const [look, media] of Object.entries(LOOKS)) {
    await page.emulateMedia(media);
    const found = await page.evaluate(
      async ([selector, only]) => {
        const root = document.querySelector('latent-inspector')!.shadowRoot!;
        const part = selector === null ? document : root.querySelector(selector);
        if (!part) return [`There is no ${selector}.`];
        // Colours that fade in would be taken half way.
        for (const animation of root.getAnimations()) {
          if (Number.isFinite(animation.effect?.getComputedTiming().endTime)) animation.finish();
        }
        const { axe } = window as unknown as { axe: Axe };
        const { violations } = await axe.run(part, {
          resultTypes: ['violations'],
          ...(only && { runOnly: { type: 'rule', values: [only] } }),
        });
        return violations.flatMap(({ id, nodes }) =>
          nodes.map(
            ({ target, failureSummary }) =>
              `${id}: ${target.flat().join(' ')}: ${failureSummary?.replace(/\s+/g, ' ')}`,
          ),
        );
      },
      [within ?? null, look === 'light' ? null : 'color-contrast'] as const,
    );
    faults.push(...found.map((fault) => `${look}: ${fault}`));
  }
  await page.emulateMedia(LOOKS.light);
  return faults;
}
