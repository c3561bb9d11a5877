/** Coverage: the share of inhabitants who have a place of practice within reach, and who has none. */

import { groupedAges } from './ages.js';
import { barList } from './bars.js';
import { html } from './dom.js';
import { capital, number, percent, rate, THIN } from './format.js';
import { levelWords, MODES, orUnknown, unknownWords } from './words.js';

/** @typedef {import('./indicators.js').About} About */

/** Where one stands: hardly anybody, half, three quarters, nearly all, all. In per cent. */
const THRESHOLDS = { inner: [50, 75, 90, 99], top: 100 };
/** Fewer people are written « moins de 1 ». */
const ONE = 1;

/** Write a share, never 100 % where somebody is missing nor 0 % where somebody is there. @param {number} value in per cent */
export function share(value) {
  if (value > 99.5 && value < 99.995) return `plus de 99${THIN}%`;
  if (value > 0 && value < 0.5) return `moins de 1${THIN}%`;
  return percent(value / 100);
}

/** @param {number} people */
function inhabitants(people) {
  if (people < ONE) return people > 0 ? `moins d'un${' '}habitant` : 'aucun habitant';
  return `${number(people)}\u00a0${people < 2 ? 'habitant' : 'habitants'}`;
}

/** @param {{mode: 'walk'|'bike'|'car', minutes: number}} answer */
const within = ({ mode, minutes }) => `à moins de ${minutes} minutes ${MODES[mode]}`;

/** @param {About} about */
function sentence({ item, answer }) {
  if (item.share === null) return `${capital(unknownWords(item.population))}\u00a0: personne n'a de temps de trajet connu.`;
  const parts = [`${number(item.covered)} habitants sur ${number(item.known)} ont un lieu d'exercice ${within(answer)}`];
  parts.push(item.uncovered < ONE ? 'tous en ont un' : `${inhabitants(item.uncovered)} n'en ont aucun`);
  if (item.population - item.known >= ONE) parts.push(`le temps de ${inhabitants(item.population - item.known)} n'est pas connu`);
  return `${(item.uncovered < ONE ? [parts[0], ...parts.slice(2)] : parts).join(`${THIN}; `)}.`;
}

/** @type {import('./indicators.js').Indicator['compare']} */
function compare({ item }, mark) {
  const beside = `l'ensemble de ${levelWords(mark.level).the} (${share(mark.value)})`.replace('de le ', 'du ');
  const points = Math.round(100 * item.share - mark.value);
  if (points === 0) return `Autant que dans ${beside}.`;
  return `${Math.abs(points)}\u00a0${Math.abs(points) < 2 ? 'point' : 'points'} de ${points < 0 ? 'moins' : 'plus'} que dans ${beside}.`;
}

/** @param {About} about */
function facts({ item, territory }) {
  /** @type {Array<[string, string]>} */
  const lines = [['Habitants', item.population === null ? 'inconnue' : number(item.population)]];
  if (item.known > 0) lines.push(['Couverts', number(item.covered)], ['Non couverts', number(item.uncovered)]);
  if (item.uncovered_poor_households > 0) lines.push(['Ménages pauvres non couverts', `environ ${number(item.uncovered_poor_households)}`]);
  if (item.imputed_share >= 0.005) lines.push(['Part de la population estimée', percent(item.imputed_share)]);
  if (territory?.area_km2) lines.push(['Superficie', `${number(territory.area_km2, territory.area_km2 < 10 ? 2 : 0)}\u00a0km²`]);
  return lines;
}

/** Who is left out, by age; the bar is the share of that age. @param {any} item */
function leftOutByAge(item) {
  const [inside, outside] = [groupedAges(item.covered_ages), groupedAges(item.uncovered_ages)];
  if (!inside || !outside || item.uncovered < ONE) return [];
  const rows = outside.map(({ label, people }, k) => {
    const all = people + inside[k].people;
    return { label, share: all > 0 ? people / all : 0, text: `${number(people)} sur ${number(all)}` };
  });
  return [barList('Non couverts, par âge', rows)];
}

/** @param {any} item @param {any} answer */
function outside(item, answer) {
  if (answer.level !== 'qpv' || item.share === null) return [];
  const { outside_minutes: nearest, outside_mean_minutes: mean } = item;
  const text =
    nearest === null
      ? `Aucun lieu d'exercice hors du quartier n'est à moins de ${answer.limit_minutes} minutes ${MODES[/** @type {'walk'} */ (answer.mode)]}.`
      : `Hors du quartier, le lieu le plus proche est à ${rate(nearest)}\u00a0min au plus près${mean === null ? '' : `, à ${rate(mean)}\u00a0min en moyenne`}.`;
  return [html('p', { class: 'panel-outside' }, text)];
}

/** @type {import('./indicators.js').Indicator} */
export const coverage = {
  slug: 'coverage',
  group: "L'accès",
  name: 'Couverture',
  label: (label) => label,
  options: ['mode', 'minutes'],
  ask: ({ mode, minutes }) => ({ path: 'coverage', parameters: { mode: mode ?? 'walk', minutes } }),
  value: (item) => (item.share === null ? null : 100 * item.share),
  beyond: () => false,
  few: () => false,
  circles: false,
  classes: () => ({ method: 'fixed', thresholds: THRESHOLDS }),
  say: share,
  heading: ({ minutes }) => `% des habitants à moins de ${minutes} min`,
  title: ({ title }) => title,
  overall: (item) => (item.share === null ? null : `${share(100 * item.share)} des habitants`),
  range: null,
  remarks: ({ uncovered_cells: cells, unlocated }, { subject }) => {
    const people = cells.reduce((/** @type {number} */ sum, /** @type {any} */ cell) => sum + cell.people, 0);
    const left = people < ONE ? 'personne sans lieu à portée' : `${inhabitants(people)} sans lieu à portée, dans ${number(cells.length)} carreaux de 200 m`;
    const what = subject === 'establishment' ? 'établissement' : 'praticien';
    return unlocated ? [left, `${number(unlocated)}\u00a0${what}${unlocated < 2 ? '' : 's'} sans lieu localisé, hors du calcul`] : [left];
  },
  short: ({ item, answer }) => (item.share === null ? unknownWords(item.population) : `${share(100 * item.share)} ${within(answer)}`),
  large: ({ item, answer }) => (item.share === null ? [capital(unknownWords(item.population)), ''] : [share(100 * item.share), `des habitants ${within(answer)}`]),
  sentence,
  figure: ({ item }) => (item.share === null ? null : { value: 100 * item.share, low: null, high: null, top: 100, write: share }),
  marked: (item) => (item.share === null ? null : 100 * item.share),
  compare,
  facts,
  more: ({ item, answer }) => [...outside(item, answer), ...leftOutByAge(item)],
  columns: () => {
    const [shares, numbers] = [orUnknown(share), orUnknown(number)];
    return [
      { label: 'Couverts', key: (item) => item.share, text: (item) => shares(item.share === null ? null : 100 * item.share, item.population) },
      { label: 'Habitants couverts', key: (item) => item.covered, text: (item) => numbers(item.covered) },
      { label: 'Non couverts', key: (item) => item.uncovered, text: (item) => numbers(item.uncovered) },
      { label: 'Habitants', key: (item) => item.population, text: (item) => numbers(item.population) },
    ];
  },
};
