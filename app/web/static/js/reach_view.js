/** What is within reach of a point: asked when the point, the profession or the way to travel changes. */

import { getJson, Problem } from './api.js';
import { announce } from './dom.js';
import { number } from './format.js';
import { IsochroneLayer } from './isochrone.js';
import { drawNearest, drawPointPanel, drawReach, drawReachProblem } from './point_panel.js';
import { fetchPractices } from './practices.js';
import { contoursOf, limitOf } from './travel.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./loader.js').Shown} Shown */

export class ReachView {
  /**
   * @param {HTMLElement} root the panel
   * @param {any} map the Leaflet map
   * @param {{onClose: () => void, onCopy: (button: HTMLElement) => void, onChoose: (patch: Partial<State>) => void}} actions
   */
  constructor(root, map, actions) {
    this.root = root;
    this.layer = new IsochroneLayer(map);
    this.actions = actions;
    /** @type {AbortController|null} */
    this.request = null;
    this.asked = '';
  }

  hide() {
    this.request?.abort();
    this.asked = '';
    this.layer.clear();
  }

  /**
   * @param {State} state whose `from` is a place
   * @param {Shown} shown
   * @param {string|null} within
   * @param {string} name of the place
   * @returns {boolean} whether anything was asked
   */
  show(state, shown, within, name) {
    const from = /** @type {import('./state.js').Place} */ (state.from);
    const mode = state.mode ?? 'walk';
    const minutes = Math.min(state.minutes, limitOf(mode));
    const { profession, scope } = state;
    const asked = { lat: Number(from.lat.toFixed(6)), lon: Number(from.lon.toFixed(6)), mode, profession, scope };
    const key = JSON.stringify({ ...asked, minutes, name });
    if (key === this.asked) return false;
    this.request?.abort();
    this.asked = key;
    this.request = new AbortController();
    this.layer.mark(from);
    drawPointPanel(this.root, { name, state: { ...state, minutes }, timetable: shown.timetable }, this.actions);
    this.root.scrollTop = 0;
    const about = { subject: shown.subject, profession: shown.professionLabel };
    this.fill(from, { ...asked, minutes: contoursOf(minutes).join(',') }, about, this.request.signal);
    this.fillNearest(asked, within, this.request.signal);
    return true;
  }

  /** @param {import('./state.js').Place} from @param {any} asked @param {{subject: any, profession: string}} about @param {AbortSignal} signal */
  async fill(from, asked, about, signal) {
    try {
      const answer = await getJson('isochrones', { ...asked, format: 'geojson' }, signal);
      this.layer.draw(from, answer);
      this.layer.fit(answer);
      drawReach(this.root, answer, about);
      const { population } = answer.features[answer.features.length - 1].properties;
      if (population !== null) announce(`${answer.title}\u00a0: ${number(population)} habitants`);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Problem)) throw error;
      drawReachProblem(this.root, error);
    }
  }

  /** @param {any} asked @param {string|null} within @param {AbortSignal} signal */
  async fillNearest(asked, within, signal) {
    try {
      const [answer, practices] = await Promise.all([getJson('nearest', asked, signal), fetchPractices({ ...asked, within }, signal)]);
      drawNearest(this.root, answer, new Map(practices.items.map((/** @type {any} */ place) => [place.site_id, place])));
    } catch (error) {
      // The isochrone says why: both leave from the same point.
      if (!signal.aborted && !(error instanceof Problem)) throw error;
    }
  }
}
