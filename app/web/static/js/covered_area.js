/** The ground within reach of any place of practice, as one outline over the coverage of territories. */

import { getKept, Problem } from './api.js';
import { html } from './dom.js';
import { HALO } from './palette.js';

const L = /** @type {any} */ (window).L;

/** Of the outline: green, between two white lines, so that it is no limit of anything else. */
const COVERED_EDGE = '#1d5a3a';

export class CoveredArea {
  /** @param {any} map the Leaflet map @param {HTMLElement} legend whose key says how far the outline has come */
  constructor(map, legend) {
    this.legend = legend;
    this.group = L.layerGroup().addTo(map);
    this.asked = '';
    this.words = '';
  }

  /**
   * Draw the outline of a coverage once the server has it: the map stands without.
   * @param {Record<string, any>|null} asked parameters of `/coverage`, null for none
   */
  async show(asked) {
    const key = asked ? JSON.stringify(asked) : '';
    if (key === this.asked) {
      this.say(this.words);
      return;
    }
    this.asked = key;
    this.group.clearLayers();
    this.say(asked ? 'Contour de ce qui est à portée\u00a0: calcul en cours' : '');
    if (!asked) return;
    try {
      const area = await getKept('coverage', { ...asked, format: 'geojson', draw: 'union' });
      if (key === this.asked) this.draw(area);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (key === this.asked) this.say(`Contour de ce qui est à portée\u00a0: pas disponible (${error.detail})`);
    }
  }

  /** @param {any} area */
  draw(area) {
    for (const style of [{ color: HALO, weight: 3.5 }, { color: COVERED_EDGE, weight: 1.5, className: 'covered-outline' }]) {
      L.geoJSON(area, { pane: 'reach', interactive: false, style: { fill: false, opacity: 1, lineJoin: 'round', ...style } }).addTo(this.group);
    }
    this.say(`Contour à ${area.minutes} minutes d'un lieu`);
  }

  /** The last line of the legend. @param {string} words empty for none */
  say(words) {
    this.words = words;
    this.legend.querySelector('.covered-key')?.remove();
    if (words) this.legend.append(html('p', { class: 'legend-key covered-key' }, html('span', { class: 'key-line key-covered' }), words));
  }
}
