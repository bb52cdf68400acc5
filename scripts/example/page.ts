/** The part of the recorder that runs in a browser: the engine of the page, and the recorder of its figures. */

import type { Edit } from '@/edits';
import { MODELS, PICTURES } from '@/element/catalogue';
import { createEngine } from '@/engine/client/client';
import { browserDigest } from '@/formats/recording/file';
import { writeHeader } from '@/formats/recording/header';
import { posteriorMean } from '@/latent/layers';
import type { Cell } from '@/latent/types';
import { controlCell } from '@/measures/control';
import { createPictureReader } from '@/session/pictures/pictures';
import { decodePicture } from '@/session/recording/decode';
import { encodePicture } from '@/session/recording/encode';
import { recordFigure } from '@/session/recording/recording';

export interface RecordOptions {
  model: string;
  picture: string;
  size: number;
  radius: number;
  /** Ascending, with 0 and 1 among them. */
  strengths: number[];
}

/** Records what healing the model's known spot does, and the same at an ordinary cell. */
async function record(options: RecordOptions): Promise<{ header: string; base64: string }> {
  const { model, picture, size, radius, strengths } = options;
  const engine = createEngine();
  const report = await engine.start({});
  const source = MODELS.find(({ manifest }) => manifest.id === model);
  const starting = PICTURES.find(({ id }) => id === picture);
  const digest = browserDigest();
  const spot = source?.manifest.spot;
  if (!source || !spot) throw new Error(`There is no model "${model}" with a known spot.`);
  if (!starting) throw new Error(`There is no starting picture "${picture}".`);
  if (!digest) throw new Error('This page is not served securely.');
  const info = await engine.loadModel(source);
  const { pixels } = await (await createPictureReader(PICTURES, document.baseURI)(picture)).fit(size);
  const { posterior } = await engine.open({ model, picture: pixels });
  const ordinary = controlCell(posteriorMean(posterior), [spot], radius);
  if (!ordinary) throw new Error(`At ${size} pixels no cell is far enough from the spot to be its control.`);

  const heal = (cell: Cell): Edit => ({ kind: 'heal', cell });
  const { id, title, alt, licence } = starting;
  const file = new Uint8Array(await (await fetch(starting.file)).arrayBuffer());
  const figure = await recordFigure(
    engine,
    {
      info,
      manifest: source.manifest,
      picture: { id, title, alt, licence },
      pixels,
      posterior,
      radius,
      backend: report.label,
    },
    {
      title: 'One cell, the whole picture',
      caption: 'In this small model one cell was made, on purpose, to carry the look of the whole picture.',
      cells: [
        { label: 'the planted spot', edit: heal(spot) },
        { label: 'an ordinary cell', edit: heal(ordinary) },
      ],
      strengths,
      shown: { cell: 0, strength: strengths.indexOf(1), layer: 'norm' },
      pictureSha256: await digest(file),
    },
    {
      encode: encodePicture,
      decode: decodePicture,
      digest,
      pause: async () => {},
      now: () => new Date(),
    },
  );
  engine.dispose();
  return { header: writeHeader(figure.recording), base64: toBase64(await figure.file.arrayBuffer()) };
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
