/** Finds which of the arrays in a file is the latent, by their names: there is no standard, but there are habits. */

/** The arrays of a latent. */
export interface Contents {
  /** Name of the latent, of the posterior's mean, or of both moments in one array. */
  key: string;
  /** Name of the log-variance (or `deviation`, the standard deviation) that lies beside the mean. */
  logvar: string | null;
  deviation: string | null;
  /** `key` holds the mean and the log-variance, one after the other. */
  moments: boolean;
  /** Other arrays that look like latents. */
  others: string[];
}

/** Names under which one latent is kept: ComfyUI's; ours, diffusers' examples' and AI Toolkit's; its nodes' data; OneTrainer's. */
const NAMES = [
  'latent_tensor',
  'latent',
  'latents',
  'samples',
  'sample',
  'latent_image',
  'image_latent',
  'image_latents',
  'z',
];

/** Names with the grid in them: `latents_32x64`, `latents_1x32x64_float32` (sd-scripts, musubi-tuner). */
const SIZED = /^latents?_(\d+x)?\d+x\d+(_[a-z0-9]+)?$/;

/** Several of one kind: `sample_0`, `latents.3`. */
const NUMBERED = /^(latents?|samples?|z)[._-]?\d+$/;

/** Whoever has a name of their own: `packed_latents`, `vae_latent`. Statistics by which latents are scaled are none. */
const NAMED_SO = /latent(?!s?_(mean|std))/;

/** Beside one: the mirrored picture's, that of a control picture, and so on. */
const RELATED =
  /^(latents?_(flipped|flip|image|control|clean|cond|mask)|(flipped|flip|clean|control)_latents?)/;

const MEANS = ['mean', 'mu', 'latents_mean', 'latent_mean'];
const LOGVARS = ['logvar', 'log_var', 'logvars', 'latents_logvar', 'latent_logvar'];
const DEVIATIONS = ['std', 'sigma', 'latents_std', 'latent_std'];
const MOMENTS = ['moments', 'parameters', 'latent_parameters', 'latents_moments'];

/** Names that only files of weights have. */
const OF_WEIGHTS = /(^|\.)(weight|bias|kernel|running_mean|running_var)$|(^|\.)lora_/;

/**
 * The latent among arrays of these names, with their shapes where these are known before an array is read; null where none is
 * one, as in a file of weights.
 */
export function findContents(arrays: ReadonlyMap<string, readonly number[] | null>): Contents | null {
  const names = [...arrays.keys()];
  if (names.some((name) => OF_WEIGHTS.test(name))) return null;
  const hasAxes = (name: string, fewest: number) => {
    const shape = arrays.get(name);
    if (shape === undefined) return false;
    return shape === null || (shape.length >= fewest && shape.length <= 5);
  };
  const isNamed = (name: string) =>
    (NAMES.includes(name) || SIZED.test(name) || NUMBERED.test(name)) && hasAxes(name, 2);
  const alone = { logvar: null, deviation: null, moments: false };
  const latents = names.filter((name) => isNamed(name) || (RELATED.test(name) && hasAxes(name, 2)));
  const usual = NAMES.find((name) => latents.includes(name)) ?? names.find(isNamed);
  if (usual !== undefined) return { key: usual, ...alone, others: latents.filter((name) => name !== usual) };

  const pick = (from: readonly string[]) => from.find((name) => hasAxes(name, 3)) ?? null;
  const [mean, logvar, deviation] = [pick(MEANS), pick(LOGVARS), pick(DEVIATIONS)];
  const isBeside = (other: string | null) =>
    mean !== null && other !== null && String(arrays.get(mean)) === String(arrays.get(other));
  if (mean !== null && (isBeside(logvar) || isBeside(deviation))) {
    return isBeside(logvar)
      ? { ...alone, key: mean, logvar, others: [] }
      : { ...alone, key: mean, deviation, others: [] };
  }
  const moments = pick(MOMENTS);
  if (moments !== null) {
    const others = names.filter((name) => name !== moments && /^moments/.test(name) && hasAxes(name, 3));
    return { key: moments, ...alone, moments: true, others };
  }
  const called = names.filter((name) => NAMED_SO.test(name) && hasAxes(name, 2));
  if (called.length > 0) return { key: called[0], ...alone, others: called.slice(1) };
  // Whoever saves a single array may call it anything.
  const [only, ...others] = names;
  return only !== undefined && others.length === 0 && hasAxes(only, 3)
    ? { key: only, ...alone, others }
    : null;
}
