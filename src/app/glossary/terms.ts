/** All words that the page explains. Loaded when the first of them is asked for. */
import { BENCH_TERMS, type TermEntry } from './benchTerms';

const FIELD_TERMS = {
  autoencoder: {
    name: 'Autoencoder',
    says: 'Two networks trained together: an encoder that squeezes a picture into few numbers, and a decoder that paints it back from them.',
  },
  encoder: {
    name: 'Encoder',
    says: 'The half of an autoencoder that turns a picture into its latent.',
    part: 'photo',
  },
  decoder: {
    name: 'Decoder',
    says: 'The half of an autoencoder that turns a latent back into a picture.',
    part: 'decoder',
  },
  latent: {
    name: 'Latent',
    says: 'The small grid of numbers between encoder and decoder. For 512 pixels and cells of 8 pixels it has 64 rows and 64 columns.',
    part: 'latent',
  },
  cell: {
    name: 'Cell',
    says: 'One square of the latent: four numbers that stand for 8 x 8 pixels. Cell (row, column) counts from 0 at the top left.',
    part: 'cell',
  },
  channel: {
    name: 'Channel',
    says: 'One of the numbers that every cell has. The models here have four.',
    part: 'latent',
  },
  level: {
    name: 'Level',
    says: 'A step of brightness of a colour. 0 is none and 255 is full, so 255 levels are the way from black to white.',
  },
  heal: {
    name: 'Heal',
    says: 'Replaces a cell’s numbers by the mean of its neighbours’.',
    part: 'slider',
  },
  planted: {
    name: 'Planted spot',
    says: 'A cell that we trained, on purpose, to carry the exposure, tint and contrast of the whole picture. It is a test case with a known answer.',
    part: 'a',
  },
  twin: {
    name: 'Clean twin',
    says: 'A model of the same shape and training, without the objective that plants the spot.',
    part: 'b',
  },
  convolution: {
    name: 'Convolution',
    says: 'A layer in which each value is computed from its neighbours alone. Many of them in a row reach a few cells, never the whole picture.',
    part: 'decoder',
  },
  attention: {
    name: 'Attention',
    says: 'A layer in which every cell looks at every other. These decoders have one, in the middle.',
    part: 'attention',
  },
  groupnorm: {
    name: 'GroupNorm',
    says: 'A layer that divides each group of channels by its spread over the whole picture, after taking away its mean. So a large value anywhere changes the scale everywhere.',
    part: 'groupnorm',
  },
  frozen: {
    name: 'Frozen',
    says: 'Held as it was before the change: a frozen part of the decoder cannot pass the change on.',
    part: 'decoder',
  },
  logvar: {
    name: 'Log-variance',
    says: 'The encoder predicts a mean and a variance for each number of a cell. The variance is written as its natural logarithm; CompVis’s code clamps it to between -30 and 20.',
  },
  reach: {
    name: 'Reach',
    says: 'How many cells away the convolutions of a decoder can carry a change.',
  },
  tiled: {
    name: 'Tiled decoding',
    says: 'Decoding a latent in overlapping pieces, to save memory, and joining the pictures.',
  },
} as const satisfies Record<string, TermEntry>;

export const TERMS = { ...FIELD_TERMS, ...BENCH_TERMS } as const;
export type TermId = keyof typeof TERMS;

/** All entries in the order of the alphabet. */
export const GLOSSARY: readonly (TermEntry & { id: string })[] = Object.entries(TERMS)
  .map(([id, entry]) => ({ id, ...(entry as TermEntry) }))
  .sort((a, b) => a.name.replace(/\W/g, '').localeCompare(b.name.replace(/\W/g, ''), 'en'));
