/** The map itself: territories and their classes, the selected one, the keyboard's cursor. */

import { KeyboardCursor } from './cursor.js';
import { labelPoint } from './geometry.js';
import { fillOf, OUTLINE, SELECTED, HALO } from './palette.js';

const L = /** @type {any} */ (window).L;

/** Drawing order, from the ground up. */
const PANES = { floor: 150, data: 400, limits: 410, cells: 412, reach: 415, qpv: 420, circles: 425, marks: 430, names: 450 };
const LARGEST_CIRCLE = 20;
/** A finger does not hover: its tooltip would stay and hide what it names. */
const HOVERS = window.matchMedia('(hover: hover)').matches;

/** @typedef {import('./classes.js').Band} Band */
/**
 * @typedef {object} MapListeners
 * @property {(id: number) => void} onSelect
 * @property {() => void} onClear
 * @property {(place: import('./state.js').Place) => void} onAim a point is chosen, while aiming
 * @property {(id: number) => string} describe one line about a territory
 * @property {(text: string) => void} announce
 * @property {(view: import('./state.js').View) => void} onMove
 */

/** What a path is called by. @param {Band} band */
function markOf({ kind, rank }) {
  if (kind === 'cross') return `cross-${rank}`;
  return kind === 'class' ? String(rank) : kind;
}

/** @typedef {ReturnType<typeof import('./picture.js').pictureOf>} Drawn */

export class TerritoryMap {
  /** @param {HTMLElement} container @param {MapListeners} listeners */
  constructor(container, listeners) {
    this.listeners = listeners;
    this.container = container;
    this.map = L.map(container, {
      keyboard: false,
      zoomControl: false,
      zoomSnap: 0.25,
      zoomDelta: 0.5,
      minZoom: 5,
      maxZoom: 18,
      fadeAnimation: false,
      zoomAnimation: !window.matchMedia('(prefers-reduced-motion: reduce)').matches,
    });
    this.map.attributionControl.setPrefix(false);
    L.control.zoom({ position: 'topright', zoomInTitle: 'Zoomer', zoomOutTitle: 'Dézoomer' }).addTo(this.map);
    this.map.whenReady(() => L.control.scale({ imperial: false, position: 'bottomleft' }).addTo(this.map));
    for (const [name, order] of Object.entries(PANES)) {
      this.map.createPane(name).style.zIndex = String(order);
    }
    /** @type {Map<number, any>} */
    this.paths = new Map();
    /** @type {Map<number, import('./geometry.js').Position>} */
    this.points = new Map();
    /** While somebody chooses a point, a click is one and not a territory. */
    this.aiming = false;
    /** Set by print.js: the map then neither follows the window nor reports where it is. */
    this.onPaper = false;
    /** @type {any} the Leaflet layer of the territories */
    this.territories = null;
    /** @type {Drawn|null} what it shows, for whoever takes it away */
    this.drawn = null;
    this.floor = null;
    this.circles = L.layerGroup().addTo(this.map);
    this.selection = L.layerGroup().addTo(this.map);
    this.cursor = new KeyboardCursor(this);
    this.map.on('moveend', () => this.reportView());
    this.map.on('click', (/** @type {any} */ { latlng }) => this.aiming && this.aimAt(latlng.lng, latlng.lat));
  }

  /** Replace the territories. @param {any} collection a GeoJSON FeatureCollection whose features carry `id` */
  setGeometry(collection) {
    this.territories?.remove();
    this.floor?.remove();
    this.circles.clearLayers();
    this.clearMarks();
    this.paths.clear();
    this.points = new Map(
      collection.features.map((/** @type {any} */ f) => [f.id, labelPoint(f.geometry)]),
    );
    // White ground under the territories: zero is white, outside the observatory is the page's grey.
    this.floor = L.geoJSON(collection, {
      pane: 'floor',
      interactive: false,
      renderer: L.canvas({ pane: 'floor', padding: 0.5 }),
      style: { stroke: false, fillColor: '#ffffff', fillOpacity: 1 },
    }).addTo(this.map);
    this.territories = L.geoJSON(collection, {
      pane: 'data',
      renderer: L.svg({ pane: 'data', padding: 0.5 }),
      smoothFactor: 0.5,
      style: { color: OUTLINE, weight: 1.1, fillOpacity: 0 },
      onEachFeature: (/** @type {any} */ feature, /** @type {any} */ layer) => {
        this.paths.set(feature.id, layer);
        layer.on('click', () => !this.aiming && this.listeners.onSelect(feature.id));
      },
    }).addTo(this.map);
    if (HOVERS) this.nameUnderPointer();
  }

  /**
   * Name the territory under the pointer. Leaflet's own bound tooltips would do, but they listen to the
   * focus of every path, and Chromium then stops at each of them on Tab.
   */
  nameUnderPointer() {
    const tip = L.tooltip({ direction: 'top', offset: [0, -8], className: 'tip' });
    this.territories.on('mousemove', (/** @type {any} */ event) => {
      tip.setLatLng(event.latlng).setContent(this.tooltip(event.propagatedFrom.feature.id)).addTo(this.map);
    });
    this.territories.on('mouseout remove', () => tip.remove());
  }

  /** @param {number} id */
  tooltip(id) {
    const node = document.createElement('span');
    node.textContent = this.listeners.describe(id);
    return node;
  }

  /**
   * Colour every territory by its band, or draw circles over blank territories.
   * @param {Band[]} bands
   * @param {{circles?: Map<number, number>|null}} [options] counts by territory, for circles
   */
  paint(bands, { circles = null } = {}) {
    this.circles.clearLayers();
    /** @type {Array<{id: number, band: Band, value: number}>} */
    const drawn = [];
    for (const band of bands) {
      for (const id of band.ids) {
        const path = this.paths.get(id);
        if (!path) continue;
        const blank = circles !== null && band.kind !== 'unknown';
        path.setStyle({ fillColor: blank ? '#ffffff' : fillOf(band), fillOpacity: 1 });
        path.getElement()?.setAttribute('data-class', markOf(band));
        if (blank) drawn.push({ id, band, value: circles.get(id) ?? 0 });
      }
    }
    // The smaller ones on top, so that none is hidden.
    drawn.sort((a, b) => b.value - a.value);
    for (const { id, band, value } of drawn) this.addCircle(id, band, value, drawn[0].value);
  }

  /** Areas of circles are as their counts; zero is a small ring. @param {number} id @param {Band} band @param {number} value @param {number} largest */
  addCircle(id, band, value, largest) {
    const [lon, lat] = /** @type {[number, number]} */ (this.points.get(id));
    L.circleMarker([lat, lon], {
      pane: 'circles',
      interactive: false,
      radius: value > 0 ? Math.max(3, LARGEST_CIRCLE * Math.sqrt(value / largest)) : 2.5,
      color: OUTLINE,
      weight: 1,
      fillColor: fillOf(band),
      fillOpacity: 0.85,
    }).addTo(this.circles);
  }

  /** Fade all but some territories; null shows all again. @param {number[]|null} ids */
  highlight(ids) {
    const shown = ids === null ? null : new Set(ids);
    for (const [id, path] of this.paths) {
      path.getElement()?.classList.toggle('faded', shown !== null && !shown.has(id));
    }
  }

  /** Draw the outline of the selected territory. @param {number|null} id */
  select(id) {
    this.selection.clearLayers();
    if (id === null || !this.paths.has(id)) return;
    this.outline(id, { color: HALO, weight: 6 }).addTo(this.selection);
    this.outline(id, { color: SELECTED, weight: 3, className: 'selected-outline' }).addTo(this.selection);
  }

  /** @param {number} id @param {Record<string, any>} style */
  outline(id, style) {
    return L.geoJSON(this.paths.get(id).feature, {
      pane: 'marks',
      interactive: false,
      smoothFactor: 0.5,
      style: { fill: false, opacity: 1, ...style },
    });
  }

  clearMarks() {
    this.selection.clearLayers();
    this.cursor.clear();
  }

  /** @param {boolean} aiming */
  aim(aiming) {
    this.aiming = aiming;
    this.container.classList.toggle('aiming', aiming);
  }

  /** @param {number} lon @param {number} lat */
  aimAt(lon, lat) {
    this.listeners.onAim({ lat: Number(lat.toFixed(5)), lon: Number(lon.toFixed(5)) });
  }

  /** Show all the territories. */
  fit() {
    const bounds = this.territories?.getBounds();
    if (bounds?.isValid()) this.map.fitBounds(bounds, { padding: [12, 12], animate: false });
  }

  /** Whether any territory is in view. */
  seesTerritories() {
    const bounds = this.territories?.getBounds();
    return Boolean(bounds?.isValid() && this.map.getBounds().intersects(bounds));
  }

  /** Come near a territory that was looked for. @param {number} id */
  approach(id) {
    const bounds = this.paths.get(id)?.getBounds();
    if (bounds) this.map.fitBounds(bounds, { padding: [80, 80], maxZoom: 15, animate: false });
  }

  /** @param {import('./state.js').View} view */
  setView(view) {
    this.map.setView([view.lat, view.lon], view.zoom, { animate: false });
  }

  /**
   * Bring a territory into view, clear of the sheet that covers the foot of the map on a phone.
   * @param {number} id
   * @param {HTMLElement} cover
   */
  reveal(id, cover) {
    const point = this.points.get(id);
    if (!point) return;
    const [map, sheet] = [this.container.getBoundingClientRect(), cover.getBoundingClientRect()];
    const covered = sheet.left < map.right - 1 ? Math.max(0, map.bottom - sheet.top) : 0;
    this.map.panInside([point[1], point[0]], { paddingTopLeft: [40, 40], paddingBottomRight: [40, 40 + covered] });
  }

  reportView() {
    if (!this.onPaper) this.listeners.onMove(this.view());
  }

  /** Whether the map is there already, to the pixel. @param {import('./state.js').View} view */
  isAt({ zoom, lat, lon }) {
    if (this.map.getZoom() !== zoom) return false;
    return this.map.project([lat, lon]).distanceTo(this.map.project(this.map.getCenter())) < 1.5;
  }

  /** Where the map is. @returns {import('./state.js').View} */
  view() {
    const { lat, lng } = this.map.getCenter();
    return { zoom: this.map.getZoom(), lat, lon: lng };
  }

  /** Follow a change of the room the map has. */
  resize() {
    if (!this.onPaper) this.map.invalidateSize({ animate: false });
  }
}
