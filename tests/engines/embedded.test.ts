/** Tests of what authors embed, the other backends, and a download that is kept, in Firefox and in WebKitGTK. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LatentInspectorElement } from '@/element/embed';
import type { BackendName } from '@/engine/backends/name';
import { writeSafetensors } from '@/models/files/safetensors';
import { type ModelManifest, parseManifest } from '@/models/manifest';
import { syntheticTensors } from '@/models/synthetic';
import { CONFIG, openSite, SEED, type Site } from '../browser/engine/site';
import { openStandIn, type StandIn } from '../hub/standin';
import { openBlog } from './blog';
import { OTHER_BROWSERS } from './drivers/installed';
import type { BrowserSession } from './drivers/session';

const SCREENS = 'tests/output/screens';
const REPOSITORY = 'stable-diffusion-v1-5/stable-diffusion-v1-5/vae/diffusion_pytorch_model.fp16.safetensors';

const weights = new Uint8Array(writeSafetensors(new Map(syntheticTensors(CONFIG, SEED)), { dtype: 'F16' }));
const sha256 = createHash('sha256').update(weights).digest('hex');
/** The manifest of SD1.x, with a small network in place of its own. */
const sd1 = parseManifest(JSON.parse(readFileSync('models/sd1.json', 'utf8')));
const manifest: ModelManifest = {
  ...sd1,
  config: CONFIG,
  files: [{ ...sd1.files[0], bytes: weights.length, sha256 }],
};

let blog: Awaited<ReturnType<typeof openBlog>>;
let site: Site;
let hub: StandIn;

beforeAll(async () => {
  mkdirSync(SCREENS, { recursive: true });
  const file = {
    bytes: weights.length,
    sha256,
    read: (offset: number, length: number) => weights.subarray(offset, offset + length),
  };
  [blog, site, hub] = await Promise.all([openBlog(), openSite(), openStandIn({ [REPOSITORY]: file })]);
});

afterAll(async () => {
  await Promise.all([blog?.close(), site?.close(), hub?.close()]);
});

/** Runs in the harness page: loads a model, and encodes one picture with it. */
async function encodeOne(model: ModelManifest, base: string, backend?: BackendName) {
  const engine = window.harness.createEngine();
  const report = await engine.start({ backend });
  let moved = false;
  engine.on('transfer', ({ transfer }) => {
    moved ||= transfer !== null;
  });
  await engine.loadModel({ manifest: model, base });
  const side = 32;
  const data = new Uint8ClampedArray(4 * side * side).map((_, i) => (i % 4 === 3 ? 255 : (i * 37) % 256));
  const { posterior } = await engine.open({ model: model.id, picture: { width: side, height: side, data } });
  const { files } = await engine.stored({});
  engine.dispose();
  return {
    backend: report.backend,
    reason: report.reason,
    moved,
    mean: Array.from(posterior.mean),
    kept: files.length,
  };
}

for (const browser of OTHER_BROWSERS) {
  describe.skipIf(browser.missing)(browser.name, () => {
    let session: BrowserSession;
    beforeAll(async () => {
      session = await browser.launch();
      await session.resize(1100, 1000);
    });
    afterAll(() => session?.close());

    const openHarness = async () => {
      await session.goto(site.isolated);
      await session.waitFor(() => 'harness' in window);
    };

    test('computes the same on WebAssembly, WebGL and the processor alone', async () => {
      const means: number[][] = [];
      for (const wanted of ['wasm', 'webgl', 'cpu'] as const) {
        await openHarness();
        const { backend, reason, mean } = await session.evaluate(
          encodeOne,
          { ...site.manifest } as ModelManifest,
          site.isolated,
          wanted,
        );
        if (wanted === 'webgl' && backend !== wanted) {
          // Not every machine draws without a graphics processor; then that is what is said.
          expect(reason).toMatch(/^You asked for WebGL\. WebGL failed/);
          console.info(`Not tried: WebGL in ${browser.name}, which does not start here.`);
          continue;
        }
        expect(backend).toBe(wanted);
        means.push(mean);
      }
      const reference = means.at(-1)!;
      const largest = Math.max(...reference.map(Math.abs));
      for (const mean of means) {
        const error = Math.max(...mean.map((value, at) => Math.abs(value - reference[at])));
        expect(error / largest).toBeLessThan(1e-4);
      }
    });

    test('downloads from a hub, and needs no network the second time where the browser keeps it', async () => {
      await openHarness();
      const first = await session.evaluate(encodeOne, manifest, hub.url, 'wasm' as const);
      expect(first).toMatchObject({ moved: true, kept: 1 });
      const asked = hub.asked.length;
      expect(asked).toBeGreaterThan(0);
      await openHarness();
      const second = await session.evaluate(encodeOne, manifest, hub.url, 'wasm' as const);
      // WebKitGTK is driven in a session without a disk, which forgets what it kept when the page goes, as a private window does.
      const forgets = browser.name === 'WebKitGTK';
      expect(second.mean).toEqual(first.mean);
      expect(second.moved).toBe(forgets);
      expect(hub.asked.length > asked).toBe(forgets);
    });

    test('plays a recording on an author\u2019s page', async () => {
      await session.goto(`${blog.url}recorded.html`);
      await session.waitFor(
        () => {
          const root = document.querySelector('latent-inspector')?.shadowRoot;
          const canvases = [...(root?.querySelectorAll('canvas') ?? [])];
          const colours = canvases.map((canvas) => {
            const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
            return new Set(data).size;
          });
          return canvases.length >= 2 && /levels/.test(root?.textContent ?? '') && Math.min(...colours) > 8;
        },
        { what: 'a sentence with levels, and every canvas painted' },
      );
      writeFileSync(`${SCREENS}/${browser.name}-recorded.png`, await session.screenshot());
    });

    test('works in a frame, narrow', async () => {
      await session.goto(`${blog.url}framed.html`);
      const { width, cells } = await session.evaluate(async () => {
        const frame = document.querySelector('iframe')!;
        frame.width = '390';
        while (!frame.contentDocument?.querySelector('latent-inspector')?.shadowRoot) {
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
        const element = frame.contentDocument.querySelector('latent-inspector') as LatentInspectorElement;
        await element.ready;
        const { rows, cols } = await element.posterior();
        const all = [...element.shadowRoot!.querySelectorAll('*')];
        return {
          width: Math.max(...all.map((each) => each.getBoundingClientRect().right)),
          cells: rows * cols,
        };
      });
      expect(cells).toBe(32 * 32);
      expect(width).toBeLessThanOrEqual(391);
      writeFileSync(`${SCREENS}/${browser.name}-framed.png`, await session.screenshot());
    });
  });
}
