/** The left rail: one question at a time (LOOK.md): what, who, at which scale, when. */

import { PRESETS, presetOf } from './accessibility.js';
import { formatAgainst, isDated, parseAgainst } from './against.js';
import { html } from './dom.js';
import { levelsOf } from './fitting.js';
import { longDate } from './format.js';
import { INDICATORS, indicatorOf } from './indicators.js';
import { isLoaded } from './opening.js';
import { planAddress } from './plan.js';
import { limitOf, MINUTES } from './travel.js';
import { CHOSEN_LEVELS, levelWords } from './words.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {{professions: any[], levels: any[], indicators: any[], timetable: boolean}} Nomenclature */
/** @typedef {{value: string, label: string, disabled?: boolean}} Option */

/** @type {Option[]} */
const SCOPES = [
  { value: 'liberal', label: 'Libéraux seulement' },
  { value: 'ambulatory', label: 'Avec les salariés de centres de santé et de MSP' },
];
/** @type {Option[]} */
const GROUNDS = [
  { value: 'streets', label: "Rues d'OpenStreetMap, servies ici" },
  { value: 'plan', label: "Plan IGN, demandé à l'IGN qui voit alors votre adresse" },
];
/** @type {Option[]} */
const BREAKS = [
  { value: 'fixed', label: 'Seuils fixes' },
  { value: 'quantile', label: 'Autant de territoires par classe' },
  { value: 'jenks', label: 'Ruptures naturelles (Jenks)' },
  { value: 'equal', label: 'Classes de même largeur' },
  { value: 'deviation', label: 'Écarts à la moyenne (écart type)' },
];
/** @type {Option[]} */
const STATISTICS = [
  { value: 'median', label: 'Temps médian' },
  { value: 'mean', label: 'Temps moyen' },
];
const CAPITALS = { walk: 'À pied', bike: 'À vélo', car: 'En voiture', transit: 'En transports en commun' };

/** @param {any} profession */
function groupOf(profession) {
  if (profession.members) return 'Regroupements';
  if (profession.subject === 'establishment') return 'Établissements';
  return { first: 'Premier recours', second: 'Second recours' }[/** @type {'first'} */ (profession.recourse)] ?? 'Autres professions';
}

/** @param {any} profession */
function professionOption(profession) {
  const loaded = isLoaded(profession);
  const label = loaded ? profession.label : `${profession.label} (registre non chargé)`;
  return html('option', { value: profession.profession, disabled: !loaded }, label);
}

/** @param {Map<string, HTMLElement[]>} groups */
function optgroups(groups) {
  return [...groups].filter(([, members]) => members.length > 0).map(([label, members]) => html('optgroup', { label }, ...members));
}

export class Controls {
  /**
   * @param {HTMLElement} root
   * @param {(patch: Partial<State>) => void} onChoose
   */
  constructor(root, onChoose) {
    this.root = root;
    this.onChoose = onChoose;
    /** @type {string[]} vintages of the supply, the published one first */
    this.dates = [];
    root.addEventListener('submit', (event) => event.preventDefault());
  }

  /** @param {Nomenclature} nomenclature */
  build(nomenclature) {
    const { professions, levels, indicators } = nomenclature;
    this.nomenclature = nomenclature;
    this.labels = new Map(indicators.map((one) => [one.indicator, one.label]));
    const counts = new Map(levels.map((level) => [level.level, level.count]));
    const scales = CHOSEN_LEVELS.filter((level) => counts.has(level)).map((level) => ({
      value: level,
      label: levelWords(level).title,
    }));
    this.root.replaceChildren(
      this.choice('indicator', 'Quoi', []),
      this.travel(),
      this.choice('profession', 'Qui', this.professions(professions)),
      this.radios('level', 'À quelle échelle', scales, 'chips'),
      this.choice('date', 'Quand', []),
      this.choice('against', 'Comparer avec', []),
      html(
        'details',
        { class: 'more' },
        html('summary', {}, "Plus d'options"),
        this.radios('scope', 'Qui est compté', SCOPES),
        this.radios('statistic', 'Quel temps', STATISTICS),
        this.choice('preset', 'Méthode', PRESETS.map(([value, label]) => html('option', { value }, label))),
        this.radios('breaks', 'Classes de la légende', BREAKS),
        ...(planAddress() === null ? [] : [this.radios('ground', 'Fond de carte', GROUNDS)]),
      ),
    );
  }

  /**
   * @param {keyof State} field
   * @param {string} legend
   * @param {Option[]} options
   * @param {string} [kind]
   */
  radios(field, legend, options, kind = 'list') {
    const choices = options.map(({ value, label, disabled = false }) =>
      html(
        'label',
        { class: 'choice' },
        html('input', { type: 'radio', name: field, value, disabled, onchange: () => this.choose(field, value) }),
        html('span', {}, label),
      ),
    );
    return html('fieldset', { class: kind, 'data-field': field }, html('legend', { class: 'control-label' }, legend), html('div', { class: 'choices' }, ...choices));
  }

  /** @param {keyof State} field @param {string} label @param {HTMLElement[]} options */
  choice(field, label, options) {
    const select = html('select', { id: field, name: field }, ...options);
    select.addEventListener('change', () => this.choose(field, /** @type {HTMLSelectElement} */ (select).value));
    return html('div', { class: 'field', 'data-field': field }, html('label', { class: 'control-label', for: field }, label), select);
  }

  /** How one goes, and for how long: two words of one question. */
  travel() {
    const pick = (/** @type {'mode'|'minutes'} */ field, /** @type {string} */ label, /** @type {HTMLElement[]} */ options) => {
      const select = html('select', { id: field, name: field, 'aria-label': label }, ...options);
      select.addEventListener('change', () => this.choose(field, /** @type {HTMLSelectElement} */ (select).value));
      return select;
    };
    return html(
      'div',
      { class: 'field travel', 'data-field': 'mode', role: 'group', 'aria-label': 'Trajet' },
      pick('mode', 'Moyen', Object.entries(CAPITALS).filter(([value]) => value !== 'transit' || this.nomenclature?.timetable).map(([value, label]) => html('option', { value }, label))),
      pick('minutes', 'Durée', []),
    );
  }

  /** @param {keyof State} field @param {string} value */
  choose(field, value) {
    if (field === 'against') this.onChoose({ against: parseAgainst(value) });
    else if (field === 'date') this.onChoose({ date: value === this.dates[0] ? null : value });
    else this.onChoose({ [field]: field === 'minutes' ? Number(value) : value });
  }

  /** @param {any[]} professions */
  professions(professions) {
    /** @type {Map<string, HTMLElement[]>} */
    const groups = new Map(['Premier recours', 'Second recours', 'Regroupements', 'Autres professions', 'Établissements'].map((name) => [name, []]));
    for (const profession of professions) groups.get(groupOf(profession))?.push(professionOption(profession));
    return optgroups(groups);
  }

  /** What can be asked of a profession. @param {import('./indicators.js').Subject} subject */
  indicators(subject) {
    /** @type {Map<string, HTMLElement[]>} */
    const groups = new Map();
    for (const { slug, name, group, label } of INDICATORS) {
      const text = label(this.labels?.get(slug) ?? name, subject);
      if (text === null) continue;
      if (!groups.has(group)) groups.set(group, []);
      groups.get(group)?.push(html('option', { value: slug }, text));
    }
    return optgroups(groups);
  }

  /** What can stand beside: former dates where counts are kept, other professions, other indicators. @param {State} state @param {import('./indicators.js').Subject} subject */
  comparisons(state, subject) {
    const option = (/** @type {import('./against.js').Against} */ against, /** @type {string} */ text) => html('option', { value: formatAgainst(against) }, text);
    const shown = state.date ?? this.dates[0];
    const dates = isDated(state) ? this.dates.filter((value) => value !== shown).map((value) => option({ kind: 'date', value }, longDate(value))) : [];
    const professions = (this.nomenclature?.professions ?? []).filter((one) => isLoaded(one) && one.profession !== state.profession);
    const indicators = INDICATORS.filter(({ slug }) => slug !== state.indicator).flatMap(({ slug, name, label }) => {
      const text = label(this.labels?.get(slug) ?? name, subject);
      return text === null ? [] : [option({ kind: 'indicator', value: slug }, text)];
    });
    const groups = optgroups(
      new Map([
        ['Une autre date', dates],
        ['Un autre indicateur', indicators],
        ['Une autre profession', professions.map((one) => option({ kind: 'profession', value: one.profession }, one.label))],
      ]),
    );
    return [html('option', { value: '' }, 'Rien'), ...groups];
  }

  /** Dates the map can be at: where counts are kept for the indicator, else why not. @param {State} state */
  vintages(state) {
    const [now, ...past] = this.dates;
    const option = (/** @type {string} */ value, disabled = false) => html('option', { value, disabled }, longDate(value));
    if (now === undefined) return [];
    if (isDated(state)) return this.dates.map((value) => option(value));
    const kept = html('optgroup', { label: 'Densité et nombre de praticiens seulement' }, ...past.map((value) => option(value, true)));
    return past.length > 0 ? [option(now), kept] : [option(now)];
  }

  /**
   * Show the state that is in force, for example after the back key.
   * @param {State} state
   * @param {import('./indicators.js').Subject} subject
   * @param {any} answer that is shown, null before the first
   */
  reflect(state, subject, answer) {
    const indicator = indicatorOf(state);
    this.fill('indicator', this.indicators(subject));
    const asked = indicator.ask(state).parameters;
    const classes = answer ? indicator.classes(answer) : {};
    const shown = { ...state, ...asked, breaks: state.breaks ?? classes.method ?? 'quantile', preset: presetOf(state) };
    for (const field of /** @type {const} */ (['level', 'scope', 'statistic', 'breaks', 'ground'])) {
      for (const input of this.inputs(field)) input.checked = input.value === String(shown[field]);
    }
    this.reflectLevels(indicator.slug);
    const minutes = MINUTES.filter((one) => one <= limitOf(asked.mode));
    this.fill('minutes', minutes.map((one) => html('option', { value: one }, `${one} min`)));
    for (const field of /** @type {const} */ (['indicator', 'profession', 'preset', 'mode', 'minutes'])) {
      const select = /** @type {HTMLSelectElement} */ (this.root.querySelector(`#${field}`));
      select.value = String(shown[field] ?? 'walk');
    }
    this.fill('date', this.vintages(state));
    /** @type {HTMLSelectElement} */ (this.root.querySelector('#date')).value = state.date ?? this.dates[0] ?? '';
    this.fill('against', this.comparisons(state, subject));
    /** @type {HTMLSelectElement} */ (this.root.querySelector('#against')).value = state.against ? formatAgainst(state.against) : '';
    this.show('scope', subject !== 'establishment');
    for (const field of /** @type {const} */ (['mode', 'statistic', 'preset'])) this.show(field, indicator.options.includes(field));
    /** @type {HTMLElement} */ (this.root.querySelector('#minutes')).hidden = !indicator.options.includes('minutes');
    this.show('breaks', !indicator.crossed);
    for (const input of this.inputs('breaks')) this.showChoice(input, input.value !== 'fixed' || Boolean(classes.thresholds));
  }

  /** A scale without territories, or without this indicator, cannot be chosen. @param {string} slug */
  reflectLevels(slug) {
    if (!this.nomenclature) return;
    const possible = levelsOf(slug, this.nomenclature.indicators);
    const counts = new Map(this.nomenclature.levels.map((level) => [level.level, level.count]));
    for (const input of this.inputs('level')) {
      const [empty, absent] = [counts.get(input.value) === 0, !possible.includes(input.value)];
      input.disabled = empty || absent;
      const why = empty ? 'Aucun territoire à cette échelle' : absent ? "L'indicateur n'existe pas à cette échelle" : '';
      /** @type {HTMLElement} */ (input.closest('label')).title = why;
    }
  }

  /** @param {string} id @param {HTMLElement[]} options */
  fill(id, options) {
    const select = /** @type {HTMLSelectElement} */ (this.root.querySelector(`#${id}`));
    const wanted = options.map((option) => option.outerHTML).join('');
    if (select.innerHTML !== wanted) select.replaceChildren(...options);
  }

  /** @param {string} field @param {boolean} shown */
  show(field, shown) {
    /** @type {HTMLElement} */ (this.root.querySelector(`[data-field="${field}"]`)).hidden = !shown;
  }

  /** @param {HTMLInputElement} input @param {boolean} shown */
  showChoice(input, shown) {
    /** @type {HTMLElement} */ (input.closest('label')).hidden = !shown;
  }

  /** @param {string[]} dates vintages of the supply, the published one first */
  showDates(dates) {
    this.dates = dates;
  }

  /** The published vintage, before the others are known. @param {string} vintage */
  showVintage(vintage) {
    if (this.dates[0] !== vintage) this.dates = [vintage];
  }

  /** @param {string} name @returns {HTMLInputElement[]} */
  inputs(name) {
    return [...this.root.querySelectorAll(`input[name="${name}"]`)].map((input) => /** @type {HTMLInputElement} */ (input));
  }
}
