/** Finds the autoencoder in a file, or says what the file is instead. */
import { InspectorError } from '@/common/errors';
import { aloneShard } from '../files/shards';
import { quantisedKey, quantisedWeights } from './keyMap';
import { type OtherKind, otherAutoencoder, otherKind, type Shapes } from './otherKinds';

/** A sentence on what can be opened, for whoever gave something else. */
export const OPENED =
  'What opens here is the AutoencoderKL of Stable Diffusion 1, 2, 3 and XL, FLUX.1, FLUX.2 and others of that build, alone or in a whole checkpoint.';

export interface FoundAutoencoder {
  /** Text before the names of its tensors. */
  prefix: string;
  /** The prefixes of further autoencoders in the file, which were not taken. */
  others: string[];
}

/** A file of the autoencoder alone first, then the usual places in whole checkpoints; any other place after them. */
const PREFIXES = ['', 'first_stage_model.', 'vae.'];

const ANCHOR = 'encoder.conv_in.weight';

/** No file of a model holds more; each of them means a pass over all tensors. */
const MAX_PLACES = 20;

/** The tensor to look for where that one is missing, and the encoder is the half that is damaged. */
const OTHER_ANCHOR = 'decoder.conv_in.weight';

/** Tensors of each half: which of them a damaged file lacks is told later. */
const RESIDUALS = [
  /^encoder\.(down\.\d+\.block|down_blocks\.\d+\.resnets)\.\d+\.conv1\.weight$/,
  /^decoder\.(up\.\d+\.block|up_blocks\.\d+\.resnets)\.\d+\.conv1\.weight$/,
];

/**
 * The place of the autoencoder in a file: an AutoencoderKL, or a vector-quantised model of the same build.
 * @param shapes of all the file's tensors
 * @param name the file's, for messages
 * @throws InspectorError 'bad-model' where there is none, by what there is
 */
export function findAutoencoder(shapes: Shapes, name: string): FoundAutoencoder {
  const prefixes = prefixesOf(shapes, ANCHOR);
  if (prefixes.length === 0) prefixes.push(...prefixesOf(shapes, OTHER_ANCHOR));
  const own = prefixes.map((prefix) => ({ prefix, tensors: withoutPrefix(shapes, prefix) }));
  const whole = own.filter(({ tensors }) => isWhole(tensors));
  const plain = whole.filter(({ tensors }) => {
    const other = otherAutoencoder(tensors);
    return other === null || other.className === 'VQModel';
  });
  const ranked = plain.map(({ prefix }) => prefix).sort((a, b) => rank(a) - rank(b));
  const [prefix, ...others] = ranked;
  if (prefix !== undefined) return { prefix, others };
  const other = whole.length > 0 ? otherAutoencoder(whole[0].tensors) : otherKind(shapes);
  throw other ? refused(name, other) : unknown(name, shapes);
}

/** Averaged copies of training after the weights themselves, unusual places after usual ones; else the file's order. */
function rank(prefix: string): number {
  const usual = PREFIXES.indexOf(prefix);
  if (usual >= 0) return usual;
  return PREFIXES.length + (/ema/i.test(prefix) ? 1 : 0);
}

/** Prefixes that stand before a tensor of this name. */
function prefixesOf(shapes: Shapes, anchor: string): string[] {
  return [...shapes.keys()]
    .filter((key) => key === anchor || key.endsWith(`.${anchor}`))
    .map((key) => key.slice(0, -anchor.length))
    .slice(0, MAX_PLACES);
}

function withoutPrefix(shapes: Shapes, prefix: string): Shapes {
  const own = [...shapes].filter(([key]) => key.startsWith(prefix));
  return new Map(own.map(([key, shape]) => [key.slice(prefix.length), shape]));
}

function isWhole(tensors: Shapes): boolean {
  const ends = [ANCHOR, OTHER_ANCHOR].map((name) => tensors.get(name));
  const residuals = RESIDUALS.map((residual) => [...tensors.keys()].some((key) => residual.test(key)));
  return (
    ends.some((shape) => shape?.length === 4) &&
    residuals.some(Boolean) &&
    ends.every((shape, half) => shape !== undefined || residuals[half])
  );
}

function refused(name: string, { label, className, isAutoencoder }: OtherKind): InspectorError {
  if (!isAutoencoder) {
    return new InspectorError(
      'bad-model',
      `${name} holds ${label}${label.includes('no model') ? '' : ', and no autoencoder'}.`,
      'Choose the autoencoder of that model (in folders of diffusers it is vae/diffusion_pytorch_model.safetensors), or a whole checkpoint that holds one.',
    );
  }
  if (!className && label.startsWith('only ')) {
    const alone = aloneShard(name);
    if (alone) return alone;
    return new InspectorError('bad-model', `${name} holds ${label}.`, 'Choose a file that holds both.');
  }
  const known = className ? ` (${className})` : '';
  return new InspectorError(
    'bad-model',
    `${name} holds ${label}${known}, which this instrument does not open yet.`,
    OPENED,
  );
}

function unknown(name: string, shapes: Shapes): InspectorError {
  const [first] = shapes.keys();
  if (first === undefined) {
    return new InspectorError('bad-model', `${name} holds no tensors at all.`, 'Choose another file.');
  }
  const alone = aloneShard(name);
  if (alone) return alone;
  const quantised = quantisedKey(shapes.keys());
  if (quantised !== null) return quantisedWeights(name, quantised);
  const both = ['encoder', 'decoder'].every((half) =>
    [...shapes.keys()].some((key) => key.includes(`${half}.`)),
  );
  const holds = shapes.size === 1 ? 'one tensor' : `${shapes.size} tensors`;
  return new InspectorError(
    'bad-model',
    both
      ? `${name} holds an encoder and a decoder, but not as an AutoencoderKL names their tensors: there is no whole network with "${ANCHOR}".`
      : `There is no autoencoder in ${name}: none of its ${holds}, such as "${first}", belongs to one.`,
    OPENED,
  );
}
