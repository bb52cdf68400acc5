/** The part of the recorder that runs in a browser: the same engine as the page's, and the browser's WebP encoder. */
import { MODELS, PICTURES } from '../../src/catalogue';
import { createEngine } from '../../src/engine/client';
import type { Pixels } from '../../src/engine/protocol';
import {
  EXAMPLE_FORMAT,
  EXAMPLE_VERSION,
  type Example,
  type ExampleCell,
  writeExample,
  writePosterior,
} from '../../src/formats/recording';
import { controlCell } from '../../src/inspect/control';
import { cellShifts } from '../../src/inspect/edits';
import { posteriorMean } from '../../src/inspect/layers';
import type { Cell, Edit } from '../../src/inspect/types';
import { createPictureReader } from '../../src/state/pictures';

export interface RecordOptions {
  model: string;
  picture: string;
  size: number;
  radius: number;
  /** Ascending, with 0 and 1 among them. */
  strengths: number[];
  /** WebP quality of the pictures, 0 to 1. */
  quality: number;
}

export type RecordedFile = { name: string; base64: string };

/** Records what healing the model's known spot does, and the same change at its control cell. */
async function record(options: RecordOptions): Promise<RecordedFile[]> {
  const { model, picture, size, radius, strengths, quality } = options;
  const files: RecordedFile[] = [];
  const engine = createEngine();
  const report = await engine.start({});
  const source = MODELS.find(({ manifest }) => manifest.id === model);
  const starting = PICTURES.find(({ id }) => id === picture);
  if (!source?.manifest.spot) throw new Error(`There is no model "${model}" with a known spot.`);
  if (!starting) throw new Error(`There is no starting picture "${picture}".`);
  const info = await engine.loadModel(source);

  const { pixels } = await (await createPictureReader(PICTURES, document.baseURI)(picture)).fit(size);
  const { study, posterior } = await engine.open({ model, picture: pixels });
  const base = await engine.base({ study });
  await keep('input.webp', pixels);
  await keep('base.webp', base.pixels);
  files.push({ name: 'posterior.bin', base64: toBase64(writePosterior(posterior, 'float16')) });

  const mean = posteriorMean(posterior);
  const spot = source.manifest.spot;
  const [{ delta }] = cellShifts(mean, [{ kind: 'heal', cell: spot }]);
  const ordinary = controlCell(mean, [spot], radius);
  if (!ordinary) throw new Error(`At ${size} pixels no cell is far enough from the spot to be its control.`);

  const example: Example = {
    format: EXAMPLE_FORMAT,
    version: EXAMPLE_VERSION,
    model,
    picture,
    size,
    factor: info.factor,
    radius,
    recordedWith: `latent-inspector, ${report.label}`,
    sources: { model: source.manifest.files[0].sha256 ?? '', picture: await sha256(starting.file) },
    posterior: {
      file: 'posterior.bin',
      rows: posterior.rows,
      cols: posterior.cols,
      channels: posterior.channels,
      dtype: 'float16',
    },
    input: { file: 'input.webp', title: starting.title, alt: starting.alt },
    base: { file: 'base.webp' },
    strengths,
    shown: { cell: 0, strength: strengths.indexOf(1) },
    cells: [
      await recordCell(spot, 'the planted spot', 'spot'),
      await recordCell(ordinary, 'an ordinary cell', 'ordinary'),
    ],
  };
  files.push({
    name: 'example.json',
    base64: toBase64(new TextEncoder().encode(writeExample(example)).buffer),
  });
  engine.dispose();
  return files;

  async function recordCell(cell: Cell, label: string, prefix: string): Promise<ExampleCell> {
    const frames: ExampleCell['frames'] = [];
    for (const strength of strengths) {
      const edits: Edit[] = [{ kind: 'add', cell, values: delta.map((value) => value * strength) }];
      const edited = await engine.edited({ study, edits, radius });
      const control = await engine.control({ study, edits, radius });
      const file = strength === 0 ? 'base.webp' : `${prefix}-${strength}.webp`;
      const map = strength === 0 ? 'unchanged.webp' : `${prefix}-${strength}-change.webp`;
      const scale = edited.difference.reduce((most, value) => Math.max(most, value), 0) / 255;
      if (strength !== 0) await keep(file, edited.pixels);
      await keep(map, grey(edited.difference, scale, size));
      frames.push({
        file,
        difference: { file: map, scale },
        change: edited.change,
        control: { ...control.change, cell: control.cell },
      });
    }
    return { cell, label, delta, frames };
  }

  async function keep(name: string, image: Pixels): Promise<void> {
    if (files.some((file) => file.name === name)) return;
    const canvas = new OffscreenCanvas(image.width, image.height);
    canvas.getContext('2d')!.putImageData(new ImageData(image.data, image.width, image.height), 0, 0);
    const blob = await canvas.convertToBlob({ type: 'image/webp', quality });
    files.push({ name, base64: toBase64(await blob.arrayBuffer()) });
  }
}

/** A change map as a grey picture: value times `scale` is levels. */
function grey(difference: Float32Array, scale: number, size: number): Pixels {
  const data = new Uint8ClampedArray(4 * size * size);
  difference.forEach((levels, pixel) => {
    data.fill(scale > 0 ? Math.round(levels / scale) : 0, 4 * pixel, 4 * pixel + 3);
    data[4 * pixel + 3] = 255;
  });
  return { width: size, height: size, data };
}

async function sha256(url: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await (await fetch(url)).arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function toBase64(bytes: ArrayBuffer): string {
  let text = '';
  for (const byte of new Uint8Array(bytes)) text += String.fromCharCode(byte);
  return btoa(text);
}

declare global {
  interface Window {
    record: typeof record;
  }
}
window.record = record;
