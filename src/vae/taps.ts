import type { Tensor4D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Statistics } from '@/kernels/weights';

/**
 * Places where the network lets itself be listened to, and steered: the two ways by which one cell reaches all
 * others. Names are diffusers' ("decoder.mid_block.attentions.0").
 */
export interface Taps {
  /** Gives the statistics a GroupNorm shall use. `measure` computes the map's own; not calling it saves that work. */
  norm?(name: string, measure: () => Statistics): Statistics;
  /** Gives the output of an attention branch, before it is added to the map. `compute` computes it. */
  attention?(name: string, compute: () => Tensor4D): Tensor4D;
}

/**
 * A record of what the norms and attention branches of one pass did. Make it with `record()` as the pass's taps; pass `replay()`
 * to a later one to freeze either or both. It owns its tensors until `dispose()`.
 */
export class Activations {
  private readonly norms = new Map<string, Statistics>();
  private readonly attentions = new Map<string, Tensor4D>();

  /** Taps that leave the pass as it is and keep what they see. */
  record(): Taps {
    return {
      norm: (name, measure) => {
        const statistics = measure();
        this.norms.set(name, {
          mean: tf.keep(tf.clone(statistics.mean)),
          variance: tf.keep(tf.clone(statistics.variance)),
        });
        return statistics;
      },
      attention: (name, compute) => {
        const output = compute();
        this.attentions.set(name, tf.keep(tf.clone(output)));
        return output;
      },
    };
  }

  /** Taps that put back what was recorded. @throws Error for a layer that the recorded pass did not have. */
  replay(freeze: { norm?: boolean; attention?: boolean }): Taps {
    return {
      ...(freeze.norm && { norm: (name: string) => recorded(this.norms, name) }),
      ...(freeze.attention && { attention: (name: string) => recorded(this.attentions, name) }),
    };
  }

  dispose(): void {
    for (const { mean, variance } of this.norms.values()) tf.dispose([mean, variance]);
    for (const output of this.attentions.values()) output.dispose();
    this.norms.clear();
    this.attentions.clear();
  }
}

function recorded<T>(table: Map<string, T>, name: string): T {
  const value = table.get(name);
  if (value === undefined) throw new Error(`Nothing was recorded for ${name}.`);
  return value;
}
