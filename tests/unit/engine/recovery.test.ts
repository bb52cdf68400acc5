import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '@/common/errors';
import type { BackendName } from '@/engine/backends/name';
import { type Remedy, remedy } from '@/engine/client/recovery';

describe('what is done about a failed call', () => {
  it.each<[string, ErrorCode, BackendName | null, number, Remedy]>([
    ["an edit that does not fit is the caller's affair", 'bad-edit', 'webgpu', 0, 'fail'],
    ['a defect of ours is not done again', 'internal', 'wasm', 0, 'fail'],
    ['a lost graphics processor moves on', 'device-lost', 'webgpu', 0, 'next'],
    ['a lost WebGL context is made anew once', 'device-lost', 'webgl', 0, 'again'],
    ['so are threads that stopped', 'device-lost', 'wasm', 0, 'again'],
    ['a worker that died before it had started is started again', 'device-lost', null, 0, 'again'],
    ['scripts that did not come are asked for again', 'network', null, 0, 'again'],
    ['a model that did not come is told', 'network', 'wasm', 0, 'fail'],
    ['a full graphics memory moves on', 'out-of-memory', 'webgpu', 1, 'next'],
    ['a full texture memory moves on', 'out-of-memory', 'webgl', 1, 'next'],
    ['a full heap is emptied once', 'out-of-memory', 'wasm', 1, 'again'],
    ['what an empty heap cannot hold is too large', 'out-of-memory', 'wasm', 2, 'fail-clean'],
    ['the same after moving on from a graphics processor', 'out-of-memory', 'cpu', 2, 'fail-clean'],
  ])('%s', (_title, code, backend, timesOutOfMemory, expected) => {
    expect(remedy({ code, backend, timesOutOfMemory })).toBe(expected);
  });

  it('moves on from a context that is lost twice', () => {
    expect(remedy({ code: 'device-lost', backend: 'webgl', timesOutOfMemory: 0, timesLost: 2 })).toBe('next');
  });
});
