/** Meaning of a recording's numbers, so that they can be computed again: kept in the file. */
export const DEFINITIONS: readonly string[] = [
  'Latent: the mean of the posterior, raw units. Cell (row, column) counts from 0 at the top left and covers factor x factor pixels.',
  'Strength: the edit moves the cell by delta, one number a channel; at strength s it is moved by s times delta.',
  'Levels: decoded pictures are clamped to [-1, 1] and mapped to 127.5 (y + 1), float, not rounded. The change D is edited minus base.',
  'Near are the pixels of cells within the radius (Chebyshev distance, in cells) of the edited cell, far are all others; RMS runs over pixels and over red, green and blue. farShare is the far part of the squared change, farShift the mean of D in red, green and blue, farPsnr has peak 255, farChanged is the share of far pixels that moved by at least 1 level in any colour.',
  'Control: the same delta at an ordinary cell: among the cells at least 2 radius + 1 away whose ring distance to the border equals that of the edited cell (or is nearest to it), the one whose |mean| is closest to the median.',
  'A played change is the sum of its images times their weights at that strength; an image is (byte - 128) / 127 times its scale, levels. The numbers were computed on the float decodes, not on the images.',
];

/** The same of a recording with a second model. */
export const SECOND_DEFINITION =
  'Second model: the same picture, cells, strengths and radius. Each change is the delta of the first model carried to the latent of the second: divided by the per-channel standard deviation of the first mean, multiplied by that of the second. Near, far and control are those of the second latent.';
