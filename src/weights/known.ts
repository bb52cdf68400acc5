/** What is known of a model before any tensor of its network is read: its configuration, checked against the tensors it has. */
import { InspectorError } from '../errors';
import { type AutoencoderConfig, isFlux2, lacksScale, parseConfig } from '../vae/config';
import { shapes } from '../vae/shapes';
import { refuseOtherConfig } from './configKind';
import { OPENED } from './find';
import { type InferredConfig, inferConfig } from './infer';
import { scalingBeside } from './neighbours';
import { type FoundTensors, normStatistics, type Place } from './places';
import { aloneShard } from './shards';

/** FLUX.2's, where its configuration does not say (`AutoencoderKLFlux2.__init__`). */
const BATCH_NORM_EPSILON = 1e-4;

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
): InferredConfig {
  const found = new Map([...places].map(([target, { shape }]) => [target, shape]));
  if (json !== undefined) refuseOtherConfig(json);
  const known = json === undefined ? inferred(found, name) : readConfig(json);
  const { config } = known;
  fitShapes(places, config, name, json !== undefined);
  refuseOtherColours(config, name);
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

/** Of one part of several, what cannot be told from its shapes is in the others. */
function inferred(found: ReadonlyMap<string, readonly number[]>, name: string): InferredConfig {
  try {
    return inferConfig(found);
  } catch (error) {
    throw (error instanceof InspectorError && aloneShard(name)) || error;
  }
}

/** Where a diffusion model lies beside the autoencoder, its scaling need not be assumed. */
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

/** @throws InspectorError 'bad-model', which tells a configuration of another model from a file that lacks something */
function fitShapes(
  places: Map<string, Place>,
  config: AutoencoderConfig,
  name: string,
  given: boolean,
): void {
  const expected = shapes(config);
  const troubles = troublesOf(places, expected);
  if (troubles.length > 0) {
    const alone = isWhole(places) ? null : aloneShard(name);
    if (alone) throw alone;
    const said = `the network ${troubles.join('; it ')}.`;
    throw given && isWhole(places)
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
  for (const [target, shape] of expected) places.set(target, { ...places.get(target)!, shape });
}

/** Whether the tensors make a network by themselves, without a configuration. */
function isWhole(places: ReadonlyMap<string, Place>): boolean {
  try {
    const { config } = inferConfig(new Map([...places].map(([target, { shape }]) => [target, shape])));
    return troublesOf(places, shapes(config)).length === 0;
  } catch (error) {
    if (error instanceof InspectorError) return false;
    throw error;
  }
}

/** Compares all names and shapes at once, so that a message can name the first of each kind of trouble. */
function troublesOf(
  places: ReadonlyMap<string, Place>,
  expected: ReadonlyMap<string, readonly number[]>,
): string[] {
  const missing = [...expected.keys()].filter((target) => !places.has(target));
  const unexpected = [...places.keys()].filter((target) => !expected.has(target));
  const wrong = [...expected].flatMap(([target, shape]) => {
    const place = places.get(target);
    if (!place || isAlike(place.shape, shape)) return [];
    return [`has "${target}" in the shape [${place.shape}] where [${shape}] is needed`];
  });
  return [...listed('lacks', missing), ...listed('has no place for', unexpected), ...wrong.slice(0, 1)];
}

/** Whether two shapes differ by axes of length 1 at their ends at most: 1x1 convolutions and linear layers are kept either way. */
function isAlike(a: readonly number[], b: readonly number[]): boolean {
  const length = Math.max(a.length, b.length);
  return Array.from({ length }, (_, axis) => (a[axis] ?? 1) === (b[axis] ?? 1)).every(Boolean);
}

function listed(verb: string, names: string[]): string[] {
  if (names.length === 0) return [];
  const rest = names.length > 3 ? ` and ${names.length - 3} more` : '';
  const some = names.slice(0, 3).map((each) => `"${each}"`);
  return [`${verb} ${some.join(', ')}${rest}`];
}
