/** The legend: a small histogram, one row a class, which also shows its territories on the map. */

import { READABLE } from './classes.js';
import { crossKey, crossOfRank, crossStrip } from './cross.js';
import { html, svg } from './dom.js';
import { capital, number } from './format.js';
import { levelWords, unknownWords } from './words.js';

/** @typedef {import('./classes.js').Band} Band */

/**
 * @typedef {object} LegendSubject
 * @property {string} heading what the bounds are
 * @property {string} level
 * @property {string} people whom the population column counts, for example « habitants »
 * @property {boolean} whole whether values are counts
 * @property {boolean} circles whether the map shows circles
 * @property {string} [beyond] what is said of a territory farther than anybody looked
 * @property {Array<{swatch: string, text: string}>} [keys] what else is drawn
 * @property {(import('./indicators.js').Crossed & {scales: {need: string, supply: string}})|null} crossed where the map shows two measures
 */

/** Length of the longest bar, in pixels. */
const BAR = 44;

/**
 * A class's bounds; no value can be read in two classes.
 * @param {Band} band
 * @param {boolean} whole
 * @param {{people?: string, below?: string, beyond?: string}} [words] said in full; the narrow column of the legend has shorter ones
 */
export function bounds(band, whole, { people = 'habitants', below = 'moins de ', beyond = 'au-delà' } = {}) {
  if (band.kind === 'zero') return '0';
  if (band.kind === 'beyond') return beyond;
  if (band.kind === 'few') return `${below}${READABLE}\u00a0${people}`;
  if (band.kind === 'unknown') return capital(unknownWords(band.uninhabited ? 0 : null));
  const places = whole ? 0 : Math.max(0, Math.ceil(-Math.log10(band.step)));
  if (band.high === Infinity) return `${number(band.low, places)} ou plus`;
  // Counts are said by their last value: "3 à 4", not "3 à moins de 5".
  const open = whole && !band.last;
  const high = open ? band.high - 1 : band.high;
  if (band.low === high) return number(high, places);
  if (band.low <= 0) return `moins de ${number(high, places)}`;
  // Only the last class holds its upper bound; the others stop just under the next one's lower.
  return `${number(band.low, places)} à ${whole || band.last ? '' : below}${number(high, places)}`;
}

/** What a class is, said in full. @param {Band} band @param {LegendSubject} subject */
export function entryWords(band, { crossed, whole, people, beyond }) {
  if (band.kind === 'cross' && crossed) return capital(crossed.words(...crossOfRank(band.rank)));
  return band.kind === 'suppressed' ? 'Secret statistique (NS)' : bounds(band, whole, { people, beyond });
}

/** @param {Band} band @param {boolean} circles */
function swatch(band, circles) {
  const kind = band.kind === 'class' ? `class-${band.rank}` : band.kind;
  return html('span', { class: `swatch ${kind}${circles ? ' round' : ''}`, 'aria-hidden': 'true' });
}

/** @param {number} n @param {number} largest */
function bar(n, largest) {
  const width = Math.max(2, Math.round((BAR * n) / largest));
  return svg(
    'svg',
    { class: 'bar', width: BAR, height: 12, 'aria-hidden': 'true', focusable: 'false' },
    svg('rect', { width, height: 12, rx: 1 }),
  );
}

/**
 * @param {Band} band
 * @param {LegendSubject} subject
 * @param {number} largest
 * @param {(ids: number[]|null) => void} onHighlight
 */
function row(band, subject, largest, onHighlight) {
  const n = band.ids.length;
  const label = bounds(band, subject.whole, {
    people: subject.people.length > 12 ? 'personnes' : subject.people,
    below: band.kind === 'class' ? '<\u00a0' : 'moins de ',
    beyond: subject.beyond,
  });
  const words = levelWords(subject.level);
  const spoken = `${bounds(band, subject.whole, { people: subject.people, beyond: subject.beyond })}${band.kind === 'class' || band.kind === 'zero' ? ` ${subject.heading}` : ''} : ${number(n)} ${n < 2 ? words.one : words.many}, ${number(band.population)} ${subject.people}`;
  const show = () => onHighlight(band.ids);
  const hide = () => onHighlight(null);
  const button = html(
    'button',
    {
      type: 'button',
      class: 'legend-row',
      'data-kind': band.kind,
      'data-count': n,
      onmouseenter: show,
      onmouseleave: hide,
      onfocus: show,
      onblur: hide,
    },
    swatch(band, subject.circles && band.kind !== 'unknown'),
    html('span', { class: 'visually-hidden' }, spoken),
    html('span', { class: 'legend-bounds', 'aria-hidden': 'true' }, label),
    html('span', { class: 'legend-count', 'aria-hidden': 'true' }, bar(n, largest), html('span', {}, number(n))),
    html('span', { class: 'legend-people', 'aria-hidden': 'true' }, band.kind === 'unknown' ? '–' : number(band.population)),
  );
  return html('li', {}, button);
}

/**
 * Draw the legend of a map.
 * @param {HTMLElement} root
 * @param {Band[]} bands
 * @param {LegendSubject} subject
 * @param {(ids: number[]|null) => void} onHighlight
 */
export function drawLegend(root, bands, subject, onHighlight) {
  root.replaceChildren(
    ...(subject.crossed ? crossKey(bands, { ...subject, crossed: subject.crossed }, onHighlight) : histogram(bands, subject, onHighlight)),
    ...(subject.keys ?? []).map(({ swatch: name, text }) => html('p', { class: 'legend-key' }, html('span', { class: `swatch ${name}` }), text)),
    html('p', { class: 'legend-key' }, html('span', { class: 'key-line key-qpv' }), 'Quartier prioritaire (QPV)'),
    html('p', { class: 'legend-key' }, html('span', { class: 'key-line key-commune' }), 'Limite de commune'),
  );
}

/** @param {Band[]} bands @param {LegendSubject} subject @param {(ids: number[]|null) => void} onHighlight */
function histogram(bands, subject, onHighlight) {
  const largest = Math.max(1, ...bands.map((band) => band.ids.length));
  // The darkest first, as a reader looks for it.
  const classes = bands.filter((band) => band.kind === 'class').sort((a, b) => b.rank - a.rank);
  const others = bands.filter((band) => band.kind !== 'class');
  return [
    html(
      'div',
      { class: 'legend-head', 'aria-hidden': 'true' },
      html('span', { class: 'legend-heading' }, subject.heading),
      html('span', {}, levelWords(subject.level).many),
      html('span', {}, subject.people.length > 12 ? 'population' : subject.people),
    ),
    html('ul', {}, ...[...classes, ...others].map((band) => row(band, subject, largest, onHighlight))),
  ];
}

/**
 * The legend of one map of two, in a line: colours, bounds, how many.
 * @param {Band[]} bands
 * @param {LegendSubject} subject
 * @param {(ids: number[]|null) => void} onHighlight
 */
export function legendStrip(bands, subject, onHighlight) {
  if (subject.crossed) return crossStrip(bands, subject.crossed, onHighlight);
  const classes = bands.filter((band) => band.kind === 'class').sort((a, b) => a.rank - b.rank);
  const entries = [...bands.filter((band) => band.kind === 'zero'), ...classes, ...bands.filter((band) => !['class', 'zero'].includes(band.kind))];
  return html(
    'ul',
    { class: 'strip', 'aria-label': subject.heading },
    ...entries.map((band) => {
      const text = bounds(band, subject.whole, { people: subject.people, below: '<\u00a0', beyond: subject.beyond });
      const over = { onmouseenter: () => onHighlight(band.ids), onmouseleave: () => onHighlight(null) };
      return html('li', over, swatch(band, subject.circles && band.kind !== 'unknown'), `${text} `, html('small', {}, `(${number(band.ids.length)})`));
    }),
  );
}

/** @param {HTMLElement} root */
export function drawLegendSkeleton(root) {
  const rows = Array.from({ length: 5 }, () => html('div', { class: 'bone' }));
  root.replaceChildren(html('div', { class: 'bone bone-short' }), ...rows);
}
