/** The panel of a point: who lives within reach of it, by age, who practises there, and who is nearest. */

import { groupedAges } from './ages.js';
import { barList } from './bars.js';
import { html } from './dom.js';
import { capital, departureWords, number, percent, rate, THIN } from './format.js';
import { panelHead, partOf } from './panel.js';
import { limitOf, MINUTES } from './travel.js';
import { MODES } from './words.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./indicators.js').Subject} Subject */

/** @param {string} name @param {string} label @param {Array<[string, string]>} options @param {string} value @param {(value: string) => void} onChange */
function select(name, label, options, value, onChange) {
  const node = /** @type {HTMLSelectElement} */ (
    html('select', { name, 'aria-label': label }, ...options.map(([key, text]) => html('option', { value: key, selected: key === value }, text)))
  );
  node.addEventListener('change', () => onChange(node.value));
  return node;
}

/** The question, in a sentence whose words can be changed. @param {State} state @param {boolean} timetable @param {(patch: Partial<State>) => void} onChoose */
function question(state, timetable, onChoose) {
  const mode = state.mode ?? 'walk';
  const minutes = MINUTES.filter((one) => one <= limitOf(mode));
  return html(
    'p',
    { class: 'point-question' },
    'À moins de ',
    select('point-minutes', 'Durée', minutes.map((one) => [String(one), `${one}\u00a0minutes`]), String(state.minutes), (value) => onChoose({ minutes: Number(value) })),
    select('point-mode', 'Trajet', Object.entries(MODES).filter(([key]) => key !== 'transit' || timetable), mode, (value) => onChoose({ mode: /** @type {State['mode']} */ (value) })),
  );
}

/**
 * @param {HTMLElement} root
 * @param {{name: string, state: State, timetable: boolean}} about
 * @param {{onClose: () => void, onCopy: (button: HTMLElement) => void, onChoose: (patch: Partial<State>) => void}} actions
 */
export function drawPointPanel(root, { name, state, timetable }, { onClose, onCopy, onChoose }) {
  const held = root.contains(document.activeElement) ? document.activeElement?.getAttribute('name') : null;
  const copy = html('button', { type: 'button', class: 'button' }, 'Lien');
  copy.addEventListener('click', () => onCopy(copy));
  root.replaceChildren(
    panelHead('Point de départ', name, onClose),
    question(state, timetable, onChoose),
    html('div', { 'data-part': 'reach', 'aria-live': 'polite' }, html('p', { class: 'muted' }, 'Calcul du trajet…')),
    html('div', { 'data-part': 'nearest' }),
    html('p', { class: 'panel-links' }, copy),
  );
  root.hidden = false;
  // Who changes a word of the question goes on from it.
  if (held) /** @type {HTMLElement|null} */ (root.querySelector(`[name="${held}"]`))?.focus();
}

/** @param {any} item a surface @param {Subject} subject @param {string} profession */
function carers(item, subject, profession) {
  if (item.headcount === null) return null;
  const who = `${profession.charAt(0).toLowerCase()}${profession.slice(1)}\u00a0: ${number(item.headcount)}`;
  if (subject === 'establishment') return who;
  return `${who}, dans ${number(item.sites)}\u00a0${item.sites < 2 ? "lieu d'exercice" : "lieux d'exercice"}`;
}

/** @param {any} item @param {any} answer @param {Subject} subject @param {string} profession */
function sentence(item, answer, subject, profession) {
  const parts = [`${number(item.area_km2, 1)}\u00a0km² à portée`];
  const who = carers(item, subject, profession);
  if (who) parts.push(who);
  const snap = answer.points[0].snap_m;
  parts.push(`départ de la rue la plus proche, à ${number(snap)}\u00a0m du point`);
  return `${parts.join(`${THIN}; `)}.`;
}

/**
 * @param {HTMLElement} root
 * @param {any} answer of `/isochrones` in geojson
 * @param {{subject: Subject, profession: string}} about
 */
export function drawReach(root, answer, { subject, profession }) {
  const surfaces = answer.features.map((/** @type {any} */ feature) => feature.properties);
  const widest = surfaces[surfaces.length - 1];
  const people = widest.population;
  const most = Math.max(1, ...surfaces.map((/** @type {any} */ one) => one.population ?? 0));
  const contours = surfaces.map((/** @type {any} */ one) => ({
    label: `${one.minutes} min`,
    share: (one.population ?? 0) / most,
    text: [one.population === null ? 'inconnu' : `${number(one.population)} hab.`, one.headcount === null ? null : `${number(one.headcount)} ${subject === 'establishment' ? 'étab.' : 'prat.'}`].filter(Boolean).join(', '),
  }));
  const ages = people > 0 ? groupedAges(widest.ages) : null;
  partOf(root, 'reach').replaceChildren(
    html('p', { class: 'panel-value' }, html('strong', {}, people === null ? 'Inconnu' : number(people)), ' habitants'),
    html('p', { class: 'panel-sentence' }, sentence(widest, answer, subject, profession)),
    ...(answer.departure ? [html('p', { class: 'panel-departure' }, `${capital(departureWords(answer.departure))}.`)] : []),
    barList('Selon la durée', contours),
    ...(ages ? [barList('Habitants par âge', ages.map(({ label, people: n }) => ({ label, share: n / people, text: `${number(n)} (${percent(n / people)})` })))] : []),
  );
}

/**
 * @param {HTMLElement} root
 * @param {any} answer of `/nearest`
 * @param {Map<number, any>} places practices by site
 */
export function drawNearest(root, answer, places) {
  const lines = answer.items.map((/** @type {any} */ one) => {
    const place = places.get(one.site_id);
    const address = [place?.site_name, place?.address, place?.town].filter(Boolean).join(', ') || 'Adresse non précisée';
    return html('li', {}, html('strong', {}, `${rate(one.minutes)}\u00a0min`), html('span', {}, address));
  });
  partOf(root, 'nearest').replaceChildren(
    html('h3', {}, 'Les plus proches'),
    lines.length > 0 ? html('ul', { class: 'nearest' }, ...lines) : html('p', { class: 'muted' }, `Aucun à moins de ${answer.limit_minutes} minutes.`),
  );
}

/** @param {HTMLElement} root @param {import('./api.js').Problem} problem */
export function drawReachProblem(root, problem) {
  partOf(root, 'reach').replaceChildren(html('p', { class: 'panel-problem', role: 'alert' }, [problem.detail, problem.hint].filter(Boolean).join(' ')));
}
