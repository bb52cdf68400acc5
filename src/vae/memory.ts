import { numberBytes, type Storage } from '../kernels/storage';
import { WINOGRAD_BYTES } from '../kernels/webgpu/winograd';
import type { Stage } from './stage';

/** What a pass through the encoder or the decoder will take of the device, beside the weights. */
export interface MemoryPlan {
  /** Most bytes of maps that are there at once. */
  peakBytes: number;
  /** The stage at which that is: "decoder, level 4 of 4". */
  at: string;
  /** Bytes of the largest single map: what one buffer of the device has to hold. */
  largestMapBytes: number;
}

/**
 * Plans a pass over an input of `rows` x `cols`, before it is run.
 *
 * @param ahead maps are normalised before a convolution reads them (on software adapters), which takes one map more
 * @param winograd convolutions go Winograd's way, which needs room of its own
 */
export function planMemory(
  stages: readonly Stage[],
  rows: number,
  cols: number,
  {
    storage = 'float',
    ahead = false,
    winograd = false,
  }: { storage?: Storage; ahead?: boolean; winograd?: boolean } = {},
): MemoryPlan {
  const bytes = numberBytes(storage);
  let scale = 1;
  const result: MemoryPlan = { peakBytes: 0, at: '', largestMapBytes: 0 };
  for (const stage of stages) {
    const [height, width] = [rows * scale, cols * scale];
    const peakBytes = bytes * stage.numbers(height, width, ahead) + (winograd ? WINOGRAD_BYTES : 0);
    if (peakBytes > result.peakBytes) Object.assign(result, { peakBytes, at: stage.name });
    const map = bytes * Math.max(stage.channels.in, stage.channels.out * stage.resize ** 2) * height * width;
    result.largestMapBytes = Math.max(result.largestMapBytes, map);
    scale *= stage.resize;
  }
  return result;
}
