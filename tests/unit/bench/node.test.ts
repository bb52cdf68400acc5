import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { bundleForNode } from '../../../scripts/cli/build.mjs';

// Inside the project, from where its packages are found.
const folder = join(process.cwd(), '.vite', `drawing.${process.pid}`);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('what the tuner tries a device with can be drawn in a program for Node', async () => {
  await bundleForNode({ drawing: 'tests/unit/bench/drawing.ts' }, folder);
  const drawn = JSON.parse(
    execFileSync(process.execPath, [join(folder, 'drawing.js')], { encoding: 'utf8' }),
  );
  expect(new Set(drawn).size).toBe(3);
  for (const value of drawn) expect(Math.abs(value)).toBeLessThanOrEqual(1);
}, 60_000);
