/** Ends and ticks of an axis that start at zero and end on a round number at or above `most`. */
export function linearAxis(most: number, count = 4): { end: number; ticks: number[] } {
  // Below this a step would be no number.
  if (!(most > 1e-300) || !Number.isFinite(most)) return { end: 1, ticks: [0, 1] };
  const rough = most / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((times) => times * power >= rough * 0.999)! * power;
  const ticks: number[] = [];
  for (let index = 0; index * step < most + step * 0.999; index++)
    ticks.push(Number((index * step).toPrecision(6)));
  return { end: ticks.at(-1)!, ticks };
}

/** Whole decades around the values; values at or below `floor` count as `floor`. */
export function logAxis(
  values: readonly number[],
  floor = 0.01,
): { low: number; high: number; ticks: number[] } {
  const positive = values
    .filter((value) => Number.isFinite(value) && value > 0)
    .map((value) => Math.max(floor, value));
  const least = positive.length > 0 ? Math.min(...positive) : floor;
  const most = positive.length > 0 ? Math.max(...positive) : 1;
  const from = Math.floor(Math.log10(least) + 1e-9);
  const to = Math.max(from + 1, Math.ceil(Math.log10(most) - 1e-9));
  const ticks: number[] = [];
  for (let power = from; power <= to; power++) ticks.push(10 ** power);
  return { low: 10 ** from, high: 10 ** to, ticks };
}
