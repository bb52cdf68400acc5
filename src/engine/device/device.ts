/**
 * Choice of the backend that computes, and its reasons: a pure decision over what was found out about the machine (`probe.ts`
 * finds it out). A 3x3 convolution on a software WebGPU adapter runs about a hundred times slower than in WebAssembly on the same
 * processor, so such an adapter is never chosen without being asked for.
 */

import type { BackendName } from '../backends/name';
import type { DeviceReport, Precision } from '../protocol';

export type Rejection = DeviceReport['rejected'][number];

/** WebGPU's words about its adapter (`GPUAdapterInfo`). */
export interface AdapterFacts {
  vendor: string;
  architecture: string;
  device: string;
  description: string;
  isFallbackAdapter: boolean;
}

/** Facts that the choice depends on. */
export interface MachineFacts {
  /** `none`: the browser has WebGPU but offers no adapter. `silent`: it did not answer. */
  webgpu: AdapterFacts | 'unsupported' | 'none' | 'silent';
  /** True where WebAssembly has SIMD instructions. */
  simd: boolean;
  /** True where the page is cross-origin isolated, without which no memory is shared between threads. */
  isolated: boolean;
  /** True where memory can be shared between threads; as `isolated` where it is left out. */
  sharesMemory?: boolean;
  /**
   * Abilities that a policy of the page (Content-Security-Policy) forbids, or seems to; none where it is left out. `by`: the
   * directive against threads, where the browser has named it.
   */
  forbidden?: { wasm: boolean; threads: boolean; by?: string | null };
  /** `navigator.hardwareConcurrency`. */
  cores: number;
}

/** Backends from best to last; the first that passes the self-test computes. */
export interface DevicePlan {
  order: BackendName[];
  /** Backends not tried, with what is wrong with them. */
  rejected: Rejection[];
}

/** Best first. */
export const BACKENDS: readonly BackendName[] = ['webgpu', 'wasm', 'webgl', 'cpu'];

/** tfjs's WebAssembly build starts eight threads in advance; asking for more would wait for ever. */
const MAX_THREADS = 8;

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|software|basic render|\bwarp\b/i;

/**
 * The order in which to try backends.
 * @param wanted A visitor's choice: tried first, even in software.
 * @param excluded Backends that failed before in this session (a lost device), with the reason.
 * @param only No other one is tried.
 */
export function planDevice(
  facts: MachineFacts,
  wanted?: BackendName,
  excluded: readonly Rejection[] = [],
  only?: BackendName,
): DevicePlan {
  const rejected: Rejection[] = [...excluded];
  const order: BackendName[] = [];
  for (const backend of wanted ? [wanted, ...BACKENDS.filter((other) => other !== wanted)] : BACKENDS) {
    if (excluded.some((rejection) => rejection.backend === backend)) continue;
    if (only !== undefined && backend !== only) continue;
    const reason = obstacle(backend, facts, backend === wanted);
    if (reason === null) order.push(backend);
    else rejected.push({ backend, reason });
  }
  return { order, rejected };
}

/** The obstacle to a backend, as a sentence; null where there is none. */
function obstacle(backend: BackendName, facts: MachineFacts, wanted: boolean): string | null {
  if (backend === 'webgpu') {
    if (facts.webgpu === 'unsupported') return 'This browser has no WebGPU.';
    if (facts.webgpu === 'silent') return 'WebGPU did not answer when it was asked for an adapter.';
    if (facts.webgpu === 'none') return 'This browser offers no WebGPU adapter on this computer.';
    if (isSoftware(facts.webgpu) && !wanted) {
      return `WebGPU runs in software here (${adapterName(facts.webgpu)}), which is slower than WebAssembly.`;
    }
  }
  if (backend === 'wasm' && facts.forbidden?.wasm) {
    return "A policy of this page forbids WebAssembly: its script-src has no 'wasm-unsafe-eval'.";
  }
  if (backend === 'wasm' && !facts.simd) return 'This browser has no SIMD in WebAssembly.';
  return null;
}

/** Tells whether the adapter computes on the processor, which it may say in any of these ways. */
export function isSoftware(adapter: AdapterFacts): boolean {
  return (
    adapter.isFallbackAdapter ||
    [adapter.vendor, adapter.architecture, adapter.device, adapter.description].some(isSoftwareName)
  );
}

/** Tells whether a name of a device, or a label with it, is that of a program that computes on the processor. */
export function isSoftwareName(name: string): boolean {
  return SOFTWARE.test(name);
}

/** The adapter in its own words: its description, or vendor and architecture where browsers hide that. */
export function adapterName(adapter: AdapterFacts): string {
  if (adapter.description) return adapter.description;
  const words = [adapter.vendor, adapter.architecture].filter((word) => word !== '');
  return words.length > 0 ? words.join(' ') : 'unnamed adapter';
}

/** Number of threads that WebAssembly gets: one without shared memory, else one a core, at most eight. */
export function threadCount(facts: MachineFacts): number {
  const shared = facts.sharesMemory ?? facts.isolated;
  return shared && !facts.forbidden?.threads ? Math.max(1, Math.min(facts.cores, MAX_THREADS)) : 1;
}

function whyOneThread({ isolated, sharesMemory = isolated, forbidden }: MachineFacts): string | null {
  if (!isolated) return 'this page is not cross-origin isolated.';
  if (!sharesMemory) return 'this browser shares no memory between threads.';
  if (!forbidden?.threads) return null;
  if (forbidden.by)
    return `a policy of this page (${forbidden.by}) forbids workers made of text, as threads are.`;
  // A browser may refuse such a worker without a word, as a very busy one would.
  return 'no other one started: a policy of this page may forbid workers made of text (its worker-src has no blob:).';
}

/** The graphics processor that a backend computes on, as it names itself; null for those of the processor. */
export function adapterOf(backend: BackendName, facts: MachineFacts, renderer?: string): string | null {
  if (backend === 'webgl') return renderer ?? null;
  if (backend !== 'webgpu' || typeof facts.webgpu === 'string') return null;
  return adapterName(facts.webgpu);
}

/**
 * The words for what computes, for people: "WebGPU, nvidia ampere", "this computer's CPU, 2 threads".
 * @param renderer WebGL's name for what draws, known once it runs
 */
export function deviceLabel(
  backend: BackendName,
  facts: MachineFacts,
  threads: number,
  renderer = 'unnamed renderer',
  precision: Precision = 'single',
): string {
  switch (backend) {
    case 'webgpu': {
      const name = typeof facts.webgpu === 'string' ? 'unnamed adapter' : adapterName(facts.webgpu);
      return `WebGPU, ${name}${precision === 'half' ? ', decoding in half precision' : ''}`;
    }
    case 'wasm':
      return `this computer's CPU, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
    case 'webgl':
      return `WebGL, ${renderer}`;
    case 'cpu':
      return "this computer's CPU, in plain JavaScript";
  }
}

/** One sentence or two: why this backend and not a better one. */
export function deviceReason(
  backend: BackendName,
  facts: MachineFacts,
  rejected: readonly Rejection[],
  wanted?: BackendName,
): string {
  if (backend === wanted) return 'You asked for it.';
  const against = (better: BackendName) => rejected.find((rejection) => rejection.backend === better)?.reason;
  if (wanted && against(wanted)) return `You asked for ${BACKEND_TITLES[wanted]}. ${against(wanted)}`;
  if (backend === 'webgpu') return 'The graphics processor is the fastest choice.';
  const better = BACKENDS.slice(0, BACKENDS.indexOf(backend)).filter((name) => against(name));
  const reasons = better.map((name) => against(name));
  const single = backend === 'wasm' && facts.cores > 1 ? whyOneThread(facts) : null;
  if (single) reasons.push(`It uses one thread because ${single}`);
  return reasons.join(' ') || 'It is the best that this browser offers.';
}

/** A sentence that says why fewer threads compute than the browser reports cores; null where none was sent away (`trial.ts`). */
export function whyFewerThreads(
  { cores }: Pick<MachineFacts, 'cores'>,
  { threads, surplus = 0 }: { threads: number; surplus?: number | undefined },
): string | null {
  if (surplus === 0) return null;
  return `It uses ${threads} threads: this browser reports ${cores} cores, but of ${threads + surplus} threads that were tried at the start only ${threads} had one.`;
}

/** Names of the backends, for people. */
export const BACKEND_TITLES: Record<BackendName, string> = {
  webgpu: 'WebGPU',
  wasm: 'WebAssembly',
  webgl: 'WebGL',
  cpu: 'plain JavaScript',
};
