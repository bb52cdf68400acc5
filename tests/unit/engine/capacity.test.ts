import { expect, test } from 'vitest';
import { plannedSizes, requireRoom } from '@/engine/worker/capacity';
import { muchMemory } from '@/session/models/muchMemory';
import { parseConfig } from '@/vae/config';
import type { Stage } from '@/vae/stage';

/** A doubling and a convolution of 8 channels: maps of 8 and of 32 numbers a pixel of the input. */
const STAGES: Stage[] = [
  {
    name: 'doubling',
    resize: 2,
    channels: { in: 8, out: 8 },
    work: () => 0,
    numbers: (rows, cols) => 40 * rows * cols,
    run: (flow) => flow,
    vjp: (_, dy) => dy,
  },
];

const MIB = 2 ** 20;
/** So large that the doubled map takes 128 MiB in float32. */
const SIDE = 1024;

test('a pass whose maps fit into the buffers of the device may start', () => {
  expect(() => requireRoom(STAGES, SIDE, SIDE, 'float32', 128 * MIB)).not.toThrow();
  expect(() => requireRoom(STAGES, SIDE, SIDE, 'float32')).not.toThrow();
});

test('one that does not is refused with what it needs, and with the way out that there is', () => {
  const attempt = (dtype: 'float32' | 'float16', largest: number) => {
    try {
      requireRoom(STAGES, SIDE, SIDE, dtype, largest);
    } catch (error) {
      return error as { code: string; message: string; advice: string };
    }
    return null;
  };
  expect(attempt('float32', 64 * MIB)).toMatchObject({
    code: 'bad-image',
    message: expect.stringMatching(/128 MiB and 160 MiB in all; this device holds at most 64 MiB/),
    advice: expect.stringMatching(/precision=half/),
  });
  expect(attempt('float16', 64 * MIB)).toBeNull();
  expect(attempt('float16', 32 * MIB)?.advice).not.toMatch(/precision=half/);
  expect(attempt('float32', 32 * MIB)?.advice).not.toMatch(/precision=half/);
});

test('what a picture will take follows from the config alone', () => {
  const config = parseConfig({
    block_out_channels: [128, 256, 512, 512],
    layers_per_block: 2,
    norm_num_groups: 32,
    latent_channels: 4,
  });
  const [small, , , large] = plannedSizes(config);
  // The fullest moment is in the decoder's last level: a block's maps of 256, 128 and 128 channels, and Winograd's workspace.
  const workspace = 2 * 2 ** 25 + 4 * 16 * 512 ** 2;
  expect(small).toEqual({ side: 256, bytes: 4 * 512 * 256 ** 2 + workspace });
  expect(large).toEqual({ side: 1024, bytes: 4 * 512 * 1024 ** 2 + workspace });
  // With so few channels nothing goes Winograd's way.
  const [mini] = plannedSizes(
    parseConfig({ ...config, block_out_channels: [16, 24, 48, 96], norm_num_groups: 8 }),
  );
  expect(mini.bytes).toBe(4 * (24 + 16 + 16) * 256 ** 2);
});

test('a pass that does not fit into the heap is refused before it is tried; one that takes more than 2 GiB is said', () => {
  const [room, tight] = [160 * MIB, 159 * MIB];
  expect(() => requireRoom(STAGES, SIDE, SIDE, 'float32', undefined, room)).not.toThrow();
  expect(() => requireRoom(STAGES, SIDE, SIDE, 'float32', undefined, tight)).toThrow(
    'needs arrays of 160 MiB in all; WebAssembly holds at most 159 MiB.',
  );
  // Stable Diffusion's, whose decode of 1024 pixels has 512 channels' numbers a pixel at once.
  const config = parseConfig({
    block_out_channels: [128, 256, 512, 512],
    layers_per_block: 2,
    norm_num_groups: 32,
  });
  const model = { name: 'SD', parameters: 84e6, memory: plannedSizes(config) };
  expect(muchMemory(model, 512)).toBeNull();
  expect(muchMemory(model, 1024)).toMatch(/^At 1024 px, SD takes about 2\.[3-6] GiB of memory\./);
  expect(muchMemory(model, 2048)).toMatch(/about 8\.[4-8] GiB/);
});
