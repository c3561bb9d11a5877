/** Access time: how long it takes the inhabitants to reach the nearest place of practice. */

import { barList } from './bars.js';
import { capital, number, percent, rate, THIN } from './format.js';
import { levelWords, MODES, orUnknown, unknownWords } from './words.js';

/** @typedef {import('./indicators.js').About} About */
/** @typedef {import('./state.js').State} State */

const THRESHOLDS = { inner: [5, 10, 15, 20], top: null };
const STEPS = [5, 10, 15, 20, 30];

/** @param {any} item @param {State} state */
const time = (item, { statistic }) => (statistic === 'mean' ? item.mean_minutes : item.median_minutes);

/** @param {any} item @param {State} state */
const isBeyond = (item, { statistic }) => (statistic === 'mean' ? item.mean_minutes === null && item.known > 0 : item.median_beyond);

/** @param {number} minutes */
const say = (minutes) => `${rate(minutes)}\u00a0min`;

/** @param {About} about */
function shown({ item, answer, state }) {
  if (isBeyond(item, state)) return `au-delà de ${answer.limit_minutes}\u00a0min`;
  const minutes = time(item, state);
  return minutes === null ? unknownWords(item.population) : say(minutes);
}

/** @param {About} about */
function sentence({ item, answer }) {
  if (!(item.known > 0)) return `${capital(unknownWords(item.population))}\u00a0: personne n'a de temps de trajet connu.`;
  const parts = [];
  if (item.median_minutes !== null) parts.push(`la moitié des habitants sont à ${say(item.median_minutes)} ou moins d'un lieu d'exercice ${MODES[/** @type {'walk'} */ (answer.mode)]}`);
  else parts.push(`plus de la moitié des habitants sont à plus de ${answer.limit_minutes} minutes de tout lieu d'exercice`);
  if (item.mean_minutes !== null) parts.push(`${say(item.mean_minutes)} en moyenne`);
  if (item.beyond >= 1) parts.push(`${number(item.beyond)}\u00a0habitants à plus de ${answer.limit_minutes} minutes, hors de la moyenne`);
  if (item.population - item.known >= 1) parts.push(`le temps de ${number(item.population - item.known)}\u00a0habitants n'est pas connu`);
  return `${parts.join(`${THIN}; `)}.`;
}

/** @type {import('./indicators.js').Indicator['compare']} */
function compare({ item, state }, mark) {
  const beside = `l'ensemble de ${levelWords(mark.level).the} (${say(mark.value)})`.replace('de le ', 'du ');
  const gap = (time(item, state) ?? mark.value) - mark.value;
  if (Math.abs(gap) < 0.5) return `Autant que dans ${beside}.`;
  return `${say(Math.abs(gap))} de ${gap < 0 ? 'moins' : 'plus'} que dans ${beside}.`;
}

/** @param {any} item */
function curve(item) {
  if (!(item.known > 0)) return [];
  const rows = STEPS.filter((step) => item[`within_${step}`] !== null).map((step) => {
    const part = item[`within_${step}`];
    return { label: `${step} min ou moins`, share: part, text: percent(part) };
  });
  return [barList('Habitants selon leur temps', rows)];
}

/** @type {import('./indicators.js').Indicator} */
export const accessTime = {
  slug: 'access_time',
  group: "L'accès",
  name: "Temps d'accès",
  // The statistic is another question.
  label: () => "Temps d'accès",
  options: ['mode', 'statistic'],
  ask: ({ mode }) => ({ path: 'access-times', parameters: { mode: mode ?? 'walk' } }),
  value: time,
  beyond: isBeyond,
  few: () => false,
  circles: false,
  classes: () => ({ method: 'fixed', thresholds: THRESHOLDS, reversed: true, zero: false }),
  say,
  heading: () => 'minutes',
  title: ({ title }) => title,
  overall: (item, state) => {
    const minutes = time(item, state);
    return minutes === null ? null : `${say(minutes)} ${state.statistic === 'mean' ? 'en moyenne' : 'de temps médian'}`;
  },
  range: 'sont à',
  remarks: ({ items, limit_minutes: limit, unlocated }, { subject }) => {
    const beyond = items.reduce((/** @type {number} */ sum, /** @type {any} */ item) => sum + item.beyond, 0);
    const left = beyond < 1 ? [] : [`${number(beyond)}\u00a0habitants à plus de ${limit} minutes`];
    const what = subject === 'establishment' ? 'établissement' : 'praticien';
    return unlocated ? [...left, `${number(unlocated)}\u00a0${what}${unlocated < 2 ? '' : 's'} sans lieu localisé, hors du calcul`] : left;
  },
  short: shown,
  large: (about) => {
    const known = time(about.item, about.state) !== null;
    return [capital(shown(about)), known ? `${about.state.statistic === 'mean' ? 'en moyenne' : 'de temps médian'} ${MODES[/** @type {'walk'} */ (about.answer.mode)]}` : ''];
  },
  sentence,
  figure: ({ item, state }) => {
    const minutes = time(item, state);
    return minutes === null ? null : { value: minutes, low: null, high: null, write: say };
  },
  marked: time,
  compare,
  facts: ({ item }) => {
    /** @type {Array<[string, string]>} */
    const lines = [['Habitants', item.population === null ? 'inconnue' : number(item.population)]];
    if (item.imputed_share >= 0.005) lines.push(['Part de la population estimée', percent(item.imputed_share)]);
    return lines;
  },
  more: ({ item }) => curve(item),
  columns: () => {
    const [times, shares, numbers] = [orUnknown(rate), orUnknown(percent), orUnknown(number)];
    const far = (/** @type {any} */ item) => (item.median_beyond ? 'au-delà' : times(item.median_minutes, item.population));
    return [
      { label: 'Médiane (min)', key: (item) => (item.median_beyond ? Infinity : item.median_minutes), text: far },
      { label: 'Moyenne (min)', key: (item) => item.mean_minutes, text: (item) => times(item.mean_minutes, item.population) },
      ...STEPS.map((step) => ({
        label: `${step} min`,
        key: (/** @type {any} */ item) => item[`within_${step}`],
        text: (/** @type {any} */ item) => shares(item[`within_${step}`], item.population),
      })),
      { label: 'Au-delà', key: (item) => item.beyond, text: (item) => numbers(item.beyond) },
      { label: 'Habitants', key: (item) => item.population, text: (item) => numbers(item.population) },
    ];
  },
};
