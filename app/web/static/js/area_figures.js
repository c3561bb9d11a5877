/** The figures of an area that somebody drew or brought: its people, who practises there. */

import { html } from './dom.js';
import { capital, count, number, percent, rate, THIN } from './format.js';
import { factList } from './panel.js';

/** What says where people live inside an IRIS. @type {Record<string, string>} */
const METHODS = { cells: 'les carreaux de 200 m', addresses: 'les adresses', area: 'la superficie' };

/** @param {any} item @param {string} profession @returns {Node[]} */
export function areaFigures(item, profession) {
  const chosen = item.densities.find((/** @type {any} */ one) => one.profession === profession);
  const others = item.densities.filter((/** @type {any} */ one) => one.headcount > 0 && one.profession !== profession);
  return [
    html('p', { class: 'panel-value' }, html('strong', {}, item.population === null ? 'Inconnu' : number(item.population)), ' habitants'),
    html('p', { class: 'panel-sentence' }, sentence(item)),
    ...(chosen ? [html('p', { class: 'panel-comparison' }, densityWords(chosen))] : []),
    factList(facts(item)),
    ...(others.length > 0 ? [html('h3', { class: 'area-others' }, 'Autres professions présentes'), factList(others.map((/** @type {any} */ one) => [one.label, one.density === null ? count(one.headcount) : `${count(one.headcount)} (${rate(one.density)} pour ${number(one.per)})`]))] : []),
  ];
}

/** @param {any} item */
function sentence({ area_km2: area, mended, communes, population_method: method, imputed_share: imputed, coverage }) {
  const parts = [`${number(area, area < 10 ? 2 : 0)}\u00a0km², ${communes.map((/** @type {any} */ { name }) => name).join(', ')}`];
  if (method) parts.push(`habitants estimés d'après ${METHODS[method]}`);
  if (imputed >= 0.005) parts.push(`${percent(imputed)} imputés par l'INSEE`);
  if (coverage !== null && coverage < 0.995) parts.push(`population connue sur ${percent(coverage)} de la zone`);
  if (mended) parts.push('le tracé se croisait à peine, il a été réparé');
  return `${parts.join(`${THIN}; `)}.`;
}

/** @param {any} one the density of a profession */
function densityWords(one) {
  if (one.headcount === null) return `${one.label}\u00a0: registre non chargé.`;
  if (one.density === null) return `${one.label}\u00a0: ${count(one.headcount)}.`;
  // Who practises elsewhere too counts for a part here: the density is not that of the head-count.
  const shared = one.weight === one.headcount ? '' : ", au prorata de leurs lieux d'exercice";
  return `${one.label}\u00a0: ${count(one.headcount)}${THIN}; ${rate(one.density)} pour ${number(one.per)} ${one.population_label}${shared} (entre ${rate(one.ci_low)} et ${rate(one.ci_high)} avec ${percent(0.95)} de confiance).`;
}

/** @param {any} item @returns {Array<[string, string]>} */
function facts({ populations }) {
  const everybody = populations.filter((/** @type {any} */ { age_class: ages, sex }) => sex === 'T' && ages !== 'all');
  return everybody.map((/** @type {any} */ { age_class: ages, value }) => [capital(ages.endsWith('+') ? `${ages.slice(0, -1)} ans et plus` : `${ages.replace('-', ' à ')} ans`), number(value)]);
}
