/** The text of `src/kernels/wasm/compiled.ts`. */
export function compileKernels(): Promise<string>;
