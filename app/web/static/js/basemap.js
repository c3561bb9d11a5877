/**
 * The ground: our own vector tiles in light greys, under the data.
 *
 * The data layer multiplies itself onto this one (map.css), so streets and names show through it.
 */

import { currentRelease } from './api.js';

const WATER = '#d3dadd';
const PARK = '#e6e9e1';
const ROAD = '#c4c6c6';
const RAIL = '#a9abac';
const TEXT = '#3d4449';
const FONT = '"Source Sans 3", sans-serif';
/** Tiles are made up to this zoom; closer, the browser enlarges them. */
const LAST_TILE_ZOOM = 15;

/** @param {string} address */
function loadScript(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = address;
    script.addEventListener('load', resolve);
    script.addEventListener('error', reject);
    document.head.append(script);
  });
}

/** Width of a road: motorways (rank 1) to paths (rank 5), wider as one comes closer. */
function roadWidth(/** @type {number} */ zoom, /** @type {any} */ feature) {
  const rank = Number(feature?.props.rank ?? 4);
  return Math.max(0.5, (5.5 - rank) * 0.62 * 1.45 ** (zoom - 13.5));
}

/** @param {any} P the protomaps-leaflet module */
function paintRules(P) {
  return [
    { dataLayer: 'park', symbolizer: new P.PolygonSymbolizer({ fill: PARK }) },
    {
      dataLayer: 'water',
      filter: (/** @type {number} */ _zoom, /** @type {any} */ feature) => feature.geomType === 3,
      symbolizer: new P.PolygonSymbolizer({ fill: WATER }),
    },
    {
      dataLayer: 'water',
      filter: (/** @type {number} */ _zoom, /** @type {any} */ feature) => feature.geomType === 2,
      symbolizer: new P.LineSymbolizer({ color: WATER, width: 3 }),
    },
    { dataLayer: 'road', symbolizer: new P.LineSymbolizer({ color: ROAD, width: roadWidth, perFeature: true }) },
    { dataLayer: 'railway', symbolizer: new P.LineSymbolizer({ color: RAIL, width: 1.5, dash: [6, 3] }) },
  ];
}

/** @param {any} P */
function labelRules(P) {
  const halo = { fill: TEXT, stroke: '#ffffff', width: 2, fontFamily: FONT, lineHeight: 1.1 };
  return [
    { dataLayer: 'place', symbolizer: new P.CenteredTextSymbolizer({ ...halo, fontSize: 14, fontWeight: 600 }) },
    {
      dataLayer: 'road',
      minzoom: 15,
      symbolizer: new P.LineLabelSymbolizer({ ...halo, fontSize: 12, repeatDistance: 400 }),
    },
  ];
}

/** A source that draws nothing where a tile is missing, instead of failing. */
function forgivingSource(/** @type {any} */ source) {
  return {
    /** @param {any} at @param {number} size */
    get: (at, size) =>
      source.get(at, size).catch((/** @type {Error} */ error) => {
        if (error.name === 'AbortError') throw error;
        return new Map();
      }),
  };
}

/**
 * Draw the base map if this release has one; without it the map stays on its plain ground.
 * @param {any} map the Leaflet map
 */
export async function addBasemap(map) {
  const url = `/tiles/${currentRelease()}/base/{z}/{x}/{y}.mvt`;
  await loadScript('/static/vendor/protomaps-leaflet/protomaps-leaflet.js');
  const P = /** @type {any} */ (window).protomapsL;
  const layer = P.leafletLayer({
    url,
    maxDataZoom: LAST_TILE_ZOOM,
    paintRules: paintRules(P),
    labelRules: labelRules(P),
    attribution: "Fond\u00a0: contributeurs d'OpenStreetMap",
    lang: 'fr',
  });
  for (const view of layer.views.values()) view.tileCache.source = forgivingSource(view.tileCache.source);
  await document.fonts.load(`600 14px ${FONT}`);
  layer.addTo(map);
}
