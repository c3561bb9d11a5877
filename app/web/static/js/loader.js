/** Everything the page asks the server, in the fewest requests: geometry by level once, values by choice. */

import { currentRelease, getJson, getKept } from './api.js';
import { REFERENCE_LEVELS } from './words.js';

/** @typedef {import('./state.js').State} State */
/**
 * @typedef {object} Shown one answer, ready to be drawn
 * @property {any} geometry
 * @property {any} answer of `/densities`
 * @property {Map<number, any>} items by territory id
 * @property {Map<number, any>} territories properties by id
 * @property {string} level
 * @property {boolean} infraCommunal
 * @property {'person'|'establishment'} subject
 * @property {{name: string, item: any}|null} whole
 * @property {Pick<State, 'level'|'profession'|'scope'|'within'>} choice what was asked for
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

/** Leave out a wider level that holds the same people as the one before: the same mark again. @param {any[]} answers */
function distinct(answers) {
  const known = answers.filter(({ items: [item] }) => item && item.density !== null);
  return known.filter(({ items: [item] }, k) => k === 0 || item.population !== known[k - 1].items[0].population);
}

export class Loader {
  constructor() {
    /** @type {AbortController|null} */
    this.pending = null;
    /** @type {WeakMap<any, any>} */
    this.drawn = new WeakMap();
  }

  /** Professions and levels, for the rail. @returns {Promise<import('./controls.js').Nomenclature>} */
  async nomenclature() {
    const [professions, levels] = await Promise.all([getKept('professions'), getKept('levels')]);
    return { professions: professions.items, levels: levels.items };
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
    const { level, profession, scope } = state;
    try {
      const before = currentRelease();
      const [nomenclature, geometry, answer] = await Promise.all([
        this.nomenclature(),
        this.geometry(level, within),
        getJson('densities', { level, within, profession, scope }, control.signal),
      ]);
      // A release published meanwhile: what was kept belongs to the former one.
      if (again && before !== null && currentRelease() !== before) return await this.load(state, within, false);
      const whole = await this.whole(state, within, nomenclature.levels, control.signal);
      return control.signal.aborted ? null : this.shown(state, { ...nomenclature, geometry, answer, whole });
    } catch (error) {
      if (control.signal.aborted) return null;
      throw error;
    }
  }

  /** @param {State} state @param {any} parts @returns {Shown} */
  shown({ level, profession, scope, within }, { professions, levels, geometry, answer, whole }) {
    const territories = new Map(geometry.features.map((/** @type {any} */ f) => [f.id, f.properties]));
    const ids = new Map(answer.items.map((/** @type {any} */ item) => [`${level}:${item.code}`, item.id]));
    return {
      geometry,
      answer,
      items: new Map(answer.items.map((/** @type {any} */ item) => [item.id, item])),
      territories,
      level,
      infraCommunal: levels.find((/** @type {any} */ one) => one.level === level)?.infra_communal ?? true,
      subject: professions.find((/** @type {any} */ one) => one.profession === profession)?.subject ?? 'person',
      whole,
      choice: { level, profession, scope, within },
      demonstration: [...territories.values()].some(isFictitious),
      idOf: (selected) => (selected ? (ids.get(selected) ?? null) : null),
    };
  }

  /**
   * The value of the area the map covers: the perimeter, else the smallest level that has one territory only.
   * @param {State} state @param {string|null} within @param {any[]} levels @param {AbortSignal} signal
   */
  async whole(state, within, levels, signal) {
    const single = REFERENCE_LEVELS.find((name) => levels.find((one) => one.level === name)?.count === 1);
    const area = within ?? single ?? null;
    if (area === null) return null;
    const level = area.split(':')[0];
    if (level === state.level) return null;
    const answer = await getJson('densities', { level, within, profession: state.profession, scope: state.scope }, signal);
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
  async references(parents, { profession, scope }, signal) {
    const wanted = REFERENCE_LEVELS.flatMap((level) => parents.filter((parent) => parent.startsWith(`${level}:`)).slice(0, 1));
    const answers = await Promise.all(
      wanted.map((within) => getJson('densities', { level: within.split(':')[0], within, profession, scope }, signal)),
    );
    return distinct(answers).map(({ level, items: [item] }) => ({ level, name: item.name, value: item.density }));
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
