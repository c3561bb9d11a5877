/** The French words that change with what is shown: levels, subjects, location classes, ways to travel. */

import { number } from './format.js';

/** @typedef {{one: string, many: string, the: string, title: string}} LevelWords */

/** @type {Record<string, LevelWords>} */
const LEVELS = {
  carreau: { one: 'carreau', many: 'carreaux', the: 'le carreau', title: 'Carreau' },
  iris: { one: 'IRIS', many: 'IRIS', the: "l'IRIS", title: 'IRIS' },
  quartier: { one: 'quartier', many: 'quartiers', the: 'le quartier', title: 'Quartier' },
  qpv: { one: 'QPV', many: 'QPV', the: 'le QPV', title: 'QPV' },
  commune: { one: 'commune', many: 'communes', the: 'la commune', title: 'Commune' },
  epci: { one: 'intercommunalité', many: 'intercommunalités', the: "l'intercommunalité", title: 'Intercommunalité' },
  departement: { one: 'département', many: 'départements', the: 'le département', title: 'Département' },
  region: { one: 'région', many: 'régions', the: 'la région', title: 'Région' },
  france: { one: 'France', many: 'France', the: 'la France', title: 'France' },
  perimetre: { one: 'périmètre', many: 'périmètres', the: 'le périmètre', title: 'Périmètre' },
};

/** Levels a city chooses from, in the order of the control. */
export const CHOSEN_LEVELS = ['iris', 'quartier', 'qpv', 'commune', 'carreau'];

/** Levels that a territory is compared with, from the nearest. */
export const REFERENCE_LEVELS = ['commune', 'epci', 'departement', 'region', 'france'];

/** @param {string} level @returns {LevelWords} */
export function levelWords(level) {
  return LEVELS[level] ?? { one: level, many: level, the: level, title: level };
}

/** How a practice was placed on the map, said to somebody who does not know the classes. */
const PLACED = {
  finess: "placé d'après le registre des établissements (FINESS)",
  housenumber: 'placé au numéro de la rue',
  street: 'placé dans la rue, sans le numéro',
  locality: 'placé au lieu-dit',
  municipality: 'commune connue, adresse non trouvée',
  none: 'non localisé',
};

/** What is added when the place was not found just as it is written. */
const FOUND_BY = {
  siret: ", par le numéro de l'entreprise",
  ban_without_type: ', au type de voie près',
  ban_fuzzy: ", d'après un nom de voie approchant",
  geoplateforme: ', par le géocodeur national',
};

/** @param {string} locationClass @param {string} [method] */
export function placedWords(locationClass, method = '') {
  const placed = PLACED[/** @type {keyof PLACED} */ (locationClass)] ?? 'non localisé';
  return placed + (FOUND_BY[/** @type {keyof FOUND_BY} */ (method)] ?? '');
}

/**
 * Name what is counted.
 * @param {'person'|'establishment'} subject
 * @param {number} n
 */
export function subjectWords(subject, n) {
  const word = subject === 'establishment' ? 'établissement' : 'praticien';
  return Math.abs(n) < 2 ? word : `${word}s`;
}

/** @param {number} n */
export function unlocatedWords(n) {
  return Math.abs(n) < 2 ? 'non localisé' : 'non localisés';
}

/** What is added to a density that too few people carry. */
export const FEW_WORDS = 'population très faible';

/** Why a territory has no density. @param {number|null} population */
export function unknownWords(population) {
  return population === 0 ? 'sans habitant' : 'inconnu';
}

/**
 * Name a territory: some have no name of their own (the 200 m cells).
 * @param {string} level
 * @param {{code: string, name: string|null}} territory
 */
export function territoryName(level, territory) {
  if (territory.name && territory.name !== territory.code) return territory.name;
  return `${levelWords(level).title} ${territory.code}`;
}

/** Write a value, or why there is none. @param {(value: number) => string} write */
export const orUnknown = (write) => (/** @type {number|null} */ value, /** @type {number|null} */ people = null) =>
  value === null ? unknownWords(people) : write(value);

/** How one travels, said after a time. */
export const MODES = /** @type {const} */ ({ walk: 'à pied', bike: 'à vélo', car: 'en voiture', transit: 'en transports en commun' });

/**
 * Who is counted above this level only, and why.
 * @param {{unlocated: number|null, outside?: number|null, nowhere?: number|null}} answer
 * @param {string} level
 * @param {'person'|'establishment'} subject
 */
export function leftOut({ unlocated, outside, nowhere }, level, subject) {
  const parts = [];
  if (unlocated) {
    const counted = unlocated < 2 ? 'compté' : 'comptés';
    parts.push(`${number(unlocated)}\u00a0${subjectWords(subject, unlocated)} ${unlocatedWords(unlocated)}, ${counted} à la commune et au-dessus`);
  } else if (unlocated === 0 && !nowhere) {
    parts.push(`tous les ${subjectWords(subject, 2)} sont localisés`);
  }
  if (outside) parts.push(`${number(outside)} hors des ${level === 'carreau' ? 'carreaux habités' : levelWords(level).many}`);
  if (nowhere) parts.push(`${number(nowhere)} sans adresse connue`);
  return parts;
}
