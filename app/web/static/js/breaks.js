/** Where one class ends and the next begins: five methods, all on sorted values, all returning inner bounds. */

/** Jenks compares every pair of values: more than this many are first put in as many groups. */
const GROUPS = 400;

/**
 * Inner bounds that put about as many territories in each class.
 * @param {number[]} sorted ascending
 * @param {number} n
 */
export function quantileBreaks(sorted, n) {
  const breaks = [];
  for (let k = 1; k < n; k += 1) {
    const at = (k / n) * (sorted.length - 1);
    const below = sorted[Math.floor(at)];
    breaks.push(below + (sorted[Math.ceil(at)] - below) * (at - Math.floor(at)));
  }
  return breaks;
}

/**
 * Inner bounds of classes of the same width.
 * @param {number[]} sorted ascending
 * @param {number} n
 */
export function equalBreaks(sorted, n) {
  const [low, high] = [sorted[0], sorted[sorted.length - 1]];
  return Array.from({ length: n - 1 }, (_, k) => low + ((high - low) * (k + 1)) / n);
}

/**
 * Inner bounds at half a standard deviation and one and a half on both sides of the mean.
 * @param {number[]} sorted ascending
 */
export function deviationBreaks(sorted) {
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  const spread = Math.sqrt(sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / sorted.length);
  if (spread === 0) return [];
  return [-1.5, -0.5, 0.5, 1.5].map((k) => mean + k * spread);
}

/**
 * Put equal values together, and neighbours too where there are too many of them.
 * @param {number[]} sorted ascending
 * @returns {Array<{first: number, last: number, n: number, sum: number, squares: number}>}
 */
function grouped(sorted) {
  const size = Math.max(1, Math.ceil(sorted.length / GROUPS));
  /** @type {ReturnType<typeof grouped>} */
  const groups = [];
  for (const value of sorted) {
    const last = groups[groups.length - 1];
    if (last && (last.last === value || last.n < size)) {
      last.last = value;
      last.n += 1;
      last.sum += value;
      last.squares += value * value;
    } else groups.push({ first: value, last: value, n: 1, sum: value, squares: value * value });
  }
  return groups;
}

/**
 * Natural breaks: inner bounds that leave the least variance within classes (Fisher's exact search, 1958).
 * A bound is the smallest value of the class above it.
 * @param {number[]} sorted ascending
 * @param {number} n
 */
export function jenksBreaks(sorted, n) {
  const groups = grouped(sorted);
  const most = Math.min(n, groups.length);
  const sums = [{ n: 0, sum: 0, squares: 0 }];
  for (const [k, group] of groups.entries()) {
    sums.push({ n: sums[k].n + group.n, sum: sums[k].sum + group.sum, squares: sums[k].squares + group.squares });
  }
  /** Variance times count of the groups from..to, the last one left out. */
  const cost = (/** @type {number} */ from, /** @type {number} */ to) => {
    const total = sums[to].sum - sums[from].sum;
    return sums[to].squares - sums[from].squares - total ** 2 / (sums[to].n - sums[from].n);
  };
  let best = groups.map((_, to) => cost(0, to + 1));
  /** @type {number[][]} where the last class of a partition begins */
  const starts = [];
  for (let k = 1; k < most; k += 1) {
    const next = [...best];
    const start = groups.map(() => 0);
    for (let to = k; to < groups.length; to += 1) {
      next[to] = Infinity;
      for (let from = k; from <= to; from += 1) {
        const total = best[from - 1] + cost(from, to + 1);
        if (total < next[to]) [next[to], start[to]] = [total, from];
      }
    }
    best = next;
    starts.push(start);
  }
  const breaks = [];
  for (let k = most - 2, to = groups.length - 1; k >= 0; k -= 1) {
    to = starts[k][to] - 1;
    breaks.unshift(groups[to + 1].first);
  }
  return breaks;
}
