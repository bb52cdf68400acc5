/** Tells what one file is to the page, by its bytes; by its name only where these do not tell. */
import type { Sniffed } from '@/formats/fileKinds';
import { holdsLatent } from '@/formats/latent/file';
import { KIND_BYTES, KINDS, kindOf } from '@/formats/picture/kind';
import { sniffBlob } from '@/formats/sniff';

export type Use = 'picture' | 'weights' | 'latent' | 'json' | 'index' | 'other';

export interface Looked {
  file: File;
  use: Use;
  /** Words for its kind, to stand after "NAME is": "a PDF document"; null where nobody knows. */
  what: string | null;
  /** Advice on what to do with it instead; may be empty. */
  advice: string;
}

/** Names under which browsers and cameras hand over pictures; whether these can be opened is for the reader to say. */
const PICTURES = /\.(avif|bmp|gif|heic|heif|ico|jpe?g|jfif|jxl|png|svg|tiff?|webp)$/i;

/** Tells by a file's name or type whether it is a picture; what is in it may be something else. */
export const isPicture = ({ name, type }: File) => type.startsWith('image/') || PICTURES.test(name);
const isLatent = ({ name }: File) => /\.(npy|npz|latent)$/i.test(name);
const isWeights = ({ name }: File) => /\.(safetensors|sft)$/i.test(name);
const isJson = ({ name }: File) => /\.json$/i.test(name);

/** Looks into a file. One that cannot be read is what its name says: its reader says what is wrong. */
export async function lookAt(file: File): Promise<Looked> {
  const looked = (use: Use, { what, advice }: Partial<Sniffed> = {}): Looked => ({
    file,
    use,
    what: what ?? null,
    advice: advice ?? '',
  });
  let found: Sniffed | null;
  try {
    found = await sniffBlob(file);
    if (found?.kind === 'npy' || found?.kind === 'npz' || (await holdsLatent(file)))
      return looked('latent', found ?? {});
    if (found?.kind === 'safetensors') return looked('weights', found);
    if (found?.kind === 'picture' || found?.kind === 'svg') return looked('picture', found);
    if (found?.kind === 'index') return looked('index', found);
    const kind = kindOf(new Uint8Array(await file.slice(0, KIND_BYTES).arrayBuffer()));
    if (kind !== 'unknown' && kind !== 'pdf' && kind !== 'film') {
      return looked('picture', { what: KINDS[kind] });
    }
  } catch {
    found = null;
  }
  // One that breaks off is a text to those who look at its bytes alone.
  if (found?.kind === 'json' || (isJson(file) && (!found || found.kind === 'text')))
    return looked('json', found ?? {});
  // Its own reader refuses it, by what it is.
  if (isWeights(file)) return looked('weights', found ?? {});
  if (isLatent(file)) return looked('latent', found ?? {});
  if (isPicture(file) && !found) return looked('picture');
  return looked('other', found ?? {});
}
