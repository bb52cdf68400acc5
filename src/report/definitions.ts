/** Definition of each measure, in words and as a formula: part of every report, so that its numbers can be computed again. */
export interface Definition {
  name: string;
  words: string;
  formula?: string;
}

export const DEFINITIONS: readonly Definition[] = [
  {
    name: 'Picture',
    words:
      'The largest square in the middle of the file’s picture, resized with Lanczos (three lobes, widened when shrinking, on sRGB values), rounded to 8 bits; transparent parts on white. Pictures are turned as their EXIF says, and colours are converted to sRGB as the file says, by the same arithmetic on page and command line (up to numerics version 1 the command line did not).',
    formula: 'x = level / 127.5 − 1',
  },
  {
    name: 'Latent',
    words:
      'The mean of the posterior that the encoder gives, not scaled. Cell (row, column) counts from 0 at the top left; one cell covers f × f pixels.',
  },
  {
    name: 'Levels',
    words:
      'Decoded pictures are compared as levels of 255: the output is clamped to [−1, 1] and not rounded.',
    formula: 'level = 127.5 (y + 1)',
  },
  {
    name: 'Score',
    words:
      'How far a cell stands out among the cells of its picture, in robust standard deviations. Three scores are kept apart: of |mean| (Euclidean norm over the channels; high stands out), of the raw log-variance (mean over the channels, before the clamp; low stands out), and of the influence (high stands out). The first cell by a score is called its strongest, whether or not it stands out.',
    formula: '(x − median) / (1.4826 MAD)',
  },
  {
    name: 'Clamped',
    words:
      'Share of all log-variances that the clamp to [−30, 20] of the model’s own code changes. The published “−30 on the dot” is this clamp; the raw value is what the network predicted.',
  },
  {
    name: 'Influence',
    words:
      'Levels of colour shift of the whole decoded picture for a change of the cell by one standard deviation, from exact derivatives: G is the derivative of the decoded picture’s mean red, green or blue (k), not clamped, with respect to channel c of the cell; s is the channel’s standard deviation over the cells.',
    formula: 'influence = 127.5 √( Σk Σc (G[k, cell, c] · s[c])² )',
  },
  {
    name: 'Heal',
    words:
      'The standard change: the cell gets the mean of those of its eight neighbours that exist. It stays within what the decoder is used to.',
  },
  {
    name: 'Near and far RMS',
    words:
      'Root mean square of the change D between the decodes with and without the healed cell, over pixels and over red, green and blue, in levels. Near are the pixels of cells within the radius (Chebyshev distance, in cells) of the healed cell; far are all others.',
    formula: 'RMS = √( mean D² )',
  },
  {
    name: 'Control',
    words:
      'The same shift, channel for channel, at an ordinary cell: among the cells at least 2 r + 1 away whose ring distance to the border equals the healed cell’s (or is nearest to it), the one whose |mean| is closest to the median.',
  },
  {
    name: 'Ratio',
    words:
      'Far RMS over that of the control. A ratio says nothing without its levels: in a clean model a bright cell can beat its control many times over at a tenth of a level. It is formed picture by picture, so the median of the ratios need not be the quotient of the medians.',
    formula: 'far RMS / far RMS of the control',
  },
  {
    name: 'PSNR and SSIM',
    words:
      'The reconstruction against the picture as it was encoded. PSNR from one mean squared error over red, green and blue; SSIM with a Gaussian window of 11 × 11 and σ = 1.5, where the window lies within the picture, mean of red, green and blue. Over a handful of pictures they are a sanity check, no more.',
    formula: 'PSNR = 10 log₁₀( 255² / mean squared error )',
  },
  {
    name: 'Mechanism',
    words:
      'The strongest cell by influence is healed and decoded four times: as it is; with every GroupNorm’s mean and variance held as they were before (frozen norm); with the attention’s output held (frozen attention); with both held (frozen both). The squared change beyond the convolutions’ reach (where the picture is larger than that, else beyond the radius) is divided between the two by Shapley’s value: the mean of what each adds without the other and with it. With both held nothing may change beyond the reach, and the largest such change is given: it must be 0.',
    formula: 'norm = ½ [ (E(frozen attention) − E(frozen both)) + (E(full) − E(frozen norm)) ], E = mean D²',
  },
  {
    name: 'Median, quartiles',
    words:
      'Over the pictures that have the figure. Quartiles are linear between the two nearest values. A figure that is no finite number, such as a ratio to a control that changed nothing, is left out, empty in CSV and null in JSON.',
  },
];
