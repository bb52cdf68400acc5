import type { AutoencoderConfig } from '../vae/config';

/** What a model is, as data: one JSON file of `models/`. */
export interface ModelManifest {
  id: string;
  name: string;
  /** One plain sentence for the picker. */
  summary: string;
  /** What a visitor must know before drawing conclusions from it. */
  note?: string;
  /** `embedded`: the files lie beside the manifest; `hub`: they are downloaded from a model hub. */
  kind: 'embedded' | 'hub';
  origin?: 'planted' | 'emergent' | 'clean';
  files: { path: string; bytes: number; sha256: string }[];
  dtype: 'float16' | 'float32' | 'bfloat16';
  layout: 'diffusers' | 'diffusers-old' | 'compvis';
  licence: string;
  config: Partial<AutoencoderConfig>;
  /** Where a planted spot sits: known truth, for labels and tests. */
  spot?: { row: number; col: number };
}
