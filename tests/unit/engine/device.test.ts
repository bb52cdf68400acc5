import { describe, expect, it } from 'vitest';
import {
  type AdapterFacts,
  adapterName,
  deviceLabel,
  deviceReason,
  isSoftware,
  type MachineFacts,
  planDevice,
  threadCount,
} from '@/engine/device/device';
import { adapterFacts } from '@/engine/device/probe';

const adapter = (facts: Partial<AdapterFacts>): AdapterFacts => ({
  vendor: '',
  architecture: '',
  device: '',
  description: '',
  isFallbackAdapter: false,
  ...facts,
});

const machine = (facts: Partial<MachineFacts>): MachineFacts => ({
  webgpu: 'unsupported',
  simd: true,
  isolated: true,
  cores: 4,
  ...facts,
});

const hardware = adapter({ vendor: 'apple', architecture: 'metal-3' });
const swiftshader = adapter({ vendor: 'google', architecture: 'swiftshader' });

describe('the order of backends', () => {
  it('starts with WebGPU on a hardware adapter', () => {
    expect(planDevice(machine({ webgpu: hardware })).order).toEqual(['webgpu', 'wasm', 'webgl', 'cpu']);
  });

  it.each([
    ['a fallback adapter', adapter({ vendor: 'acme', isFallbackAdapter: true })],
    ['SwiftShader by its architecture', swiftshader],
    ['llvmpipe by its description', adapter({ description: 'llvmpipe (LLVM 15.0.6, 256 bits)' })],
    ['lavapipe by its device', adapter({ vendor: 'mesa', device: 'lavapipe' })],
    ['Windows WARP by its description', adapter({ description: 'Microsoft Basic Render Driver' })],
  ])('passes over %s and says so', (_title, webgpu) => {
    expect(isSoftware(webgpu)).toBe(true);
    const { order, rejected } = planDevice(machine({ webgpu }));
    expect(order[0]).toBe('wasm');
    expect(order).not.toContain('webgpu');
    expect(rejected.find(({ backend }) => backend === 'webgpu')?.reason).toContain('in software');
  });

  it('does not take a hardware adapter for software', () => {
    expect(isSoftware(adapter({ vendor: 'nvidia', architecture: 'ampere', description: 'NVIDIA T4' }))).toBe(
      false,
    );
  });

  it('tells a browser without WebGPU from one without an adapter', () => {
    const reasons = (['unsupported', 'none'] as const).map(
      (webgpu) => planDevice(machine({ webgpu })).rejected[0],
    );
    expect(reasons[0]).toEqual({ backend: 'webgpu', reason: 'This browser has no WebGPU.' });
    expect(reasons[1].reason).toContain('no WebGPU adapter');
  });

  it('passes over WebAssembly without SIMD', () => {
    const { order, rejected } = planDevice(machine({ simd: false }));
    expect(order).toEqual(['webgl', 'cpu']);
    expect(rejected.map(({ backend }) => backend)).toEqual(['webgpu', 'wasm']);
  });

  it("puts the visitor's choice first, even in software, and keeps the others behind it", () => {
    expect(planDevice(machine({ webgpu: swiftshader }), 'webgpu').order).toEqual([
      'webgpu',
      'wasm',
      'webgl',
      'cpu',
    ]);
    expect(planDevice(machine({ webgpu: hardware }), 'cpu').order).toEqual([
      'cpu',
      'webgpu',
      'wasm',
      'webgl',
    ]);
  });

  it('cannot grant what is not there', () => {
    const { order, rejected } = planDevice(machine({ webgpu: 'none' }), 'webgpu');
    expect(order[0]).toBe('wasm');
    expect(rejected[0].backend).toBe('webgpu');
  });

  it('leaves out what failed before, even when asked for', () => {
    const lost = { backend: 'webgpu' as const, reason: 'The graphics processor was lost.' };
    const { order, rejected } = planDevice(machine({ webgpu: hardware }), 'webgpu', [lost]);
    expect(order).toEqual(['wasm', 'webgl', 'cpu']);
    expect(rejected).toContainEqual(lost);
  });
});

describe('threads', () => {
  it('are one a core, at most eight, and one without isolation', () => {
    expect(threadCount(machine({ cores: 2 }))).toBe(2);
    expect(threadCount(machine({ cores: 64 }))).toBe(8);
    expect(threadCount(machine({ cores: 64, isolated: false }))).toBe(1);
    expect(threadCount(machine({ cores: 64, sharesMemory: false }))).toBe(1);
    expect(threadCount(machine({ forbidden: { wasm: false, threads: true } }))).toBe(1);
  });
});

describe('words for people', () => {
  it('label the device', () => {
    expect(deviceLabel('webgpu', machine({ webgpu: hardware }), 1)).toBe('WebGPU, apple metal-3');
    expect(deviceLabel('wasm', machine({}), 2)).toBe("this computer's CPU, 2 threads");
    expect(deviceLabel('wasm', machine({}), 1)).toBe("this computer's CPU, 1 thread");
    expect(deviceLabel('webgl', machine({}), 1, 'Mesa Intel Arc')).toBe('WebGL, Mesa Intel Arc');
    expect(adapterName(adapter({ vendor: 'nvidia', description: 'NVIDIA H200' }))).toBe('NVIDIA H200');
    expect(adapterName(adapter({}))).toBe('unnamed adapter');
  });

  const reasonOn = (facts: MachineFacts, wanted?: 'webgpu' | 'cpu') => {
    const { order, rejected } = planDevice(facts, wanted);
    return deviceReason(order[0], facts, rejected, wanted);
  };

  it('say why', () => {
    expect(reasonOn(machine({ webgpu: hardware }))).toBe('The graphics processor is the fastest choice.');
    expect(reasonOn(machine({ webgpu: swiftshader }))).toBe(
      'WebGPU runs in software here (google swiftshader), which is slower than WebAssembly.',
    );
    expect(reasonOn(machine({ webgpu: hardware }), 'cpu')).toBe('You asked for it.');
    expect(reasonOn(machine({ webgpu: 'none' }), 'webgpu')).toBe(
      'You asked for WebGPU. This browser offers no WebGPU adapter on this computer.',
    );
    expect(reasonOn(machine({ isolated: false }))).toBe(
      'This browser has no WebGPU. It uses one thread because this page is not cross-origin isolated.',
    );
    expect(reasonOn(machine({ sharesMemory: false }))).toBe(
      'This browser has no WebGPU. It uses one thread because this browser shares no memory between threads.',
    );
  });
});

describe('what an adapter says of itself', () => {
  const asked = (fields: object) => adapterFacts(fields as GPUAdapter);

  it('is taken from its info', () => {
    const info = { vendor: 'apple', architecture: 'metal-3', device: '', description: '' };
    expect(asked({ info })).toEqual(hardware);
    expect(asked({ info: { ...info, isFallbackAdapter: true } }).isFallbackAdapter).toBe(true);
  });

  it('is nothing in browsers that have no info, except whether it is a fallback', () => {
    expect(asked({})).toEqual(adapter({}));
    expect(asked({ isFallbackAdapter: true })).toEqual(adapter({ isFallbackAdapter: true }));
  });
});

describe('a policy of the page', () => {
  it('that forbids WebAssembly leaves it out, and is named', () => {
    const { order, rejected } = planDevice(machine({ forbidden: { wasm: true, threads: false } }), 'wasm');
    expect(order).toEqual(['webgl', 'cpu']);
    expect(rejected.find(({ backend }) => backend === 'wasm')?.reason).toContain("'wasm-unsafe-eval'");
  });

  it('that forbids threads is named', () => {
    const facts = machine({ forbidden: { wasm: false, threads: true } });
    expect(deviceReason('wasm', facts, planDevice(facts).rejected)).toContain('worker-src has no blob:');
  });
});
