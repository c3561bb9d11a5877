/** Needs crossed with supply: who is likely to need more than others, and has less. Nine classes, of people, not of places. */

import { barList } from './bars.js';
import { html } from './dom.js';
import { capital, number, percent, rate, THIN } from './format.js';
import { levelWords, orUnknown, subjectWords, unknownWords } from './words.js';

/** @typedef {import('./indicators.js').About} About */
/** @typedef {1|2|3} Third */

/** @type {Record<Third, string>} */
const NEEDS = { 1: 'faible', 2: 'moyen', 3: 'élevé' };
/** @type {Record<Third, string>} */
const SUPPLIES = { 1: 'faible', 2: 'moyenne', 3: 'forte' };
const NAMED = 3;

/** @param {Third} need @param {Third} supply */
export function crossWords(need, supply) {
  return `besoin ${NEEDS[need]}, offre ${SUPPLIES[supply]}`;
}

/** @param {any} item @returns {{need: Third, supply: Third}|null} */
function crossOf({ need_class: need, supply_class: supply }) {
  return need === null || supply === null ? null : { need, supply };
}

/** Why a territory has no class. @param {any} item */
function absent({ status, population, need }) {
  if (status === 'suppressed') return 'secret statistique';
  return need === null ? unknownWords(population) : 'offre inconnue';
}

/** @param {any} item */
function said(item) {
  const cross = crossOf(item);
  return cross ? crossWords(cross.need, cross.supply) : absent(item);
}

/** @param {About} about */
function sentence({ item, answer }) {
  if (item.status === 'suppressed') return 'Dix ménages ou moins vivent ici, ou seraient retrouvés par différence : rien n\'est dit de leur besoin.';
  const parts = [];
  if (item.need !== null) parts.push(`besoin de ${number(item.need)} sur 100, parmi ${number(answer.count)} ${levelWords(answer.level).many}`);
  if (item.supply !== null) {
    const sure = item.ci_low === null ? '' : ` (entre ${rate(item.ci_low)} et ${rate(item.ci_high)} avec ${percent(0.95)} de confiance)`;
    parts.push(`${rate(item.supply)} ${answer.unit}${sure}`);
  }
  return parts.length > 0 ? `${parts.join(`${THIN}; `)}.` : `${capital(unknownWords(item.population))}.`;
}

/** @param {About} about */
function components({ item, answer }) {
  const known = answer.components.filter((/** @type {any} */ { component, weight }) => weight > 0 && item[component] !== null);
  if (known.length === 0) return [];
  return [barList('Ce qui fait le besoin', known.map((/** @type {any} */ { component, label }) => ({ label, share: item[component], text: percent(item[component]) })))];
}

/** Who comes first: the answer in one sentence. @param {any} answer */
function lead({ short, items, level, message }) {
  const words = levelWords(level);
  if (short.length === 0) return message ?? `aucun territoire n'a à la fois un besoin élevé et une offre faible`;
  const people = new Map(items.map((/** @type {any} */ one) => [one.id, one.population ?? 0]));
  const sum = short.reduce((/** @type {number} */ total, /** @type {any} */ one) => total + people.get(one.id), 0);
  const names = short.slice(0, NAMED).map((/** @type {any} */ one) => one.name).join(', ');
  const first = short.length > NAMED ? `, d'abord ${names}` : `\u00a0: ${names}`;
  return `${number(short.length)} ${short.length < 2 ? words.one : words.many} et ${number(sum)}\u00a0habitants ont un besoin élevé et une offre faible${first}`;
}

/** @type {import('./indicators.js').Indicator} */
export const needs = {
  slug: 'priority',
  group: 'Le besoin',
  name: 'Besoin et offre',
  label: () => 'Besoin et offre, croisés',
  options: [],
  files: ['csv'],
  ask: () => ({ path: 'needs', parameters: { of: 'density' } }),
  value: (item) => item.priority,
  crossed: { of: crossOf, words: crossWords, key: keyOf },
  lead,
  beyond: () => false,
  few: () => false,
  circles: false,
  classes: () => ({ method: 'quantile' }),
  say: rate,
  heading: ({ unit }) => unit,
  title: ({ title }) => title,
  overall: () => null,
  range: null,
  remarks: ({ warnings }) => warnings,
  short: ({ item }) => said(item),
  large: ({ item }) => [capital(said(item)), ''],
  sentence,
  figure: () => null,
  marked: () => null,
  compare: () => '',
  facts: ({ item, answer, subject }) => {
    /** @type {Array<[string, string]>} */
    const lines = [['Habitants', item.population === null ? 'inconnue' : number(item.population)]];
    if (item.rank !== null) lines.push(['Rang de priorité', `${number(item.rank)} sur ${number(answer.items.filter((/** @type {any} */ one) => one.rank !== null).length)}`]);
    if (item.income !== null) lines.push(['Niveau de vie moyen', `${number(item.income)}\u00a0€ par an`]);
    if (item.supply !== null) lines.push([`${capital(subjectWords(subject, 2))} ${answer.unit}`, rate(item.supply)]);
    return lines;
  },
  more: (about) => [...components(about), html('p', { class: 'muted' }, 'Le besoin compare ces territoires entre eux\u00a0: il ne dit pas combien de soins il faut.')],
  columns: ({ people }) => {
    const [rates, shares, numbers] = [orUnknown(rate), orUnknown(percent), orUnknown(number)];
    return [
      { label: 'Priorité', key: (item) => item.priority, text: (item) => (item.priority === null ? absent(item) : number(item.priority)) },
      { label: 'Classe', key: (item) => (crossOf(item) ? said(item) : null), text: said },
      { label: 'Besoin', key: (item) => item.need, text: (item) => (item.need === null ? absent(item) : number(item.need)) },
      { label: 'Offre', key: (item) => item.supply, text: (item) => rates(item.supply, item.population) },
      { label: 'Ménages pauvres', key: (item) => item.poverty, text: (item) => (item.poverty === null ? absent(item) : shares(item.poverty)) },
      { label: capital(people), key: (item) => item.population, text: (item) => numbers(item.population) },
    ];
  },
};

/** What the key says of both scales. @param {any} answer @returns {{need: string, supply: string}} */
function keyOf({ need_bounds: [low, high], supply_bounds: [little, much], unit }) {
  const write = (/** @type {number|null} */ bound) => (bound === null ? 'inconnu' : rate(bound));
  return {
    need: `Besoin, de 0 à 100\u00a0: faible jusqu'à ${write(low)}, élevé au-dessus de ${write(high)}`,
    supply: `Offre ${unit}\u00a0: faible jusqu'à ${write(little)}, forte au-dessus de ${write(much)}`,
  };
}

/** The ranked list for the table: where the need is high and the supply low. @param {any} answer @returns {import('./indicators.js').Column[]} */
export function shortColumns(answer) {
  return [
    { label: levelWords(answer.level).title, key: (one) => one.name, text: (one) => one.name },
    { label: 'Priorité', key: (one) => one.priority, text: (one) => number(one.priority) },
    { label: 'Rang', key: (one) => one.rank, text: (one) => number(one.rank) },
    { label: 'Besoin', key: (one) => one.need, text: (one) => number(one.need) },
    { label: 'Offre', key: (one) => one.supply, text: (one) => rate(one.supply) },
  ];
}
