// Pictures that a browser draws: a page of HTML, photographed by Chromium.

import { decode } from 'fast-png';
import { chromium } from 'playwright';
import { installChromium } from '../install.mjs';

/** @param {string} html laid out for 1024 × 1024 CSS pixels @param {number} size
 * @returns {Promise<import("./encode.mjs").Pixels>} */
export async function photograph(html, size) {
  const browser = await chromium.launch({
    executablePath: await installChromium(),
    // Plain grey antialiasing: the colour fringes of LCD text would be taken for colour.
    args: ['--disable-lcd-text', '--force-color-profile=srgb'],
  });
  try {
    const page = await browser.newPage({
      viewport: { width: 1024, height: 1024 },
      deviceScaleFactor: size / 1024,
    });
    await page.setContent(html);
    const image = decode(await page.screenshot());
    if (image.width !== size) throw new Error(`the page came out ${image.width} pixels wide, not ${size}`);
    const data = new Uint8ClampedArray(size * size * 4).fill(255);
    for (let i = 0; i < size * size; i++)
      for (let k = 0; k < 3; k++) data[i * 4 + k] = image.data[i * image.channels + k];
    return { width: size, height: size, data };
  } finally {
    await browser.close();
  }
}
