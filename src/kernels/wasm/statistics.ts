/** Mean and variance of each group of channels, on WebAssembly. */
import type * as tf from '@tensorflow/tfjs-core';
import { MEASURE, PIXELS_A_UNIT } from './assembly/fields';
import { currentTeam, type Team } from './team';

export function canMeasure(channels: number): boolean {
  return currentTeam() !== null && channels % 4 === 0;
}

/**
 * In one pass over the map: what was measured of some pixels each is put together in doubles (Chan, Golub and LeVeque 1983).
 * @param x `[1, H, W, C]`
 */
export function measureGroups(
  x: tf.TensorInfo,
  groups: number,
): { mean: Float32Array; variance: Float32Array } {
  const team = currentTeam() as Team;
  const [, height, width, channels] = x.shape;
  const pixels = height * width;
  const units = Math.ceil(pixels / PIXELS_A_UNIT);
  return team.withRoom([4 * units * 3 * channels], ([partial]) => {
    team.run({
      X: team.address(x),
      HEIGHT: height,
      WIDTH: width,
      INS: channels,
      PARTIAL: partial,
      OPERATION: MEASURE,
      UNITS: units,
    });
    const parts = team.floats(partial, units * 3 * channels);
    const mean = new Float32Array(groups);
    const variance = new Float32Array(groups);
    const size = channels / groups;
    for (let group = 0; group < groups; group++) {
      let count = 0;
      let average = 0;
      let squares = 0;
      for (let unit = 0; unit < units; unit++) {
        const more = Math.min(PIXELS_A_UNIT, pixels - unit * PIXELS_A_UNIT);
        for (let at = unit * 3 * channels + group * size, last = at + size; at < last; at++) {
          const rest = parts[at + channels];
          const difference = parts[at] + rest - average;
          count += more;
          average += (difference * more) / count;
          // Squares were summed about a mean that was a little off.
          squares += parts[at + 2 * channels] - more * rest ** 2;
          squares += (difference ** 2 * more * (count - more)) / count;
        }
      }
      mean[group] = average;
      variance[group] = squares / count;
    }
    return { mean, variance };
  });
}
