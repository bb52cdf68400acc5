/**
 * The numerics version: which numbers this program computes, apart from its own version. It moves only when numbers can: the same
 * picture, model and settings may then give other figures, beyond the last digits in which kernels differ anyway. Results of
 * different numerics versions are never put together silently.
 *
 * 1. Everything up to latent-inspector 0.1.0. Results that name no numerics version have this one.
 * 2. latent-inspector 0.2.0. Pictures with a colour profile or a gamma, CMYK pictures and turned PNG and WebP pictures are read
 *    differently; the direct convolution in WebAssembly reads no memory that was not written; latents are scaled by a mean and a
 *    standard deviation where the model's configuration has them; what is measured over no pixels is empty, which was 0.
 */
export const NUMERICS = 2;

/** Version of results that name none. */
const UNNAMED = 1;

/** Words for what may give other numbers since the version before, as the end of a sentence; by version. */
const CHANGED: Readonly<Record<number, string>> = {
  2: 'pictures with colour profiles, CMYK pictures and turned pictures are read differently since then',
};

/** The programs that computed each version first; of a later one than this program's nothing is known. */
const PROGRAMS: Readonly<Record<number, string>> = { 1: '0.1.0', 2: '0.2.0' };

/** The numerics version of a result: of one that names none, 1. */
export function numericsOf({ numerics = UNNAMED }: { numerics?: number | undefined }): number {
  return numerics;
}

/** "numerics version 1 (latent-inspector 0.1.0)". */
export function numericsName(numerics: number): string {
  const program = PROGRAMS[numerics];
  return `numerics version ${numerics}${program === undefined ? '' : ` (latent-inspector ${program})`}`;
}

/** A full sentence that says what makes the numbers of two versions incomparable; empty where this program does not know. */
export function numericsChanges(older: number, newer: number): string {
  const known = Object.entries(CHANGED)
    .filter(([version]) => Number(version) > older && Number(version) <= newer)
    .map(([, words]) => words);
  return known.length === 0 ? '' : `The numbers are not comparable: ${known.join('; ')}.`;
}
