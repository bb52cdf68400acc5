// Pictures that a browser draws: a page of HTML, photographed by headless
// Chromium. CHROMIUM names another executable than "chromium".

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { decode } from "fast-png";

/** @param {string} html laid out for 1024 × 1024 CSS pixels @param {number} size
 * @returns {Promise<import("./encode.mjs").Pixels>} */
export async function photograph(html, size) {
  const folder = await mkdtemp(join(tmpdir(), "page-"));
  try {
    const page = join(folder, "page.html");
    const shot = join(folder, "page.png");
    await writeFile(page, html);
    await promisify(execFile)(process.env.CHROMIUM ?? "chromium", [
      "--headless=new",
      "--no-sandbox",
      "--disable-gpu",
      "--hide-scrollbars",
      "--disable-lcd-text", // colour fringes would be taken for colour
      "--force-color-profile=srgb",
      `--user-data-dir=${join(folder, "profile")}`,
      `--force-device-scale-factor=${size / 1024}`,
      "--window-size=1024,1200", // taller than the page: some versions count their own frame
      "--virtual-time-budget=2000",
      `--screenshot=${shot}`,
      pathToFileURL(page).href,
    ]);
    const image = decode(await readFile(shot));
    const data = new Uint8ClampedArray(size * size * 4).fill(255);
    for (let y = 0; y < size; y++)
      for (let x = 0; x < size; x++)
        for (let k = 0; k < 3; k++)
          data[(y * size + x) * 4 + k] = image.data[(y * image.width + x) * image.channels + k];
    return { width: size, height: size, data };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
