/** The answer's sentence and the line under it: what a reader gets in five seconds without touching anything. */

import { isFew } from './classes.js';
import { capital, number, rate, THIN } from './format.js';
import { levelWords, subjectWords, unlocatedWords } from './words.js';

/** @typedef {import('./state.js').State} State */

/**
 * The title is written by the server for a density; for counts the unit gives way to what is counted.
 * @param {{title: string, unit: string}} answer
 * @param {State['measure']} measure
 * @param {'person'|'establishment'} subject
 */
export function titleOf({ title, unit }, measure, subject) {
  if (measure === 'weight') return title;
  const counted = subject === 'establishment' ? 'nombre' : measure === 'headcount' ? 'nombre de praticiens' : "nombre de lieux d'exercice";
  return title.replace(` ${unit},`, `\u00a0: ${counted},`);
}

/** What the classes' bounds are, for the head of the legend. @param {State['measure']} measure @param {'person'|'establishment'} subject @param {string} unit */
export function headingOf(measure, subject, unit) {
  if (measure === 'weight') return unit;
  if (subject === 'establishment') return 'établissements';
  return measure === 'headcount' ? 'praticiens' : "lieux d'exercice";
}

/** The value of one line of `/densities` that a measure shows. @param {any} item @param {State['measure']} measure @returns {number|null} */
export function valueOf(item, measure) {
  return measure === 'weight' ? item.density : item[measure];
}

/** From this number of territories on, half of them means something. */
const ENOUGH_FOR_HALF = 8;

/**
 * @param {any[]} items
 * @param {State['measure']} measure
 * @param {string} level
 */
function spread(items, measure, level) {
  const readable = items.filter((item) => measure !== 'weight' || !isFew(item.population));
  const values = readable.flatMap((item) => valueOf(item, measure) ?? []).sort((a, b) => a - b);
  if (values.length < 3) return null;
  const write = measure === 'weight' ? rate : number;
  const [low, middle, high] = [values[0], values[Math.floor((values.length - 1) / 2)], values[values.length - 1]];
  if (low === high) return `${write(low)} partout`;
  if (values.length < ENOUGH_FOR_HALF) return `de ${write(low)} à ${write(high)} selon ${levelWords(level).the}`;
  const range = `(de ${write(low)} à ${write(high)})`;
  const none = values.filter((value) => value === 0).length;
  if (middle === 0) {
    const half = 2 * none > values.length ? 'plus de la moitié' : 'la moitié';
    return `${half} des ${levelWords(level).many} n'en ont aucun ${range}`;
  }
  // The median first: one small territory makes the largest value extreme.
  return `la moitié des ${levelWords(level).many} ont ${write(middle)} ou moins ${range}`;
}

/**
 * Who is counted above this level only, and why.
 * @param {{unlocated: number|null, outside?: number|null, nowhere?: number|null}} answer
 * @param {string} level
 * @param {'person'|'establishment'} subject
 */
function leftOut({ unlocated, outside, nowhere }, level, subject) {
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

/**
 * @param {{items: any[], unlocated: number|null, outside?: number|null, nowhere?: number|null}} answer
 * @param {{measure: State['measure'], level: string, infraCommunal: boolean, subject: 'person'|'establishment'}} about
 * @param {{name: string, item: any}|null} whole the area that the map covers
 */
export function answerLine(answer, { measure, level, infraCommunal, subject }, whole) {
  const parts = [];
  if (whole && measure === 'weight' && whole.item.density !== null) {
    parts.push(`${rate(whole.item.density)} dans l'ensemble (${whole.name})`);
  } else if (whole && measure !== 'weight') {
    parts.push(`${number(whole.item[measure])} dans l'ensemble (${whole.name})`);
  }
  const range = spread(answer.items, measure, level);
  if (range) parts.push(range);
  if (infraCommunal) parts.push(...leftOut(answer, level, subject));
  return parts.length > 0 ? `${capital(parts.join(`${THIN}; `))}.` : '';
}
