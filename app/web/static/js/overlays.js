/** What is drawn over the data whatever the profession: limits of communes, outlines and names of the QPV. */

import { HALO, OUTLINE, QPV } from './palette.js';

const L = /** @type {any} */ (window).L;

/** Names of the QPV appear from this zoom on. */
const NAMES_FROM = 12.5;
/** From this zoom on streets are named, inside the QPV too. */
const CLOSE = 15;
const NAME_WIDTH = 140;
const NAME_HEIGHT = 40;

/**
 * @param {any} map the Leaflet map
 * @param {any} communes GeoJSON
 * @param {any} quarters the QPV, GeoJSON
 * @returns {() => void} takes everything away again
 */
export function addOverlays(map, communes, quarters) {
  const group = L.layerGroup().addTo(map);
  const line = (/** @type {any} */ collection, /** @type {string} */ pane, /** @type {any} */ style) =>
    L.geoJSON(collection, {
      pane,
      interactive: false,
      smoothFactor: 0.5,
      style: { fill: false, opacity: 1, lineJoin: 'round', ...style },
    }).addTo(group);
  line(communes, 'limits', { color: OUTLINE, weight: 2, className: 'commune-outline' });
  line(quarters, 'qpv', { color: HALO, weight: 5.5 });
  line(quarters, 'qpv', { color: QPV, weight: 2.5, className: 'qpv-outline' });
  const names = qpvNames(quarters);
  const showNames = () => {
    if (map.getZoom() >= NAMES_FROM) names.addTo(map);
    else names.remove();
  };
  map.on('zoomend', showNames);
  showNames();
  return () => {
    map.off('zoomend', showNames);
    names.remove();
    group.remove();
  };
}

/**
 * Where outlines and names of the QPV stand, so that the ground writes nothing there. Close by, an outline
 * leaves room inside for streets, and only its name counts.
 * @param {any} map
 * @param {any} quarters
 * @returns {import('./basemap.js').Taken}
 */
export function takenByQpv(map, quarters) {
  const places = quarters.features.map((/** @type {any} */ feature) => ({
    bounds: L.geoJSON(feature).getBounds(),
    half: Math.min(NAME_WIDTH, 8 * feature.properties.name.length) / 2,
  }));
  return {
    names: new Set(quarters.features.map((/** @type {any} */ feature) => feature.properties.name)),
    boxes: (zoom) =>
      places.map((/** @type {any} */ { bounds, half }) => {
        const [top, foot] = [map.project(bounds.getNorthWest(), zoom), map.project(bounds.getSouthEast(), zoom)];
        const middle = (top.x + foot.x) / 2;
        return {
          minX: Math.min(zoom < CLOSE ? top.x : middle, middle - half),
          maxX: Math.max(zoom < CLOSE ? foot.x : middle, middle + half),
          minY: zoom < CLOSE ? top.y : foot.y,
          maxY: foot.y + (zoom >= NAMES_FROM ? NAME_HEIGHT : 0),
        };
      }),
  };
}

/** Names stand under the outlines, which they would hide. @param {any} quarters */
function qpvNames(quarters) {
  const labels = L.layerGroup();
  for (const feature of quarters.features) {
    const bounds = L.geoJSON(feature).getBounds();
    const text = document.createElement('span');
    text.textContent = feature.properties.name;
    L.marker([bounds.getSouth(), bounds.getCenter().lng], {
      pane: 'names',
      interactive: false,
      keyboard: false,
      icon: L.divIcon({ className: 'qpv-name', html: text, iconSize: [0, 0] }),
    }).addTo(labels);
  }
  return labels;
}
