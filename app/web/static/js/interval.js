/** A value, drawn: how sure it is where that is known, and where the commune and the wider territories stand. */

import { html, svg } from './dom.js';

/** @typedef {{level: string, name: string, value: number}} Mark */

const WIDTH = 312;
const LEFT = 6;
/** Room of one row of marks; marks that would touch stand on rows of their own. */
const ROW = 15;
const TOUCH = 15;

/** Marks differ by shape, so that they can be told apart in grey. */
const SHAPES = ['M-6 -5 H6 L0 6 Z', 'M0 -6.5 L6.5 0 L0 6.5 L-6.5 0 Z', 'M-5 -5 H5 V5 H-5 Z', 'M-5.5 0 A5.5 5.5 0 1 0 5.5 0 A5.5 5.5 0 1 0 -5.5 0 Z'];

/** The upper end of the axis: a round number. @param {number} most */
export function niceTop(most) {
  if (most <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 1.5, 2, 3, 4, 5, 6, 8, 10].map((k) => k * power).find((top) => top >= most * 1.02) ?? 15 * power;
}

/** @param {number} top @param {(value: number) => number} x @param {number} y of the bar @param {(value: number) => string} write */
function axis(top, x, y, write) {
  return [0, top / 2, top].map((tick) =>
    svg(
      'g',
      { class: 'interval-tick' },
      svg('line', { x1: x(tick), x2: x(tick), y1: y - 14, y2: y + 14 }),
      svg('text', { x: x(tick), y: y + 30, 'text-anchor': tick === 0 ? 'start' : tick === top ? 'end' : 'middle' }, write(tick)),
    ),
  );
}

/** Rows, counted from the bar, on which marks do not touch. @param {number[]} places along the axis */
export function rowsOf(places) {
  /** @type {number[]} */
  const rows = [];
  places.forEach((place, k) => {
    let row = 0;
    while (places.slice(0, k).some((other, j) => rows[j] === row && Math.abs(other - place) < TOUCH)) row += 1;
    rows.push(row);
  });
  return rows;
}

/** @param {number} index */
export function markShape(index) {
  return svg(
    'svg',
    { class: 'mark-shape', width: 16, height: 16, viewBox: '-8 -8 16 16', 'aria-hidden': 'true' },
    svg('path', { d: SHAPES[index % SHAPES.length] }),
  );
}

/**
 * Without an interval the bar runs from zero to the value.
 * @param {import('./indicators.js').Figure} figure
 * @param {Mark[]} marks
 */
export function intervalFigure({ value, low, high, top: most, write }, marks) {
  const top = most ?? niceTop(Math.max(high ?? value, value, ...marks.map((mark) => mark.value)));
  const x = (/** @type {number} */ v) => LEFT + ((WIDTH - 2 * LEFT) * v) / top;
  const rows = rowsOf(marks.map((mark) => x(mark.value)));
  const y = ROW * (Math.max(0, ...rows) + 1) + 8;
  const [from, to] = [low ?? 0, high ?? value];
  const spoken = low === null || high === null ? `Valeur\u00a0: ${write(value)}` : `Intervalle de ${write(low)} à ${write(high)}`;
  const drawing = svg(
    'svg',
    { class: 'interval', viewBox: `0 0 ${WIDTH} ${y + 34}`, role: 'img', 'aria-label': spoken },
    ...axis(top, x, y, write),
    svg('line', { class: 'interval-axis', x1: LEFT, x2: WIDTH - LEFT, y1: y, y2: y }),
    svg('rect', { class: 'interval-range', x: x(from), y: y - 5, width: Math.max(2, x(to) - x(from)), height: 10, rx: 2 }),
    ...marks.map((mark) => svg('line', { class: 'interval-stem', x1: x(mark.value), x2: x(mark.value), y1: y - 15, y2: y + 8 })),
    svg('circle', { class: 'interval-value', cx: x(value), cy: y, r: 6 }),
    ...marks.map((mark, k) =>
      svg('path', { class: 'interval-mark', d: SHAPES[k % SHAPES.length], transform: `translate(${x(mark.value)} ${y - 15 - ROW * rows[k]})` }),
    ),
  );
  return html('div', { class: 'interval-box' }, drawing);
}
