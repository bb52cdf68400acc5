import { expect, test } from 'vitest';
import { syntheticTensor, syntheticUniform } from '@/models/synthetic';

/** The hash once more, in whole numbers without a size: slow, and nothing can overflow. */
function reference(seed: number, name: string, index: number): number {
  const word = (1n << 32n) - 1n;
  let key = 0x811c9dc5n;
  for (const byte of new TextEncoder().encode(`${seed}:${name}`))
    key = ((key ^ BigInt(byte)) * 0x01000193n) & word;
  let z = (key + BigInt(index + 1) * 0x9e3779b9n) & word;
  z ^= z >> 16n;
  z = (z * 0x21f0aaadn) & word;
  z ^= z >> 15n;
  z = (z * 0x735a2d97n) & word;
  z ^= z >> 15n;
  return Number(z >> 8n) / 2 ** 23 - 1;
}

test('the generator follows its definition', () => {
  for (const [seed, name] of [
    [1, 'image'],
    [7, 'decoder.up_blocks.3.resnets.2.conv2.weight'],
    [2, 'ü'],
  ] as const) {
    const values = syntheticUniform(seed, name, 1000);
    expect([...values]).toEqual(Array.from(values, (_, index) => reference(seed, name, index)));
  }
});

test('norms lie around one, biases around zero, filters by their fan-in', () => {
  const largest = (values: Float32Array) =>
    values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const norm = syntheticTensor(1, 'encoder.conv_norm_out.weight', [512]);
  expect(norm.every((value) => value >= 0.7998 && value <= 1.2002)).toBe(true);
  expect(largest(syntheticTensor(1, 'encoder.conv_norm_out.bias', [512]))).toBeLessThanOrEqual(0.1001);
  const filter = largest(syntheticTensor(1, 'encoder.conv_out.weight', [8, 64, 3, 3]));
  expect(filter / Math.sqrt(3 / (64 * 9))).toBeCloseTo(1, 2);
});
