/** Files of which one half is damaged, and the other one is whole: what is then known of the network. */
import { InspectorError } from '@/common/errors';
import type { AutoencoderConfig } from '@/vae/config';
import { otherHalf } from '@/vae/finite';
import { PARTS, type Part, partOf, shapes } from '@/vae/shapes';
import { type InferredConfig, inferConfig } from './inferConfig';
import type { Place } from './places';

/** A half of a network that a file does not hold whole, and the refusal of whatever needs it. */
export interface BrokenHalf {
  part: Part;
  error: InspectorError;
}

type Places = ReadonlyMap<string, Pick<Place, 'shape'>>;
type Expected = ReadonlyMap<string, readonly number[]>;

/** Compares all names and shapes at once, so that a message can name the first of each kind of trouble. */
export function troublesOf(places: Places, expected: Expected, part?: Part): string[] {
  const concerns = (name: string) => part === undefined || partOf(name) === part;
  const missing = [...expected.keys()].filter((target) => concerns(target) && !places.has(target));
  const unexpected = [...places.keys()].filter((target) => concerns(target) && !expected.has(target));
  const wrong = [...expected].flatMap(([target, shape]) => {
    const place = places.get(target);
    if (!concerns(target) || !place || isAlike(place.shape, shape)) return [];
    return [`has "${target}" in the shape [${place.shape}] where [${shape}] is needed`];
  });
  return [...listed('lacks', missing), ...listed('has no place for', unexpected), ...wrong.slice(0, 1)];
}

/** The half that does not fit a configuration, where the other one does; null where none or both do not. */
export function brokenHalf(places: Places, config: AutoencoderConfig, name: string): BrokenHalf | null {
  const expected = shapes(config);
  const broken = PARTS.flatMap((part) => {
    const troubles = troublesOf(places, expected, part);
    return troubles.length > 0 ? [{ part, troubles }] : [];
  });
  if (broken.length !== 1) return null;
  const [{ part, troubles }] = broken;
  return {
    part,
    error: new InspectorError(
      'bad-model',
      `The ${part} of ${name} is not whole: it ${troubles.join('; it ')}.`,
      `Use the original file, or choose another model.${otherHalf(part)}`,
    ),
  };
}

/**
 * Reads the configuration from the shapes of one half, the other one being taken to be its mirror image, as in all models of
 * Stable Diffusion. Null where neither half makes a whole by itself.
 */
export function inferFromHalf(places: Places): InferredConfig | null {
  const found = new Map([...places].map(([target, { shape }]) => [target, shape]));
  for (const part of PARTS) {
    const own = new Map([...found].filter(([target]) => partOf(target) === part));
    const mirrored = part === 'encoder' ? withDecoder(own) : withEncoder(own);
    const known = mirrored && tryInfer(mirrored);
    if (known && troublesOf(places, shapes(known.config), part).length === 0) return known;
  }
  return null;
}

type Found = Map<string, readonly number[]>;

/** An encoder's shapes with those of the decoder that tell a configuration. */
function withDecoder(encoder: Found): Found | null {
  const widths = widthsOf(encoder, (level) => `encoder.down_blocks.${level}.resnets.0.conv1.weight`);
  const moments = encoder.get('encoder.conv_out.weight')?.[0];
  const colours = encoder.get('encoder.conv_in.weight')?.[1];
  if (widths.length === 0 || moments === undefined || colours === undefined) return null;
  const decoder: Found = new Map([
    ...widths
      .toReversed()
      .map((width, level): [string, number[]] => [
        `decoder.up_blocks.${level}.resnets.0.conv1.weight`,
        [width],
      ]),
    ['decoder.conv_in.weight', [widths.at(-1)!, moments / 2]],
    ['decoder.conv_out.weight', [colours]],
  ]);
  if (encoder.has('quant_conv.weight')) decoder.set('post_quant_conv.weight', []);
  return new Map([...encoder, ...decoder]);
}

/** A decoder's shapes with those of the encoder that tell a configuration. */
function withEncoder(decoder: Found): Found | null {
  const rising = widthsOf(decoder, (level) => `decoder.up_blocks.${level}.resnets.0.conv1.weight`);
  const colours = decoder.get('decoder.conv_out.weight')?.[0];
  if (rising.length === 0 || colours === undefined) return null;
  const widths = rising.toReversed();
  const encoder: Found = new Map([
    ['encoder.conv_in.weight', [widths[0], colours]],
    ...widths.map((width, level): [string, number[]] => [
      `encoder.down_blocks.${level}.resnets.0.conv1.weight`,
      [width],
    ]),
  ]);
  // The decoder has one layer more in each level.
  for (let layer = 1; decoder.has(`decoder.up_blocks.0.resnets.${layer + 1}.conv1.weight`); layer++) {
    encoder.set(`encoder.down_blocks.0.resnets.${layer}.conv1.weight`, [widths[0]]);
  }
  if (decoder.has('post_quant_conv.weight')) encoder.set('quant_conv.weight', []);
  if (decoder.has('decoder.mid_block.attentions.0.to_q.weight')) {
    encoder.set('encoder.mid_block.attentions.0.to_q.weight', []);
  }
  return new Map([...encoder, ...decoder]);
}

function widthsOf(found: Found, name: (level: number) => string): number[] {
  const widths: number[] = [];
  for (let width = found.get(name(0))?.[0]; width !== undefined; width = found.get(name(widths.length))?.[0])
    widths.push(width);
  return widths;
}

function tryInfer(found: Found): InferredConfig | null {
  try {
    return inferConfig(found);
  } catch (error) {
    if (error instanceof InspectorError) return null;
    throw error;
  }
}

/**
 * Tells whether two shapes differ by axes of length 1 at their ends at most: 1x1 convolutions and linear layers are kept either
 * way.
 */
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
