/** A latent that was given rather than encoded. */
import type { Latent } from '@/latent/types';

/** A latent that is to be opened. */
export interface GivenLatent {
  /** Name of the file. */
  name: string;
  /** Unscaled: the autoencoder's own numbers. */
  latent: Latent;
  /** The posterior's raw log-variance, `[rows, cols, channels]`, where it is known. */
  logvar?: Float32Array<ArrayBuffer> | null;
  /** Full sentences on what was done to read it. */
  notices: readonly string[];
}

/** A latent from a script, `[rows, cols, channels]`. */
export interface ScriptLatent extends Latent {
  /** The posterior's raw log-variance beside the mean, laid out as that. */
  logvar?: ArrayLike<number>;
  /** The scaling of the numbers, as `(z - shift) * scale`; absent where they are unscaled. */
  scaling?: { scale: number; shift?: number };
}
