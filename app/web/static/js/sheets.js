/** The tables of the drawer: the territories that the map shows, and the squares that nobody serves. */

import { apiUrl } from './api.js';
import { cellName } from './cells.js';
import { number, rate } from './format.js';
import { indicatorOf } from './indicators.js';
import { questionOf } from './loader.js';
import { shortColumns } from './needs.js';
import { levelWords, territoryName } from './words.js';

/** @typedef {import('./table.js').Sheet} Sheet */

/**
 * @param {import('./loader.js').Shown} shown
 * @param {import('./state.js').State} state
 * @param {{within: string|null, title: string, compared: import('./table.js').Column[], onSelect: (id: number) => void, onCell: (id: number) => void}} about
 * @returns {Sheet[]}
 */
export function sheetsOf(shown, state, { within, title, compared, onSelect, onCell }) {
  const { answer, level } = shown;
  const indicator = indicatorOf(state);
  const { path, parameters } = state.date ? past(state, within) : questionOf(state, within);
  const file = [path, state.profession, level, shown.vintage].join('-');
  const links = (state.date ? ['csv'] : (indicator.files ?? ['csv', 'geojson'])).map((format) => ({
    label: format === 'csv' ? 'CSV complet' : 'GeoJSON',
    href: apiUrl(path, { ...parameters, format }),
    file: `${file}-complet.${format}`,
  }));
  const name = { label: levelWords(level).title, key: (/** @type {any} */ item) => territoryName(level, item), text: (/** @type {any} */ item) => territoryName(level, item) };
  const columns = indicator.columns({ level, people: answer.population_label ?? 'habitants', subject: shown.subject, state });
  const territories = { label: 'Territoires', items: answer.items, columns: [name, ...columns, ...compared], title, file, links, onSelect };
  if (answer.short?.length) return [{ ...territories, ...shortSheet(answer), file: `${file}-prioritaires` }, territories];
  if (!answer.uncovered_cells?.length) return [territories];
  return [territories, { ...territories, ...cellSheet(answer), file: `${file}-carreaux`, links: [], onSelect: onCell }];
}

/** What was counted then is in the file of all vintages. @param {import('./state.js').State} state @param {string|null} within */
function past({ level, profession, scope, date }, within) {
  return { path: 'trends', parameters: { level, within, profession, scope, since: date } };
}

/** Where the need is high and the supply low, in order. @param {any} answer of `/needs` */
function shortSheet(answer) {
  const title = `${answer.title}\u00a0: besoin élevé, offre faible, par priorité`;
  return { label: `Besoin élevé, offre faible (${number(answer.short.length)})`, items: answer.short, columns: shortColumns(answer), title };
}

/** @param {any} answer of `/coverage` */
function cellSheet(answer) {
  const far = `plus de ${answer.limit_minutes}`;
  return {
    label: `Carreaux non couverts (${number(answer.uncovered_cells.length)})`,
    items: answer.uncovered_cells,
    title: 'Carreaux de 200 m sans lieu à portée',
    columns: [
      { label: 'Carreau', key: (/** @type {any} */ cell) => cell.code, text: (/** @type {any} */ cell) => cellName(cell.code) },
      { label: 'Habitants', key: (/** @type {any} */ cell) => cell.people, text: (/** @type {any} */ cell) => (cell.people < 1 ? 'moins de 1' : number(cell.people)) },
      { label: 'Premier lieu (min)', key: (/** @type {any} */ cell) => cell.minutes ?? Infinity, text: (/** @type {any} */ cell) => (cell.minutes === null ? far : rate(cell.minutes)) },
    ],
  };
}
