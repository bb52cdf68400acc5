/**
 * Weights and results that are not numbers (NaN or infinite): how they are found, and what is said of them. Files get them where
 * weights overflowed in a conversion; networks compute them where weights are so large that activations overflow.
 */
import { InspectorError } from '@/common/errors';
import type { Part } from './shapes';

/** Numbers of a tensor that are none. */
export interface Damage {
  tensor: string;
  /** All numbers of the tensor. */
  count: number;
  nan: number;
  infinite: number;
}

/**
 * Tells whether all are numbers. By the exponent's bits, which are all ones in NaN and infinities alone, several at a time: a
 * file's weights are looked at while they are loaded.
 *
 * @param values a `Uint16Array` holds float16 (IEEE 754 binary16)
 */
export function areNumbers(values: Float32Array | Uint16Array): boolean {
  return values instanceof Uint16Array ? areFinite16(values) : areFinite32(values);
}

const SINGLE = 0x7f800000;

function areFinite32({ buffer, byteOffset, length }: Float32Array): boolean {
  const bits = new Int32Array(buffer, byteOffset, length);
  let at = 0;
  for (const end = length - 3; at < end; at += 4) {
    if (
      (bits[at] & SINGLE) === SINGLE ||
      (bits[at + 1] & SINGLE) === SINGLE ||
      (bits[at + 2] & SINGLE) === SINGLE ||
      (bits[at + 3] & SINGLE) === SINGLE
    ) {
      return false;
    }
  }
  for (; at < length; at++) if ((bits[at] & SINGLE) === SINGLE) return false;
  return true;
}

const EXPONENT = 0x7c00;

function areFinite16(bits: Uint16Array): boolean {
  const { buffer, byteOffset, length } = bits;
  let at = 0;
  if (byteOffset % 4 === 0) {
    const pairs = new Int32Array(buffer, byteOffset, length >> 1);
    // Adding one to an exponent of all ones carries into the sign's place.
    let carried = 0;
    for (let pair = 0; pair < pairs.length; pair++) carried |= (pairs[pair] & 0x7c007c00) + 0x04000400;
    if ((carried & 0x80008000) !== 0) return false;
    at = 2 * pairs.length;
  }
  for (; at < length; at++) if ((bits[at] & EXPONENT) === EXPONENT) return false;
  return true;
}

/** The damage of a tensor; null where all are numbers. */
export function damageOf(tensor: string, values: Float32Array | Uint16Array): Damage | null {
  if (areNumbers(values)) return null;
  const damage = { tensor, count: values.length, nan: 0, infinite: 0 };
  for (const value of values) {
    if (values instanceof Uint16Array) {
      if ((value & EXPONENT) !== EXPONENT) continue;
      if ((value & 0x3ff) !== 0) damage.nan += 1;
      else damage.infinite += 1;
    } else if (Number.isNaN(value)) damage.nan += 1;
    else if (!Number.isFinite(value)) damage.infinite += 1;
  }
  return damage;
}

/**
 * The refusal of one half of a network, the other being of use without it.
 * @param name the model's, or its file's
 */
export function damagedWeights(
  name: string | undefined,
  part: Part,
  damage: readonly Damage[],
): InspectorError {
  const [first, ...others] = damage;
  const rest = others.reduce((sum, { nan, infinite }) => sum + nan + infinite, 0);
  const also =
    rest > 0 ? `, and ${amount(rest)} in ${others.length} other ${plural('tensor', others.length)}` : '';
  return new InspectorError(
    'bad-model',
    `The ${part} of ${called(name)} holds weights that are not numbers: ${amount(first.nan + first.infinite)} of ${amount(first.count)} in "${first.tensor}" (${kinds(first)})${also}.`,
    `They were lost when the file was made, converted (to float16, say) or copied. Use the original file, or choose another model.${otherHalf(part)}`,
  );
}

/** Words for what can still be done without a half, as the end of an advice. */
export function otherHalf(broken: Part): string {
  return broken === 'encoder'
    ? ' A latent from a file needs the decoder alone: open it first, then this model.'
    : '';
}

/** The part of a network that gave no numbers. */
export type Computed = 'encoder' | 'decoder' | 'gradients';

/** Error for a model whose weights are numbers. @param name the model's, or its file's */
export function overflow(computed: Computed, name: string | undefined): InspectorError {
  const model = called(name);
  const messages: Record<Computed, string> = {
    encoder: `The encoder of ${model} gives values that are not numbers for this picture.`,
    decoder: `The decoder of ${model} gives values that are not numbers for this latent.`,
    gradients: `The gradients of ${model} are not numbers here.`,
  };
  return new InspectorError(
    'bad-model',
    messages[computed],
    `Its weights are numbers, but what is computed with them overflows: they are too large. Use the original file, or choose another model.${computed === 'encoder' ? otherHalf('encoder') : ''}`,
  );
}

/** Error for a decoder that gives numbers for the same latent without the edits. */
export function overflowByEdits(name: string | undefined): InspectorError {
  return new InspectorError(
    'bad-edit',
    `With this change the decoder of ${called(name)} gives values that are not numbers; without it, it does not.`,
    'Make the change smaller, or undo it.',
  );
}

/** @throws InspectorError `bad-model` where values are not numbers */
export function requireNumbers(
  values: Float32Array,
  computed: Computed,
  { name }: { name?: string | undefined },
): void {
  if (!areNumbers(values)) throw overflow(computed, name);
}

function called(name: string | undefined): string {
  return name === undefined ? 'this model' : `"${name}"`;
}

function kinds({ nan, infinite }: Damage): string {
  if (infinite === 0) return 'NaN';
  return nan === 0 ? 'infinite' : `${amount(nan)} NaN, ${amount(infinite)} infinite`;
}

function amount(count: number): string {
  return count.toLocaleString('en');
}

function plural(noun: string, count: number): string {
  return count === 1 ? noun : `${noun}s`;
}
