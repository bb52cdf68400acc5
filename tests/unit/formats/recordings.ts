/** A small recording for tests, and the ways to take it apart. */

import { writeHalves, writeProfiles } from '@/formats/recording/numbers';
import { type Measures, type Recording, SECOND } from '@/formats/recording/recording';
import { NO_CHANGE } from '@/measures/change';

/** Bytes before the header. */
export const PREAMBLE = 44;

export type Part = Uint8Array<ArrayBuffer>;

const { profile: _, ...NOTHING } = NO_CHANGE;
const CHANGE: Measures = {
  nearRms: 20.5,
  farRms: 9.25,
  farShare: 0.75,
  farShift: [1, -2, 0.125],
  farPsnr: 28.8,
  farChanged: 0.9,
};

/** 4 x 4 cells of 8 pixels, 2 channels, one cell at strengths 0, 0.5 and 1. Its pictures are no pictures. */
export function aRecording(): Omit<Recording, 'parts'> {
  const still = { rms: 0.5, largest: 2 };
  const frame = (change: Measures) => ({ change, control: change, error: still, changeError: still });
  return {
    format: 'latent-inspector-recording',
    version: 1,
    title: 'A figure',
    caption: '',
    date: '2026-01-02T03:04:05.000Z',
    tool: 'latent-inspector 0',
    backend: 'wasm, 2 threads',
    model: {
      id: 'mini-spot',
      name: 'Mini',
      kind: 'embedded',
      sha256: 'ab'.repeat(32),
      bytes: 1000,
      repository: null,
      revision: null,
    },
    picture: { id: 'harbour', title: 'Harbour', alt: 'Boats', licence: 'CC0-1.0', sha256: null },
    size: 32,
    factor: 8,
    rows: 4,
    cols: 4,
    channels: 2,
    radius: 1,
    definitions: ['Levels are levels.'],
    strengths: [0, 0.5, 1],
    shown: { cell: 0, strength: 2, layer: 'channel:1' },
    errors: { picture: still, base: still, mean: 0.001, rawLogvar: 0.002 },
    cells: [
      {
        cell: { row: 1, col: 2 },
        label: 'the spot',
        edit: { kind: 'heal', cell: { row: 1, col: 2 } },
        delta: [4, -8],
        control: { row: 3, col: 0 },
        images: [{ part: 'image-0-0', scale: 12.5, weights: [0, 0.5, 1] }],
        frames: [frame(NOTHING), frame(CHANGE), frame(CHANGE)],
      },
    ],
  };
}

export function partsOf(recording: Omit<Recording, 'parts'>): Map<string, Part> {
  const profiles = recording.cells.map(({ frames }) => frames.map(() => ({ change: [1, 2], control: [1] })));
  const values = Float32Array.from({ length: 32 }, (_, at) => at / 4);
  return new Map([
    ['base', new Uint8Array(12).fill(1)],
    ['picture', new Uint8Array(10).fill(2)],
    ['mean', writeHalves(values)],
    ['image-0-0', new Uint8Array(5).fill(3)],
    ['rawLogvar', writeHalves(values)],
    ['profiles', writeProfiles(profiles, recording)],
  ]);
}

/** The same with a second model: cells of 16 pixels, 3 channels, and no raw log-variance. */
export function aRecordingOfTwo(): Omit<Recording, 'parts'> {
  const first = aRecording();
  const [cell] = first.cells;
  const own = { row: 0, col: 1 };
  return {
    ...first,
    version: 3,
    second: {
      model: { ...first.model, id: 'mini-other', name: 'Other' },
      factor: 16,
      rows: 2,
      cols: 2,
      channels: 3,
      errors: { base: { rms: 0.25, largest: 1 }, mean: 0.003, rawLogvar: null },
      cells: [
        {
          ...cell,
          cell: own,
          edit: { kind: 'add', cell: own, values: [1, 2, 3] },
          delta: [1, 2, 3],
          control: { row: 1, col: 1 },
          images: [{ part: 'second-image-0-0', scale: 6, weights: [0, 0.25, 1] }],
          frames: cell.frames.map((frame) => ({ ...frame, change: { ...frame.change, farRms: 0.5 } })),
        },
      ],
    },
  };
}

export function partsOfTwo(recording: Omit<Recording, 'parts'>): Map<string, Part> {
  const { second } = recording;
  if (!second) throw new Error('This is a recording of one model.');
  const profiles = second.cells.map(({ frames }) => frames.map(() => ({ change: [3], control: [4, 5] })));
  return new Map([
    ...partsOf(recording),
    [`${SECOND}base`, new Uint8Array(12).fill(4)],
    [`${SECOND}mean`, writeHalves(Float32Array.from({ length: 12 }, (_, at) => at / 2))],
    [`${SECOND}image-0-0`, new Uint8Array(5).fill(5)],
    [`${SECOND}profiles`, writeProfiles(profiles, second)],
  ]);
}

/** The bytes in portions of so many. */
export function streamOf(bytes: Part, portion = bytes.length): ReadableStream<Part> {
  return new ReadableStream<Part>({
    start(controller) {
      for (let from = 0; from < bytes.length; from += portion) {
        controller.enqueue(bytes.slice(from, from + portion));
      }
      controller.close();
    },
  });
}
