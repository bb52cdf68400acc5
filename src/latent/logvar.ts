/** The bounds to which CompVis and diffusers clamp the log-variance. */
export const LOGVAR_RANGE: readonly [number, number] = [-30, 20];

export function clampLogvar(raw: number): number {
  const [least, most] = LOGVAR_RANGE;
  return Math.min(most, Math.max(least, raw));
}
