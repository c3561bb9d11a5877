/** What a link asks for, brought to what this release can show: never a blank map, never a silent change. */

import { fitting } from './fitting.js';
import { isWord, parseState } from './state.js';
import { CHOSEN_LEVELS } from './words.js';

/** @typedef {import('./state.js').State} State */

/** Codes of the address bar that `parseState` leaves out when it cannot read them. */
const CODES = /** @type {const} */ ({ dans: 'within', territoire: 'selected', depart: 'from', vue: 'view', contre: 'against', zone: 'area', date: 'date' });

/** @param {string} level @param {any[]} levels */
function drawable(level, levels) {
  return levels.some((one) => one.level === level && one.count > 0);
}

/** A profession whose register is not in the release has nothing to show; older servers do not say. @param {any} profession */
export function isLoaded(profession) {
  return profession.loaded !== false;
}

/**
 * Bring a state to what can be shown, and say what of the link could not be kept.
 * @param {State} state
 * @param {string} search the query string the state was read from
 * @param {import('./controls.js').Nomenclature} nomenclature
 * @returns {{patch: Partial<State>, wrong: string[]}}
 */
export function settle(state, search, { professions, levels }) {
  const query = new URLSearchParams(search);
  /** @type {Partial<State>} */
  const patch = {};
  const wrong = [];
  const [qui, echelle] = [query.get('qui'), query.get('echelle')];
  const chosen = professions.find((one) => one.profession === state.profession);
  if (qui !== null && qui !== chosen?.profession) wrong.push(`profession « ${qui} » inconnue`);
  else if (qui !== null && !isLoaded(chosen)) wrong.push(`registre non chargé pour « ${chosen.label} »`);
  if (!chosen || !isLoaded(chosen)) {
    const fallback = parseState('').profession;
    const loaded = professions.filter(isLoaded);
    patch.profession = (loaded.find((one) => one.profession === fallback) ?? loaded[0])?.profession ?? fallback;
  }
  if (echelle !== null && (echelle !== state.level || !drawable(echelle, levels))) {
    const known = levels.some((one) => one.level === echelle);
    wrong.push(known ? `aucun territoire à l'échelle « ${echelle} »` : `échelle « ${echelle} » inconnue`);
  }
  if (!drawable(state.level, levels)) {
    const fallback = CHOSEN_LEVELS.find((level) => drawable(level, levels));
    if (fallback) patch.level = fallback;
  }
  const quoi = query.get('quoi');
  if (quoi !== null && !isWord('indicator', quoi)) wrong.push(`indicateur « ${quoi} » inconnu`);
  for (const [name, field] of Object.entries(CODES)) {
    if (query.get(name) !== null && state[field] === null) wrong.push(`${name} « ${query.get(name)} » illisible`);
  }
  return { patch, wrong };
}

/**
 * The same, with choices that cannot stand together; each sentence tells one thing that was left.
 * @param {State} state
 * @param {string} search
 * @param {import('./controls.js').Nomenclature} nomenclature
 * @returns {{patch: Partial<State>, told: string[]}}
 */
export function opened(state, search, nomenclature) {
  const { patch, wrong } = settle(state, search, nomenclature);
  const { patch: fit, told } = fitting({ ...state, ...patch }, nomenclature, null);
  return { patch: { ...patch, ...fit }, told: [...(wrong.length > 0 ? [incomplete(wrong)] : []), ...told] };
}

/** @param {string[]} wrong */
function incomplete(wrong) {
  return `Ce lien n'était pas complet\u00a0: ${wrong.join(', ')}. La carte montre le choix par défaut.`;
}
