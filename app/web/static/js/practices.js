/** Practices as points that group: how many practitioners are where, never who. */

import { getJson } from './api.js';
import { html } from './dom.js';
import { number } from './format.js';
import { placedWords, subjectWords } from './words.js';

const L = /** @type {any} */ (window).L;
const CLUSTER = '/static/vendor/leaflet.markercluster/';
const MOST = 20_000;
/** Milliseconds that grouping may take at a stretch: the page answers in between. */
const STRETCH = 30;
/** How much ground around the view is drawn too, of its size. */
const AROUND = 0.1;

/** @type {Promise<void>|null} */
let clusterLoaded = null;

/** Fetch the grouping library when points are first wanted: the first page does without. */
function loadCluster() {
  clusterLoaded ??= new Promise((resolve, reject) => {
    const sheet = html('link', { rel: 'stylesheet', href: `${CLUSTER}MarkerCluster.css` });
    const script = html('script', { src: `${CLUSTER}leaflet.markercluster.js` });
    script.addEventListener('load', () => resolve());
    script.addEventListener('error', reject);
    document.head.append(sheet, script);
  });
  return clusterLoaded;
}

/** @type {Map<string, any>} icons are made once for each number: ten thousand places share a few */
const badges = new Map();

/** @param {number} n practitioners */
function badge(n, grouped = false) {
  const key = `${n} ${grouped}`;
  const size = grouped ? 30 + Math.min(14, Math.round(4 * Math.log10(n + 1)) * 2) : n > 1 ? 22 : 14;
  // Only a number goes into this markup.
  const made = badges.get(key) ?? L.divIcon({ className: grouped ? 'site site-group' : 'site', html: `<span>${n > 1 ? number(n) : ''}</span>`, iconSize: [size, size] });
  badges.set(key, made);
  return made;
}

/**
 * How many of what is counted are at a place; older servers give establishments as practitioners.
 * @param {any} practice
 * @param {'person'|'establishment'} subject
 * @returns {number}
 */
export function countedAt(practice, subject) {
  return (subject === 'establishment' ? practice.establishments : null) ?? practice.practitioners ?? 0;
}

/** @param {any} practice @param {'person'|'establishment'} subject */
function popup(practice, subject) {
  const n = countedAt(practice, subject);
  return html(
    'div',
    { class: 'site-popup' },
    practice.site_name ? html('strong', {}, practice.site_name) : null,
    html('p', {}, [practice.address, practice.town].filter(Boolean).join(', ')),
    html('p', {}, `${number(n)} ${subjectWords(subject, n)}, ${placedWords(practice.location_class, practice.method)}`),
  );
}

/** Sum of the practitioners of the markers in a group. @param {any} cluster */
function groupBadge(cluster) {
  const sum = cluster.getAllChildMarkers().reduce((/** @type {number} */ total, /** @type {any} */ marker) => total + marker.options.practitioners, 0);
  return badge(sum, true);
}

/**
 * Ask for the practices of a profession.
 * @param {{profession: string, scope: string, within: string|null, date?: string|null}} choice
 * @param {AbortSignal} [signal]
 */
export function fetchPractices({ profession, scope, within, date }, signal) {
  return getJson('practices', { profession, scope, within, at: date, limit: MOST }, signal);
}

/** The layer of points: drawn for one choice at a time. */
export class PracticeLayer {
  /** @param {any} map the Leaflet map */
  constructor(map) {
    this.map = map;
    map.on('popupopen', (/** @type {any} */ event) => {
      event.popup.getElement().querySelector('.leaflet-popup-close-button')?.setAttribute('aria-label', 'Fermer');
    });
    this.layer = null;
    this.shown = '';
    /** @type {AbortController|null} */
    this.request = null;
  }

  hide() {
    this.request?.abort();
    this.layer?.remove();
    this.layer = null;
    this.shown = '';
  }

  /**
   * @param {{profession: string, scope: string, within: string|null, date?: string|null}|null} choice null for none
   * @param {'person'|'establishment'} subject
   */
  async show(choice, subject) {
    if (choice === null) {
      this.hide();
      return;
    }
    const key = JSON.stringify(choice);
    if (key === this.shown) return;
    this.hide();
    this.shown = key;
    this.request = new AbortController();
    const [answer] = await Promise.all([fetchPractices(choice, this.request.signal), loadCluster()]);
    if (key !== this.shown) return;
    this.layer = L.markerClusterGroup({
      iconCreateFunction: groupBadge,
      showCoverageOnHover: false,
      maxClusterRadius: 44,
      disableClusteringAtZoom: 17,
      spiderfyOnMaxZoom: false,
      chunkedLoading: true,
      chunkInterval: STRETCH,
      chunkDelay: 10,
    });
    // The library draws three views around the one that is seen, which makes every move of the map nine times as heavy.
    this.layer._getExpandedVisibleBounds = () => this.map.getBounds().pad(AROUND);
    this.layer.on('click keypress', (/** @type {any} */ event) => this.open(event, subject));
    this.map.addLayer(this.layer);
    this.layer.addLayers(located(answer.items).map((/** @type {any} */ practice) => marker(practice, subject)));
  }

  /** Say what is at a place, by the mouse or by Enter. @param {any} event @param {'person'|'establishment'} subject */
  open({ layer, originalEvent }, subject) {
    if (!layer.options.practice || (originalEvent instanceof KeyboardEvent && originalEvent.key !== 'Enter')) return;
    L.popup({ maxWidth: 260, offset: [0, -4] }).setLatLng(layer.getLatLng()).setContent(popup(layer.options.practice, subject)).openOn(this.map);
  }
}

/** @param {any[]} practices */
function located(practices) {
  return practices.filter((practice) => practice.lon !== null && practice.lat !== null);
}

/** @param {any} practice @param {'person'|'establishment'} subject */
function marker(practice, subject) {
  const n = countedAt(practice, subject);
  return L.marker([practice.lat, practice.lon], {
    icon: badge(n),
    practitioners: n,
    practice,
    title: `${[practice.site_name, practice.address].filter(Boolean).join(', ')}, ${number(n)} ${subjectWords(subject, n)}`,
    alt: practice.site_name ?? practice.address ?? 'Lieu',
  });
}
