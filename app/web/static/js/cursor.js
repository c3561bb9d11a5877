/** The map without a mouse: a cursor that walks from territory to territory. */

import { nextTowards } from './geometry.js';
import { HALO, SELECTED } from './palette.js';

const L = /** @type {any} */ (window).L;

export class KeyboardCursor {
  /** @param {import('./map.js').TerritoryMap} owner */
  constructor(owner) {
    this.owner = owner;
    /** @type {number|null} the territory it is on */
    this.id = null;
    this.mark = L.layerGroup().addTo(owner.map);
    owner.container.addEventListener('keydown', (event) => this.onKey(event));
    owner.container.addEventListener('blur', () => this.mark.clearLayers());
  }

  clear() {
    this.mark.clearLayers();
    this.id = null;
  }

  /** What Enter does: the territory under the cursor is chosen, or its middle while aiming. */
  choose() {
    const { owner, id } = this;
    const point = id === null ? null : owner.points.get(id);
    if (owner.aiming) {
      const { lat, lng } = owner.map.getCenter();
      owner.aimAt(...(point ?? [lng, lat]));
    } else if (id !== null) owner.listeners.onSelect(id);
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    if (event.target !== this.owner.container || event.ctrlKey || event.altKey || event.metaKey) return;
    const step = { ArrowUp: [0, -80], ArrowDown: [0, 80], ArrowLeft: [-80, 0], ArrowRight: [80, 0] }[event.key];
    if (step && event.shiftKey) this.owner.map.panBy(step);
    else if (step) this.move(event.key);
    else if (event.key === 'Enter' || event.key === ' ') this.choose();
    else if (event.key === 'Escape') this.owner.listeners.onClear();
    else if (event.key === '+') this.owner.map.zoomIn();
    else if (event.key === '-') this.owner.map.zoomOut();
    else return;
    event.preventDefault();
  }

  /** @param {string} key an arrow */
  move(key) {
    const next = this.id === null ? this.nearestToCentre() : nextTowards(this.owner.points, this.id, key);
    if (next !== null) this.put(next);
  }

  /** Put the keyboard's cursor on a territory, in view and announced. @param {number} id */
  put(id) {
    this.id = id;
    this.mark.clearLayers();
    this.owner.outline(id, { color: HALO, weight: 5 }).addTo(this.mark);
    this.owner.outline(id, { color: SELECTED, weight: 2.5, dashArray: '5 4', className: 'cursor-outline' }).addTo(this.mark);
    const [lon, lat] = /** @type {[number, number]} */ (this.owner.points.get(id));
    L.tooltip({ permanent: true, direction: 'top', className: 'tip' })
      .setLatLng([lat, lon])
      .setContent(this.owner.tooltip(id))
      .addTo(this.mark);
    this.owner.map.panInside([lat, lon], { padding: [60, 60] });
    this.owner.listeners.announce(this.owner.listeners.describe(id));
  }

  /** @returns {number|null} */
  nearestToCentre() {
    const { lat, lng } = this.owner.map.getCenter();
    let [best, bestDistance] = [/** @type {number|null} */ (null), Infinity];
    for (const [id, [x, y]] of this.owner.points) {
      const distance = (x - lng) ** 2 + (y - lat) ** 2;
      if (distance < bestDistance) [best, bestDistance] = [id, distance];
    }
    return best;
  }
}
