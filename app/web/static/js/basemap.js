/**
 * The ground: our own vector tiles in light greys, under the data.
 *
 * The data layer multiplies itself onto this one (map.css), so streets and names show through it.
 */

import { currentRelease } from './api.js';

// Areas are faint: multiplied, they must not make one class look like the next.
const WATER = '#d9e0e4';
const PARK = '#f7f9f5';
const ROAD = '#c9cbcb';
const SMALL_ROAD = '#e2e3e3';
const RAIL = '#a9abac';
const TEXT = '#1d2226';
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

/** Small streets stay fainter than the limits of territories until one comes close. */
function roadColor(/** @type {number} */ zoom, /** @type {any} */ feature) {
  const small = Number(feature?.props.rank ?? 4) >= 4;
  return small && zoom < 15 ? SMALL_ROAD : ROAD;
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
    { dataLayer: 'road', symbolizer: new P.LineSymbolizer({ color: roadColor, width: roadWidth }) },
    { dataLayer: 'railway', symbolizer: new P.LineSymbolizer({ color: RAIL, width: 1.5, dash: [6, 3] }) },
  ];
}

/**
 * @param {any} P
 * @param {() => number} scale how much the browser stretches the tiles now
 * @param {Taken} taken
 */
function labelRules(P, scale, taken) {
  const size = (/** @type {number} */ pixels) => () => pixels / scale();
  const halo = { fill: TEXT, stroke: '#ffffff', width: 2, fontFamily: FONT, lineHeight: 1.1 };
  return [
    {
      dataLayer: 'place',
      filter: (/** @type {number} */ _zoom, /** @type {any} */ feature) => !taken.names.has(feature.props.name),
      symbolizer: avoiding(new P.CenteredTextSymbolizer({ ...halo, fontSize: size(14), fontWeight: 600 }), taken),
    },
    {
      dataLayer: 'road',
      minzoom: 15,
      symbolizer: avoiding(new P.LineLabelSymbolizer({ ...halo, fontSize: size(14), repeatDistance: 400 }), taken),
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
 * @typedef {object} Taken what the map itself writes over the ground
 * @property {Set<string>} names
 * @property {(zoom: number) => Box[]} boxes in pixels of the world at a whole zoom
 */
/** @typedef {{minX: number, minY: number, maxX: number, maxY: number}} Box */

/** @param {Box} a @param {Box} b */
function touch(a, b) {
  return a.minX < b.maxX && b.minX < a.maxX && a.minY < b.maxY && b.minY < a.maxY;
}

/** The same symbolizer, but silent where a name would run under an outline or a name of ours. @param {any} symbolizer @param {Taken} taken */
function avoiding(symbolizer, taken) {
  return {
    /** @param {any} layout @param {any} geometry @param {any} feature */
    place(layout, geometry, feature) {
      const boxes = taken.boxes(layout.zoom);
      const labels = symbolizer.place(layout, geometry, feature);
      return labels?.filter((/** @type {any} */ label) => !label.bboxes.some((/** @type {Box} */ box) => boxes.some((other) => touch(box, other))));
    },
  };
}

/** How much tiles are stretched between two whole zooms. @param {any} map */
function stretch(map) {
  const zoom = map.getZoom();
  return 2 ** (zoom - Math.round(zoom));
}

/**
 * Write the names again when tiles are stretched otherwise, so that they keep their size.
 * @param {any} map
 * @param {any} layer
 * @returns {() => void} stops
 */
function keepNamesReadable(map, layer) {
  let drawn = stretch(map);
  const rewrite = () => {
    if (stretch(map) === drawn) return;
    drawn = stretch(map);
    layer.clearLayout();
    layer.rerenderTiles();
  };
  map.on('zoomend', rewrite);
  return () => map.off('zoomend', rewrite);
}

/**
 * Draw the base map if this release has one; without it the map stays on its plain ground.
 * @param {any} map the Leaflet map
 * @param {{attribution: string, taken: Taken}} options
 * @returns {Promise<() => void>} takes it away again
 */
export async function addBasemap(map, { attribution, taken }) {
  const url = `/tiles/${currentRelease()}/base/{z}/{x}/{y}.mvt`;
  if (!('protomapsL' in window)) await loadScript('/static/vendor/protomaps-leaflet/protomaps-leaflet.js');
  const P = /** @type {any} */ (window).protomapsL;
  const layer = P.leafletLayer({
    url,
    maxDataZoom: LAST_TILE_ZOOM,
    paintRules: paintRules(P),
    labelRules: labelRules(P, () => stretch(map), taken),
    attribution,
    lang: 'fr',
  });
  for (const view of layer.views.values()) view.tileCache.source = forgivingSource(view.tileCache.source);
  await document.fonts.load(`600 14px ${FONT}`);
  layer.addTo(map);
  const stop = keepNamesReadable(map, layer);
  return () => {
    stop();
    layer.remove();
  };
}
