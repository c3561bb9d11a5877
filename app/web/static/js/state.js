/** What the page shows, kept in the address bar: a map is sent as a link, and the back key undoes. */

/** @typedef {{zoom: number, lat: number, lon: number}} View */
/**
 * @typedef {object} State
 * @property {'weight'|'headcount'|'sites'} measure what is shown: density, practitioners, places
 * @property {string} profession slug
 * @property {string} level
 * @property {'liberal'|'ambulatory'} scope
 * @property {string|null} within perimeter, `level:code`
 * @property {string|null} selected territory, `level:code`
 * @property {View|null} view
 * @property {boolean} points whether practices are drawn
 * @property {'quantile'|'equal'} breaks
 */

/** Words of the address bar, in French because people read it. */
const WORDS = {
  measure: { weight: 'densite', headcount: 'praticiens', sites: 'lieux' },
  scope: { liberal: 'liberal', ambulatory: 'ambulatoire' },
  breaks: { quantile: 'effectifs', equal: 'amplitudes' },
};

/** @type {State} */
export const DEFAULTS = {
  measure: 'weight',
  profession: 'medecin_generaliste',
  level: 'iris',
  scope: 'liberal',
  within: null,
  selected: null,
  view: null,
  points: false,
  breaks: 'quantile',
};

/** @param {keyof typeof WORDS} field @param {string|null} word */
function fromWord(field, word) {
  const found = Object.entries(WORDS[field]).find(([, french]) => french === word);
  return found ? found[0] : DEFAULTS[field];
}

/** @param {string|null} text @returns {View|null} */
function parseView(text) {
  const parts = (text ?? '').split('/').map(Number);
  if (parts.length !== 3 || !parts.every(Number.isFinite)) return null;
  const [zoom, lat, lon] = parts;
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { zoom, lat, lon } : null;
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
  const slugOr = (slug, fallback) => (slug && /^[a-z_]+$/.test(slug) ? slug : fallback);
  return {
    measure: /** @type {State['measure']} */ (fromWord('measure', query.get('quoi'))),
    profession: slugOr(query.get('qui'), DEFAULTS.profession),
    level: slugOr(query.get('echelle'), DEFAULTS.level),
    scope: /** @type {State['scope']} */ (fromWord('scope', query.get('portee'))),
    within: parseCode(query.get('dans')),
    selected: parseCode(query.get('territoire')),
    view: parseView(query.get('vue')),
    points: query.get('points') === '1',
    breaks: /** @type {State['breaks']} */ (fromWord('breaks', query.get('classes'))),
  };
}

/**
 * Write a query string that `parseState` reads back; only what differs from the default is written.
 * @param {State} state
 */
export function formatState(state) {
  const query = new URLSearchParams();
  if (state.measure !== DEFAULTS.measure) query.set('quoi', WORDS.measure[state.measure]);
  query.set('qui', state.profession);
  query.set('echelle', state.level);
  if (state.scope !== DEFAULTS.scope) query.set('portee', WORDS.scope[state.scope]);
  if (state.within) query.set('dans', state.within);
  if (state.selected) query.set('territoire', state.selected);
  if (state.points) query.set('points', '1');
  if (state.breaks !== DEFAULTS.breaks) query.set('classes', WORDS.breaks[state.breaks]);
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
