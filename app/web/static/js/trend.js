/** A territory through the vintages: a line, the band of its interval, and the same figures in a table. */

import { html, svg } from './dom.js';
import { count, longDate, rate } from './format.js';
import { niceTop } from './interval.js';

/** @typedef {{vintage: string, headcount: number|null, density: number|null, ci_low: number|null, ci_high: number|null}} Point */
/** @typedef {{x: number, y: number}} Spot */

const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, FOOT] = [312, 132, 36, 8, 10, 22];

/** @param {string} iso */
const day = (iso) => Date.parse(`${iso}T00:00:00Z`);

/** « nov. 2023 ». @param {string} iso */
function shortDate(iso) {
  return new Intl.DateTimeFormat('fr-FR', { month: 'short', year: 'numeric', timeZone: 'UTC' }).format(new Date(day(iso)));
}

/**
 * Where each known point stands, in pixels of the drawing.
 * @param {Point[]} points in the order of their dates
 * @param {number} top of the scale
 */
export function spotsOf(points, top) {
  const [first, last] = [day(points[0].vintage), day(points[points.length - 1].vintage)];
  const y = (/** @type {number} */ value) => HEIGHT - FOOT - ((HEIGHT - FOOT - TOP) * value) / top;
  return points
    .filter(({ density }) => density !== null)
    .map(({ vintage, density, ci_low: low, ci_high: high }) => ({
      x: last === first ? LEFT : LEFT + ((WIDTH - LEFT - RIGHT) * (day(vintage) - first)) / (last - first),
      y: y(/** @type {number} */ (density)),
      low: y(low ?? /** @type {number} */ (density)),
      high: y(high ?? /** @type {number} */ (density)),
    }));
}

/** @param {Spot[]} spots */
const path = (spots) => spots.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`).join(' L');

/** What a reader who sees no drawing is told. @param {Point[]} known @param {string} unit */
export function trendWords(known, unit) {
  const [first, last] = [known[0], known[known.length - 1]];
  const said = (/** @type {Point} */ { vintage, density }) => `${rate(/** @type {number} */ (density))} au ${longDate(vintage)}`;
  return `Densité ${unit}\u00a0: ${said(first)}, ${said(last)}.`;
}

/** @param {Point[]} points @param {Point[]} known @param {string} unit @param {string} shown vintage that the map shows */
function drawing(points, known, unit, shown) {
  const top = niceTop(Math.max(...known.map(({ density, ci_high: high }) => high ?? density ?? 0)));
  const spots = spotsOf(points, top);
  const band = [...spots.map(({ x, high }) => ({ x, y: high })), ...[...spots].reverse().map(({ x, low }) => ({ x, y: low }))];
  const base = HEIGHT - FOOT;
  const ticks = [0, top / 2, top].map((value) => {
    const y = base - ((base - TOP) * value) / top;
    return svg('g', { class: 'interval-tick' }, svg('line', { x1: LEFT, x2: WIDTH - RIGHT, y1: y, y2: y }), svg('text', { x: LEFT - 6, y: y + 5, 'text-anchor': 'end' }, rate(value)));
  });
  const dates = [points[0], points[points.length - 1]].map(({ vintage }, k) =>
    svg('text', { class: 'trend-date', x: k === 0 ? LEFT : WIDTH - RIGHT, y: HEIGHT - 4, 'text-anchor': k === 0 ? 'start' : 'end' }, shortDate(vintage)),
  );
  return svg(
    'svg',
    { class: 'trend', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': trendWords(known, unit) },
    ...ticks,
    svg('path', { class: 'trend-band', d: `M${path(band)} Z` }),
    svg('path', { class: 'trend-line', d: `M${path(spots)}` }),
    ...spots.map(({ x, y }, k) => svg('circle', { class: known[k].vintage === shown ? 'trend-point trend-shown' : 'trend-point', cx: x, cy: y, r: known[k].vintage === shown ? 5 : 3 })),
    ...dates,
  );
}

/** @param {Point[]} points @param {string} counted */
function figures(points, counted) {
  const row = (/** @type {Point} */ { vintage, headcount, density, ci_low: low, ci_high: high }) =>
    html(
      'tr',
      {},
      html('th', { scope: 'row' }, shortDate(vintage)),
      html('td', {}, headcount === null ? 'inconnu' : count(headcount)),
      html('td', {}, density === null ? 'inconnue' : rate(density)),
      html('td', {}, low === null || high === null ? '' : `${rate(low)} à ${rate(high)}`),
    );
  const heads = ['Date', counted, 'Densité', 'Intervalle'].map((text) => html('th', { scope: 'col' }, text));
  return html('details', { class: 'trend-figures' }, html('summary', {}, 'Chiffres de chaque date'), html('table', {}, html('thead', {}, html('tr', {}, ...heads)), html('tbody', {}, ...points.map(row))));
}

/**
 * @param {any} item of `/trends`
 * @param {{unit: string, counted: string, shown: string}} about `shown` is the vintage of the map
 * @returns {HTMLElement[]} nothing where fewer than two vintages are known
 */
export function trendSection({ points, change }, { unit, counted, shown }) {
  const known = points.filter((/** @type {Point} */ { density }) => density !== null);
  if (known.length < 2) return [];
  return [
    html('h3', {}, 'Évolution'),
    html('p', { class: 'trend-unit' }, `Densité ${unit}, avec son intervalle à 95\u202f%`),
    html('div', {}, drawing(points, known, unit, shown)),
    html('p', { class: 'panel-change' }, change.sentence),
    figures(points, counted),
  ];
}
