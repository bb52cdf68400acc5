/** The reason why a latent from a file is none of the open model, and the models of which it would be one. */
import { InspectorError } from '@/common/errors';
import type { LatentFile } from '@/formats/latent/file';
import { type Layout, layoutsOf, withoutGrid } from '@/formats/latent/shape';
import type { ModelManifest } from '@/models/manifest';
import { plural } from '../parts/format';

/** The part of a model's manifest that tells whether its latents are what a file fits. */
export type OtherModel = Pick<ModelManifest, 'name'> & { config: { latent_channels?: number } };

/** Numbers of channels that models have whose latents people keep, and whose these are. */
const CHANNEL_COUNTS: readonly [number, string][] = [
  [4, 'SD 1.x, SD 2.x and SDXL'],
  [16, 'FLUX.1, SD 3 and Z-Image'],
  [32, 'FLUX.2'],
];

/** The refusal of a file that is no latent of the open model: which it would be one of. */
export function otherChannels(
  file: LatentFile,
  model: string,
  channels: number,
  models: readonly OtherModel[],
): InspectorError {
  const { name, shape } = file;
  const fits = (count: number) =>
    layoutsOf(file, count, count === 32).some((layout) => isTelling(file, layout));
  const named = models.filter(({ config }) => fits(config.latent_channels ?? 0)).map((other) => other.name);
  const kinds = CHANNEL_COUNTS.filter(([count]) => count !== channels && fits(count));
  if (shape.includes(0)) {
    throw new InspectorError(
      'bad-file',
      `${name} is empty: it has the shape [${shape.join(', ')}], without a number in it.`,
      'Choose a file that holds a latent.',
    );
  }
  const counts = [
    ...kinds.map(([count]) => count),
    ...models.map(({ config }) => config.latent_channels ?? 0),
  ];
  const [kind] = layoutsOf(file, counts.find(fits) ?? 0);
  const gridless = kind === 'packed' ? withoutGrid(file, name) : null;
  // A model that it fits would not open it either.
  if (gridless) return gridless;
  const wanted = `latents of ${model} have ${plural(channels, 'channel')}`;
  const message = `${name} has the shape [${shape.join(', ')}], which is no latent of the open model: ${wanted}.`;
  if (named.length > 0) {
    return new InspectorError(
      'bad-file',
      message,
      `It fits ${listOf(named)}: open a picture in that model first, then the latent.`,
    );
  }
  const [usual] = kinds;
  if (usual) {
    const [count, whose] = usual;
    return new InspectorError(
      'bad-file',
      message,
      `It fits models of ${count} channels, as those of ${whose} are: open a picture in such a model first, then the latent.`,
    );
  }
  // Twice the channels were looked for, and it may have just as many as the model.
  if (file.moments) {
    return new InspectorError(
      'bad-file',
      `${name} has the shape [${shape.join(', ')}] and calls it moments: a mean and a log-variance one after the other, which for latents of ${model} are ${2 * channels} channels.`,
      'If it is a latent itself, save it under the name "latents".',
    );
  }
  const drawn = shape.length >= 3 && (shape.at(-1) === 3 || shape.at(-3) === 3) && channels !== 3;
  const axes = drawn
    ? 'With 3 channels it is a picture, most likely: save it as PNG and open that.'
    : shape.length < 3
      ? `${plural(shape.length, 'axis is', 'axes are')} too few for channels, rows and columns.`
      : shape.length > 5
        ? `${shape.length} axes are more than a latent has.`
        : '';
  return new InspectorError(
    'bad-file',
    message,
    `${axes} What fits is [1, ${channels}, rows, columns], [${channels}, rows, columns], or the channels last.`.trim(),
  );
}

/** So many tokens are those of a picture of 256 pixels. */
const FEWEST_TOKENS = 256;

/**
 * Tells whether a layout that fits says more than that some number happens to be a multiple: filters, masks and pictures fit the
 * others of some model as well.
 */
function isTelling({ shape, sides, moments }: LatentFile, layout: Layout): boolean {
  if (layout === 'packed') return sides != null || (shape.at(-2) ?? 0) >= FEWEST_TOKENS;
  return (
    moments === true ||
    layout === 'patches' ||
    layout === 'channels-first' ||
    layout === 'channels-last' ||
    layout === 'frames'
  );
}

/** "a, b or c". */
function listOf(names: readonly string[]): string {
  const shown = names.slice(0, 4);
  return [shown.slice(0, -1).join(', '), ...shown.slice(-1)].filter(Boolean).join(' or ');
}
