/** Lines of bars: a name, its bar, its figure; the figure carries the meaning, the bar only shows it. */

import { html, svg } from './dom.js';

const LENGTH = 120;

/**
 * @param {string} heading
 * @param {Array<{label: string, share: number, text: string}>} rows `share` from 0 to 1 is the bar's length
 */
export function barList(heading, rows) {
  return html(
    'section',
    { class: 'bars' },
    html('h3', {}, heading),
    html(
      'ul',
      {},
      ...rows.map(({ label, share, text }) =>
        html('li', {}, html('span', { class: 'bars-label' }, label), bar(share), html('span', { class: 'bars-text' }, text)),
      ),
    ),
  );
}

/** @param {number} share */
function bar(share) {
  return svg(
    'svg',
    { class: 'bars-bar', viewBox: `0 0 ${LENGTH} 12`, preserveAspectRatio: 'none', height: 12, 'aria-hidden': 'true', focusable: 'false' },
    svg('rect', { class: 'bars-ground', width: LENGTH, height: 12, rx: 1 }),
    svg('rect', { class: 'bars-value', width: Math.max(share > 0 ? 1 : 0, share * LENGTH), height: 12, rx: 1 }),
  );
}
