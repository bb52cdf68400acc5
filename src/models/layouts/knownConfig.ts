/** Knowledge of a model before any tensor of its network is read: its configuration, checked against the tensors it has. */
import { InspectorError } from '@/common/errors';
import { type AutoencoderConfig, isFlux2, lacksScale, parseConfig } from '@/vae/config';
import { partOf, shapes } from '@/vae/shapes';
import { aloneShard } from '../files/shards';
import { type BrokenHalf, brokenHalf, inferFromHalf, troublesOf } from './damagedParts';
import { OPENED } from './findAutoencoder';
import { type InferredConfig, inferConfig } from './inferConfig';
import { scalingBeside } from './neighbours';
import { refuseOtherConfig } from './otherConfig';
import { type FoundTensors, normStatistics, type Place } from './places';

/** FLUX.2's, where its configuration does not say (`AutoencoderKLFlux2.__init__`). */
const BATCH_NORM_EPSILON = 1e-4;

export interface KnownConfig extends InferredConfig {
  /** The half that the file does not hold whole, where the other one is; null where both are. */
  broken: BrokenHalf | null;
}

/**
 * The configuration of a model, from its config.json or from the tensors' shapes, with FLUX.2's statistics where they count.
 * The shapes of `places` become those that the network needs, which differ from the file's by axes of length 1 at most.
 *
 * @param name whose tensors, for messages
 * @param json diffusers' config.json, parsed; undefined where none was given
 * @throws InspectorError 'bad-model'
 */
export function knownConfig(
  { places, norm, keys }: Pick<FoundTensors, 'norm' | 'keys'> & { places: Map<string, Place> },
  name: string,
  json: unknown,
): KnownConfig {
  const found = new Map([...places].map(([target, { shape }]) => [target, shape]));
  if (json !== undefined) refuseOtherConfig(json);
  const { broken, ...known } = json === undefined ? inferred(places, found, name) : given(places, json, name);
  refuseOtherColours(known.config, name);
  return { ...scaled(known, keys, norm, json), broken };
}

/** The same with what is known of the scaling of its latents. */
function scaled(
  known: InferredConfig,
  keys: FoundTensors['keys'],
  norm: FoundTensors['norm'],
  json: unknown,
): InferredConfig {
  const { config } = known;
  if (json === undefined && !norm) return withNeighbour(known, keys);
  if (!norm || (json !== undefined && !isFlux2(json))) return known;
  const epsilon = Number(
    (json as { batch_norm_eps?: number } | undefined)?.batch_norm_eps ?? BATCH_NORM_EPSILON,
  );
  const statistics = normStatistics(norm, config.latent_channels, epsilon);
  if (!statistics) return known;
  return {
    config: {
      ...config,
      scaling_factor: 1,
      latents_mean: [...statistics.mean],
      latents_std: [...statistics.std],
    },
    assumptions: [
      ...known.assumptions.filter((sentence) => !/scaling factor/.test(sentence)),
      'Its latents are scaled by the batch norm that lies beside the network (bn), as FLUX.2\u2019s pipelines use it. Encoding and decoding do not use it.',
    ],
    scalingAssumed: false,
  };
}

/** Infers the configuration, where there is none, from the whole file, or from the half of it that is whole. */
function inferred(
  places: Map<string, Place>,
  found: ReadonlyMap<string, readonly number[]>,
  name: string,
): KnownConfig {
  // Of one part of several, what cannot be told from its shapes is in the others.
  const alone = aloneShard(name);
  const whole = inferredOr(found);
  const fits = 'config' in whole && troublesOf(places, shapes(whole.config)).length === 0;
  const known = fits || alone ? whole : (inferFromHalf(places) ?? whole);
  if (!('config' in known)) throw alone ?? known;
  return { ...known, broken: fitShapes(places, known.config, name, false) };
}

/** The configuration, or why the shapes do not tell it. */
function inferredOr(found: ReadonlyMap<string, readonly number[]>): InferredConfig | InspectorError {
  try {
    return inferConfig(found);
  } catch (error) {
    if (error instanceof InspectorError) return error;
    throw error;
  }
}

function given(places: Map<string, Place>, json: unknown, name: string): KnownConfig {
  const known = readConfig(json);
  return { ...known, broken: fitShapes(places, known.config, name, true) };
}

/** Takes the scaling from a diffusion model that lies beside the autoencoder, so that it need not be assumed. */
function withNeighbour(known: InferredConfig, keys: readonly string[]): InferredConfig {
  const beside = scalingBeside(keys, known.config.latent_channels);
  if (!beside) return known;
  const { of, scale, shift } = beside;
  return {
    config: { ...known.config, scaling_factor: scale, shift_factor: shift },
    assumptions: [
      ...known.assumptions.filter((sentence) => !/scaling factor/.test(sentence)),
      `The file is a checkpoint of ${of}, so its latents are scaled by ${scale}${shift === null ? '' : `, after a shift of ${shift}`}.`,
    ],
    scalingAssumed: false,
  };
}

function readConfig(json: unknown): InferredConfig {
  const config = parseConfig(json);
  const said = (why: string) => ({
    config,
    assumptions: [
      `${why}; ${config.scaling_factor} was assumed. It matters only for numbers in a diffusion model's units.`,
    ],
    scalingAssumed: true,
  });
  if (isFlux2(json))
    return said(
      'The file has no statistics of its latents, by which FLUX.2 scales them, and no scaling factor',
    );
  if (lacksScale(json)) return said('The configuration gives no scaling factor');
  return { config, assumptions: [], scalingAssumed: false };
}

/** The instrument draws and measures red, green and blue. */
function refuseOtherColours({ in_channels: ins, out_channels: outs }: AutoencoderConfig, name: string): void {
  if (ins === 3 && outs === 3) return;
  throw new InspectorError(
    'bad-model',
    ins === outs
      ? `${name} is an autoencoder for pictures of ${channels(ins)}; only RGB pictures, of 3, are opened here.`
      : `${name} is an autoencoder that takes pictures of ${channels(ins)} and gives ${channels(outs)}; only RGB pictures, of 3, are opened here.`,
    'Choose an autoencoder for RGB pictures.',
  );
}

const channels = (count: number) => `${count} ${count === 1 ? 'channel' : 'channels'}`;

/**
 * Gives the places the shapes that the network needs.
 * @returns the half that does not fit, where the other one does
 * @throws InspectorError 'bad-model', which tells a configuration of another model from a file that lacks something
 */
function fitShapes(
  places: Map<string, Place>,
  config: AutoencoderConfig,
  name: string,
  isGiven: boolean,
): BrokenHalf | null {
  const expected = shapes(config);
  const troubles = troublesOf(places, expected);
  const whole = troubles.length === 0 || isWhole(places);
  const broken = whole ? null : brokenHalf(places, config, name);
  if (troubles.length > 0) {
    const alone = whole ? null : aloneShard(name);
    if (alone) throw alone;
  }
  if (troubles.length > 0 && !broken) {
    const said = `the network ${troubles.join('; it ')}.`;
    throw isGiven && whole
      ? new InspectorError(
          'bad-model',
          `${name} does not fit the configuration that was given with it: ${said}`,
          'Choose the configuration that belongs to this file, or give the file alone.',
        )
      : new InspectorError(
          'bad-model',
          `The tensors of ${name} do not make a whole AutoencoderKL: ${said}`,
          OPENED,
        );
  }
  for (const [target, shape] of expected) {
    if (partOf(target) !== broken?.part) places.set(target, { ...places.get(target)!, shape });
  }
  return broken;
}

/** Tells whether the tensors make a network by themselves, without a configuration. */
function isWhole(places: ReadonlyMap<string, Place>): boolean {
  try {
    const { config } = inferConfig(new Map([...places].map(([target, { shape }]) => [target, shape])));
    return troublesOf(places, shapes(config)).length === 0;
  } catch (error) {
    if (error instanceof InspectorError) return false;
    throw error;
  }
}
