/** A map of two measures at once: nine classes, and the key that tells them. */

import { html } from './dom.js';
import { capital, number } from './format.js';
import { levelWords, unknownWords } from './words.js';

/** @typedef {import('./classes.js').Band} Band */
/** @typedef {import('./indicators.js').Crossed} Crossed */

const THIRDS = /** @type {const} */ ([1, 2, 3]);

/** From the lightest (little need, much supply) to the darkest (much need, little supply). @param {number} need @param {number} supply thirds */
export function crossRank(need, supply) {
  return 3 * (need - 1) + (3 - supply);
}

/** Thirds of need and of supply. @param {number} rank @returns {[1|2|3, 1|2|3]} */
export function crossOfRank(rank) {
  return [THIRDS[Math.floor(rank / 3)], THIRDS[2 - (rank % 3)]];
}

/**
 * Put every territory in one of nine classes, or among those of which nothing is said.
 * @param {any[]} items
 * @param {Crossed} crossed
 * @returns {Band[]} those that hold a territory
 */
export function crossBands(items, { of }) {
  const band = (/** @type {Band['kind']} */ kind, /** @type {any[]} */ members, rank = 0) => ({
    kind,
    rank,
    low: 0,
    high: 0,
    step: 1,
    last: false,
    uninhabited: members.every(({ population }) => population === 0),
    ids: members.map(({ id }) => id),
    population: members.reduce((sum, { population }) => sum + (population ?? 0), 0),
  });
  const rankOf = (/** @type {any} */ item) => {
    const cross = of(item);
    return cross && crossRank(cross.need, cross.supply);
  };
  const bands = Array.from({ length: 9 }, (_, rank) => band('cross', items.filter((item) => rankOf(item) === rank), rank));
  const others = items.filter((item) => rankOf(item) === null);
  const hidden = (/** @type {any} */ { status }) => status === 'suppressed';
  bands.push(band('suppressed', others.filter(hidden)), band('unknown', others.filter((item) => !hidden(item))));
  return bands.filter(({ ids }) => ids.length > 0);
}

/** @param {Band} band */
function otherWords(band) {
  return band.kind === 'suppressed' ? 'Secret statistique (NS)' : capital(unknownWords(band.uninhabited ? 0 : null));
}

/**
 * @param {Band|undefined} band undefined where a class is empty
 * @param {string} name what the class is
 * @param {{rank: number, level: string, people: string, onHighlight: (ids: number[]|null) => void}} about
 */
function cell(band, name, { rank, level, people, onHighlight }) {
  const [n, words] = [band?.ids.length ?? 0, levelWords(level)];
  const spoken = `${capital(name)}\u00a0: ${number(n)} ${n < 2 ? words.one : words.many}, ${number(band?.population ?? 0)} ${people}`;
  const [show, hide] = [() => onHighlight(band?.ids ?? []), () => onHighlight(null)];
  const over = { onmouseenter: show, onmouseleave: hide, onfocus: show, onblur: hide };
  return html('td', {}, html('button', { type: 'button', class: `cross-cell cross-${rank}`, 'aria-label': spoken, 'data-count': n, ...over }, number(n)));
}

/**
 * The 3 x 3 key: need upwards, supply to the right, each cell with how many territories it holds.
 * @param {Band[]} bands
 * @param {{level: string, people: string, crossed: Crossed & {scales: {need: string, supply: string}}}} subject
 * @param {(ids: number[]|null) => void} onHighlight
 * @returns {HTMLElement[]}
 */
export function crossKey(bands, { level, people, crossed }, onHighlight) {
  const byRank = new Map(bands.filter(({ kind }) => kind === 'cross').map((band) => [band.rank, band]));
  const rows = [...THIRDS].reverse().map((need) =>
    html(
      'tr',
      {},
      html('th', { scope: 'row' }, { 1: 'faible', 2: 'moyen', 3: 'élevé' }[need]),
      ...THIRDS.map((supply) => {
        const rank = crossRank(need, supply);
        return cell(byRank.get(rank), crossed.words(need, supply), { rank, level, people, onHighlight });
      }),
    ),
  );
  const others = bands.filter(({ kind }) => kind !== 'cross').map((band) =>
    html('p', { class: 'legend-key' }, html('span', { class: `swatch ${band.kind === 'suppressed' ? 'few' : 'unknown'}` }), `${otherWords(band)}\u00a0: ${number(band.ids.length)}`),
  );
  const names = html('tr', {}, html('td', {}), ...['faible', 'moyenne', 'forte'].map((text) => html('th', { scope: 'col' }, text)));
  const axis = html('tr', {}, html('td', {}), html('td', { colspan: 3, class: 'cross-supply' }, 'Offre →'));
  return [
    html('p', { class: 'cross-head' }, html('strong', {}, 'Besoin ↑'), html('span', {}, `${capital(levelWords(level).many)} de chaque classe`)),
    html('table', { class: 'cross' }, html('caption', { class: 'visually-hidden' }, 'Classes de besoin et d\'offre'), html('tbody', {}, ...rows), html('tfoot', {}, names, axis)),
    html('p', { class: 'cross-scale' }, crossed.scales.need),
    html('p', { class: 'cross-scale' }, crossed.scales.supply),
    ...others,
  ];
}

/** The same on one line, for one map of two. @param {Band[]} bands @param {Crossed} crossed @param {(ids: number[]|null) => void} onHighlight */
export function crossStrip(bands, crossed, onHighlight) {
  const name = (/** @type {Band} */ band) => {
    if (band.kind !== 'cross') return otherWords(band);
    const need = /** @type {1|2|3} */ (Math.floor(band.rank / 3) + 1);
    return capital(crossed.words(need, /** @type {1|2|3} */ (3 - (band.rank % 3))));
  };
  const entries = [...bands].sort((a, b) => b.rank - a.rank);
  return html(
    'ul',
    { class: 'strip', 'aria-label': 'Besoin et offre' },
    ...entries.map((band) =>
      html(
        'li',
        { onmouseenter: () => onHighlight(band.ids), onmouseleave: () => onHighlight(null) },
        html('span', { class: `swatch ${band.kind === 'cross' ? `cross-${band.rank}` : band.kind === 'suppressed' ? 'few' : 'unknown'}`, 'aria-hidden': 'true' }),
        `${name(band)} `,
        html('small', {}, `(${number(band.ids.length)})`),
      ),
    ),
  );
}
