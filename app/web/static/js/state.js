/** What the page shows, kept in the address bar: a map is sent as a link, and the back key undoes. */

import { formatAgainst, parseAgainst } from './against.js';

/** @typedef {{zoom: number, lat: number, lon: number}} View */
/**
 * @typedef {object} State
 * @property {string} indicator slug of the registry
 * @property {string} profession slug
 * @property {string} level
 * @property {'liberal'|'ambulatory'} scope
 * @property {string|null} within perimeter, `level:code`
 * @property {string|null} selected territory, `level:code`
 * @property {Place|null} from where one sets out, for what is within reach
 * @property {string|null} place what that point is called
 * @property {Place[]|null} area corners of a drawn area
 * @property {View|null} view
 * @property {string|null} date former vintage that the map shows; null for the published one
 * @property {'streets'|'plan'} ground under the data: our own streets, or the IGN's plan where the city allows it
 * @property {boolean} points whether practices are drawn
 * @property {Breaks|null} breaks how classes are made; null as the indicator asks
 * @property {'walk'|'bike'|'car'|'transit'|null} mode how one travels; null as the indicator asks
 * @property {number} minutes how far
 * @property {'median'|'mean'} statistic of the times of a territory
 * @property {import('./against.js').Against|null} against what it is compared with
 * @property {string|null} preset method of accessibility; null as the profession asks
 */
/** @typedef {{lat: number, lon: number}} Place */
/** @typedef {'quantile'|'jenks'|'equal'|'deviation'|'fixed'} Breaks */

/** Words of the address bar, in French because people read it. */
const WORDS = {
  indicator: {
    density: 'densite',
    headcount: 'praticiens',
    sites: 'lieux',
    coverage: 'couverture',
    access_time: 'temps',
    accessibility: 'accessibilite',
    priority: 'besoin',
  },
  scope: { liberal: 'liberal', ambulatory: 'ambulatoire' },
  breaks: { quantile: 'effectifs', jenks: 'ruptures', equal: 'amplitudes', deviation: 'ecarts', fixed: 'seuils' },
  mode: { walk: 'pied', bike: 'velo', car: 'voiture', transit: 'transports' },
  statistic: { median: 'mediane', mean: 'moyenne' },
  ground: { streets: 'rues', plan: 'ign' },
};

/** Of a place's name in a link. */
const LONGEST_NAME = 80;

/** @type {State} */
export const DEFAULTS = {
  indicator: 'density',
  profession: 'medecin_generaliste',
  level: 'iris',
  scope: 'liberal',
  within: null,
  selected: null,
  from: null,
  place: null,
  area: null,
  view: null,
  date: null,
  ground: 'streets',
  points: false,
  breaks: null,
  mode: null,
  minutes: 15,
  statistic: 'median',
  preset: null,
  against: null,
};

/** @param {keyof typeof WORDS} field @param {string|null} word */
function fromWord(field, word) {
  const found = Object.entries(WORDS[field]).find(([, french]) => french === word);
  return /** @type {any} */ (found ? found[0] : DEFAULTS[field]);
}

/** Whether the address bar may hold this word. @param {keyof typeof WORDS} field @param {string} word */
export function isWord(field, word) {
  return Object.values(WORDS[field]).some((/** @type {string} */ french) => french === word);
}

/** The indicator of a comparison is said in French too. @param {string} text `quoi:coverage` */
function inWords(text) {
  return text.replace(/^quoi:(.*)$/, (_, slug) => `quoi:${/** @type {any} */ (WORDS.indicator)[slug] ?? slug}`);
}

/** @param {string|null} text `quoi:couverture` */
function inSlugs(text) {
  const word = /^quoi:(.*)$/.exec(text ?? '')?.[1];
  if (word === undefined) return text;
  return isWord('indicator', word) ? `quoi:${fromWord('indicator', word)}` : null;
}

/** @param {string|null} text @returns {View|null} */
function parseView(text) {
  const parts = (text ?? '').split('/').map(Number);
  if (parts.length !== 3 || !parts.every(Number.isFinite)) return null;
  const [zoom, lat, lon] = parts;
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { zoom, lat, lon } : null;
}

/** @param {string|null} text `lat/lon` @returns {Place|null} */
function parsePlace(text) {
  const parts = (text ?? '').split('/').map(Number);
  if (text === null || parts.length !== 2 || !parts.every(Number.isFinite)) return null;
  const [lat, lon] = parts;
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lat, lon } : null;
}

/** @param {string|null} text `lat/lon_lat/lon_…` @returns {Place[]|null} */
function parseArea(text) {
  const corners = (text ?? '').split('_').map(parsePlace);
  const known = corners.flatMap((corner) => corner ?? []);
  return known.length === corners.length && known.length >= 3 && known.length <= 60 ? known : null;
}

/** @param {string|null} text */
function parseMinutes(text) {
  return text !== null && /^([1-9]|[1-5]\d|60)$/.test(text) ? Number(text) : DEFAULTS.minutes;
}

/** @param {string|null} text */
function parseDate(text) {
  return text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : null;
}

/** @param {string|null} value a `level:code` */
function parseCode(value) {
  return value && /^[a-z]+:[\w-]+$/.test(value) ? value : null;
}

/**
 * Read a query string; what is missing or not understood takes its default.
 * @param {string} search
 * @returns {State}
 */
export function parseState(search) {
  const query = new URLSearchParams(search);
  /** @param {string|null} slug @param {string} fallback */
  const slugOr = (slug, fallback) => (slug && /^[a-z\d_]+$/.test(slug) ? slug : fallback);
  return {
    indicator: fromWord('indicator', query.get('quoi')),
    profession: slugOr(query.get('qui'), DEFAULTS.profession),
    level: slugOr(query.get('echelle'), DEFAULTS.level),
    scope: fromWord('scope', query.get('portee')),
    within: parseCode(query.get('dans')),
    selected: parseCode(query.get('territoire')),
    from: parsePlace(query.get('depart')),
    place: query.get('depart') === null ? null : (query.get('lieu') ?? '').slice(0, LONGEST_NAME) || null,
    area: parseArea(query.get('zone')),
    view: parseView(query.get('vue')),
    date: parseDate(query.get('date')),
    ground: fromWord('ground', query.get('fond')),
    points: query.get('points') === '1',
    breaks: fromWord('breaks', query.get('classes')),
    mode: fromWord('mode', query.get('trajet')),
    minutes: parseMinutes(query.get('minutes')),
    statistic: fromWord('statistic', query.get('statistique')),
    preset: slugOr(query.get('methode'), '') || null,
    against: parseAgainst(inSlugs(query.get('contre'))),
  };
}

/**
 * Write a query string that `parseState` reads back; only what differs from the default is written.
 * @param {State} state
 */
export function formatState(state) {
  const query = new URLSearchParams();
  const word = (/** @type {string} */ name, /** @type {keyof typeof WORDS} */ field) => {
    const value = state[field];
    if (value !== null && value !== DEFAULTS[field]) query.set(name, /** @type {any} */ (WORDS[field])[value]);
  };
  word('quoi', 'indicator');
  query.set('qui', state.profession);
  query.set('echelle', state.level);
  word('trajet', 'mode');
  if (state.minutes !== DEFAULTS.minutes) query.set('minutes', String(state.minutes));
  word('statistique', 'statistic');
  if (state.preset) query.set('methode', state.preset);
  word('portee', 'scope');
  if (state.within) query.set('dans', state.within);
  if (state.selected) query.set('territoire', state.selected);
  if (state.from) query.set('depart', `${state.from.lat.toFixed(5)}/${state.from.lon.toFixed(5)}`);
  if (state.from && state.place) query.set('lieu', state.place);
  if (state.area) query.set('zone', state.area.map(({ lat, lon }) => `${lat.toFixed(5)}/${lon.toFixed(5)}`).join('_'));
  if (state.date) query.set('date', state.date);
  if (state.points) query.set('points', '1');
  word('fond', 'ground');
  word('classes', 'breaks');
  if (state.against) query.set('contre', inWords(formatAgainst(state.against)));
  if (state.view) {
    const { zoom, lat, lon } = state.view;
    query.set('vue', `${zoom}/${lat.toFixed(5)}/${lon.toFixed(5)}`);
  }
  // ":" and "/" are legal in a query and keep the link readable.
  return `?${query.toString().replaceAll('%3A', ':').replaceAll('%2F', '/')}`;
}

/** One state, its history entries, and the one listener that draws it. */
export class Store {
  /** @param {(state: State, before: State, travelled: boolean) => void} onChange `travelled`: by the back key */
  constructor(onChange) {
    this.onChange = onChange;
    this.state = parseState(window.location.search);
    window.addEventListener('popstate', () => {
      const before = this.state;
      this.state = parseState(window.location.search);
      this.onChange(this.state, before, true);
    });
  }

  /** Correct the present entry without drawing: the caller does. @param {Partial<State>} patch */
  amend(patch) {
    this.state = { ...this.state, ...patch };
    window.history.replaceState(null, '', formatState(this.state));
  }

  /**
   * Change something; a choice makes a history entry, a move of the map rewrites the present one.
   * @param {Partial<State>} patch
   * @param {{entry?: boolean}} [options]
   */
  set(patch, { entry = true } = {}) {
    const before = this.state;
    const next = { ...before, ...patch };
    if (formatState(next) === formatState(before)) return;
    this.state = next;
    if (entry) window.history.pushState(null, '', formatState(next));
    else window.history.replaceState(null, '', formatState(next));
    this.onChange(next, before, false);
  }
}
