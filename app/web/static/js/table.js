/** The map's twin for those who read tables: the same territories, sortable, each row opens its panel. */

import { isFew } from './classes.js';
import { html } from './dom.js';
import { capital, count, number, rate } from './format.js';
import { FEW_WORDS, levelWords, territoryName, unknownWords } from './words.js';

/**
 * @typedef {object} Column
 * @property {string} label
 * @property {(item: any) => number|string|null} key what rows are sorted by
 * @property {(item: any) => string} text
 */

/** @param {(value: number) => string} write */
const orUnknown = (write) => (/** @type {number|null} */ value, /** @type {number|null} */ people = null) =>
  value === null ? unknownWords(people) : write(value);

/** @param {{level: string, people: string, who: string}} about @returns {Column[]} */
function columns({ level, people, who }) {
  const [rates, counts, numbers] = [orUnknown(rate), orUnknown(count), orUnknown(number)];
  return [
    { label: levelWords(level).title, key: (item) => territoryName(level, item), text: (item) => territoryName(level, item) },
    { label: 'Densité', key: (item) => item.density, text: (item) => `${rates(item.density, item.population)}${isFew(item.population) ? ` (${FEW_WORDS})` : ''}` },
    { label: 'Entre', key: (item) => item.ci_low, text: (item) => rates(item.ci_low, item.population) },
    { label: 'et', key: (item) => item.ci_high, text: (item) => rates(item.ci_high, item.population) },
    { label: who, key: (item) => item.headcount, text: (item) => counts(item.headcount) },
    { label: 'Lieux', key: (item) => item.sites, text: (item) => numbers(item.sites) },
    { label: capital(people), key: (item) => item.population, text: (item) => numbers(item.population) },
    { label: 'Non localisés', key: (item) => item.unlocated, text: (item) => numbers(item.unlocated) },
  ];
}

/** Order two keys; what is unknown goes last either way. */
function compare(/** @type {any} */ a, /** @type {any} */ b, /** @type {number} */ sign) {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return sign * (typeof a === 'string' ? a.localeCompare(b, 'fr', { numeric: true }) : a - b);
}

export class TerritoryTable {
  /** @param {HTMLElement} root @param {(id: number) => void} onSelect */
  constructor(root, onSelect) {
    this.root = root;
    this.onSelect = onSelect;
    this.sorted = 1;
    this.sign = -1;
    this.selected = /** @type {number|null} */ (null);
  }

  /**
   * @param {any[]} items lines of `/densities`
   * @param {{level: string, people: string, who: string, title: string, csv: string, geojson: string}} about
   */
  show(items, about) {
    this.items = items;
    this.about = about;
    this.draw();
  }

  /** @param {number|null} id */
  select(id) {
    this.selected = id;
    for (const row of this.root.querySelectorAll('tbody tr')) {
      row.classList.toggle('chosen', row.getAttribute('data-id') === String(id));
    }
  }

  /** @param {number} k */
  sortBy(k) {
    this.sign = k === this.sorted ? -this.sign : k === 0 ? 1 : -1;
    this.sorted = k;
    this.draw();
    /** @type {HTMLElement} */ (this.root.querySelectorAll('th button')[k]).focus();
  }

  draw() {
    if (!this.items || !this.about) return;
    const shown = columns(this.about);
    const { key } = shown[this.sorted];
    const rows = [...this.items].sort((a, b) => compare(key(a), key(b), this.sign));
    this.root.replaceChildren(
      html(
        'p',
        { class: 'drawer-links' },
        'Télécharger\u00a0: ',
        html('a', { href: this.about.csv, download: 'densites.csv' }, 'CSV'),
        html('a', { href: this.about.geojson, download: 'densites.geojson' }, 'GeoJSON'),
      ),
      html(
        'div',
        { class: 'table-scroll', tabindex: '0', role: 'region', 'aria-label': 'Tableau des territoires' },
        html(
          'table',
          {},
          html('caption', {}, this.about.title),
          html('thead', {}, html('tr', {}, ...shown.map((column, k) => this.heading(column, k)))),
          html('tbody', {}, ...rows.map((item) => this.row(item, shown))),
        ),
      ),
    );
  }

  /** @param {Column} column @param {number} k */
  heading(column, k) {
    const order = this.sign > 0 ? 'ascending' : 'descending';
    const arrow = k === this.sorted ? (this.sign > 0 ? ' ↑' : ' ↓') : '';
    return html(
      'th',
      { scope: 'col', 'aria-sort': k === this.sorted ? order : 'none' },
      html('button', { type: 'button', onclick: () => this.sortBy(k) }, `${column.label}${arrow}`),
    );
  }

  /** @param {any} item @param {Column[]} shown */
  row(item, shown) {
    const [name, ...cells] = shown.map((column) => column.text(item));
    return html(
      'tr',
      { 'data-id': item.id, 'data-code': item.code, class: item.id === this.selected ? 'chosen' : null },
      html('th', { scope: 'row' }, html('button', { type: 'button', onclick: () => this.onSelect(item.id) }, name)),
      ...cells.map((cell) => html('td', {}, cell)),
    );
  }
}
