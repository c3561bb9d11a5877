/** A drawn area: its outline, and what the server says of its people and of who practises there. */

import { postJson, Problem } from './api.js';
import { announce, html } from './dom.js';
import { capital, count, number, percent, rate, THIN } from './format.js';
import { HALO, SELECTED } from './palette.js';
import { factList, panelHead, partOf } from './panel.js';

const L = /** @type {any} */ (window).L;

/** @typedef {import('./state.js').State} State */

/** What says where people live inside an IRIS. @type {Record<string, string>} */
const METHODS = { cells: 'les carreaux de 200 m', addresses: 'les adresses', area: 'la superficie' };

/** @param {import('./state.js').Place[]} area @returns {{type: 'Polygon', coordinates: number[][][]}} */
export function polygonOf(area) {
  const ring = area.map(({ lat, lon }) => [lon, lat]);
  return { type: 'Polygon', coordinates: [[...ring, ring[0]]] };
}

export class AreaView {
  /**
   * @param {HTMLElement} root the panel
   * @param {any} map the Leaflet map
   * @param {{onClose: () => void, onCopy: (button: HTMLElement) => void}} actions
   */
  constructor(root, map, actions) {
    this.root = root;
    this.map = map;
    this.actions = actions;
    this.group = L.layerGroup().addTo(map);
    /** @type {AbortController|null} */
    this.request = null;
    this.asked = '';
  }

  hide() {
    this.request?.abort();
    this.asked = '';
    this.group.clearLayers();
  }

  /** @param {State} state whose `area` is one @returns {boolean} whether anything was asked */
  show(state) {
    const polygon = polygonOf(state.area ?? []);
    const key = JSON.stringify([polygon, state.scope, state.profession]);
    if (key === this.asked) return false;
    this.hide();
    this.asked = key;
    this.request = new AbortController();
    for (const [color, weight] of [[HALO, 6], [SELECTED, 3]]) {
      L.geoJSON(polygon, { pane: 'marks', interactive: false, style: { fill: false, opacity: 1, color, weight, className: 'area-outline' } }).addTo(this.group);
    }
    this.frame();
    this.fill(polygon, state, this.request.signal);
    return true;
  }

  frame() {
    const copy = html('button', { type: 'button', class: 'button' }, 'Lien');
    copy.addEventListener('click', () => this.actions.onCopy(copy));
    this.root.replaceChildren(
      panelHead('Périmètre', 'Zone dessinée', this.actions.onClose),
      html('div', { 'data-part': 'area', 'aria-live': 'polite' }, html('p', { class: 'muted' }, 'Estimation des habitants…')),
      html('p', { class: 'panel-links' }, copy),
    );
  }

  /** @param {object} polygon @param {State} state @param {AbortSignal} signal */
  async fill(polygon, { scope, profession }, signal) {
    try {
      const { items } = await postJson('territories/perimetre', { scope }, polygon, signal);
      partOf(this.root, 'area').replaceChildren(...told(items[0], profession));
      if (items[0].population !== null) announce(`Zone dessinée\u00a0: ${number(items[0].population)} habitants`);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Problem)) throw error;
      const text = [error.detail, error.hint].filter(Boolean).join(' ');
      partOf(this.root, 'area').replaceChildren(html('p', { class: 'panel-problem', role: 'alert' }, text));
    }
  }
}

/** @param {any} item @param {string} profession @returns {Node[]} */
function told(item, profession) {
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
function sentence({ area_km2: area, communes, population_method: method, imputed_share: imputed, coverage }) {
  const parts = [`${number(area, area < 10 ? 2 : 0)}\u00a0km², ${communes.map((/** @type {any} */ { name }) => name).join(', ')}`];
  if (method) parts.push(`habitants estimés d'après ${METHODS[method]}`);
  if (imputed >= 0.005) parts.push(`${percent(imputed)} imputés par l'INSEE`);
  if (coverage !== null && coverage < 0.995) parts.push(`population connue sur ${percent(coverage)} de la zone`);
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
