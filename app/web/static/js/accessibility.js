/** Accessibility: the supply that one can reach, shared with everybody else who reaches it. */

import { barList } from './bars.js';
import { html } from './dom.js';
import { capital, number, percent, rate, THIN } from './format.js';
import { levelWords, MODES, orUnknown, unknownWords } from './words.js';

/** @typedef {import('./indicators.js').About} About */

/** The profession that the official method and its thresholds are made for. */
const OFFICIAL = 'medecin_generaliste';

/** The methods on offer: the same names as the API's. */
export const PRESETS = [
  ['apl', 'APL (méthode de la DREES)'],
  ['e2sfca', 'E2SFCA, par zones de temps'],
  ['2sfca', '2SFCA, dans un rayon'],
  ['kd2sfca', 'KD2SFCA, décroissance continue'],
  ['3sfca', '3SFCA, avec choix entre lieux'],
  ['m2sfca', 'M2SFCA, avec offre éloignée perdue'],
];

/** @param {import('./state.js').State} state */
export function presetOf({ preset, profession }) {
  return preset ?? (profession === OFFICIAL ? 'apl' : 'e2sfca');
}

/** @param {string} unit */
const shorter = (unit) => unit.replace(' accessibles par an', ' par an').replace(' standardisé', '');

/** @param {About} about */
function sentence({ item, answer }) {
  if (item.value === null) return `${capital(unknownWords(item.population))}\u00a0: aucun temps de trajet connu.`;
  const parts = [`${rate(item.value)} ${answer.unit}, ${MODES[/** @type {'walk'} */ (answer.mode)]}`, answer.preset_label];
  if (item.off_network >= 0.005) parts.push(`${percent(item.off_network)} des habitants sont loin de toute rue, leur valeur est inconnue`);
  return `${parts.join(`${THIN}; `)}.`;
}

/** @param {any} item @param {any} answer */
function underThresholds(item, { thresholds }) {
  if (!thresholds || item.share_low === null) return [];
  const rows = [
    ['very_low', 'share_very_low'],
    ['low', 'share_low'],
  ].map(([bound, field]) => ({ label: `${number(thresholds[bound], thresholds[bound] % 1 ? 1 : 0)} ou moins`, share: item[field], text: percent(item[field]) }));
  return [barList('Habitants sous les seuils', rows)];
}

/** @type {import('./indicators.js').Indicator} */
export const accessibility = {
  slug: 'accessibility',
  group: "L'accès",
  name: 'Accessibilité',
  label: (label) => label,
  options: ['mode', 'preset'],
  ask: (state) => ({ path: 'accessibility', parameters: { mode: state.mode ?? 'car', preset: presetOf(state) } }),
  value: (item) => item.value,
  beyond: () => false,
  few: () => false,
  circles: false,
  classes: ({ thresholds }) => (thresholds ? { method: 'fixed', thresholds: { inner: [thresholds.very_low, thresholds.low], top: null } } : { method: 'quantile' }),
  say: rate,
  heading: ({ unit }) => shorter(unit),
  title: ({ title }) => title,
  overall: (item) => (item.value === null ? null : rate(item.value)),
  range: 'ont',
  remarks: ({ supply }, { subject }) => {
    if (!supply?.unlocated) return [];
    const what = subject === 'establishment' ? 'établissement' : 'praticien';
    return [`${number(supply.unlocated)}\u00a0${what}${supply.unlocated < 2 ? '' : 's'} sans lieu localisé, hors du calcul`];
  },
  short: ({ item, answer }) => (item.value === null ? unknownWords(item.population) : `${rate(item.value)} ${shorter(answer.unit)}`),
  large: ({ item, answer }) => (item.value === null ? [capital(unknownWords(item.population)), ''] : [rate(item.value), shorter(answer.unit)]),
  sentence,
  figure: ({ item }) => (item.value === null ? null : { value: item.value, low: null, high: null, write: rate }),
  marked: (item) => item.value,
  compare: ({ item }, mark) => {
    const beside = `l'ensemble de ${levelWords(mark.level).the} (${rate(mark.value)})`.replace('de le ', 'du ');
    if (rate(item.value) === rate(mark.value)) return `Autant que dans ${beside}.`;
    return `${item.value > mark.value ? 'Plus élevé' : 'Moins élevé'} que dans ${beside}.`;
  },
  facts: ({ item }) => [['Habitants', item.population === null ? 'inconnue' : number(item.population)]],
  more: ({ item, answer }) => [
    ...underThresholds(item, answer),
    ...answer.warnings.map((/** @type {string} */ warning) => html('p', { class: 'panel-warning' }, warning)),
  ],
  columns: ({ people }) => {
    const [values, shares, numbers] = [orUnknown(rate), orUnknown(percent), orUnknown(number)];
    return [
      { label: 'Accessibilité', key: (item) => item.value, text: (item) => values(item.value, item.population) },
      { label: 'Sous le seuil bas', key: (item) => item.share_low, text: (item) => (item.share_low === null ? '–' : shares(item.share_low)) },
      { label: 'Loin des rues', key: (item) => item.off_network, text: (item) => shares(item.off_network, item.population) },
      { label: capital(people), key: (item) => item.population, text: (item) => numbers(item.population) },
    ];
  },
};
