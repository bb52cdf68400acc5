/**
 * Tools for a canvas whose pixels the browser hides: what a page can tell of it; for Chromium with a patch, and for Firefox with
 * its setting.
 */
import type { LatentInspectorElement } from '@/element/embed';

/** Runs in the page before anything else: pixels are random, as with Firefox's privacy.resistFingerprinting. */
export function hidePixels(): void {
  const noise = (data: Uint8ClampedArray) => {
    for (let at = 0; at < data.length; at++) data[at] = Math.random() * 256;
  };
  for (const { prototype } of [OffscreenCanvasRenderingContext2D, CanvasRenderingContext2D]) {
    const read = prototype.getImageData;
    prototype.getImageData = function (this: CanvasRenderingContext2D, ...area: Parameters<typeof read>) {
      const image = read.apply(this, area);
      noise(image.data);
      return image;
    };
  }
}

/** Runs in the page: the numbers of a picture that it opens, and what it says of it. */
export async function openedPicture(bytes: number[], type: string) {
  const element = document.querySelector('latent-inspector') as LatentInspectorElement;
  await element.ready;
  try {
    await element.setImage(new File([Uint8Array.from(bytes)], `given.${type}`, { type: `image/${type}` }));
  } catch (error) {
    const { code, message, advice } = error as { code: string; message: string; advice: string };
    return { error: `${code}: ${message} ${advice}`, mean: [], said: '' };
  }
  const { mean } = await element.posterior();
  const said = element.shadowRoot!.textContent ?? '';
  return { error: null, mean: Array.from(mean), said };
}
