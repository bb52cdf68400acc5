/** The part of the recorder that runs in a browser: the engine of the page, and the recorder of its figures. */

import { cellShifts } from '@/edits';
import { MODELS, PICTURES } from '@/element/catalogue';
import { createEngine } from '@/engine/client/client';
import { browserDigest } from '@/formats/recording/file';
import { writeHeader } from '@/formats/recording/header';
import { posteriorMean } from '@/latent/layers';
import { controlCell } from '@/measures/control';
import { createPictureReader } from '@/session/pictures/pictures';
import { decodePicture } from '@/session/recording/decode';
import { encodePicture } from '@/session/recording/encode';
import { type RecordingSubject, recordFigure } from '@/session/recording/recording';

export interface RecordOptions {
  model: string;
  /** The model beside it. */
  second: string;
  picture: string;
  size: number;
  radius: number;
  /** Ascending, with 0 and 1 among them. */
  strengths: number[];
}

/** Records what healing the model's known spot does, and the very same shift at an ordinary cell; the same in the second model. */
async function record(options: RecordOptions): Promise<{ header: string; base64: string }> {
  const { model, picture, size, radius, strengths } = options;
  const engine = createEngine();
  const report = await engine.start({});
  const starting = PICTURES.find(({ id }) => id === picture);
  const digest = browserDigest();
  if (!starting) throw new Error(`There is no starting picture "${picture}".`);
  if (!digest) throw new Error('This page is not served securely.');
  const { pixels } = await (await createPictureReader(PICTURES, document.baseURI)(picture)).fit(size);
  const { id, title, alt, licence } = starting;

  async function opened(wanted: string): Promise<RecordingSubject> {
    const source = MODELS.find(({ manifest }) => manifest.id === wanted);
    if (!source) throw new Error(`There is no model "${wanted}".`);
    const info = await engine.loadModel(source);
    const { posterior } = await engine.open({ model: wanted, picture: pixels });
    return {
      info,
      manifest: source.manifest,
      picture: { id, title, alt, licence },
      pixels,
      posterior,
      radius,
      backend: report.label,
    };
  }
  const first = await opened(model);
  const second = await opened(options.second);
  const { spot } = first.manifest;
  if (!spot) throw new Error(`The model "${model}" has no known spot.`);
  const mean = posteriorMean(first.posterior);
  const ordinary = controlCell(mean, [spot], radius);
  if (!ordinary) throw new Error(`At ${size} pixels no cell is far enough from the spot to be its control.`);
  const [shift] = cellShifts(mean, [{ kind: 'heal', cell: spot }]);
  if (!shift) throw new Error('Healing the spot changes nothing.');

  const file = new Uint8Array(await (await fetch(starting.file)).arrayBuffer());
  const figure = await recordFigure(
    engine,
    first,
    {
      title: 'One cell, the whole picture',
      caption:
        'In the small model A one cell was made, on purpose, to carry the look of the whole picture. Model B was trained without that.',
      cells: [
        { label: 'the planted spot', edit: { kind: 'heal', cell: spot } },
        { label: 'an ordinary cell', edit: { kind: 'add', cell: ordinary, values: shift.delta } },
      ],
      strengths,
      shown: { cell: 0, strength: strengths.indexOf(0), layer: 'norm' },
      pictureSha256: await digest(file),
    },
    {
      encode: encodePicture,
      // It is part of the first paint, so it is to be small; its header says by how much it errs.
      saving: { stillQuality: 0.8, mostImages: 2 },
      decode: decodePicture,
      digest,
      pause: async () => {},
      now: () => new Date(),
    },
    {},
    second,
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
