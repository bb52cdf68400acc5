import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compileKernels } from '../../../scripts/kernels.mjs';

test('the compiled kernels are those of the sources', async () => {
  const committed = readFileSync(new URL('../../../src/kernels/wasm/compiled.ts', import.meta.url), 'utf8');
  expect(committed === (await compileKernels()), 'run `npm run kernels`').toBe(true);
}, 60_000);
