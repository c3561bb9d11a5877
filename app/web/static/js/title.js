/** The line under the title: what a reader gets in five seconds without touching anything. */

import { byId } from './dom.js';
import { capital, THIN } from './format.js';
import { levelWords } from './words.js';

/** @typedef {import('./indicators.js').Indicator} Indicator */
/** @typedef {import('./state.js').State} State */

/** From this number of territories on, half of them means something. */
const ENOUGH_FOR_HALF = 8;

/**
 * @param {any[]} items
 * @param {Indicator} indicator
 * @param {State} state
 */
function spread(items, indicator, state) {
  const { say, value, few, range } = indicator;
  const words = levelWords(state.level);
  const values = items.flatMap((item) => (few(item) ? [] : (value(item, state) ?? []))).sort((a, b) => a - b);
  if (values.length < 3) return null;
  const [low, middle, high] = [values[0], values[Math.floor((values.length - 1) / 2)], values[values.length - 1]];
  if (say(low) === say(high)) return `${say(low)} partout`;
  if (range === null || values.length < ENOUGH_FOR_HALF) return `de ${say(low)} à ${say(high)} selon ${words.the}`;
  const around = `(de ${say(low)} à ${say(high)})`;
  const none = values.filter((one) => one === 0).length;
  if (middle === 0) {
    const half = 2 * none > values.length ? 'plus de la moitié' : 'la moitié';
    return `${half} des ${words.many} n'en ont aucun ${around}`;
  }
  // The median first: one small territory makes the largest value extreme.
  return `la moitié des ${words.many} ${range} ${say(middle)} ou moins ${around}`;
}

/**
 * @param {any} answer
 * @param {{indicator: Indicator, state: State, infraCommunal: boolean, subject: 'person'|'establishment'}} about
 * @param {{name: string, item: any}|null} whole the area that the map covers
 */
export function answerLine(answer, { indicator, state, infraCommunal, subject }, whole) {
  const overall = whole ? indicator.overall(whole.item, state) : null;
  const parts = overall === null ? [] : [`${overall} dans l'ensemble (${whole?.name})`];
  const range = indicator.lead ? indicator.lead(answer) : spread(answer.items, indicator, state);
  if (range) parts.push(range);
  parts.push(...indicator.remarks(answer, { level: state.level, subject, infraCommunal }));
  return parts.length > 0 ? `${capital(parts.join(`${THIN}; `))}.` : '';
}

/** Longer, it would take two lines of the largest size. */
const LONG = 90;

/** @param {string} title the answer's sentence, which is the page's too @param {string} line */
export function showTitle(title, line) {
  document.title = title;
  byId('title').textContent = title;
  byId('title').classList.toggle('long', title.length > LONG);
  byId('answer').textContent = line;
}
