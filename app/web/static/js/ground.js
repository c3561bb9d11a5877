/** What lies under and over the data of one release: base map, limits of communes, outlines of the QPV. */

import { currentRelease, Problem } from './api.js';
import { addBasemap } from './basemap.js';
import { addOverlays, takenByQpv } from './overlays.js';

export class Ground {
  /** @param {any} map the Leaflet map @param {import('./loader.js').Loader} loader */
  constructor(map, loader) {
    this.map = map;
    this.loader = loader;
    /** @type {Array<() => void>} take everything away again */
    this.removers = [];
    /** @type {number|null} release that is drawn */
    this.release = null;
  }

  /**
   * Draw once a release, after the answer, which it does not change.
   * @param {string|null} within
   * @param {boolean} demonstration
   */
  async draw(within, demonstration) {
    if (this.release === currentRelease()) return;
    this.release = currentRelease();
    for (const remove of this.removers.splice(0)) remove();
    try {
      const [communes, quarters] = await this.loader.overlays(within);
      this.removers.push(addOverlays(this.map, communes, quarters));
      if (!(await this.loader.hasGround())) return;
      const ground = demonstration ? 'ville fictive' : "contributeurs d'OpenStreetMap";
      this.removers.push(await addBasemap(this.map, { attribution: `Fond\u00a0: ${ground}`, taken: takenByQpv(this.map, quarters) }));
    } catch (error) {
      // The answer stands without them; a failure here must not cover it.
      if (!(error instanceof Problem)) throw error;
    }
  }
}
