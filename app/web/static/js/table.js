/** The map's twin for those who read tables: the same lines, sortable, each opens what it names. */

import { download, toCsv } from './csv.js';
import { html } from './dom.js';

/** @typedef {import('./indicators.js').Column} Column */
/**
 * @typedef {object} Sheet one table of the drawer
 * @property {string} label
 * @property {any[]} items lines with an `id` and a `code`
 * @property {Column[]} columns the first names the line
 * @property {string} title
 * @property {string} file name of the files made of it, without extension
 * @property {Array<{label: string, href: string, file: string}>} links the whole answer, as the server writes it
 * @property {(id: number) => void} onSelect
 */

/** Order two keys; what is unknown goes last either way. */
function compare(/** @type {any} */ a, /** @type {any} */ b, /** @type {number} */ sign) {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return sign * (typeof a === 'string' ? a.localeCompare(b, 'fr', { numeric: true }) : a - b);
}

export class TerritoryTable {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.sorted = 1;
    this.sign = -1;
    this.shown = 0;
    this.selected = /** @type {number|null} */ (null);
    /** @type {Sheet[]} */
    this.sheets = [];
  }

  /** @param {Sheet[]} sheets */
  show(sheets) {
    this.sheets = sheets;
    if (this.shown >= sheets.length) this.shown = 0;
    this.sorted = Math.min(this.sorted, sheets[this.shown].columns.length - 1);
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

  /** @param {number} k */
  open(k) {
    [this.shown, this.sorted, this.sign] = [k, 1, -1];
    this.draw();
    /** @type {HTMLElement} */ (this.root.querySelectorAll('.drawer-tab')[k]).focus();
  }

  /** The lines in the order they are seen. */
  rows() {
    const { items, columns } = this.sheets[this.shown];
    const { key } = columns[this.sorted];
    return [...items].sort((a, b) => compare(key(a), key(b), this.sign));
  }

  draw() {
    const sheet = this.sheets[this.shown];
    if (!sheet) return;
    this.root.replaceChildren(
      html('div', { class: 'drawer-head' }, this.tabs(), this.links(sheet)),
      html(
        'div',
        { class: 'table-scroll', tabindex: '0', role: 'region', 'aria-label': sheet.label },
        html(
          'table',
          {},
          html('caption', {}, sheet.title),
          html('thead', {}, html('tr', {}, ...sheet.columns.map((column, k) => this.heading(column, k)))),
          html('tbody', {}, ...this.rows().map((item) => this.row(item, sheet))),
        ),
      ),
    );
  }

  tabs() {
    if (this.sheets.length < 2) return null;
    const tabs = this.sheets.map(({ label }, k) =>
      html('button', { type: 'button', class: 'drawer-tab', 'aria-pressed': String(k === this.shown), onclick: () => this.open(k) }, label),
    );
    return html('div', { class: 'drawer-tabs', role: 'group', 'aria-label': 'Tableaux' }, ...tabs);
  }

  /** @param {Sheet} sheet */
  links({ links, file, columns }) {
    const seen = () => download(`${file}.csv`, toCsv(columns, this.rows()));
    return html(
      'p',
      { class: 'drawer-links' },
      'Télécharger\u00a0: ',
      html('button', { type: 'button', class: 'link', onclick: seen }, 'ce tableau (CSV)'),
      ...links.map(({ label, href, file: name }) => html('a', { href, download: name }, label)),
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

  /** @param {any} item @param {Sheet} sheet */
  row(item, { columns, onSelect }) {
    const [name, ...cells] = columns.map((column) => column.text(item));
    return html(
      'tr',
      { 'data-id': item.id, 'data-code': item.code, class: item.id === this.selected ? 'chosen' : null },
      html('th', { scope: 'row' }, html('button', { type: 'button', onclick: () => onSelect(item.id) }, name)),
      ...cells.map((cell) => html('td', {}, cell)),
    );
  }
}
