/**
 * Classes of a map: at most five, never an empty one, safe when many territories share one value.
 *
 * Bounds are rounded before territories are put in classes, so that what the legend says is exactly what
 * the map shows. Zero, unknown, too far and too few people for a density are classes of their own, outside
 * the five. Cuts are made apart from bands: two maps that are compared share them.
 */

import { deviationBreaks, equalBreaks, jenksBreaks, quantileBreaks } from './breaks.js';

/**
 * @typedef {object} Valued
 * @property {number} id
 * @property {number|null} value
 * @property {number|null} population
 * @property {boolean} [few] too few people for the value to be read
 * @property {boolean} [beyond] farther than anybody looked
 */
/** @typedef {{kind: 'class'|'cross'|'zero'|'few'|'beyond'|'suppressed'|'unknown', low: number, high: number, step: number, rank: number, last: boolean, uninhabited: boolean, ids: number[], population: number}} Band */
/** @typedef {{from: number, to: number, rank: number, last: boolean, step: number}} Cut `to` is Infinity where a class has no upper bound */
/** @typedef {{inner: number[], top: number|null}} Thresholds bounds that somebody decided; `top` is the largest value there can be */
/**
 * @typedef {object} CutOptions
 * @property {import('./state.js').Breaks} [method]
 * @property {boolean} [whole] for counts
 * @property {Thresholds|null} [thresholds] for the method `fixed`
 * @property {boolean} [reversed] the smallest values are the darkest
 * @property {boolean} [zero] whether zero is a class of its own
 */

export const CLASSES = 5;
/** Under this many people one practitioner more or less makes any density: it is not to be read. */
export const READABLE = 200;

/** Whether so few people live there that a density says nothing. @param {number|null} population */
export function isFew(population) {
  return population !== null && population > 0 && population < READABLE;
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
  const usual = median(sorted);
  const finest = whole || usual <= 0 ? 1 : power(usual, 3);
  return Math.max(finest, width > 0 ? power(width, 2) : finest);
}

/** @param {number} value @param {number} step @param {(x: number) => number} how */
function toStep(value, step, how) {
  const places = Math.max(0, Math.ceil(-Math.log10(step)));
  return Number((how(Number((value / step).toFixed(6))) * step).toFixed(places));
}

/** Spread k classes over the palette's five colours. */
const RANKS = [[], [2], [1, 3], [0, 2, 4], [0, 1, 3, 4], [0, 1, 2, 3, 4]];

/** Whether a value takes part in the classes. @param {Valued} one @param {boolean} zero */
function isClassed({ value, few, beyond }, zero) {
  return value !== null && !few && !beyond && (value > 0 || !zero);
}

/** @param {number[]} sorted @param {import('./state.js').Breaks} method */
function innerBounds(sorted, method) {
  if (method === 'equal') return equalBreaks(sorted, CLASSES);
  if (method === 'jenks') return jenksBreaks(sorted, CLASSES);
  return method === 'deviation' ? deviationBreaks(sorted) : quantileBreaks(sorted, CLASSES);
}

/** @param {number[]} sorted @param {CutOptions} options @returns {Array<Omit<Cut, 'rank'|'last'>>} */
function computedCuts(sorted, { method = 'quantile', whole = false }) {
  const breaks = innerBounds(sorted, method);
  const step = roundingStep(sorted, breaks, whole);
  const low = toStep(sorted[0], step, Math.floor);
  const high = toStep(sorted[sorted.length - 1], step, Math.ceil);
  const inner = breaks.map((value) => toStep(value, step, whole ? Math.ceil : Math.round));
  const bounds = [...new Set([low, ...inner.filter((bound) => bound > low)])].filter((bound) => bound < high || bound === low);
  const filled = bounds.filter((from, k) => sorted.some((value) => value >= from && (k + 1 === bounds.length || value < bounds[k + 1])));
  return filled.map((from, k) => ({ from, to: filled[k + 1] ?? high, step }));
}

/** Bounds that somebody decided keep their colours, whether their classes are empty or not. @param {Thresholds} thresholds */
function decidedCuts({ inner, top }) {
  const bounds = [0, ...inner];
  const step = Math.min(1, ...inner.map((bound) => 10 ** -(String(bound).split('.')[1] ?? '').length));
  return bounds.map((from, k) => ({ from, to: bounds[k + 1] ?? top ?? Infinity, step }));
}

/**
 * Cut the values of one or several maps into at most five classes, lightest first unless reversed.
 * @param {Valued[]} territories of every map that shares the classes
 * @param {CutOptions} [options]
 * @returns {Cut[]}
 */
export function cutsOf(territories, options = {}) {
  const { zero = true, reversed = false, method, thresholds } = options;
  const sorted = territories
    .filter((one) => isClassed(one, zero))
    .map(({ value }) => /** @type {number} */ (value))
    .sort((a, b) => a - b);
  if (sorted.length === 0) return [];
  const cuts = method === 'fixed' && thresholds ? decidedCuts(thresholds) : computedCuts(sorted, options);
  const ranks = RANKS[cuts.length];
  return cuts.map((cut, k) => ({ ...cut, rank: reversed ? CLASSES - 1 - ranks[k] : ranks[k], last: k + 1 === cuts.length }));
}

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
 * Put every territory in exactly one band: the classes from the smallest values up, then zero, too few people,
 * too far, unknown.
 * @param {Valued[]} territories
 * @param {CutOptions} [options]
 * @param {Cut[]} [cuts] those of several maps; without them, the territories' own
 * @returns {Band[]}
 */
export function classify(territories, options = {}, cuts = cutsOf(territories, options)) {
  const { zero = true } = options;
  const classed = territories.filter((one) => isClassed(one, zero));
  const others = territories.filter((one) => !isClassed(one, zero));
  const inside = (/** @type {Valued} */ { value }, /** @type {Cut} */ { from, to, last }) => Number(value) >= from && (last || Number(value) < to);
  const bands = cuts.map(({ from, to, rank, last, step }, k) =>
    bandOf(classed.filter((one) => inside(one, cuts[k])), { low: from, high: to, rank, last, step }),
  );
  /** @type {Array<[Band['kind'], (one: Valued) => boolean]>} */
  const kinds = [
    ['few', ({ value, few }) => Boolean(few) && value !== null],
    ['beyond', ({ beyond }) => Boolean(beyond)],
    ['zero', ({ value }) => value === 0],
    ['unknown', () => true],
  ];
  const kindOf = new Map(others.map((one) => [one, /** @type {any} */ (kinds.find(([, holds]) => holds(one)))[0]]));
  for (const kind of /** @type {const} */ (['zero', 'few', 'beyond', 'unknown'])) {
    bands.push(bandOf(others.filter((one) => kindOf.get(one) === kind), { kind }));
  }
  return bands.filter(({ ids }) => ids.length > 0);
}
