/** From an answer to what is drawn of it: valued territories, their classes, the words of the legend. */

import { MANY } from './cells.js';
import { classify } from './classes.js';
import { crossBands } from './cross.js';
import { number } from './format.js';
import { indicatorOf } from './indicators.js';
import { subjectWords } from './words.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./loader.js').Shown} Shown */

/** @param {Shown} shown @param {State} state @returns {import('./classes.js').Valued[]} */
export function valuesOf(shown, state) {
  const { value, beyond, few } = indicatorOf(state);
  return shown.answer.items.map((/** @type {any} */ item) => ({
    id: item.id,
    value: value(item, state),
    population: item.population,
    few: few(item),
    beyond: beyond(item, state),
  }));
}

/** How classes are made: as the reader chose, where the indicator allows it. @param {Shown} shown @param {State} state */
export function classing({ answer }, state) {
  const options = indicatorOf(state).classes(answer);
  const possible = state.breaks !== null && (state.breaks !== 'fixed' || Boolean(options.thresholds));
  return possible ? { ...options, method: /** @type {import('./state.js').Breaks} */ (state.breaks) } : options;
}

/**
 * @param {Shown} shown
 * @param {State} state
 * @param {import('./classes.js').Cut[]} [cuts] those of both maps, when two are compared
 */
export function pictureOf(shown, state, cuts) {
  const { answer, subject, level } = shown;
  const indicator = indicatorOf(state);
  const values = valuesOf(shown, state);
  const options = classing(shown, state);
  const bands = indicator.crossed ? crossBands(answer.items, indicator.crossed) : classify(values, options, cuts);
  const circles = indicator.circles ? new Map(values.map(({ id, value }) => [id, value ?? 0])) : null;
  return {
    values,
    bands,
    circles,
    title: indicator.title(answer, subject),
    empty: emptyWords(values, indicator.slug, subject),
    legend: {
      heading: indicator.heading(answer, subject),
      level,
      people: answer.population_label ?? 'habitants',
      whole: Boolean(options.whole),
      circles: indicator.circles,
      beyond: `au-delà de ${answer.limit_minutes} min`,
      keys: cellKeys(answer, level),
      crossed: indicator.crossed ? { ...indicator.crossed, scales: indicator.crossed.key(answer) } : null,
    },
  };
}

/** @param {any} answer @param {string} level */
function cellKeys({ uncovered_cells: cells }, level) {
  if (!cells?.length || level === 'carreau') return [];
  const many = cells.filter((/** @type {any} */ { people }) => people >= MANY);
  const few = cells.length - many.length;
  return [
    { swatch: 'uncovered', text: `Carreau sans lieu à portée\u00a0: ${number(many.length)}` },
    { swatch: 'uncovered-few', text: `De même, moins de ${MANY} habitants\u00a0: ${number(few)}` },
  ].slice(0, few > 0 ? 2 : 1);
}

/**
 * What to say, and to do, of a map with nothing on it.
 * @param {import('./classes.js').Valued[]} values @param {string} slug @param {'person'|'establishment'} subject
 * @returns {[string, string]|null}
 */
function emptyWords(values, slug, subject) {
  if (values.length === 0) {
    return ['Aucun territoire à cette échelle', "Le périmètre affiché n'en contient pas. Choisissez une autre échelle dans « À quelle échelle »."];
  }
  if (slug === 'access_time' || slug === 'priority' || !values.every(({ value }) => value === 0)) return null;
  return [`Aucun ${subjectWords(subject, 1)} localisé`, "Tous les territoires sont à zéro. Regardez l'échelle de la commune : les non localisés n'y sont comptés qu'à cette échelle."];
}
