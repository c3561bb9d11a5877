/** Where the figures come from and how they are made, one click away. */

import { getKept } from './api.js';
import { html } from './dom.js';
import { longDate, number } from './format.js';

/** @param {any} source */
function sourceLine(source) {
  const rejected = source.rows_rejected > 0 ? ` ${number(source.rows_rejected)} lignes écartées.` : '';
  return html(
    'li',
    {},
    html('strong', {}, source.label),
    html('span', {}, `${source.producer}, ${source.licence}, au ${longDate(source.vintage)}.${rejected}`),
  );
}

/** @param {any[]} sources several files of one register count once, the latest */
function latestByRegister(sources) {
  const latest = new Map();
  for (const source of sources) {
    const found = latest.get(source.register);
    if (!found || found.vintage < source.vintage) latest.set(source.register, source);
  }
  return [...latest.values()];
}

/** @param {HTMLElement} body @param {string} slug of the indicator that is shown */
async function fill(body, slug) {
  const [sources, indicators] = await Promise.all([getKept('sources'), getKept('indicators')]);
  const shown = indicators.items.find((/** @type {any} */ one) => one.indicator === slug);
  body.replaceChildren(
    ...(shown ? [html('p', {}, shown.definition)] : []),
    html('ul', {}, ...latestByRegister(sources.items).map(sourceLine)),
    html('p', { class: 'muted' }, `Version ${sources.release.id}, publiée avec l'annuaire au ${longDate(sources.release.vintage)}.`),
  );
}

/**
 * Fill the disclosure each time it is opened: what is shown may have changed.
 * @param {HTMLDetailsElement} details
 * @param {() => string} indicator that is shown
 */
export function wireAbout(details, indicator) {
  const body = /** @type {HTMLElement} */ (details.querySelector('.about-body'));
  details.addEventListener('toggle', async () => {
    if (!details.open) return;
    if (!body.hasChildNodes()) body.replaceChildren(html('p', { class: 'muted' }, 'Chargement…'));
    try {
      await fill(body, indicator());
    } catch (error) {
      body.replaceChildren(html('p', { class: 'muted' }, `${/** @type {Error} */ (error).message} Refermez et rouvrez pour réessayer.`));
    }
  });
}
