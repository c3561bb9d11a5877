/** Drawing an area on the map: a corner a click, the line shown as it grows. */

import { announce, byId } from './dom.js';
import { HALO, SELECTED } from './palette.js';

const L = /** @type {any} */ (window).L;

/** @typedef {import('./state.js').Place} Place */

export const FEWEST = 3;
/** More would not fit an address. */
export const MOST = 60;

export class AreaDrawing {
  /**
   * @param {any} map the Leaflet map
   * @param {(area: Place[]) => void} onDone
   */
  constructor(map, onDone) {
    this.onDone = onDone;
    /** @type {Place[]} */
    this.corners = [];
    this.active = false;
    this.group = L.layerGroup().addTo(map);
  }

  start() {
    this.active = true;
    this.corners = [];
    this.say();
  }

  /** @param {Place} corner */
  add(corner) {
    if (this.corners.length < MOST) this.corners.push(corner);
    this.draw();
    this.say();
  }

  /** Close the area; with too few corners nothing was drawn. */
  finish() {
    const corners = this.corners;
    this.stop();
    if (corners.length >= FEWEST) this.onDone(corners);
  }

  stop() {
    this.active = false;
    this.corners = [];
    this.group.clearLayers();
    byId('draw-toggle').textContent = 'Étudier une zone';
    byId('area-file').hidden = true;
  }

  draw() {
    this.group.clearLayers();
    const line = this.corners.map(({ lat, lon }) => [lat, lon]);
    const style = { pane: 'marks', interactive: false, fill: this.corners.length >= FEWEST, fillColor: SELECTED, fillOpacity: 0.08 };
    L.polygon(line, { ...style, color: HALO, weight: 5 }).addTo(this.group);
    L.polygon(line, { ...style, color: SELECTED, weight: 2.5, dashArray: '6 5', className: 'area-draft' }).addTo(this.group);
    for (const corner of line) {
      L.circleMarker(corner, { pane: 'marks', interactive: false, radius: 5, color: HALO, weight: 2, fillColor: SELECTED, fillOpacity: 1 }).addTo(this.group);
    }
  }

  say() {
    const n = this.corners.length;
    const text = n < FEWEST ? `Cliquez les sommets de la zone sur la carte (${n} sur ${FEWEST} au moins)${n === 0 ? ', ou prenez-la dans un fichier' : ''}.` : `Zone de ${n} sommets. « Terminer la zone » donne ses chiffres.`;
    byId('draw-toggle').textContent = n < FEWEST ? 'Abandonner la zone' : 'Terminer la zone';
    byId('area-file').hidden = n > 0;
    byId('hint').textContent = text;
    byId('hint').hidden = false;
    announce(text);
  }
}
