/** Scalings in words, and typed ones. */
import type { Scaling } from '@/latent/scaled';
import type { ModelFactor } from '@/session/models/factors';

/** "0.18215", "0.3611, shift 0.1159", "0.5, mean and deviation of each channel". */
export function factorWords({ scale, shift, statistics }: Scaling): string {
  const beside = statistics
    ? ', mean and deviation of each channel'
    : shift === 0
      ? ''
      : `, shift ${String(shift).replace('-', '\u2212')}`;
  return `${String(scale).replace('-', '\u2212')}${beside}`;
}

/** One sentence on what is known of a model's factor. */
export function factorSentence({ scaling, name, from }: ModelFactor): string {
  switch (from) {
    case 'configuration':
      return `The model\u2019s configuration says by what its latents are scaled: ${factorWords(scaling)}.`;
    case 'chosen':
      return `The model\u2019s file does not say by what its latents are scaled; you said ${name === null ? '' : `as for ${name}, `}${factorWords(scaling)}.`;
    case 'assumed':
      return 'The model\u2019s file does not say by what its latents are scaled.';
  }
}

/** The scaling that was typed, or what is wrong with it. */
export function typedScaling(scale: string, shift: string): Scaling | string {
  const read = (text: string) => (text.trim() === '' ? Number.NaN : Number(text.trim().replace(',', '.')));
  const factor = read(scale);
  if (!Number.isFinite(factor) || factor === 0) {
    return 'The factor has to be a number other than 0, such as 0.18215.';
  }
  const offset = shift.trim() === '' ? 0 : read(shift);
  if (!Number.isFinite(offset)) {
    return 'The shift has to be a number, such as 0.1159. Leave it empty where there is none.';
  }
  return { scale: factor, shift: offset };
}
