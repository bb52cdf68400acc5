import { type Dtype, numberBytes } from '@/kernels/dtype';
import { hasGrain, isNormalisedAhead, WINOGRAD_BYTES } from '@/kernels/webgpu/winograd';
import { type AutoencoderConfig, factor } from './config';
import { decoderStages } from './decoder';
import { encoderStages } from './encoder';
import { Outline } from './outline';
import type { Stage } from './stage';

/** Memory that a pass through the encoder or the decoder will take of the device, beside the weights. */
export interface MemoryPlan {
  /** Most bytes of maps that are there at once. */
  peakBytes: number;
  /** The stage at which that is: "decoder, level 4 of 4". */
  at: string;
  /** Bytes of the largest single map: what one buffer of the device has to hold. */
  largestFeatureMapBytes: number;
}

export interface PlanOptions {
  dtype?: Dtype;
  /** Maps are normalised before a convolution reads them (on software adapters), which takes one map more. */
  ahead?: boolean;
  /** Convolutions go Winograd's way, where they can, which needs room of its own. */
  winograd?: boolean;
}

/**
 * Plans encoding a picture of `height` x `width` pixels, and decoding it, from nothing but the network's config.
 *
 * @param options for the decode; an encode is in single precision always
 */
export function planNetwork(
  config: AutoencoderConfig,
  height: number,
  width: number,
  options: PlanOptions = {},
): { encode: MemoryPlan; decode: MemoryPlan } {
  const outline = new Outline(config);
  const side = factor(config);
  return {
    encode: planMemory(encoderStages(config, outline), height, width, { ...options, dtype: 'float32' }),
    decode: planMemory(decoderStages(config, outline), height / side, width / side, options),
  };
}

/** Plans a pass over an input of `rows` x `cols`, before it is run. */
export function planMemory(
  stages: readonly Stage[],
  rows: number,
  cols: number,
  { dtype = 'float32', ahead = false, winograd = false }: PlanOptions = {},
): MemoryPlan {
  const bytes = numberBytes(dtype);
  let scale = 1;
  const result: MemoryPlan = { peakBytes: 0, at: '', largestFeatureMapBytes: 0 };
  for (const stage of stages) {
    const [height, width] = [rows * scale, cols * scale];
    const { in: ins, out: outs } = stage.channels;
    const onTheWay = winograd && hasGrain(ins, outs);
    const copied = ahead && !(onTheWay && !isNormalisedAhead(bytes * ins * height * width));
    const peakBytes = bytes * stage.numbers(height, width, copied) + (onTheWay ? WINOGRAD_BYTES : 0);
    if (peakBytes > result.peakBytes) Object.assign(result, { peakBytes, at: stage.name });
    const featureMap = bytes * Math.max(ins, outs * stage.resize ** 2) * height * width;
    result.largestFeatureMapBytes = Math.max(result.largestFeatureMapBytes, featureMap);
    scale *= stage.resize;
  }
  return result;
}
