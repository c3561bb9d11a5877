/** Paper: the map takes the sheet's shape before printing and the window's again after. */

import { byId } from './dom.js';
import { longDate } from './format.js';

const L = /** @type {any} */ (window).L;

/** Room of the map on an A4 sheet, in pixels of 1/96 inch: the 186 x 134 mm of print.css. */
const ROOM = { width: 703, height: 506 };
/** Room of one of two, in height less its name and classes. */
const HALF = { width: 348, height: 400 };
const MARGIN = 16;

/** @typedef {import('./map.js').TerritoryMap} TerritoryMap */

/** The part of the territories that is in view. @param {TerritoryMap} territoryMap */
export function visibleGround({ map, territories }) {
  const [view, all] = [map.getBounds(), /** @type {any} */ (territories).getBounds()];
  if (!view.intersects(all)) return view;
  return L.latLngBounds(
    [Math.max(view.getSouth(), all.getSouth()), Math.max(view.getWest(), all.getWest())],
    [Math.min(view.getNorth(), all.getNorth()), Math.min(view.getEast(), all.getEast())],
  );
}

/**
 * Take the sheet's shape with the same ground in view, at the same zoom: the browser prints at once and
 * would not wait for other tiles. What is too wide is shrunk as a picture is.
 * @param {TerritoryMap} territoryMap
 * @param {{width: number, height: number}} room
 */
function toPaper(territoryMap, room) {
  const { map, container } = territoryMap;
  const zoom = map.getZoom();
  const seen = visibleGround(territoryMap);
  const size = L.bounds(map.project(seen.getNorthWest(), zoom), map.project(seen.getSouthEast(), zoom)).getSize();
  const shrink = Math.min(1, room.width / (size.x + MARGIN), room.height / (size.y + MARGIN));
  territoryMap.onPaper = true;
  Object.assign(container.style, {
    width: `${room.width / shrink}px`,
    height: `${room.height / shrink}px`,
    transformOrigin: '0 0',
    transform: `scale(${shrink})`,
  });
  map.invalidateSize({ pan: false });
  map.setView(seen.getCenter(), zoom, { animate: false });
}

/** @param {TerritoryMap} territoryMap @param {{centre: any, zoom: number}} view */
function toScreen(territoryMap, { centre, zoom }) {
  Object.assign(territoryMap.container.style, { width: '', height: '', transform: '', transformOrigin: '' });
  territoryMap.map.invalidateSize({ pan: false });
  territoryMap.map.setView(centre, zoom, { animate: false });
  territoryMap.onPaper = false;
}

/** @param {{release: number|null, vintage: string|null}} published */
function footer({ release, vintage }) {
  const source = vintage
    ? `Sources\u00a0: annuaire santé au ${longDate(vintage)}, FINESS, INSEE, IGN, OpenStreetMap. Version ${release}. `
    : '';
  return `${source}Imprimé le ${longDate(new Date().toISOString())}. ${window.location.href}`;
}

/**
 * @param {() => TerritoryMap[]} maps on the page: one, or two that are compared
 * @param {() => {release: number|null, vintage: string|null}} published
 */
export function wirePrint(maps, published) {
  /** @type {Array<{map: TerritoryMap, view: {centre: any, zoom: number}}>} */
  let onScreen = [];
  const before = () => {
    byId('print-foot').textContent = footer(published());
    if (onScreen.length > 0) return;
    const shown = maps().filter(({ territories }) => territories);
    onScreen = shown.map((map) => ({ map, view: { centre: map.map.getCenter(), zoom: map.map.getZoom() } }));
    for (const map of shown) map.onPaper = true;
    for (const map of shown) toPaper(map, shown.length > 1 ? HALF : ROOM);
  };
  const after = () => {
    for (const { map, view } of onScreen) toScreen(map, view);
    onScreen = [];
  };
  // Browsers differ in which of the two they announce; both together do no harm.
  window.addEventListener('beforeprint', before);
  window.addEventListener('afterprint', after);
  window.matchMedia('print').addEventListener('change', (event) => (event.matches ? before() : after()));
  byId('print').addEventListener('click', () => window.print());
}
