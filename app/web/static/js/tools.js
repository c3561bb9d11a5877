/** The buttons around the map, and what each switches. */

import { wireAbout } from './about.js';
import { currentRelease } from './api.js';
import { wireAreaFile } from './area_file.js';
import { announce, byId, wireToggle } from './dom.js';
import { copyLink } from './link.js';
import { wirePrint } from './print.js';
import { Search } from './search.js';
import { TakeAway } from './take_away.js';

const HINT = 'Choisissez un territoire sur la carte.';
const AIM_HINT = 'Cliquez un point de départ sur la carte.';

/**
 * @param {import('./map.js').TerritoryMap} map
 * @param {{maps: () => import('./map.js').TerritoryMap[], within: () => string|null, indicator: () => string, vintage: () => string|null, drawTable: () => void, drawing: import('./area_draw.js').AreaDrawing, showPoints: (shown: boolean) => void, bring: (file: File) => void, goTo: (hit: import('./search.js').Hit) => void}} page
 */
export function wireTools(map, { maps, within, indicator, vintage, drawTable, drawing, showPoints, bring, goTo }) {
  wireAbout(/** @type {HTMLDetailsElement} */ (byId('about')), indicator);
  byId('copy-link').addEventListener('click', () => copyLink(byId('copy-link')));
  wireToggle('rail-toggle', 'aria-expanded', (open) => byId('controls').classList.toggle('open', open));
  wireToggle('reach-toggle', 'aria-pressed', (aiming) => {
    if (aiming) release('draw-toggle');
    map.aim(aiming);
    byId('hint').textContent = aiming ? AIM_HINT : HINT;
    byId('hint').hidden = false;
    if (aiming) announce(`${AIM_HINT} Au clavier, les flèches puis Entrée.`);
  });
  wireToggle('points-toggle', 'aria-pressed', showPoints);
  wireDrawing(map, drawing);
  wireAreaFile(byId('area-file'), byId('map'), (file) => {
    release('draw-toggle');
    bring(file);
  });
  wireToggle('table-toggle', 'aria-expanded', (open) => {
    byId('table').hidden = !open;
    if (open) drawTable();
    map.resize();
  });
  new Search(byId('search'), { within, onChoose: goTo });
  new TakeAway(/** @type {HTMLDetailsElement} */ (byId('take')), { maps, vintage });
  wirePrint(maps, () => ({ release: currentRelease(), vintage: vintage() }));
  new ResizeObserver(() => map.resize()).observe(byId('map'));
}

/** One tool at a time: let go of the other. @param {string} id */
function release(id) {
  if (byId(id).getAttribute('aria-pressed') === 'true') byId(id).click();
}

/** @param {import('./map.js').TerritoryMap} map @param {import('./area_draw.js').AreaDrawing} drawing */
function wireDrawing(map, drawing) {
  wireToggle('draw-toggle', 'aria-pressed', (on) => {
    if (on) {
      release('reach-toggle');
      map.aim(true);
      drawing.start();
      return;
    }
    map.aim(false);
    byId('hint').textContent = HINT;
    drawing.finish();
  });
}
