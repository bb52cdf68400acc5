/**
 * WebKit evaluates the entry of a module worker a second time when a chunk imports it: two engines then answer one page, and
 * nothing works. So no chunk of the built worker may.
 */
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { moduleGraph, workerEntry } from './moduleGraph';

test('no chunk of the worker imports its entry', () => {
  if (!existsSync('dist/index.html')) throw new Error('There is no dist/: run "npm run build" first.');
  const { files, importers } = moduleGraph(workerEntry('dist/assets'));
  // The backends at least are loaded when they are tried.
  for (const backend of ['wasm', 'webgpu', 'webgl', 'cpu']) {
    expect(files.filter((file) => file.includes(`/${backend}-`))).not.toHaveLength(0);
  }
  expect(importers).toEqual([]);
});
