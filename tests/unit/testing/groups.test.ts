import { existsSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ENDURANCE, EXHAUSTIVE, filesFor, HOSTING } from '../../groups';

test('every test file in Chromium belongs to a device, or to both', () => {
  const [processor, graphics] = [filesFor('processor'), filesFor('graphics')];
  const all = ['kernels', 'golden', 'experiments', 'inpage', 'bench'].flatMap((folder) =>
    readdirSync(`tests/${folder}`)
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => `tests/${folder}/${name}`),
  );
  expect([...new Set([...processor, ...graphics])].sort()).toEqual(all.sort());
  expect(processor).toContain('tests/golden/golden.test.ts');
  expect(graphics).toContain('tests/golden/golden.test.ts');
  expect(processor).not.toContain('tests/kernels/winograd.test.ts');
  expect(graphics).not.toContain('tests/kernels/threads.test.ts');
});

test('the files that groups list are there', () => {
  const listed = [...HOSTING, ...EXHAUSTIVE, ...ENDURANCE];
  expect(listed.filter((file) => !existsSync(file))).toEqual([]);
  // Another backend's tests of such a file run in another group all the same.
  expect(ENDURANCE.filter((file) => !filesFor('processor').includes(file))).toEqual([]);
});
