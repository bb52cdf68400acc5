/**
 * `npm run bench`: this project's network, the same in stock tfjs and the same in onnxruntime-web, side by side in one run. See
 * `npm run bench -- --help`. Nothing else should run meanwhile.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { installDependencies, requireNode } from './install.mjs';

const USAGE = `npm run bench -- [options]

  --model NAME         full (Stable Diffusion's), mini-planted or tiny; by default mini-planted
  --size N,N           sides of the square pictures in pixels, smallest first; by default 64,128
  --backends A,B       webgpu, wasm; by default both
  --only A,B           ours, tfjs, ort; by default all. The first is what the others are compared with
  --runs N             timed runs of each, after one that is only compared; by default 5
  --threads N          for WebAssembly; by default one a core, at most 8
  --limit SECONDS      a contender is stopped when one run takes longer; by default 300
  --half               also this project in half precision where the adapter has no shader-f16
  --kernels            also every layer by itself, and the rate of a matrix product on the WebGPU device
  --json FILE          where the whole result is written
  --node               in Node, with the package "webgpu" where it is installed, instead of Chromium
`;

const CHOICES = {
  model: ['full', 'mini-planted', 'tiny'],
  backends: ['webgpu', 'wasm'],
  frameworks: ['ours', 'tfjs', 'ort'],
};

requireNode();
const { options, json, inNode } = readArguments();
installDependencies();
const started = Date.now();
const log = (line) =>
  console.error(`${String(Math.round((Date.now() - started) / 1000)).padStart(5)} s  ${line}`);
const { benchInNode } = await import('./bench/node.mjs');
const { benchInChromium } = await import('./bench/chromium.mjs');
const { report, text } = await (inNode ? benchInNode(options, log) : benchInChromium(options, log));
console.log(`\n${text}`);
if (json) writeFileSync(json, `${JSON.stringify(report, null, 1)}\n`);

function readArguments() {
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        model: { type: 'string', default: 'mini-planted' },
        size: { type: 'string', default: '64,128' },
        backends: { type: 'string', default: 'webgpu,wasm' },
        only: { type: 'string', default: 'ours,tfjs,ort' },
        runs: { type: 'string', default: '5' },
        threads: { type: 'string', default: String(Math.min(8, cpus().length)) },
        limit: { type: 'string', default: '300' },
        half: { type: 'boolean', default: false },
        kernels: { type: 'boolean', default: false },
        json: { type: 'string' },
        node: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    refuse(error.message);
  }
  if (values.help) {
    console.log(USAGE);
    process.exit(0);
  }
  return {
    json: values.json,
    inNode: values.node,
    options: {
      model: chosen('--model', [values.model], CHOICES.model)[0],
      sizes: values.size
        .split(',')
        .map((size) => count('--size', size, 8))
        .sort((a, b) => a - b),
      backends: chosen('--backends', values.backends.split(','), CHOICES.backends),
      frameworks: chosen('--only', values.only.split(','), CHOICES.frameworks),
      runs: count('--runs', values.runs),
      threads: count('--threads', values.threads),
      limit: count('--limit', values.limit),
      half: values.half,
      kernels: values.kernels,
    },
  };
}

function chosen(option, values, known) {
  const unknown = values.find((value) => !known.includes(value));
  if (unknown !== undefined) refuse(`${option} takes ${known.join(', ')}, not "${unknown}".`);
  return values;
}

function count(option, text, multipleOf = 1) {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value % multipleOf !== 0) {
    refuse(
      `${option} takes whole numbers${multipleOf > 1 ? ` that are multiples of ${multipleOf}` : ''}, not "${text}".`,
    );
  }
  return value;
}

function refuse(message) {
  console.error(`${message}\n\n${USAGE}`);
  process.exit(1);
}
