/** The panel of one territory: the value, how sure it is, what it is compared with, the places of practice. */

import { isFew } from './classes.js';
import { html } from './dom.js';
import { capital, count, number, percent, rate, THIN } from './format.js';
import { intervalFigure, markShape } from './interval.js';
import { countedAt } from './practices.js';
import { FEW_WORDS, levelWords, placedWords, subjectWords, territoryName, unknownWords, unlocatedWords } from './words.js';

/** @typedef {import('./interval.js').Mark} Mark */
/**
 * @typedef {object} PanelSubject
 * @property {any} item the territory's line of `/densities`
 * @property {any} territory the territory's properties
 * @property {string} level
 * @property {boolean} infraCommunal whether the level is inside communes
 * @property {string} unit for example « pour 100 000 habitants »
 * @property {string} people for example « habitants »
 * @property {'person'|'establishment'} subject
 * @property {'weight'|'headcount'|'sites'} measure
 * @property {string} professionLabel
 */

const PLACES_SHOWN = 8;

/** @param {PanelSubject} about */
function largeValue({ item, unit, measure, subject }) {
  if (measure === 'headcount') return [count(item.headcount), subjectWords(subject, item.headcount)];
  if (measure === 'sites') return [count(item.sites), item.sites < 2 ? "lieu d'exercice" : "lieux d'exercice"];
  if (item.density === null) {
    return [capital(unknownWords(item.population)), item.population === 0 ? '' : "la population de ce territoire n'est pas connue"];
  }
  return [rate(item.density), isFew(item.population) ? `${unit}, ${FEW_WORDS}` : unit];
}

/**
 * One sentence: the interval, the counts it comes from, who could not be placed.
 * @param {PanelSubject} about
 */
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

/**
 * Say how a territory stands beside another, only when the interval that is drawn allows it.
 * @param {any} item
 * @param {Mark} mark
 */
export function comparison(item, mark) {
  const beside = `l'ensemble de ${levelWords(mark.level).the} (${rate(mark.value)})`.replace('de le ', 'du ');
  if (item.ci_low > mark.value) return `Plus élevé que dans ${beside}.`;
  if (item.ci_high < mark.value) return `Moins élevé que dans ${beside}.`;
  return `Pas de différence établie avec ${beside}.`;
}

/** @param {PanelSubject} about */
function facts({ item, territory, people, subject, measure }) {
  /** @type {Array<[string, string]>} */
  const lines = [[capital(people), item.population === null ? 'inconnue' : number(item.population)]];
  lines.push([capital(subjectWords(subject, 2)), count(item.headcount)]);
  if (subject === 'person' && measure === 'weight') {
    lines.push(["Praticiens, au prorata de leurs lieux d'exercice", count(item.weight)]);
  }
  if (subject === 'person') lines.push(["Lieux d'exercice", number(item.sites)]);
  // A share that is written 0 % says nothing, nor does a share of nobody.
  if (item.population > 0 && item.imputed_share >= 0.005) lines.push(['Part de la population estimée', percent(item.imputed_share)]);
  if (territory?.area_km2) lines.push(['Superficie', `${number(territory.area_km2, territory.area_km2 < 10 ? 2 : 0)}\u00a0km²`]);
  return html(
    'dl',
    { class: 'facts' },
    ...lines.map(([term, value]) => html('div', {}, html('dt', {}, term), html('dd', {}, value))),
  );
}

/**
 * Draw what is known at once; comparison and places are filled when they arrive.
 * @param {HTMLElement} root
 * @param {PanelSubject} about
 * @param {{onClose: () => void, onCopy: () => void}} actions
 */
export function drawPanel(root, about, { onClose, onCopy }) {
  const { item, level } = about;
  const [value, unit] = largeValue(about);
  root.replaceChildren(
    html(
      'div',
      { class: 'panel-head' },
      html('div', {}, html('p', { class: 'panel-level' }, levelWords(level).title), html('h2', {}, territoryName(level, item))),
      html('button', { type: 'button', class: 'button', onclick: onClose }, 'Fermer'),
    ),
    html('p', { class: 'panel-profession' }, about.professionLabel),
    html('p', { class: 'panel-value' }, html('strong', {}, value), ` ${unit}`),
    html('div', { class: 'panel-interval', 'data-part': 'interval' }),
    html('p', { class: 'panel-sentence' }, capital(sentence(about))),
    html('div', { 'data-part': 'comparison' }),
    facts(about),
    html('section', { class: 'places', 'data-part': 'places', 'aria-label': "Lieux d'exercice" }),
    html('p', { class: 'panel-links' }, html('button', { type: 'button', class: 'button', onclick: onCopy }, 'Lien')),
  );
  drawComparison(root, about, []);
  root.hidden = false;
}

/** @param {HTMLElement} root @param {string} part */
function partOf(root, part) {
  return /** @type {HTMLElement} */ (root.querySelector(`[data-part="${part}"]`));
}

/**
 * Draw the interval with the marks of the wider territories.
 * @param {HTMLElement} root
 * @param {PanelSubject} about
 * @param {Mark[]} marks from the nearest
 */
export function drawComparison(root, { item, unit, measure }, marks) {
  if (item.density === null || item.ci_low === null) return;
  const figure = intervalFigure({ value: item.density, low: item.ci_low, high: item.ci_high }, marks);
  const intro = measure === 'weight' ? [] : [html('p', { class: 'panel-rate' }, `soit ${rate(item.density)} ${unit}`)];
  partOf(root, 'interval').replaceChildren(...intro, figure);
  const key = marks.map((mark, k) =>
    html('li', {}, markShape(k), html('span', {}, mark.name), html('span', { class: 'mark-value' }, rate(mark.value))),
  );
  partOf(root, 'comparison').replaceChildren(
    ...(marks.length > 0 ? [html('p', { class: 'panel-comparison' }, comparison(item, marks[0])), html('ul', { class: 'marks' }, ...key)] : []),
  );
}

/** @param {any} place @param {'person'|'establishment'} subject */
function placeLine(place, subject) {
  const address = [place.address, place.town].filter(Boolean).join(', ') || 'Adresse non précisée';
  return html(
    'li',
    {},
    place.site_name ? html('strong', {}, place.site_name) : null,
    html('span', {}, address),
    html('span', { class: 'place-note' }, `${number(countedAt(place, subject))} ${subjectWords(subject, countedAt(place, subject))}, ${placedWords(place.location_class, place.method)}`),
  );
}

/**
 * List the places of practice; the longer tail waits behind a disclosure.
 * @param {HTMLElement} root
 * @param {any[]} places
 * @param {'person'|'establishment'} subject
 */
export function drawPlaces(root, places, subject) {
  const sorted = [...places].sort((a, b) => countedAt(b, subject) - countedAt(a, subject));
  const lines = sorted.map((place) => placeLine(place, subject));
  const heading = subject === 'establishment' ? 'Établissements' : "Lieux d'exercice";
  const rest = lines.slice(PLACES_SHOWN);
  partOf(root, 'places').replaceChildren(
    html('h3', {}, heading),
    lines.length === 0 ? html('p', { class: 'muted' }, 'Aucun lieu localisé dans ce territoire.') : html('ul', {}, ...lines.slice(0, PLACES_SHOWN)),
    ...(rest.length > 0 ? [html('details', {}, html('summary', {}, `${number(rest.length)} ${rest.length < 2 ? 'autre lieu' : 'autres lieux'}`), html('ul', {}, ...rest))] : []),
  );
}

/** @param {HTMLElement} root @param {string} message */
export function drawPlacesProblem(root, message) {
  partOf(root, 'places').replaceChildren(html('p', { class: 'muted' }, message));
}
