/**
 * Classes of a map: at most five, never an empty one, safe when many territories share one value.
 *
 * Bounds are rounded before territories are put in classes, so that what the legend says is exactly what
 * the map shows. Zero, unknown and too few people for a density are classes of their own, outside the five.
 */

/** @typedef {{id: number, value: number|null, population: number|null, few?: boolean}} Valued `few`: too few people for the value to be read */
/** @typedef {{kind: 'class'|'zero'|'few'|'unknown', low: number, high: number, step: number, rank: number, last: boolean, uninhabited: boolean, ids: number[], population: number}} Band */

export const CLASSES = 5;
/** Under this many people one practitioner more or less makes any density: it is not to be read. */
export const READABLE = 200;

/** Whether so few people live there that a density says nothing. @param {number|null} population */
export function isFew(population) {
  return population !== null && population > 0 && population < READABLE;
}

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

/** @param {number[]} numbers */
function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

/**
 * The step that bounds are rounded to: two figures of a usual class's width and three of a usual value, so
 * that one extreme territory does not blunt the others' classes. Never finer than 1 for whole counts.
 * @param {number[]} sorted
 * @param {number[]} breaks
 * @param {boolean} whole
 */
export function roundingStep(sorted, breaks, whole) {
  const power = (/** @type {number} */ x, /** @type {number} */ figures) => 10 ** (Math.floor(Math.log10(x)) - figures + 1);
  const bounds = [sorted[0], ...breaks, sorted[sorted.length - 1]];
  const width = median(bounds.slice(1).map((bound, k) => bound - bounds[k]));
  const finest = whole ? 1 : power(median(sorted), 3);
  return Math.max(finest, width > 0 ? power(width, 2) : finest);
}

/** @param {number} value @param {number} step @param {(x: number) => number} how */
function toStep(value, step, how) {
  const places = Math.max(0, Math.ceil(-Math.log10(step)));
  return Number((how(Number((value / step).toFixed(6))) * step).toFixed(places));
}

/** Spread k classes over the palette's five colours. */
const RANKS = [[], [2], [1, 3], [0, 2, 4], [0, 1, 3, 4], [0, 1, 2, 3, 4]];

/** @param {Valued[]} members @param {Partial<Band>} band @returns {Band} */
function bandOf(members, band) {
  return {
    kind: 'class',
    low: 0,
    high: 0,
    step: 1,
    rank: 0,
    last: false,
    uninhabited: members.every(({ population: people }) => people === 0),
    ids: members.map((member) => member.id),
    population: members.reduce((sum, member) => sum + (member.population ?? 0), 0),
    ...band,
  };
}

/**
 * Put every territory in exactly one band, lightest class first, then zero, too few people, unknown.
 * @param {Valued[]} territories
 * @param {{method?: 'quantile'|'equal', whole?: boolean}} [options] `whole` for counts
 * @returns {Band[]}
 */
export function classify(territories, { method = 'quantile', whole = false } = {}) {
  const readable = territories.filter(({ few }) => !few);
  const positive = readable.filter(({ value }) => value !== null && value > 0);
  const zero = readable.filter(({ value }) => value === 0);
  const few = territories.filter((one) => one.few && one.value !== null);
  const unknown = territories.filter(({ value }) => value === null);
  /** @type {Band[]} */
  const bands = [];
  if (positive.length > 0) bands.push(...positiveBands(positive, method, whole));
  if (zero.length > 0) bands.push(bandOf(zero, { kind: 'zero' }));
  if (few.length > 0) bands.push(bandOf(few, { kind: 'few' }));
  if (unknown.length > 0) bands.push(bandOf(unknown, { kind: 'unknown' }));
  return bands;
}

/** @param {Valued[]} positive @param {'quantile'|'equal'} method @param {boolean} whole */
function positiveBands(positive, method, whole) {
  const sorted = positive.map(({ value }) => /** @type {number} */ (value)).sort((a, b) => a - b);
  const breaks = (method === 'equal' ? equalBreaks : quantileBreaks)(sorted, CLASSES);
  const step = roundingStep(sorted, breaks, whole);
  const low = toStep(sorted[0], step, Math.floor);
  const high = toStep(sorted[sorted.length - 1], step, Math.ceil);
  const inner = breaks.map((value) => toStep(value, step, whole ? Math.ceil : Math.round));
  const bounds = [...new Set([low, ...inner])].filter((bound) => bound < high || bound === low);
  const filled = bounds
    .map((from, k) => {
      const to = k + 1 < bounds.length ? bounds[k + 1] : Infinity;
      const members = positive.filter(({ value }) => Number(value) >= from && Number(value) < to);
      return { from, members };
    })
    .filter(({ members }) => members.length > 0);
  return filled.map(({ from, members }, k) =>
    bandOf(members, {
      low: from,
      high: k + 1 < filled.length ? filled[k + 1].from : high,
      step,
      rank: RANKS[filled.length][k],
      last: k + 1 === filled.length,
    }),
  );
}
