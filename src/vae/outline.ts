import type { ConvWeights, NormWeights, UpsampleWeights } from '@/kernels/weights';
import type { AutoencoderConfig } from './config';
import type { Weights } from './parameters';
import { shapes } from './shapes';

/**
 * The shapes of a network's weights without their numbers: stages that are built of them can be planned, not run.
 */
export class Outline implements Weights {
  private readonly shapes: Map<string, number[]>;

  constructor(config: AutoencoderConfig) {
    this.shapes = shapes(config);
  }

  has(name: string): boolean {
    return this.shapes.has(`${name}.weight`);
  }

  convolution(name: string): ConvWeights {
    const [outs, ins, height = 1, width = 1] = this.shape(name);
    return { filter: tensor([height, width, ins, outs]), bias: tensor([outs]) };
  }

  norm(name: string): NormWeights {
    const shape = this.shape(name);
    return { scale: tensor(shape), shift: tensor(shape) };
  }

  upsampler(name: string): UpsampleWeights {
    const [outs, ins] = this.shape(name);
    return { filters: Array.from({ length: 4 }, () => tensor([2, 2, ins, outs])), bias: tensor([outs]) };
  }

  private shape(name: string): number[] {
    const shape = this.shapes.get(`${name}.weight`);
    if (!shape) throw new Error(`The network has no "${name}".`);
    return shape;
  }
}

/** A stand-in that has of a tensor what stages ask of it before they run. */
function tensor<T>(shape: number[]): T {
  return { shape, size: shape.reduce((product, side) => product * side, 1) } as T;
}
