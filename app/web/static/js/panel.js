/** The panel of one territory: the value, how sure it is, what it is compared with, the places of practice. */

import { html } from './dom.js';
import { capital, number } from './format.js';
import { intervalFigure, markShape } from './interval.js';
import { countedAt } from './practices.js';
import { trendSection } from './trend.js';
import { levelWords, placedWords, subjectWords, territoryName } from './words.js';

/** @typedef {import('./interval.js').Mark} Mark */
/** @typedef {import('./indicators.js').About} About */
/** @typedef {import('./indicators.js').Indicator} Indicator */

const PLACES_SHOWN = 8;
const SHEET_LEVELS = ['iris', 'quartier', 'qpv', 'commune', 'epci', 'departement'];

/** @param {Array<[string, string]>} lines */
export function factList(lines) {
  return html('dl', { class: 'facts' }, ...lines.map(([term, value]) => html('div', {}, html('dt', {}, term), html('dd', {}, value))));
}

/** @param {string} kicker @param {string} name @param {() => void} onClose */
export function panelHead(kicker, name, onClose) {
  return html(
    'div',
    { class: 'panel-head' },
    html('div', {}, html('p', { class: 'panel-level' }, kicker), html('h2', {}, name)),
    html('button', { type: 'button', class: 'button', onclick: onClose }, 'Fermer'),
  );
}

/** The link to the page of the territory; a square has none. @param {About} about */
function portraitLink({ item, level, answer }) {
  if (!SHEET_LEVELS.includes(level)) return [];
  const address = `/territoires/${level}/${encodeURIComponent(item.code)}?profession=${encodeURIComponent(answer.profession)}`;
  return [html('a', { class: 'button', href: address }, 'Portrait')];
}

/** The link to the printable sheet, where the level has one. @param {About} about */
function sheetLink({ item, level, answer }) {
  if (!SHEET_LEVELS.includes(level)) return [];
  const address = `/atlas/${level}/${encodeURIComponent(item.code)}.pdf?profession=${encodeURIComponent(answer.profession)}`;
  return [html('a', { class: 'button', href: address, target: '_blank', rel: 'noopener' }, 'Fiche PDF')];
}

/**
 * Draw what is known at once; comparison and places are filled when they arrive.
 * @param {HTMLElement} root
 * @param {Indicator} indicator
 * @param {About} about
 * @param {{onClose: () => void, onCopy: () => void}} actions
 */
export function drawPanel(root, indicator, about, { onClose, onCopy }) {
  const { item, level } = about;
  const [value, unit] = indicator.large(about);
  root.replaceChildren(
    panelHead(levelWords(level).title, territoryName(level, item), onClose),
    html('p', { class: 'panel-profession' }, about.answer.profession_label),
    html('p', { class: 'panel-value' }, html('strong', {}, value), ` ${unit}`),
    html('div', { class: 'panel-interval', 'data-part': 'interval' }),
    html('p', { class: 'panel-sentence' }, capital(indicator.sentence(about))),
    html('div', { 'data-part': 'comparison' }),
    html('div', { 'data-part': 'against' }),
    ...indicator.more(about),
    factList(indicator.facts(about)),
    html('section', { class: 'trends', 'data-part': 'trend', 'aria-label': 'Évolution' }),
    html('section', { class: 'places', 'data-part': 'places', 'aria-label': "Lieux d'exercice" }),
    html('p', { class: 'panel-links' }, ...portraitLink(about), ...sheetLink(about), html('button', { type: 'button', class: 'button', onclick: onCopy }, 'Lien')),
  );
  drawComparison(root, indicator, about, []);
  root.hidden = false;
}

/** @param {HTMLElement} root @param {string} part */
export function partOf(root, part) {
  return /** @type {HTMLElement} */ (root.querySelector(`[data-part="${part}"]`));
}

/**
 * Draw the value with the marks of the wider territories.
 * @param {HTMLElement} root
 * @param {Indicator} indicator
 * @param {About} about
 * @param {Mark[]} marks from the nearest
 */
export function drawComparison(root, indicator, about, marks) {
  const figure = indicator.figure(about);
  if (figure === null) return;
  const intro = figure.intro ? [html('p', { class: 'panel-rate' }, figure.intro)] : [];
  partOf(root, 'interval').replaceChildren(...intro, intervalFigure(figure, marks));
  const key = marks.map((mark, k) =>
    html('li', {}, markShape(k), html('span', {}, mark.name), html('span', { class: 'mark-value' }, figure.write(mark.value))),
  );
  partOf(root, 'comparison').replaceChildren(
    ...(marks.length > 0 ? [html('p', { class: 'panel-comparison' }, indicator.compare(about, marks[0])), html('ul', { class: 'marks' }, ...key)] : []),
  );
}

/** @param {HTMLElement} root @param {any} item of `/trends`, undefined for none @param {About} about */
export function drawTrend(root, item, { answer, subject }) {
  if (!item) return;
  const about = { unit: answer.unit, counted: capital(subjectWords(subject, 2)), shown: answer.date ?? answer.release.vintage };
  partOf(root, 'trend').replaceChildren(...trendSection(item, about));
}

/** @param {any} place @param {'person'|'establishment'} subject */
function placeLine(place, subject) {
  const address = [place.address, place.town].filter(Boolean).join(', ') || 'Adresse non précisée';
  return html(
    'li',
    { 'data-site': place.site_id },
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

/** @param {HTMLElement} root @param {string[]} words what the other map says of the territory */
export function drawAgainst(root, words) {
  const part = /** @type {HTMLElement|null} */ (root.querySelector('[data-part="against"]'));
  part?.replaceChildren(...words.map((text) => html('p', { class: 'panel-against' }, text)));
}
