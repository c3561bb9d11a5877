/** Taking a map away: as a picture, as a page that opens without a network, inside another page. */

import { postFile, Problem } from './api.js';
import { save } from './csv.js';
import { announce, byId, html } from './dom.js';
import { capital, number } from './format.js';
import { entryWords } from './legend.js';
import { fillOf, UNCOVERED, UNCOVERED_FEW } from './palette.js';
import { visibleGround } from './print.js';

const L = /** @type {any} */ (window).L;

/** The server draws these itself. */
const DRAWN_THERE = ['floor', 'data', 'limits', 'qpv'];
/** Pixels of a picture: an A4 at 200 points an inch. */
const PICTURE = { width: 2338, height: 1654 };
/** Squares that the legend tells apart. */
const SQUARES = { uncovered: UNCOVERED, 'uncovered-few': UNCOVERED_FEW };
const DISC = '#14181b';

/** @typedef {import('./map.js').TerritoryMap} TerritoryMap */
/** @typedef {'png'|'svg'|'html'} Form */

/** @param {string|undefined} colour @param {boolean} [there] whether it is drawn at all */
const colourOf = (colour, there = true) => (there && /^#[0-9a-f]{6}$/.test(colour ?? '') ? colour : 'none');

/** What the server calls a fill. @param {import('./classes.js').Band} band */
function fillWord(band) {
  return fillOf(band).replace(/^url\(#(\w+)\)$/, '$1');
}

/** @param {any} bounds of Leaflet */
function boxOf(bounds) {
  const inside = (/** @type {number} */ value, /** @type {number} */ limit) => Math.max(-limit, Math.min(limit, value));
  return [inside(bounds.getWest(), 180), inside(bounds.getSouth(), 85), inside(bounds.getEast(), 180), inside(bounds.getNorth(), 85)];
}

/** What lies over the territories: areas within reach, squares, discs. @param {any} map of Leaflet */
function overOf(map) {
  /** @type {any[]} */
  const [shapes, marks] = [[], []];
  map.eachLayer((/** @type {any} */ layer) => {
    const { options } = layer;
    if (layer instanceof L.CircleMarker) {
      marks.push({ ...placeOf(layer), radius: layer.getRadius(), fill: colourOf(options.fillColor), text: '' });
    } else if (layer instanceof L.Path && !DRAWN_THERE.includes(options.pane)) {
      shapes.push({
        geometry: layer.toGeoJSON().geometry,
        fill: colourOf(options.fillColor ?? options.color, options.fill),
        edge: colourOf(options.color, options.stroke),
        width: options.weight,
        opacity: options.fillOpacity,
      });
    } else if (L.MarkerClusterGroup && layer instanceof L.MarkerClusterGroup) {
      // On the screen near places are grouped; on paper each is where it is.
      marks.push(...layer.getLayers().map(discOf));
    }
  });
  return { shapes, marks };
}

/** @param {any} marker of a place of practice */
function discOf(marker) {
  const { practitioners: n } = marker.options;
  return { ...placeOf(marker), radius: Math.min(12, 4 * Math.sqrt(n)), fill: DISC, text: n > 3 ? number(n) : '' };
}

/** @param {any} layer */
function placeOf(layer) {
  const { lat, lng } = layer.getLatLng();
  return { lon: lng, lat };
}

/**
 * A map as the server draws it again.
 * @param {TerritoryMap} map that shows something
 * @param {{form: Form, answer: string}} about
 */
export function pictureBody(map, { form, answer }) {
  const { bands, legend, circles, title } = /** @type {import('./map.js').Drawn} */ (map.drawn);
  const seen = form === 'html' ? map.territories.getBounds() : visibleGround(map);
  // The darkest first, as in the legend of the page.
  const classes = bands.filter(({ kind }) => kind === 'class' || kind === 'cross').sort((a, b) => b.rank - a.rank);
  const others = bands.filter((band) => !classes.includes(band));
  const ids = form === 'html' ? bands.flatMap((band) => band.ids) : [];
  return {
    title,
    answer,
    level: legend.level,
    heading: capital(legend.heading),
    box: boxOf(seen),
    query: window.location.search,
    legend: [
      ...[...classes, ...others].map((band) => ({
        fill: fillWord(band),
        label: entryWords(band, legend),
        ids: band.ids,
        round: circles !== null && band.kind !== 'unknown',
      })),
      ...legend.keys.flatMap(({ swatch, text }) => (swatch in SQUARES ? { fill: SQUARES[/** @type {keyof typeof SQUARES} */ (swatch)], label: text, ids: [] } : [])),
    ],
    told: Object.fromEntries(ids.map((id) => [id, map.listeners.describe(id)])),
    ...overOf(map.map),
  };
}

/** Turn a vector picture into pixels. @param {string} text of an SVG @returns {Promise<Blob>} */
async function toPixels(text) {
  const image = new Image(PICTURE.width, PICTURE.height);
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = Object.assign(document.createElement('canvas'), PICTURE);
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d')).drawImage(image, 0, 0, PICTURE.width, PICTURE.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('empty picture'))), 'image/png');
  });
}

/** The code that shows this map inside another page, as it is now. */
export function embedCode() {
  const address = `${window.location.origin}/integrer${window.location.search}`;
  const frame = html('iframe', { src: address, title: document.title, width: '100%', height: '600', loading: 'lazy' });
  frame.style.border = '0';
  return frame.outerHTML;
}

export class TakeAway {
  /**
   * @param {HTMLDetailsElement} root
   * @param {{maps: () => TerritoryMap[], vintage: () => string|null}} page
   */
  constructor(root, page) {
    this.root = root;
    this.page = page;
    /** @type {Array<[Form, string]>} */
    const forms = [
      ['png', 'Image (PNG)'],
      ['svg', 'Image vectorielle (SVG)'],
      ['html', 'Page à ouvrir sans réseau (HTML)'],
    ];
    this.said = html('p', { class: 'take-said', role: 'status' });
    this.code = html('textarea', { class: 'take-code', readonly: true, rows: 4, 'aria-label': 'Code à copier dans la page d’un autre site', hidden: true });
    root.lastElementChild?.append(
      ...forms.map(([form, label]) => html('button', { type: 'button', class: 'button', 'data-form': form, onclick: () => this.take(form) }, label)),
      html('button', { type: 'button', class: 'button', 'data-form': 'code', onclick: () => this.showCode() }, 'Intégrer à un autre site'),
      this.code,
      this.said,
    );
    root.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || !root.open) return;
      root.open = false;
      root.querySelector('summary')?.focus();
    });
  }

  /** @param {string} text */
  say(text) {
    this.said.textContent = text;
    announce(text);
  }

  /** Save what the page shows: one file a map. @param {Form} form */
  async take(form) {
    this.code.hidden = true;
    const maps = this.page.maps().filter((map) => map.drawn !== null);
    if (maps.length === 0) {
      this.say("Aucune carte n'est affichée.");
      return;
    }
    this.say('Préparation du fichier…');
    try {
      for (const [rank, map] of maps.entries()) await this.save(map, form, maps.length > 1 ? `-${rank + 1}` : '');
      this.say(maps.length > 1 ? `${maps.length} fichiers enregistrés.` : 'Fichier enregistré.');
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.say(`${error.detail} ${error.hint}`.trim());
    }
  }

  /** @param {TerritoryMap} map @param {Form} form @param {string} end of the file's name */
  async save(map, form, end) {
    const first = map === this.page.maps()[0];
    const body = pictureBody(map, { form, answer: first ? (byId('answer').textContent ?? '') : '' });
    const file = await postFile(`pictures/carte.${form === 'html' ? 'html' : 'svg'}`, body);
    const name = `carte-${body.level}-${this.page.vintage() ?? 'sans-date'}${end}.${form}`;
    save(name, form === 'png' ? await toPixels(await file.text()) : file);
  }

  showCode() {
    this.code.hidden = false;
    /** @type {HTMLTextAreaElement} */ (this.code).value = embedCode();
    /** @type {HTMLTextAreaElement} */ (this.code).select();
    this.say('Copiez ce code dans la page de l’autre site : la carte y sera telle que vous la voyez.');
  }
}
