/** What is drawn over the data whatever the profession: limits of communes, outlines and names of the QPV. */

import { labelPoint } from './geometry.js';
import { HALO, OUTLINE, QPV } from './palette.js';

const L = /** @type {any} */ (window).L;

/** Names of the QPV appear from this zoom on. */
const NAMES_FROM = 12.5;

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
  line(communes, 'limits', { color: OUTLINE, weight: 1.6, dashArray: '8 3 2 3', className: 'commune-outline' });
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

/** @param {any} quarters */
function qpvNames(quarters) {
  const labels = L.layerGroup();
  for (const feature of quarters.features) {
    const [lon, lat] = labelPoint(feature.geometry);
    const text = document.createElement('span');
    text.textContent = feature.properties.name;
    L.marker([lat, lon], {
      pane: 'names',
      interactive: false,
      keyboard: false,
      icon: L.divIcon({ className: 'qpv-name', html: text, iconSize: [0, 0] }),
    }).addTo(labels);
  }
  return labels;
}
