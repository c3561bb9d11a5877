/** How much supply there is: density, practitioners, places. All three are in one answer of `/densities`. */

import { isFew } from './classes.js';
import { capital, count, number, percent, rate, THIN } from './format.js';
import { FEW_WORDS, leftOut, orUnknown, subjectWords, unknownWords, unlocatedWords } from './words.js';

/** @typedef {import('./indicators.js').About} About */
/** @typedef {import('./indicators.js').Indicator} Indicator */

/** One sentence: the interval, the counts it comes from, who could not be placed. @param {About} about */
export function sentence({ item, people, subject, infraCommunal }) {
  const parts = [];
  if (item.ci_low !== null && item.ci_high !== null) {
    parts.push(`entre ${rate(item.ci_low)} et ${rate(item.ci_high)} avec ${percent(0.95)} de confiance`);
  }
  const who = `${count(item.headcount)}\u00a0${subjectWords(subject, item.headcount)}`;
  if (item.density === null) parts.push(item.population === 0 ? who : `${who}, population inconnue`);
  else parts.push(`${who} pour ${number(item.population)}\u00a0${people}`);
  if (item.unlocated > 0) {
    const unlocated = `${number(item.unlocated)}\u00a0${unlocatedWords(item.unlocated)}`;
    parts.push(infraCommunal ? `${unlocated} dans la commune` : `dont ${unlocated} à l'adresse`);
  } else if (item.unlocated === 0 && infraCommunal) {
    parts.push('tous localisés dans la commune');
  }
  return `${parts.join(`${THIN}; `)}.`;
}

/** @param {About} about @param {boolean} shared whether parts of practitioners are shown */
function facts({ item, territory, people, subject }, shared) {
  /** @type {Array<[string, string]>} */
  const lines = [[capital(people), item.population === null ? 'inconnue' : number(item.population)]];
  lines.push([capital(subjectWords(subject, 2)), count(item.headcount)]);
  if (subject === 'person' && shared) lines.push(["Praticiens, au prorata de leurs lieux d'exercice", count(item.weight)]);
  if (subject === 'person' && item.sites !== null) lines.push(["Lieux d'exercice", number(item.sites)]);
  // A share that is written 0 % says nothing, nor does a share of nobody.
  if (item.population > 0 && item.imputed_share >= 0.005) lines.push(['Part de la population estimée', percent(item.imputed_share)]);
  if (territory?.area_km2) lines.push(['Superficie', `${number(territory.area_km2, territory.area_km2 < 10 ? 2 : 0)}\u00a0km²`]);
  return lines;
}

/** @param {About} about @param {string} [intro] */
function interval({ item, answer }, intro) {
  if (item.density === null || item.ci_low === null) return null;
  return { value: item.density, low: item.ci_low, high: item.ci_high, write: rate, intro: intro && `soit ${rate(item.density)} ${answer.unit}` };
}

/** @type {Indicator['columns']} */
function columns({ people, subject }) {
  const [rates, counts, numbers] = [orUnknown(rate), orUnknown(count), orUnknown(number)];
  return [
    { label: 'Densité', key: (item) => item.density, text: (item) => `${rates(item.density, item.population)}${isFew(item.population) ? ` (${FEW_WORDS})` : ''}` },
    { label: 'Entre', key: (item) => item.ci_low, text: (item) => rates(item.ci_low, item.population) },
    { label: 'et', key: (item) => item.ci_high, text: (item) => rates(item.ci_high, item.population) },
    { label: subject === 'establishment' ? 'Établissements' : 'Praticiens', key: (item) => item.headcount, text: (item) => counts(item.headcount) },
    { label: 'Lieux', key: (item) => item.sites, text: (item) => numbers(item.sites) },
    { label: capital(people), key: (item) => item.population, text: (item) => numbers(item.population) },
    { label: 'Non localisés', key: (item) => item.unlocated, text: (item) => numbers(item.unlocated) },
  ];
}

const common = {
  group: "L'offre",
  options: [],
  ask: () => ({ path: 'densities', parameters: {} }),
  beyond: () => false,
  range: 'ont',
  /** @type {Indicator['remarks']} */
  remarks: (answer, { level, subject, infraCommunal }) => [
    ...(infraCommunal ? leftOut(answer, level, subject) : []),
    ...(answer.date ? ["densités d'alors rapportées à la population d'aujourd'hui"] : []),
  ],
  sentence,
  /** @type {Indicator['marked']} */
  marked: (item) => item.density,
  /** @type {Indicator['compare']} */
  compare: ({ item }) => item.sentence ?? '',
  more: () => [],
  columns,
};

/** The title is written by the server for a density; for counts the unit gives way to what is counted. @param {any} answer @param {string} counted */
function countTitle({ title, unit }, counted) {
  return title.replace(` ${unit},`, `\u00a0: ${counted},`);
}

/** @type {Indicator} */
export const density = {
  ...common,
  slug: 'density',
  name: 'Densité',
  label: (label) => label,
  value: (item) => item.density,
  few: (item) => isFew(item.population),
  circles: false,
  classes: () => ({ method: 'quantile' }),
  say: rate,
  heading: (answer) => answer.unit,
  title: ({ title }) => title,
  overall: (item) => (item.density === null ? null : rate(item.density)),
  short: ({ item, answer }) => {
    if (item.density === null) return unknownWords(item.population);
    return `${rate(item.density)} ${answer.unit}${isFew(item.population) ? `, ${FEW_WORDS}` : ''}`;
  },
  large: ({ item, answer }) => {
    if (item.density === null) {
      return [capital(unknownWords(item.population)), item.population === 0 ? '' : "la population de ce territoire n'est pas connue"];
    }
    return [rate(item.density), isFew(item.population) ? `${answer.unit}, ${FEW_WORDS}` : answer.unit];
  },
  figure: (about) => interval(about),
  facts: (about) => facts(about, true),
};

/** @type {Omit<Indicator, 'slug'|'name'|'label'|'value'|'heading'|'title'|'overall'|'short'|'large'>} */
const counts = {
  ...common,
  few: () => false,
  circles: true,
  classes: () => ({ method: 'quantile', whole: true }),
  say: number,
  figure: (about) => interval(about, 'soit'),
  facts: (about) => facts(about, false),
};

/** @type {Indicator} */
export const headcount = {
  ...counts,
  slug: 'headcount',
  name: 'Nombre de praticiens',
  label: (label, subject) => (subject === 'establishment' ? "Nombre d'établissements" : label),
  value: (item) => item.headcount,
  heading: (_, subject) => (subject === 'establishment' ? 'établissements' : 'praticiens'),
  title: (answer, subject) => countTitle(answer, subject === 'establishment' ? 'nombre' : 'nombre de praticiens'),
  overall: (item) => number(item.headcount),
  short: ({ item, subject }) => `${count(item.headcount)} ${subjectWords(subject, 2)}`,
  large: ({ item, subject }) => [count(item.headcount), subjectWords(subject, item.headcount)],
};

/** @type {Indicator} */
export const sites = {
  ...counts,
  slug: 'sites',
  name: "Lieux d'exercice",
  // An establishment is its place.
  label: (label, subject) => (subject === 'establishment' ? null : label),
  value: (item) => item.sites,
  heading: (_, subject) => (subject === 'establishment' ? 'établissements' : "lieux d'exercice"),
  title: (answer, subject) => countTitle(answer, subject === 'establishment' ? 'nombre' : "nombre de lieux d'exercice"),
  overall: (item) => number(item.sites),
  short: ({ item }) => `${number(item.sites)} ${item.sites < 2 ? "lieu d'exercice" : "lieux d'exercice"}`,
  large: ({ item }) => [count(item.sites), item.sites < 2 ? "lieu d'exercice" : "lieux d'exercice"],
};
