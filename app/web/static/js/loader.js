/** Everything the page asks the server, in the fewest requests: geometry by level once, values by choice. */

import { pastAnswer } from './against.js';
import { apiUrl, currentRelease, getJson, getKept, Problem } from './api.js';
import { longDate } from './format.js';
import { indicatorOf } from './indicators.js';
import { REFERENCE_LEVELS } from './words.js';

/** @typedef {import('./state.js').State} State */
/**
 * @typedef {object} Shown one answer, ready to be drawn
 * @property {any} geometry
 * @property {any} answer the values
 * @property {string} vintage of the supply that is shown
 * @property {string} question address of that answer: two states with the same question are drawn from one
 * @property {Map<number, any>} items by territory id
 * @property {Map<number, any>} territories properties by id
 * @property {string} level
 * @property {boolean} infraCommunal
 * @property {'person'|'establishment'} subject
 * @property {string} professionLabel
 * @property {{name: string, item: any}|null} whole
 * @property {Partial<State>} choice what was asked for
 * @property {boolean} timetable whether the release knows when buses leave
 * @property {boolean} demonstration
 * @property {(selected: string|null) => number|null} idOf
 */

/** The demonstration city lies in a département that does not exist. @param {any} territory */
function isFictitious({ level, code, parents }) {
  return [`${level}:${code}`, ...(parents ?? [])].some((one) => /^(commune|departement):00/.test(one));
}

/** @param {any} collection features without a shape cannot be drawn */
function drawable(collection) {
  return { ...collection, features: collection.features.filter((/** @type {any} */ feature) => feature.geometry) };
}

/** What of a state an answer depends on. */
const ASKED = /** @type {const} */ (['indicator', 'level', 'profession', 'scope', 'within', 'mode', 'minutes', 'preset', 'date']);

/** What a state asks the server. @param {State} state @param {string|null} within @param {string} [level] */
export function questionOf(state, within, level = state.level) {
  const { path, parameters } = indicatorOf(state).ask(state);
  const { profession, scope } = state;
  return { path, parameters: { level, within, profession, scope, ...parameters } };
}

/** Leave out a wider level that holds the same people as the one before: the same mark again. @param {any[]} answers @param {State} state */
function distinct(answers, state) {
  const known = answers.filter(({ items: [item] }) => item && indicatorOf(state).marked(item, state) !== null);
  return known.filter(({ items: [item] }, k) => k === 0 || item.population !== known[k - 1].items[0].population);
}

export class Loader {
  constructor() {
    /** @type {AbortController|null} */
    this.pending = null;
    /** @type {WeakMap<any, any>} */
    this.drawn = new WeakMap();
  }

  /** What the rail offers. @returns {Promise<import('./controls.js').Nomenclature>} */
  async nomenclature() {
    const [professions, levels, indicators, sources] = await Promise.all(['professions', 'levels', 'indicators', 'sources'].map((path) => getKept(path)));
    const timetable = sources.items.some((/** @type {any} */ source) => source.register === 'gtfs');
    return { professions: professions.items, levels: levels.items, indicators: indicators.items, timetable };
  }

  /**
   * What the server answers, at the state's date.
   * @param {State} state
   * @param {string|null} within
   * @param {string} level
   * @param {AbortSignal} signal
   */
  async ask(state, within, level, signal) {
    const { path, parameters } = questionOf(state, within, level);
    const { date, profession, scope } = state;
    if (date === null) return getJson(path, parameters, signal);
    const [answer, trends] = await Promise.all([getJson(path, parameters, signal), getKept('trends', { level, within, profession, scope, since: date })]);
    if (date === answer.release.vintage) return answer;
    if (!trends.vintages.includes(date)) {
      throw new Problem({ title: 'Date sans comptage', detail: `Aucun comptage n'est gardé au ${longDate(date)}.`, hint: 'Choisissez une autre date.', parameter: 'date' });
    }
    return pastAnswer(answer, trends, date);
  }

  /** @param {string} level @param {string|null} within */
  async geometry(level, within) {
    const collection = await getKept('territories', { level, within, format: 'geojson' });
    const ready = this.drawn.get(collection) ?? drawable(collection);
    this.drawn.set(collection, ready);
    return ready;
  }

  /**
   * Load what a state shows; a newer call gives this one up.
   * @param {State} state
   * @param {string|null} within
   * @param {boolean} [again] whether a release published meanwhile is worth a second try
   * @returns {Promise<Shown|null>} null when given up
   */
  async load(state, within, again = true) {
    this.pending?.abort();
    const control = new AbortController();
    this.pending = control;
    const { path, parameters } = questionOf(state, within);
    try {
      const before = currentRelease();
      const [nomenclature, geometry, answer] = await Promise.all([
        this.nomenclature(),
        this.geometry(state.level, within),
        this.ask(state, within, state.level, control.signal),
      ]);
      // A release published meanwhile: what was kept belongs to the former one.
      if (again && before !== null && currentRelease() !== before) return await this.load(state, within, false);
      const whole = await this.whole(state, within, nomenclature.levels, control.signal);
      return control.signal.aborted ? null : this.shown(state, { ...nomenclature, geometry, answer, whole, question: apiUrl(path, parameters) });
    } catch (error) {
      if (control.signal.aborted) return null;
      throw error;
    }
  }

  /** @param {State} state @param {any} parts @returns {Shown} */
  shown(state, { professions, levels, timetable, geometry, answer, whole, question }) {
    const { level } = state;
    const chosen = professions.find((/** @type {any} */ one) => one.profession === state.profession);
    const territories = new Map(geometry.features.map((/** @type {any} */ f) => [f.id, f.properties]));
    const ids = new Map(answer.items.map((/** @type {any} */ item) => [`${level}:${item.code}`, item.id]));
    return {
      geometry,
      answer,
      vintage: answer.date ?? answer.release.vintage,
      question,
      items: new Map(answer.items.map((/** @type {any} */ item) => [item.id, item])),
      territories,
      level,
      timetable,
      infraCommunal: levels.find((/** @type {any} */ one) => one.level === level)?.infra_communal ?? true,
      subject: chosen?.subject ?? 'person',
      professionLabel: chosen?.label ?? '',
      whole,
      choice: Object.fromEntries(ASKED.map((field) => [field, state[field]])),
      demonstration: [...territories.values()].some(isFictitious),
      idOf: (selected) => (selected ? (ids.get(selected) ?? null) : null),
    };
  }

  /**
   * The value of the area the map covers: the perimeter, else the smallest level that has one territory only.
   * @param {State} state @param {string|null} within @param {any[]} levels @param {AbortSignal} signal
   */
  async whole(state, within, levels, signal) {
    if (indicatorOf(state).crossed) return null;
    const single = REFERENCE_LEVELS.find((name) => levels.find((one) => one.level === name)?.count === 1);
    const area = within ?? single ?? null;
    if (area === null) return null;
    const level = area.split(':')[0];
    if (level === state.level) return null;
    const answer = await this.ask(state, within, level, signal);
    const [item] = answer.items;
    return item ? { name: item.name, item } : null;
  }

  /**
   * Values of the territories that hold one, from the nearest.
   * @param {string[]} parents `level:code`
   * @param {State} state
   * @param {AbortSignal} signal
   * @returns {Promise<import('./interval.js').Mark[]>}
   */
  async references(parents, state, signal) {
    const wanted = REFERENCE_LEVELS.flatMap((level) => parents.filter((parent) => parent.startsWith(`${level}:`)).slice(0, 1));
    const answers = await Promise.all(
      wanted.map((within) => this.ask(state, within, within.split(':')[0], signal)),
    );
    const { marked } = indicatorOf(state);
    return distinct(answers, state).map(({ level, items: [item] }) => ({ level, name: item.name, value: /** @type {number} */ (marked(item, state)) }));
  }

  /** One territory through the vintages. @param {State} state @param {string} within `level:code` @param {AbortSignal} signal */
  async trend({ profession, scope }, within, signal) {
    const { items } = await getJson('trends', { level: within.split(':')[0], within, profession, scope }, signal);
    return items[0];
  }

  /** Vintages of the supply, the published one first. @returns {Promise<string[]>} */
  async dates() {
    const { release, items } = await getKept('releases');
    const vintages = items.map((/** @type {any} */ one) => one.vintage).filter((/** @type {string} */ one) => one <= release.vintage);
    return [...new Set(/** @type {string[]} */ (vintages))].sort().reverse();
  }

  /** Whether the release has streets to draw a ground from. */
  async hasGround() {
    const { items } = await getKept('sources');
    return items.some((/** @type {any} */ source) => source.register === 'osm');
  }

  /** Limits of communes and outlines of the QPV. @param {string|null} within */
  overlays(within) {
    return Promise.all([this.geometry('commune', within), this.geometry('qpv', within)]);
  }
}
