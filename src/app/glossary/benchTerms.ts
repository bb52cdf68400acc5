/** The words that the lab bench explains, each in one or two plain sentences. The glossary has them, too. */
export interface TermEntry {
  /** The word as it is listed. */
  name: string;
  says: string;
  /** The part of the tool that the word names: a `data-part` of it. */
  part?: Part;
}

/** Parts of the tool that light up: each is a word of a `data-part` somewhere on the page. */
export const PARTS = [
  'photo',
  'latent',
  'cell',
  'a',
  'b',
  'slider',
  'far',
  'control',
  'decoder',
  'attention',
  'groupnorm',
] as const;
export type Part = (typeof PARTS)[number];

export const BENCH_TERMS = {
  sigma: {
    name: 'Change, in sigma',
    says: 'How far this channel is moved from its own value. One sigma is how much the channel typically differs between cells of this picture: its standard deviation over them.',
  },
  norm: {
    name: '|mean|',
    says: 'The length of the cell’s mean vector, in raw units: how much the encoder wrote here. Its score says how unusual that is among the cells of this picture, in robust standard deviations, (x - median) / (1.4826 MAD). Above 3.5 the cell is listed as a spot.',
    part: 'latent',
  },
  rawLogvar: {
    name: 'Raw logvar',
    says: 'The natural logarithm of the variance that the encoder predicts for this cell, averaged over its channels, before it is clamped at -30. Low means that the decoder must get this cell exactly. Below a score of -3.5 the cell is listed as a spot.',
  },
  kl: {
    name: 'KL',
    says: 'What it costs to store this cell: the divergence of its posterior from the standard normal, 1/2 sum(mean^2 + exp(logvar) - 1 - logvar).',
  },
  influence: {
    name: 'Influence',
    says: 'How far the whole picture’s mean colour shifts, in levels of 255, when this cell moves by one sigma, by exact derivatives of the decoder. Above a score of 3.5 the cell is listed as a spot.',
  },
  control: {
    name: 'Control cell',
    says: 'The same change at a typical cell: as far from the border as yours, too far away to interfere, and of about median |mean|. It shows what any cell would do; only the difference is due to yours.',
    part: 'control',
  },
  near: {
    name: 'Near, RMS',
    says: 'Root mean square of the change over the pixels near an edited cell. 0 is no change, 255 is black to white.',
  },
  far: {
    name: 'Far, RMS',
    says: 'The root mean square of the change over all pixels farther away. This is the number to watch: an ordinary cell hardly changes it.',
    part: 'far',
  },
  farShare: {
    name: 'Far share',
    says: 'The part of all squared change in the picture that lies in far pixels. Local edits stay near 0 %.',
  },
  farShift: {
    name: 'Far shift, RGB',
    says: 'The mean signed change of the far pixels in red, green and blue: a tint, or a lighter or darker picture.',
  },
  farPsnr: {
    name: 'Far PSNR',
    says: 'Peak signal-to-noise ratio of the far pixels against the decode without the edit, peak 255. Higher is closer; infinite is identical.',
  },
  farChanged: {
    name: 'Far changed',
    says: 'Share of far pixels in which red, green or blue moved by at least one level of 255.',
  },
} as const satisfies Record<string, TermEntry>;
