/** The indicators a map can show, each with its words: adding one is adding a module to this list. */

import { accessTime } from './access_time.js';
import { accessibility } from './accessibility.js';
import { coverage } from './coverage.js';
import { needs } from './needs.js';
import { density, headcount, sites } from './supply.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {'person'|'establishment'} Subject */
/**
 * @typedef {object} About what is said of one territory, and of which answer
 * @property {any} item its line of the answer
 * @property {any} answer
 * @property {any} territory its properties
 * @property {string} level
 * @property {boolean} infraCommunal whether the level is inside communes
 * @property {string} people for example « habitants »
 * @property {Subject} subject
 * @property {State} state
 */
/**
 * @typedef {object} Column
 * @property {string} label
 * @property {(item: any) => number|string|null} key what rows are sorted by
 * @property {(item: any) => string} text
 */
/** @typedef {{value: number, low: number|null, high: number|null, top?: number, write: (value: number) => string, intro?: string}} Figure */
/**
 * @typedef {object} Crossed two measures at once
 * @property {(item: any) => {need: 1|2|3, supply: 1|2|3}|null} of the thirds of a territory
 * @property {(need: 1|2|3, supply: 1|2|3) => string} words
 * @property {(answer: any) => {need: string, supply: string}} key what is said of both scales
 */
/**
 * @typedef {object} Indicator
 * @property {string} slug of the registry
 * @property {string} name in the menu, unless the registry has another
 * @property {string} group in the menu
 * @property {(label: string, subject: Subject) => string|null} label in the menu; null where it makes no sense
 * @property {Array<'mode'|'minutes'|'statistic'|'preset'>} options what it asks besides
 * @property {(state: State) => {path: string, parameters: Record<string, string|number>}} ask
 * @property {(item: any, state: State) => number|null} value that the map shows
 * @property {(item: any, state: State) => boolean} beyond farther than anybody looked
 * @property {(item: any) => boolean} few
 * @property {boolean} circles whether territories carry circles, not colours
 * @property {(answer: any) => import('./classes.js').CutOptions} classes how they are made unless the reader chooses
 * @property {(value: number) => string} say the value with its sign
 * @property {(answer: any, subject: Subject) => string} heading what the classes' bounds are
 * @property {(answer: any, subject: Subject) => string} title
 * @property {(item: any, state: State) => string|null} overall what the whole area has
 * @property {string|null} range how territories that have so much are spoken of: « ont »; null where half of them says nothing
 * @property {(answer: any, about: {level: string, subject: Subject, infraCommunal: boolean}) => string[]} remarks
 * @property {(about: About) => string} short after the territory's name
 * @property {(about: About) => [string, string]} large value of the panel, and its unit
 * @property {(about: About) => string} sentence
 * @property {(about: About) => Figure|null} figure
 * @property {(item: any, state: State) => number|null} marked the value of a wider territory, on the figure
 * @property {(about: About, mark: import('./interval.js').Mark) => string} compare
 * @property {(about: About) => Array<[string, string]>} facts
 * @property {(about: About) => Node[]} more
 * @property {string[]} [files] forms of the whole answer besides JSON; CSV and GeoJSON unless told
 * @property {Crossed} [crossed] nine classes instead of five
 * @property {(answer: any) => string} [lead] what the map says first, where a spread of values would not
 * @property {(about: {level: string, people: string, subject: Subject, state: State}) => Column[]} columns but for the name
 */

/** @type {Indicator[]} */
export const INDICATORS = [density, headcount, sites, coverage, accessTime, accessibility, needs];

/** @param {State} state */
export function indicatorOf({ indicator }) {
  return INDICATORS.find(({ slug }) => slug === indicator) ?? density;
}
