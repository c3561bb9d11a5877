/** « Comparer avec »: another date, another profession or another indicator, beside what is shown. */

import { longDate } from './format.js';
import { indicatorOf } from './indicators.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {{kind: 'date'|'profession'|'indicator', value: string}} Against */

/** Words of the address bar. @type {Record<Against['kind'], string>} */
const WORDS = { date: 'date', profession: 'qui', indicator: 'quoi' };
/** Only what is counted at each vintage can be shown at another date. */
const DATED = ['density', 'headcount'];

/** @param {string|null} text `qui:infirmier` @returns {Against|null} */
export function parseAgainst(text) {
  const [word, value] = (text ?? '').split(':');
  const kind = /** @type {Against['kind'][]} */ (Object.keys(WORDS)).find((one) => WORDS[one] === word);
  const pattern = kind === 'date' ? /^\d{4}-\d{2}-\d{2}$/ : /^[a-z\d_]+$/;
  return kind && pattern.test(value ?? '') ? { kind, value } : null;
}

/** @param {Against} against */
export function formatAgainst({ kind, value }) {
  return `${WORDS[kind]}:${value}`;
}

/** Whether an indicator can be shown at another date. @param {Pick<State, 'indicator'>} state */
export function isDated({ indicator }) {
  return DATED.includes(indicator);
}

/** Leave out a comparison that says nothing: with itself, or at a date where nothing is counted. @param {State} state */
export function comparable(state) {
  const { against } = state;
  if (against === null) return null;
  if (against.kind === 'date') return isDated(state) && against.value !== state.date ? against : null;
  return against.value === state[against.kind] ? null : against;
}

/** What the other map shows. @param {State} state @returns {State} */
export function otherState(state) {
  const { against } = state;
  if (against === null) return state;
  if (against.kind === 'date') return { ...state, date: against.value, against: null };
  const breaks = against.kind === 'indicator' ? null : state.breaks;
  return { ...state, [against.kind]: against.value, breaks, against: null };
}

/**
 * One sentence for two maps: what they share is said once.
 * @param {string} one
 * @param {string} other
 */
export function jointTitle(one, other) {
  let k = 0;
  while (k < Math.min(one.length, other.length) && one[one.length - 1 - k] === other[other.length - 1 - k]) k += 1;
  // Back to the start of a word, or of what follows a comma.
  while (k > 0 && one[one.length - k] !== ' ' && one[one.length - k] !== ',') k -= 1;
  const [a, b] = [one, other].map((title) => title.slice(0, title.length - k));
  return `${a} et ${b.charAt(0).toLowerCase()}${b.slice(1)}${one.slice(one.length - k)}`;
}

/** @param {string} title @param {string} now @param {string} then two dates, ISO */
export function datedTitle(title, now, then) {
  const [first, last] = [then, now].sort().map(longDate);
  return title.replace(`au ${longDate(now)}`, `au ${first} et au ${last}`);
}

/**
 * What `/densities` would have said at a former vintage, from the trends of each territory.
 * @param {any} answer of today
 * @param {any} trends
 * @param {string} date
 */
export function pastAnswer(answer, trends, date) {
  const byCode = new Map(trends.items.map((/** @type {any} */ item) => [item.code, item]));
  const items = answer.items.map((/** @type {any} */ item) => {
    const trend = byCode.get(item.code);
    const point = trend?.points.find((/** @type {any} */ one) => one.vintage === date);
    const none = { headcount: null, weight: null, density: null, ci_low: null, ci_high: null };
    return { ...item, ...none, ...point, sites: null, unlocated: null, sentence: null, change: trend?.change ?? null };
  });
  const title = answer.title.replace(`au ${longDate(answer.release.vintage)}`, `au ${longDate(date)}`);
  return { ...answer, items, title, date, unlocated: null, outside: null, nowhere: null };
}

/** What stands over one map of two. @param {State} state @param {import('./loader.js').Shown} shown @param {Against} against */
export function caption(state, shown, against) {
  if (against.kind === 'date') return `Au ${longDate(shown.vintage)}`;
  return against.kind === 'profession' ? shown.professionLabel : indicatorOf(state).title(shown.answer, shown.subject);
}
