/**
 * Checks of what scripts give to the element, and pages to one in a frame, before anything is done with it: it may be of any type.
 * Edits are looked at where they are applied (src/edits), pictures where they are decoded.
 */
import { InspectorError } from '@/common/errors';
import { shorten, shown } from '@/common/shown';
import { type Edit, editProblem } from '@/edits';
import { isCount, isNumber } from '@/experiments/checks';
import { declarationOf, EXPERIMENT_NAMES, isExperimentName } from '@/experiments/declarations';
import type { ExperimentName } from '@/experiments/names';
import type { Scaling } from '@/latent/scaled';
import type { ScriptLatent } from '@/session/pictures/givenLatent';
import type { OwnModel, Side } from '@/session/types';

/** Longer names are no names, and would fill the page. */
const LONGEST_NAME = 200;
/** Count of numbers in the largest latent that is opened. */
const MAX_NUMBERS = 2 ** 22;

/** Tells a file by its class's name: of another window's files this window's class knows nothing. */
function isFile(value: unknown): value is Blob {
  return ['[object Blob]', '[object File]'].includes(Object.prototype.toString.call(value));
}

/** @throws InspectorError `bad-model` for what is neither an id nor a file */
export function givenModel(value: unknown): string | OwnModel {
  if (typeof value === 'string' && value !== '') return value;
  const { weights, config, name, scaling } = fieldsOf(value);
  if (!isFile(weights)) {
    throw new InspectorError(
      'bad-model',
      `${sentence(value)} is no model.`,
      "Give the id of a model, or { weights, config, name } with a model's file as weights.",
    );
  }
  const known = typeof name === 'string' && name !== '' ? shorten(name, LONGEST_NAME) : undefined;
  return {
    weights,
    ...(config !== undefined && { config: config as object }),
    ...(known && { name: known }),
    ...(scaling !== undefined && { scaling: givenScaling(scaling) }),
  };
}

/** @throws InspectorError `bad-model` */
function givenScaling(value: unknown): Scaling {
  const { scale, shift = 0 } = fieldsOf(value);
  if (Number.isFinite(scale) && scale !== 0 && Number.isFinite(shift)) {
    return { scale: scale as number, shift: shift as number };
  }
  throw new InspectorError(
    'bad-model',
    `${sentence(value)} is no scaling of a model.`,
    'Give { scale, shift }: (z - shift) * scale is what its diffusion model is given.',
  );
}

/**
 * Takes the fields of a latent, and nothing else; whether the numbers make one is looked at where it is opened.
 * @param name what to call it in words
 * @throws InspectorError `bad-file`, naming the field
 */
export function givenLatent(value: unknown, name = 'The latent'): ScriptLatent {
  const { rows, cols, channels, data, logvar, scaling } = fieldsOf(value);
  if (![rows, cols, channels].every(isCount) || !isNumbers(data)) {
    throw new InspectorError(
      'bad-file',
      `${sentence(value)} is no latent.`,
      'Give { rows, cols, channels, data }, with rows * cols * channels numbers as data.',
    );
  }
  return {
    rows: rows as number,
    cols: cols as number,
    channels: channels as number,
    data: data as Float32Array,
    ...(isGiven(logvar) && { logvar: givenLogvar(logvar, (data as Float32Array).length, name) }),
    ...(isGiven(scaling) && { scaling: givenLatentScaling(scaling, name) }),
  };
}

const isGiven = (value: unknown) => value !== undefined && value !== null;

function givenLogvar(logvar: unknown, count: number, name: string): ArrayLike<number> {
  const problem = (() => {
    if (!isNumbers(logvar)) return `${shown(logvar)}, which is no list of numbers`;
    const numbers = logvar as ArrayLike<number>;
    if (numbers.length !== count) return `${numbers.length} numbers long, and the latent ${count}`;
    const at = Array.prototype.findIndex.call(numbers, (each) => !Number.isFinite(each));
    return at < 0 ? null : `${numbers[at]} at number ${at}, counted from 0`;
  })();
  if (problem === null) return logvar as ArrayLike<number>;
  throw new InspectorError(
    'bad-file',
    `The log-variance given with ${name} is ${problem}.`,
    'Give as many finite numbers as the latent has, laid out as these; or leave logvar out where it is not known.',
  );
}

function givenLatentScaling(scaling: unknown, name: string): { scale: number; shift: number } {
  const { scale, shift = 0, ...others } = fieldsOf(scaling);
  const isPair = isNumber(scale) && scale !== 0 && isNumber(shift);
  if (isPair && Object.keys(others).length === 0) return { scale: scale as number, shift: shift as number };
  const said =
    typeof scaling === 'object' && Object.keys(others).length === 0
      ? `${shown(scale)}, shift ${shown(shift)}`
      : shown(scaling);
  throw new InspectorError(
    'bad-file',
    `${name} is said to be scaled by ${said}.`,
    'Give { scale, shift } with a scale other than 0; a latent that is scaled by a mean and deviation of each channel has to be unscaled first.',
  );
}

function isNumbers(data: unknown): boolean {
  if (ArrayBuffer.isView(data))
    return typeof Reflect.get(data, 'length') === 'number' && typeof Reflect.get(data, 0) !== 'bigint';
  return (
    Array.isArray(data) &&
    data.length <= MAX_NUMBERS &&
    Array.from<unknown>(data).every((each) => typeof each === 'number')
  );
}

/** The name of a latent on the page. */
export function givenName(value: unknown): string {
  return typeof value === 'string' && value.trim() !== '' ? shorten(value, LONGEST_NAME) : 'from a script';
}

/**
 * The side that a script names by its attribute.
 * @throws InspectorError `bad-option`
 */
export function givenSide(value: unknown): Side {
  if (value === undefined || value === 'model') return 'a';
  return value === 'compare' ? 'b' : refuse('side', value, 'Give "model" or "compare".');
}

/** @throws InspectorError `bad-option` */
export function givenWhich(value: unknown): 'base' | 'edited' {
  return value === 'base' || value === 'edited'
    ? value
    : refuse('decoded picture', value, 'Give "base" or "edited".');
}

/** The edits that are edits, of whatever latent: before one is open nothing more can be said of them. */
export function soundEdits(edits: readonly Edit[]): readonly Edit[] {
  const sides = { rows: 2 ** 15, cols: 2 ** 15 };
  return edits.filter((edit) => {
    const channels = Number(Object(Object(edit).values).length ?? 1);
    return editProblem(edit, { ...sides, channels }) === null;
  });
}

/** @throws InspectorError `bad-option` for what is no experiment */
export function givenExperiment(name: unknown): ExperimentName {
  return isExperimentName(name)
    ? name
    : refuse('experiment', name, `There are ${EXPERIMENT_NAMES.join(', ')}.`);
}

/**
 * The options of an experiment; those that it does not know are left as they are.
 * @throws InspectorError `bad-option`, naming the option
 */
export function givenOptions(experiment: ExperimentName, value: unknown): Record<string, unknown> {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    return refuse('set of options', value, 'Give an object, as { sigmas: [1, 2] }.');
  }
  for (const [name, { holds, wanted }] of Object.entries(declarationOf(experiment).options ?? {})) {
    const given: unknown = Reflect.get(value, name);
    if (given === undefined || holds(given)) continue;
    throw new InspectorError(
      'bad-option',
      `The option "${name}" is ${shown(given)}.`,
      `It has to be ${wanted}.`,
    );
  }
  return value as Record<string, unknown>;
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function refuse(what: string, value: unknown, advice: string): never {
  throw new InspectorError('bad-option', `${sentence(value)} is no ${what}.`, advice);
}

/** A value where a sentence begins. */
function sentence(value: unknown): string {
  return value === undefined ? 'Nothing' : `"${shown(value).replace(/^"|"$/g, '').replaceAll('"', "'")}"`;
}
