/** Pictures for reports, as PNG. */
import { encode } from 'fast-png';

/** Waves with a disc, a little different in each, 160 x 140 pixels. */
export function draw(seed: number): Uint8Array {
  const [width, height] = [160, 140];
  const data = Uint8Array.from({ length: 3 * width * height }, (_, index) => {
    const [y, x, colour] = [
      Math.floor(index / 3 / width) / height,
      (Math.floor(index / 3) % width) / width,
      index % 3,
    ];
    const disc = (x - 0.3 * seed) ** 2 + (y - 0.5) ** 2 < 0.03 ? 60 : 0;
    const waves = 45 * Math.cos(11 * x + 5 * y + colour + seed) + 25 * Math.sin(17 * y - 3 * x * (seed + 1));
    return Math.max(0, Math.min(255, 115 + 15 * seed + waves + disc + (colour === seed ? 20 : -10)));
  });
  return encode({ width, height, channels: 3, data });
}
