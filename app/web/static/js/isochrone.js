/** What is within reach of a point, drawn: the far is veiled, so that the eye stays on what is near. */

import { HALO, SELECTED } from './palette.js';

const L = /** @type {any} */ (window).L;

/** @type {Array<[number, number]>} the whole of Mercator's map */
const WORLD = [
  [85, -180],
  [85, 180],
  [-85, 180],
  [-85, -180],
];

/** Outer rings of an area, as Leaflet takes them. @param {any} geometry */
function outerRings(geometry) {
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
  return polygons.map((/** @type {any} */ rings) => rings[0].map((/** @type {number[]} */ [lon, lat]) => [lat, lon]));
}

export class IsochroneLayer {
  /** @param {any} map the Leaflet map */
  constructor(map) {
    this.map = map;
    this.group = L.layerGroup().addTo(map);
  }

  clear() {
    this.group.clearLayers();
  }

  /** Mark the point at once. @param {import('./state.js').Place} from */
  mark({ lat, lon }) {
    this.clear();
    L.circleMarker([lat, lon], { pane: 'marks', interactive: false, radius: 7, color: HALO, weight: 3, fillColor: SELECTED, fillOpacity: 1, className: 'origin' }).addTo(this.group);
  }

  /** @param {import('./state.js').Place} from @param {any} answer of `/isochrones` in geojson */
  draw(from, answer) {
    this.clear();
    const features = [...answer.features].filter((feature) => feature.geometry).sort((a, b) => b.properties.minutes - a.properties.minutes);
    const [widest] = features;
    if (widest) {
      L.polygon([WORLD, ...outerRings(widest.geometry)], { pane: 'reach', interactive: false, stroke: false, fillColor: '#f4f5f5', fillOpacity: 0.72 }).addTo(this.group);
    }
    for (const feature of features) this.contour(feature, feature === widest);
    const [{ snapped_lat: lat, snapped_lon: lon }] = answer.points;
    L.polyline([[from.lat, from.lon], [lat, lon]], { pane: 'marks', interactive: false, color: SELECTED, weight: 2, dashArray: '2 4' }).addTo(this.group);
    L.circleMarker([from.lat, from.lon], { pane: 'marks', interactive: false, radius: 7, color: HALO, weight: 3, fillColor: SELECTED, fillOpacity: 1, className: 'origin' }).addTo(this.group);
  }

  /** @param {any} feature @param {boolean} widest */
  contour(feature, widest) {
    const line = (/** @type {any} */ style) =>
      L.geoJSON(feature, { pane: 'reach', interactive: false, style: { fill: false, opacity: 1, lineJoin: 'round', ...style } }).addTo(this.group);
    line({ color: HALO, weight: widest ? 5.5 : 4 });
    line({ color: SELECTED, weight: widest ? 2.5 : 1.5, dashArray: widest ? null : '6 5', className: `isochrone isochrone-${feature.properties.minutes}` });
  }

  /** Show all of it, clear of what covers the foot of the map. @param {any} answer */
  fit(answer) {
    const bounds = L.geoJSON(answer).getBounds();
    if (bounds.isValid()) this.map.fitBounds(bounds, { padding: [24, 24], animate: false });
  }
}
