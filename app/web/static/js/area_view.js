/** An area in the panel and on the map: drawn here, or brought in a file, and what the server says of it. */

import { areaFigures } from './area_figures.js';
import { post, Problem } from './api.js';
import { announce, html } from './dom.js';
import { number } from './format.js';
import { HALO, SELECTED } from './palette.js';
import { panelHead, partOf } from './panel.js';
import { territoryName } from './words.js';

const L = /** @type {any} */ (window).L;

/** @typedef {import('./state.js').State} State */
/**
 * @typedef {object} Area
 * @property {string} name
 * @property {BodyInit} body what the server is sent
 * @property {any} outline GeoJSON, null where the browser cannot read it
 * @property {string} key two areas with the same one are the same
 * @property {string[]} notes
 */

/** @param {import('./state.js').Place[]} corners @returns {Area} */
export function drawnArea(corners) {
  const ring = corners.map(({ lat, lon }) => [lon, lat]);
  const outline = { type: 'Polygon', coordinates: [[...ring, ring[0]]] };
  const body = JSON.stringify(outline);
  return { name: 'Zone dessinée', body, outline, key: body, notes: [] };
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

  /** @param {Area} area @param {State} state @returns {boolean} whether anything was asked */
  show(area, state) {
    const key = JSON.stringify([area.key, state.scope, state.profession]);
    if (key === this.asked) return false;
    this.hide();
    this.asked = key;
    this.request = new AbortController();
    for (const [color, weight] of area.outline ? [[HALO, 6], [SELECTED, 3]] : []) {
      L.geoJSON(area.outline, { pane: 'marks', interactive: false, style: { fill: false, opacity: 1, color, weight, className: 'area-outline' } }).addTo(this.group);
    }
    this.frame(area, state.area !== null);
    this.fill(area, state, this.request.signal);
    return true;
  }

  /** Bring the whole outline into view. @param {Area} area */
  fit({ outline }) {
    const bounds = outline && L.geoJSON(outline).getBounds();
    if (bounds?.isValid()) this.map.fitBounds(bounds, { padding: [24, 24], maxZoom: 16, animate: false });
  }

  /** @param {Area} area @param {boolean} linked whether the address bar holds it */
  frame({ name, notes }, linked) {
    const copy = html('button', { type: 'button', class: 'button' }, 'Lien');
    copy.addEventListener('click', () => this.actions.onCopy(copy));
    this.root.replaceChildren(
      panelHead('Périmètre', name, this.actions.onClose),
      html('div', { 'data-part': 'area', 'aria-live': 'polite' }, html('p', { class: 'muted' }, 'Estimation des habitants…')),
      ...notes.map((text) => html('p', { class: 'muted' }, text)),
      ...(linked ? [html('p', { class: 'panel-links' }, copy)] : []),
    );
  }

  /** @param {Area} area @param {State} state @param {AbortSignal} signal */
  async fill({ body, name }, { scope, profession }, signal) {
    try {
      const { items, refused } = await post('territories/perimetre', { scope }, body, signal);
      partOf(this.root, 'area').replaceChildren(...told(items, refused, profession));
      const people = items.length === 1 ? items[0].population : null;
      announce(people === null ? `${name}\u00a0: ${number(items.length)} zones` : `${name}\u00a0: ${number(people)} habitants`);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Problem)) throw error;
      const text = [error.detail, error.hint].filter(Boolean).join(' ');
      partOf(this.root, 'area').replaceChildren(html('p', { class: 'panel-problem', role: 'alert' }, text));
    }
  }
}

/** What a polygon is called: its name, its code, its rank. @param {any} one */
function nameOf({ index, name, code }) {
  return name ?? (code ? territoryName('perimetre', { code, name }) : `Zone ${index + 1}`);
}

/** One area at once; of several, one after the other. @param {any[]} items @param {any[]} refused @param {string} profession @returns {Node[]} */
function told(items, refused, profession) {
  const left = refused.map((one) => html('p', { class: 'panel-problem' }, `${nameOf(one)}\u00a0: ${one.detail} ${one.hint}`));
  if (items.length === 1) {
    const [item] = items;
    return [...(item.name || item.code ? [html('h3', {}, nameOf(item))] : []), ...areaFigures(item, profession), ...left];
  }
  const folds = items.map((item, k) => html('details', { class: 'area-one', open: k === 0 }, html('summary', {}, nameOf(item)), ...areaFigures(item, profession)));
  return [...folds, ...left];
}
