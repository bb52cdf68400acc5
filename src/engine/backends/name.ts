export type BackendName = 'webgpu' | 'wasm' | 'webgl' | 'cpu';
