/** Cost of the posterior in bits beside the prior, and beside a JPEG of the same picture. */
import { bitsOf, klBits, klNats, klNatsByChannel } from '@/latent/kl';
import type { ExperimentContext } from '../context';

/** A file of the same picture, made elsewhere. */
export interface JpegFile {
  /** Quality that its encoder was asked for. */
  quality: number;
  bytes: number;
}

export interface KlOptions {
  jpeg?: readonly JpegFile[];
}

export interface Kl {
  rows: number;
  cols: number;
  /** Nats of each cell, and bits, `[rows, cols]`. */
  nats: Float32Array;
  bits: Float32Array;
  /** Nats of each channel, all cells together, and bits, `[channels]`. */
  channelNats: Float64Array;
  channelBits: Float64Array;
  totalNats: number;
  totalBits: number;
  /** The total over the picture's pixels. */
  bitsPerPixel: number;
  jpeg: (JpegFile & { bitsPerPixel: number })[];
}

/**
 * The divergence is what the latent would cost on average if it were sent as a sample of the posterior with the bits back
 * (Hinton and van Camp, 1993): a bound on the information that it carries, not the size of any file.
 */
export async function kl(
  { posterior, picture, checkpoint }: ExperimentContext,
  { jpeg = [] }: KlOptions = {},
): Promise<Kl> {
  await checkpoint(0, 'divergences');
  const { rows, cols } = posterior;
  const pixels = picture.width * picture.height;
  const nats = klNats(posterior);
  const channelNats = klNatsByChannel(posterior);
  const totalNats = channelNats.reduce((sum, value) => sum + value, 0);
  const totalBits = bitsOf(totalNats);
  const result = {
    rows,
    cols,
    nats,
    bits: klBits(nats),
    channelNats,
    channelBits: channelNats.map(bitsOf),
    totalNats,
    totalBits,
    bitsPerPixel: totalBits / pixels,
    jpeg: jpeg.map(({ quality, bytes }) => ({ quality, bytes, bitsPerPixel: (8 * bytes) / pixels })),
  };
  await checkpoint(1, 'divergences');
  return result;
}
