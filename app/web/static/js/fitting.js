/** Choices that cannot stand together, brought to the nearest that can: never a silent change, so each is told. */

import { isDated } from './against.js';
import { longDate } from './format.js';
import { indicatorOf } from './indicators.js';
import { CHOSEN_LEVELS, levelWords } from './words.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./controls.js').Nomenclature} Nomenclature */

/** Levels at which an indicator makes sense; all of them where the registry does not say. @param {string} slug @param {any[]} indicators */
export function levelsOf(slug, indicators) {
  return indicators.find((one) => one.indicator === slug)?.levels ?? CHOSEN_LEVELS;
}

/** « Couverture », as the menu has it. @param {State} state @param {Nomenclature} nomenclature */
function named(state, { indicators }) {
  const { slug, name, label } = indicatorOf(state);
  return label(indicators.find((one) => one.indicator === slug)?.label ?? name, 'person') ?? name;
}

/**
 * @param {State} state that somebody chose, or that a link asks for
 * @param {Nomenclature} nomenclature
 * @param {string|null} vintage of the published supply, null while nothing was answered
 * @returns {{patch: Partial<State>, told: string[]}}
 */
export function fitting(state, nomenclature, vintage) {
  const { slug, options } = indicatorOf(state);
  /** @type {Partial<State>} */
  const patch = {};
  const told = [];
  const possible = levelsOf(slug, nomenclature.indicators);
  if (!possible.includes(state.level)) {
    const level = CHOSEN_LEVELS.find((one) => possible.includes(one) && nomenclature.levels.some((known) => known.level === one && known.count > 0));
    if (level) {
      Object.assign(patch, { level, selected: null });
      told.push(`« ${named(state, nomenclature)} » n'existe pas à l'échelle «\u00a0${levelWords(state.level).title}\u00a0»\u00a0: la carte montre l'échelle «\u00a0${levelWords(level).title}\u00a0».`);
    }
  }
  if (state.date !== null && !isDated(state)) {
    patch.date = null;
    const now = vintage ? `, ${longDate(vintage)}` : '';
    told.push(`« ${named(state, nomenclature)} » ne se calcule qu'à la date publiée${now}\u00a0: la carte est revenue à cette date.`);
  }
  if (state.mode === 'transit' && !nomenclature.timetable) {
    patch.mode = null;
    const what = options.includes('mode') ? 'la carte montre un autre trajet' : 'choisissez un autre trajet';
    told.push(`Aucun horaire de transports en commun n'est chargé dans cette version\u00a0: ${what}.`);
  }
  return { patch, told };
}
