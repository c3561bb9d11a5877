/** The inhabited squares that no place of practice serves, drawn over the coverage of territories. */

import { number, rate } from './format.js';
import { UNCOVERED, UNCOVERED_EDGE, UNCOVERED_FEW } from './palette.js';
import { MODES } from './words.js';

const L = /** @type {any} */ (window).L;

/** From so many people on a square is drawn in full. */
export const MANY = 20;

/** @param {any} cell a line of `uncovered_cells` @param {{mode: 'walk'|'bike'|'car', limit_minutes: number}} answer */
export function cellWords({ people, minutes }, { mode, limit_minutes: limit }) {
  const who = people < 1 ? "moins d'un habitant" : `${number(people)}\u00a0${people < 2 ? 'habitant' : 'habitants'}`;
  return `${who}, premier lieu à ${minutes === null ? `plus de ${limit}` : rate(minutes)}\u00a0min ${MODES[mode]}`;
}

/** A 200 m square is called by its corner. @param {string} code */
export function cellName(code) {
  const found = /N(\d+)E(\d+)$/.exec(code);
  return found ? `Carreau N${found[1]} E${found[2]}` : code;
}

export class CellLayer {
  /** @param {any} map the Leaflet map @param {import('./loader.js').Loader} loader */
  constructor(map, loader) {
    this.map = map;
    this.loader = loader;
    this.group = L.layerGroup().addTo(map);
    this.mark = L.layerGroup().addTo(map);
    /** @type {Map<number, any>} features by id */
    this.features = new Map();
    /** @type {any} the answer that is drawn */
    this.answer = null;
  }

  hide() {
    this.answer = null;
    this.group.clearLayers();
    this.mark.clearLayers();
  }

  /**
   * Draw the squares of an answer, once their outlines are there; rejects with a `Problem`.
   * @param {any} answer of `/coverage`, null for none
   * @param {string|null} within
   */
  async show(answer, within) {
    if (this.answer === answer) return;
    this.hide();
    this.answer = answer;
    if (!answer?.uncovered_cells.length) return;
    const collection = await this.loader.geometry('carreau', within);
    if (this.answer !== answer) return;
    const people = new Map(answer.uncovered_cells.map((/** @type {any} */ cell) => [cell.id, cell.people]));
    const features = collection.features.filter((/** @type {any} */ feature) => people.has(feature.id));
    this.features = new Map(features.map((/** @type {any} */ feature) => [feature.id, feature]));
    L.geoJSON(
      { type: 'FeatureCollection', features },
      {
        pane: 'cells',
        interactive: false,
        smoothFactor: 0,
        style: (/** @type {any} */ feature) => ({
          className: 'uncovered-cell',
          color: UNCOVERED_EDGE,
          weight: 0.75,
          fillColor: (people.get(feature.id) ?? 0) < MANY ? UNCOVERED_FEW : UNCOVERED,
          fillOpacity: 0.9,
        }),
      },
    ).addTo(this.group);
  }

  /** Bring one square into view and name it. @param {number} id */
  point(id) {
    this.mark.clearLayers();
    const feature = this.features.get(id);
    const cell = this.answer?.uncovered_cells.find((/** @type {any} */ one) => one.id === id);
    if (!feature || !cell) return '';
    const outline = L.geoJSON(feature, { pane: 'marks', interactive: false, style: { fill: false, color: '#14181b', weight: 3, opacity: 1 } });
    const text = cellWords(cell, this.answer);
    outline.addTo(this.mark);
    L.tooltip({ permanent: true, direction: 'top', className: 'tip' }).setLatLng(outline.getBounds().getCenter()).setContent(text).addTo(this.mark);
    this.map.setView(outline.getBounds().getCenter(), Math.max(this.map.getZoom(), 14), { animate: false });
    return text;
  }
}
