/** Tells whether two measures order things alike. */

/** The rank of each value, from 0; equal values share the mean of their ranks. */
export function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from(values, (_, index) => index).sort((a, b) => values[a] - values[b]);
  const result = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to + 1 < order.length && values[order[to + 1]] === values[order[from]]) to += 1;
    for (let at = from; at <= to; at++) result[order[at]] = (from + to) / 2;
    from = to + 1;
  }
  return result;
}

/** Spearman's rank correlation, -1 to 1; NaN where there are fewer than two values or one side is all alike. */
export function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [x, y] = [ranks(a), ranks(b)];
  const middle = (x.length - 1) / 2;
  let [both, own, other] = [0, 0, 0];
  for (let at = 0; at < x.length; at++) {
    both += (x[at] - middle) * (y[at] - middle);
    own += (x[at] - middle) ** 2;
    other += (y[at] - middle) ** 2;
  }
  return both / Math.sqrt(own * other);
}
