/** Finds the codebook that stands beside an autoencoder in a file, and tells vector-quantised models from those with a posterior. */
import { InspectorError } from '@/common/errors';
import { type Codebook, codebookNorms, NEAR_ZERO } from '@/latent/codebook';
import type { Shapes } from './otherKinds';

/** CompVis and diffusers name it the same; with Gumbel quantisation CompVis names it `embed`. */
const NAMES = ['quantize.embedding.weight', 'quantize.embed.weight'];

/**
 * The name of the codebook's tensor, `[entries, length]`, in the place where the autoencoder is; null where there is none.
 * @param prefix of the autoencoder's tensors
 */
export function findCodebook(shapes: Shapes, prefix: string): string | null {
  const found = NAMES.map((each) => prefix + each).find((each) => shapes.get(each)?.length === 2);
  return found ?? null;
}

/**
 * Tells whether the autoencoder is vector-quantised: its encoder then ends in as many channels as the decoder begins with, where
 * one with a posterior has a mean and a log-variance for each.
 */
export function isQuantised(shapes: Shapes, prefix: string): boolean {
  const outs = shapes.get(`${prefix}encoder.conv_out.weight`)?.[0];
  const ins = shapes.get(`${prefix}decoder.conv_in.weight`)?.[1];
  return outs !== undefined && outs === ins;
}

/** The error that says why such a model is not opened, with what can be said of its codebook all the same. */
export function quantisedModel(name: string, codebook: Codebook): InspectorError {
  const { entries, length, least, median, largest, nearZero } = codebookNorms(codebook);
  const short = (value: number) => String(Number(value.toPrecision(3)));
  const share = short((100 * nearZero) / entries);
  return new InspectorError(
    'bad-model',
    `${name} holds a VQ model: its encoder predicts no log-variance, and its decoder is made for the entries of a codebook, which this instrument does not look numbers up in. Its codebook has ${entries} entries of ${length} numbers with norms of ${short(least)} to ${short(largest)}, median ${short(median)}; ${share} % of them are below ${100 * NEAR_ZERO} % of the median.`,
    'Choose a file of an AutoencoderKL, or a whole checkpoint that holds one.',
  );
}
