import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Cell } from '@/latent/types';
import { CLI_BACKENDS, type CliBackend } from './device';
import { UsageError } from './usage';

export interface ReportArguments {
  pictures: string[];
  models: string[];
  sizes: number[];
  out: string;
  mechanism: boolean;
  spot: Cell | null;
  shard: { index: number; count: number };
  backend: CliBackend;
}

export interface MergeArguments {
  folders: string[];
  out: string;
  /** Puts aside what `out` holds already, in place of adding to it. */
  replace?: boolean;
}

const DEFAULT_SIZE = 512;
const LARGEST_SIZE = 4096;

/** @throws UsageError */
export function reportArguments(args: readonly string[]): ReportArguments {
  const { values, positionals } = parse(args, {
    model: { type: 'string', multiple: true },
    size: { type: 'string', multiple: true },
    out: { type: 'string' },
    mechanism: { type: 'boolean' },
    spot: { type: 'string' },
    shard: { type: 'string' },
    backend: { type: 'string' },
  });
  if (positionals.length === 0) throw new UsageError('No pictures were given: name files or folders.');
  const models = modelsOf(values.model);
  if (models.length === 0) throw new UsageError('No model was given: --model mini-planted, or a file.');
  const sizes = listed(values.size).map(sizeOf);
  return {
    pictures: positionals,
    models: [...new Set(models)],
    sizes: sizes.length > 0 ? [...new Set(sizes)].sort((a, b) => a - b) : [DEFAULT_SIZE],
    out: outOf(values.out),
    mechanism: values.mechanism === true,
    spot: values.spot === undefined ? null : spotOf(String(values.spot)),
    shard: values.shard === undefined ? { index: 1, count: 1 } : shardOf(String(values.shard)),
    backend: values.backend === undefined ? 'wasm' : backendOf(String(values.backend)),
  };
}

/** @throws UsageError */
export function mergeArguments(args: readonly string[]): MergeArguments {
  const { values, positionals } = parse(args, { out: { type: 'string' }, replace: { type: 'boolean' } });
  if (positionals.length === 0) throw new UsageError('No folders were given to merge.');
  return { folders: positionals, out: outOf(values.out), ...(values.replace === true && { replace: true }) };
}

type Options = NonNullable<Parameters<typeof parseArgs>[0]>['options'];
type Given = string | boolean | (string | boolean)[] | undefined;

function parse(args: readonly string[], options: Options) {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { values: values as Record<string, Given>, positionals };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function listed(given: Given): string[] {
  const all = Array.isArray(given) ? given : [];
  return all.flatMap((each) => String(each).split(',')).filter((each) => each !== '');
}

/**
 * Models with a comma between them, or each with an option of its own. A comma that belongs to the path of a file that is there
 * separates nothing.
 */
function modelsOf(given: Given): string[] {
  const all = Array.isArray(given) ? given.map(String) : [];
  return all.flatMap((text) => modelsIn(text.split(',')));
}

function modelsIn(parts: readonly string[]): string[] {
  for (let end = parts.length; end > 1; end--) {
    const whole = parts.slice(0, end).join(',');
    if (existsSync(whole.replace(/^[\w.-]+=/, '')) || existsSync(whole))
      return [whole, ...modelsIn(parts.slice(end))];
  }
  const [first, ...others] = parts;
  if (first === undefined) return [];
  return first === '' ? modelsIn(others) : [first, ...modelsIn(others)];
}

function outOf(given: Given): string {
  if (typeof given === 'string' && given !== '') return given;
  throw new UsageError('--out DIR is missing: where the results go.');
}

function sizeOf(text: string): number {
  const size = Number(text);
  if (Number.isInteger(size) && size >= 1 && size <= LARGEST_SIZE) return size;
  throw new UsageError(`--size takes whole numbers from 1 to ${LARGEST_SIZE}, not "${text}".`);
}

function spotOf(text: string): Cell {
  const [, row, col] = /^(\d{1,4}),(\d{1,4})$/.exec(text) ?? [];
  if (col !== undefined) return { row: Number(row), col: Number(col) };
  throw new UsageError(`--spot takes a cell as ROW,COL, not "${text}".`);
}

function shardOf(text: string): { index: number; count: number } {
  const [, index = 0, count = 0] = (/^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []).map(Number);
  if (count >= 1 && index >= 1 && index <= count) return { index, count };
  throw new UsageError(`--shard takes I/N with I from 1 to N, such as 2/8, not "${text}".`);
}

function backendOf(text: string): CliBackend {
  const backend = CLI_BACKENDS.find((name) => name === text);
  if (backend) return backend;
  throw new UsageError(`--backend takes ${CLI_BACKENDS.join(' or ')}, not "${text}".`);
}
