/** Finding a place by its name: territories of the map, then addresses of the BAN, both from our own server. */

import { getJson, getKept, Problem } from './api.js';
import { announce, html } from './dom.js';
import { CHOSEN_LEVELS, levelWords, territoryName } from './words.js';

/** @typedef {{kind: 'territory', level: string, code: string, label: string, note: string}} TerritoryHit */
/** @typedef {{kind: 'address', lat: number, lon: number, label: string, note: string}} AddressHit */
/** @typedef {TerritoryHit|AddressHit} Hit */

/** The squares have no name to look for. */
const LEVELS = CHOSEN_LEVELS.filter((level) => level !== 'carreau');
const SHORTEST = 2;
const TERRITORIES = 5;
const WAIT = 150;

/** Small letters without accents, words set apart by one space. @param {string} text */
export function plain(text) {
  return text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase().replace(/[^a-z0-9]+/g, ' ').trim();
}

/**
 * Territories of which every word typed begins a word; those whose name begins so come first.
 * @param {TerritoryHit[]} territories
 * @param {string} typed
 * @returns {TerritoryHit[]}
 */
export function matching(territories, typed) {
  const words = plain(typed).split(' ');
  const found = territories.filter(({ label, code }) => {
    const name = ` ${plain(label)} ${code.toLowerCase()}`;
    return words.every((word) => name.includes(` ${word}`));
  });
  const begins = (/** @type {TerritoryHit} */ { label }) => (plain(label).startsWith(words[0]) ? 0 : 1);
  return found.sort((a, b) => begins(a) - begins(b) || a.label.length - b.label.length || a.label.localeCompare(b.label, 'fr')).slice(0, TERRITORIES);
}

/** @param {string|null} within @returns {Promise<TerritoryHit[]>} */
async function territories(within) {
  const answers = await Promise.all(LEVELS.map((level) => getKept('territories', { level, within })));
  return answers.flatMap(({ level, items }) =>
    items.map((/** @type {any} */ item) => ({ kind: 'territory', level, code: item.code, label: territoryName(level, item), note: levelWords(level).title })),
  );
}

/** @param {string} typed @param {AbortSignal} signal @returns {Promise<AddressHit[]>} */
async function addresses(typed, signal) {
  const { items } = await getJson('addresses', { q: typed, limit: 6 }, signal);
  return items.map((/** @type {any} */ item) => ({ kind: 'address', lat: item.lat, lon: item.lon, label: item.label, note: item.commune }));
}

/** A field with its list of proposals: the ARIA pattern of an editable combobox with a list. */
export class Search {
  /**
   * @param {HTMLElement} root
   * @param {{within: () => string|null, onChoose: (hit: Hit) => void}} listeners
   */
  constructor(root, { within, onChoose }) {
    this.root = root;
    this.within = within;
    this.onChoose = onChoose;
    this.input = /** @type {HTMLInputElement} */ (root.querySelector('input'));
    this.list = /** @type {HTMLElement} */ (root.querySelector('ul'));
    /** @type {Hit[]} */
    this.hits = [];
    this.active = -1;
    this.timer = 0;
    /** @type {AbortController|null} */
    this.request = null;
    this.input.addEventListener('input', () => this.later());
    this.input.addEventListener('keydown', (event) => this.onKey(event));
    this.input.addEventListener('blur', () => this.close());
  }

  later() {
    window.clearTimeout(this.timer);
    this.request?.abort();
    if (plain(this.input.value).length < SHORTEST) this.close();
    else this.timer = window.setTimeout(() => this.look(this.input.value), WAIT);
  }

  /** @param {string} typed */
  async look(typed) {
    this.request = new AbortController();
    const { signal } = this.request;
    try {
      const [known, found] = await Promise.all([territories(this.within()), addresses(typed, signal)]);
      if (!signal.aborted) this.show([...matching(known, typed), ...found]);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Problem)) throw error;
      this.say(error.detail);
    }
  }

  /** @param {Hit[]} hits */
  show(hits) {
    this.hits = hits;
    this.active = -1;
    if (hits.length === 0) {
      this.say('Aucun territoire ni adresse ne commence ainsi.');
      return;
    }
    this.list.replaceChildren(...hits.map((hit, k) => this.option(hit, k)));
    this.open();
    announce(`${hits.length} ${hits.length < 2 ? 'proposition' : 'propositions'}`);
  }

  /** @param {string} text */
  say(text) {
    this.hits = [];
    this.list.replaceChildren(html('li', { class: 'search-none', role: 'option', 'aria-disabled': 'true' }, text));
    this.open();
    announce(text);
  }

  /** @param {Hit} hit @param {number} k */
  option(hit, k) {
    const node = html('li', { id: `hit-${k}`, role: 'option', 'aria-selected': 'false' }, html('span', {}, hit.label), html('small', {}, hit.note));
    // Before the field loses the focus, which would close the list.
    node.addEventListener('pointerdown', (event) => event.preventDefault());
    node.addEventListener('click', () => this.choose(hit));
    return node;
  }

  open() {
    this.list.hidden = false;
    this.input.setAttribute('aria-expanded', 'true');
    this.input.removeAttribute('aria-activedescendant');
  }

  close() {
    window.clearTimeout(this.timer);
    this.request?.abort();
    this.list.hidden = true;
    this.input.setAttribute('aria-expanded', 'false');
    this.input.removeAttribute('aria-activedescendant');
  }

  /** @param {Hit} hit */
  choose(hit) {
    this.input.value = hit.label;
    this.close();
    this.onChoose(hit);
  }

  /** @param {number} step */
  move(step) {
    if (this.hits.length === 0) return;
    this.active = (this.active + step + this.hits.length) % this.hits.length;
    for (const [k, node] of [...this.list.children].entries()) node.setAttribute('aria-selected', String(k === this.active));
    this.list.children[this.active].scrollIntoView({ block: 'nearest' });
    this.input.setAttribute('aria-activedescendant', `hit-${this.active}`);
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const open = !this.list.hidden;
    if (event.key === 'ArrowDown' && open) this.move(1);
    else if (event.key === 'ArrowUp' && open) this.move(this.active < 0 ? 0 : -1);
    else if (event.key === 'Escape') {
      if (!open) this.input.value = '';
      this.close();
    } else if (event.key === 'Enter') {
      const hit = open ? this.hits[Math.max(0, this.active)] : undefined;
      if (hit) this.choose(hit);
      else this.later();
    } else return;
    event.preventDefault();
  }
}
