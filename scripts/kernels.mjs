/** `npm run kernels`: compiles the WebAssembly kernels, of which `src/kernels/wasm/compiled.ts` holds the result. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';
import { installDependencies, ROOT, requireNode } from './install.mjs';

const FOLDER = join(ROOT, 'src', 'kernels', 'wasm');

/** Processors that multiply and add in one step, in browsers with relaxed SIMD, take one build, all others the other. */
const PROCESSORS = { fused: ['--enable', 'relaxed-simd'], plain: [] };
/** Memory is shared by threads, or it is not. */
const MEMORIES = { shared: ['--sharedMemory'], alone: [] };

/** The text of `compiled.ts`. */
export async function compileKernels() {
  const lines = [];
  for (const [processor, processorOptions] of Object.entries(PROCESSORS)) {
    for (const [memory, memoryOptions] of Object.entries(MEMORIES)) {
      const binary = await compile([...processorOptions, ...memoryOptions]);
      const text = Buffer.from(binary).toString('base64');
      lines.push(
        `  '${processor} ${memory}':`,
        // Lines of a length that editors and reviews can bear.
        ...text.match(/.{1,100}/g).map((part, index) => `    ${index === 0 ? '' : '+ '}'${part}'`),
      );
      lines[lines.length - 1] += ',';
    }
  }
  return `// Made from \`assembly/\` by \`npm run kernels\`.

/** WebAssembly modules in base64. */
export const COMPILED = {
${lines.join('\n')}
};
`;
}

async function compile(options) {
  let binary;
  const { error, stderr } = await asc.main(
    [
      'index.ts',
      '--outFile',
      'kernels.wasm',
      '-O3',
      '--runtime',
      'stub',
      '--importMemory',
      '--initialMemory',
      '1',
      '--maximumMemory',
      '65536',
      '--enable',
      'simd',
      '--enable',
      'threads',
      ...options,
    ],
    {
      readFile: (name, base) => {
        try {
          return readFileSync(join(base === '.' ? join(FOLDER, 'assembly') : base, name), 'utf8');
        } catch {
          return null;
        }
      },
      writeFile: (name, contents) => {
        if (name === 'kernels.wasm') binary = contents;
      },
      listFiles: () => [],
    },
  );
  if (error) throw new Error(`The kernels do not compile.\n${String(stderr).slice(0, 2000)}`);
  return binary;
}

if (process.argv[1] === import.meta.filename) {
  requireNode();
  installDependencies();
  writeFileSync(join(FOLDER, 'compiled.ts'), await compileKernels());
}
