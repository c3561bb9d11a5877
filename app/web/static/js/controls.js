/** The left rail: one question at a time (LOOK.md): what, who, at which scale, when. */

import { html } from './dom.js';
import { longDate } from './format.js';
import { isLoaded } from './opening.js';
import { CHOSEN_LEVELS, levelWords } from './words.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {{professions: any[], levels: any[]}} Nomenclature */

const MEASURES = [
  ['weight', 'Densité'],
  ['headcount', 'Nombre de praticiens'],
  ['sites', "Lieux d'exercice"],
];
const SCOPES = [
  ['liberal', 'Libéraux seulement'],
  ['ambulatory', 'Avec les salariés de centres de santé et de MSP'],
];
const BREAKS = [
  ['quantile', 'Autant de territoires par classe'],
  ['equal', 'Classes de même largeur'],
];

/** @param {any} profession */
function groupOf(profession) {
  if (profession.subject === 'establishment') return 'Établissements';
  return { first: 'Premier recours', second: 'Second recours' }[/** @type {'first'} */ (profession.recourse)] ?? 'Autres professions';
}

/** @param {any} profession */
function professionOption(profession) {
  const loaded = isLoaded(profession);
  const label = loaded ? profession.label : `${profession.label} (registre non chargé)`;
  return html('option', { value: profession.profession, disabled: !loaded }, label);
}

export class Controls {
  /**
   * @param {HTMLElement} root
   * @param {(patch: Partial<State>) => void} onChoose
   */
  constructor(root, onChoose) {
    this.root = root;
    this.onChoose = onChoose;
    root.addEventListener('submit', (event) => event.preventDefault());
  }

  /** @param {Nomenclature} nomenclature */
  build({ professions, levels }) {
    const counts = new Map(levels.map((level) => [level.level, level.count]));
    const scales = CHOSEN_LEVELS.filter((level) => counts.has(level)).map((level) => ({
      value: level,
      label: levelWords(level).title,
      disabled: counts.get(level) === 0,
    }));
    this.when = html('p', { class: 'when' }, html('span', { class: 'control-label' }, 'Quand'), html('strong', { id: 'when' }, ''));
    this.root.replaceChildren(
      this.radios('measure', 'Quoi', MEASURES.map(([value, label]) => ({ value, label, disabled: false }))),
      this.professionChoice(professions),
      this.radios('level', 'À quelle échelle', scales, 'chips'),
      this.when,
      this.pointsChoice(),
      html(
        'details',
        { class: 'more' },
        html('summary', {}, "Plus d'options"),
        this.radios('scope', 'Qui est compté', SCOPES.map(([value, label]) => ({ value, label, disabled: false }))),
        this.radios('breaks', 'Classes de la légende', BREAKS.map(([value, label]) => ({ value, label, disabled: false }))),
      ),
    );
  }

  /**
   * @param {keyof State} field
   * @param {string} legend
   * @param {Array<{value: string, label: string, disabled: boolean}>} options
   * @param {string} [kind]
   */
  radios(field, legend, options, kind = 'list') {
    const choices = options.map(({ value, label, disabled }) =>
      html(
        'label',
        { class: 'choice' },
        html('input', { type: 'radio', name: field, value, disabled, onchange: () => this.onChoose({ [field]: value }) }),
        html('span', {}, label),
      ),
    );
    return html('fieldset', { class: kind, 'data-field': field }, html('legend', { class: 'control-label' }, legend), html('div', { class: 'choices' }, ...choices));
  }

  /** @param {any[]} professions */
  professionChoice(professions) {
    /** @type {Map<string, any[]>} */
    const groups = new Map(['Premier recours', 'Second recours', 'Autres professions', 'Établissements'].map((name) => [name, []]));
    for (const profession of professions) groups.get(groupOf(profession))?.push(profession);
    const optgroups = [...groups].filter(([, members]) => members.length > 0).map(([label, members]) =>
      html('optgroup', { label }, ...members.map(professionOption)),
    );
    const select = html('select', { id: 'profession', name: 'profession' }, ...optgroups);
    select.addEventListener('change', () => this.onChoose({ profession: /** @type {HTMLSelectElement} */ (select).value }));
    return html('div', { class: 'field' }, html('label', { class: 'control-label', for: 'profession' }, 'Qui'), select);
  }

  pointsChoice() {
    const box = /** @type {HTMLInputElement} */ (html('input', { type: 'checkbox', name: 'points' }));
    box.addEventListener('change', () => this.onChoose({ points: box.checked }));
    return html('label', { class: 'choice check' }, box, html('span', {}, "Montrer les lieux d'exercice"));
  }

  /**
   * Show the state that is in force, for example after the back key.
   * @param {State} state
   * @param {'person'|'establishment'} subject
   */
  reflect(state, subject) {
    for (const field of /** @type {const} */ (['measure', 'level', 'scope', 'breaks'])) {
      for (const input of this.inputs(field)) input.checked = input.value === state[field];
    }
    /** @type {HTMLSelectElement} */ (this.root.querySelector('#profession')).value = state.profession;
    this.inputs('points')[0].checked = state.points;
    const establishments = subject === 'establishment';
    /** @type {HTMLElement} */ (this.root.querySelector('[data-field="scope"]')).hidden = establishments;
    const [, heads, sites] = this.inputs('measure');
    /** @type {HTMLElement} */ (heads.nextElementSibling).textContent = establishments ? "Nombre d'établissements" : 'Nombre de praticiens';
    /** @type {HTMLElement} */ (sites.closest('label')).hidden = establishments;
  }

  /** @param {string} vintage */
  showVintage(vintage) {
    /** @type {HTMLElement} */ (this.root.querySelector('#when')).textContent = longDate(vintage);
  }

  /** @param {string} name @returns {HTMLInputElement[]} */
  inputs(name) {
    return [...this.root.querySelectorAll(`input[name="${name}"]`)].map((input) => /** @type {HTMLInputElement} */ (input));
  }
}
