/** Seeded randomness: the same seed gives the same numbers in every browser. */

/**
 * Uniform numbers in [0, 1) from a 32-bit seed: a Weyl sequence through the 32-bit finaliser of MurmurHash3
 * (Appleby), whose avalanche makes neighbouring seeds unrelated. Period 2^32; not for cryptography.
 */
export function uniform(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let hash = state;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
  };
}

/** Standard normal numbers from a 32-bit seed, by the transform of Box and Muller (1958); both of each pair are used. */
export function normal(seed: number): () => number {
  const next = uniform(seed);
  let spare: number | null = null;
  return () => {
    if (spare !== null) {
      const value = spare;
      spare = null;
      return value;
    }
    // 1 - u lies in (0, 1], where the logarithm is finite.
    const radius = Math.sqrt(-2 * Math.log(1 - next()));
    const angle = 2 * Math.PI * next();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}
