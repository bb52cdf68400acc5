/** A check, before a pass starts, of whether it fits the device. */
import { InspectorError } from '@/common/errors';
import { type Dtype, numberBytes } from '@/kernels/dtype';
import type { AutoencoderConfig } from '@/vae/config';
import { planMemory, planNetwork } from '@/vae/memory';
import type { Stage } from '@/vae/stage';

const MIB = 2 ** 20;

/** Sides of square pictures for which a network's memory is told, pixels. */
const SIDES = [256, 512, 768, 1024];

/** Bytes, at the fullest moment, that a picture takes beside the weights while it is encoded or decoded in single precision. */
export function plannedSizes(config: AutoencoderConfig): { side: number; bytes: number }[] {
  return SIDES.map((side) => {
    const { encode, decode } = planNetwork(config, side, side, { winograd: true });
    return { side, bytes: Math.max(encode.peakBytes, decode.peakBytes) };
  });
}

/**
 * @param rows of the input that the stages begin with
 * @param largestBuffer bytes; absent where it is not known ahead
 * @param largestHeap bytes of all maps together; absent where there is no such limit
 * @throws InspectorError `bad-image` where a map is larger than one of the device's buffers, or all that are there at once than its
 * heap: it will not help to try
 */
export function requireRoom(
  stages: readonly Stage[],
  rows: number,
  cols: number,
  dtype: Dtype,
  largestBuffer = Number.POSITIVE_INFINITY,
  largestHeap = Number.POSITIVE_INFINITY,
): void {
  const { largestFeatureMapBytes, peakBytes } = planMemory(stages, rows, cols, { dtype });
  if (peakBytes > largestHeap) {
    throw new InspectorError(
      'bad-image',
      `A picture of this size needs arrays of ${mib(peakBytes)} MiB in all; WebAssembly holds at most ${mib(largestHeap)} MiB.`,
      'Choose a smaller size. Your edits are kept.',
    );
  }
  if (largestFeatureMapBytes <= largestBuffer) return;
  const inFloat16 = (largestFeatureMapBytes / numberBytes(dtype)) * numberBytes('float16') <= largestBuffer;
  throw new InspectorError(
    'bad-image',
    `A picture of this size needs arrays of ${mib(largestFeatureMapBytes)} MiB and ${mib(peakBytes)} MiB in all; this device holds at most ${mib(largestBuffer)} MiB in one.`,
    inFloat16 && dtype === 'float32'
      ? 'Choose a smaller size, or add precision=half to the address: that takes half the memory, and three digits. Your edits are kept.'
      : 'Choose a smaller size. Your edits are kept.',
  );
}

function mib(bytes: number): number {
  return Math.ceil(bytes / MIB);
}
