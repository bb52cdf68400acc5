import type { AutoencoderConfig } from './config';

/**
 * Distance, in cells, that the decoder's convolutions alone carry a change of one cell: pixels of cells at a larger
 * Chebyshev distance can change only through GroupNorm's statistics and attention.
 */
export function decoderReceptiveRadius(
  config: Pick<AutoencoderConfig, 'block_out_channels' | 'layers_per_block'>,
): number {
  const levels = config.block_out_channels.length;
  // The pixels that a change of cell 0 reaches, first and last, at the current resolution.
  let first = 0;
  let last = 0;
  const convolutions = (count: number) => {
    first -= count;
    last += count;
  };
  // conv_in and the middle's two residual blocks, two 3x3 convolutions each; then every level's blocks.
  convolutions(1 + 2 * 2);
  for (let level = 0; level < levels; level++) {
    convolutions(2 * (config.layers_per_block + 1));
    if (level === levels - 1) continue;
    first = 2 * first;
    last = 2 * last + 1;
    convolutions(1);
  }
  convolutions(1);
  const factor = 2 ** (levels - 1);
  return Math.max(Math.ceil(-first / factor), Math.ceil((last - (factor - 1)) / factor));
}
