/** What lies under and over the data of one release: base map, limits of communes, outlines of the QPV. */

import { currentRelease, Problem } from './api.js';
import { addBasemap } from './basemap.js';
import { addOverlays, takenByQpv } from './overlays.js';
import { addPlan } from './plan.js';

/** @typedef {{within: string|null, demonstration: boolean, plan: boolean}} Wanted `plan`: the IGN's instead of ours */

export class Ground {
  /** @param {any} map the Leaflet map @param {import('./loader.js').Loader} loader */
  constructor(map, loader) {
    this.map = map;
    this.loader = loader;
    /** @type {Array<() => void>} take everything away again */
    this.removers = [];
    /** What is drawn: a release, on a ground. */
    this.drawn = '';
  }

  /** Draw once a release and a ground, after the answer, which they do not change. @param {Wanted} wanted */
  async draw({ within, demonstration, plan }) {
    const drawn = `${currentRelease()} ${plan}`;
    if (this.drawn === drawn) return;
    this.drawn = drawn;
    for (const remove of this.removers.splice(0)) remove();
    try {
      const [communes, quarters] = await this.loader.overlays(within);
      if (this.drawn !== drawn) return;
      this.removers.push(addOverlays(this.map, communes, quarters));
      const own = () => this.streets(quarters, demonstration, drawn);
      if (plan) this.removers.push(addPlan(this.map, own));
      else await own();
    } catch (error) {
      // The answer stands without them; a failure here must not cover it.
      if (!(error instanceof Problem)) throw error;
    }
  }

  /** Our own streets, where the release has some. @param {any} quarters @param {boolean} demonstration @param {string} drawn what they are part of */
  async streets(quarters, demonstration, drawn) {
    if (!(await this.loader.hasGround())) return;
    const ground = demonstration ? 'ville fictive' : "contributeurs d'OpenStreetMap";
    const remove = await addBasemap(this.map, { attribution: `Fond\u00a0: ${ground}`, taken: takenByQpv(this.map, quarters) });
    if (this.drawn === drawn) this.removers.push(remove);
    else remove();
  }
}
