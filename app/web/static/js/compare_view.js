/** The second map: the same ground, moved together, with another date, profession or indicator. */

import { caption, datedTitle, jointTitle, otherState } from './against.js';
import { cutsOf } from './classes.js';
import { announce, html } from './dom.js';
import { THIN, capital } from './format.js';
import { Ground } from './ground.js';
import { legendStrip } from './legend.js';
import { indicatorOf } from './indicators.js';
import { Loader } from './loader.js';
import { TerritoryMap } from './map.js';
import { aboutOf } from './panel_view.js';
import { classing, pictureOf, valuesOf } from './picture.js';
import { planAddress } from './plan.js';
import { territoryName } from './words.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./loader.js').Shown} Shown */
/** @typedef {{shown: Shown, state: State}} Other */

export class CompareView {
  /**
   * @param {HTMLElement} stage holds both maps
   * @param {TerritoryMap} main
   * @param {{onSelect: (id: number) => void, onClear: () => void, onAim: (from: import('./state.js').Place) => void}} listeners
   */
  constructor(stage, main, listeners) {
    this.stage = stage;
    this.main = main;
    this.listeners = listeners;
    this.loader = new Loader();
    /** @type {TerritoryMap|null} made when first wanted */
    this.map = null;
    /** @type {Other|null} */
    this.other = null;
  }

  /** Make the second map and tie it to the first. */
  make() {
    if (this.map) return this.map;
    const map = new TerritoryMap(this.part('against-map'), {
      ...this.listeners,
      describe: (id) => this.describe(id),
      announce,
      onMove: () => {},
    });
    this.ground = new Ground(map.map, this.loader);
    this.tie(map.map, this.main.map);
    new ResizeObserver(() => this.follow()).observe(map.container);
    this.map = map;
    return map;
  }

  /** Stand where the first map stands, in whatever room there is now. */
  follow() {
    if (!this.map || this.main.onPaper) return;
    this.map.resize();
    this.map.setView(this.main.view());
  }

  /** Either map follows the other. @param {any} one @param {any} other Leaflet maps */
  tie(one, other) {
    let following = false;
    for (const [leader, follower] of [[one, other], [other, one]]) {
      leader.on('move', () => {
        if (following || this.other === null || this.main.onPaper) return;
        following = true;
        follower.setView(leader.getCenter(), leader.getZoom(), { animate: false });
        following = false;
      });
    }
  }

  /** The maps that are on the page. */
  maps() {
    return this.other && this.map ? [this.main, this.map] : [this.main];
  }

  /** @param {string} id @returns {HTMLElement} */
  part(id) {
    return /** @type {HTMLElement} */ (this.stage.querySelector(`#${id}`));
  }

  hide() {
    this.loader.pending?.abort();
    this.other = null;
    if (!this.stage.classList.contains('comparing')) return;
    this.stage.classList.remove('comparing', 'older-first', 'two-units');
    this.part('against-frame').hidden = true;
    this.main.resize();
  }

  /**
   * Load the other side of a comparison; null when a newer one gave it up. Rejects with a `Problem`.
   * @param {State} state
   * @param {string|null} within
   * @returns {Promise<Other|null>}
   */
  async load(state, within) {
    const other = otherState(state);
    const found = await this.loader.load(other, within);
    return found && { shown: found, state: other };
  }

  /**
   * Draw both sides; at two dates they share their classes.
   * @param {State} state
   * @param {Shown} shown
   * @param {Other} other
   * @param {boolean} entering whether the maps have just lost half of their room
   * @returns {import('./classes.js').Cut[]|undefined} the shared cuts
   */
  draw(state, shown, other, entering) {
    const against = /** @type {import('./against.js').Against} */ (state.against);
    this.other = other;
    this.stage.classList.add('comparing');
    this.stage.classList.toggle('two-units', against.kind === 'indicator');
    this.stage.classList.toggle('older-first', against.kind === 'date' && other.shown.vintage < shown.vintage);
    this.part('against-frame').hidden = false;
    const map = this.make();
    const values = [...valuesOf(shown, state), ...valuesOf(other.shown, other.state)];
    const cuts = against.kind === 'date' ? cutsOf(values, classing(shown, state)) : undefined;
    const picture = pictureOf(other.shown, other.state, cuts);
    // A map draws nothing before it stands somewhere.
    this.follow();
    if (this.geometry !== other.shown.geometry) map.setGeometry(other.shown.geometry);
    this.geometry = other.shown.geometry;
    map.paint(picture.bands, { circles: picture.circles });
    map.drawn = picture;
    this.head('against-head', caption(other.state, other.shown, against), picture, map);
    this.head('main-head', caption(state, shown, against), pictureOf(shown, state, cuts), this.main);
    this.main.resize();
    if (entering) this.main.fit();
    this.follow();
    const plan = state.ground === 'plan' && planAddress() !== null;
    this.ground?.draw({ within: state.within ?? document.body.dataset.within ?? null, demonstration: shown.demonstration, plan });
    return cuts;
  }

  /** One sentence for both maps. @param {State} state @param {Shown} shown @param {string} title of the first */
  title({ against }, shown, title) {
    const { other } = this;
    if (!against || !other) return title;
    if (against.kind === 'date') return datedTitle(title, shown.vintage, other.shown.vintage);
    return jointTitle(title, indicatorOf(other.state).title(other.shown.answer, other.shown.subject));
  }

  /** @param {string} id @param {string} text @param {ReturnType<typeof pictureOf>} picture @param {TerritoryMap} map */
  head(id, text, picture, map) {
    // Two dates or two professions are counted as the title says; two indicators each in its own unit.
    const unit = this.stage.classList.contains('two-units') ? [html('p', { class: 'strip-unit' }, capital(picture.legend.heading))] : [];
    this.part(id).replaceChildren(html('h2', {}, text), ...unit, legendStrip(picture.bands, picture.legend, (ids) => map.highlight(ids)));
  }

  /** @param {number|null} id */
  select(id) {
    if (this.other) this.map?.select(id);
  }

  /** @param {number} id */
  describe(id) {
    const { other } = this;
    const item = other?.shown.items.get(id);
    if (!other || !item) return '';
    return `${territoryName(other.shown.level, item)}\u00a0: ${this.short(id)}`;
  }

  /** The other value of a territory, in words. @param {number} id */
  short(id) {
    const { other } = this;
    const item = other?.shown.items.get(id);
    return other && item ? indicatorOf(other.state).short(aboutOf(item, other.shown, other.state)) : '';
  }

  /** What follows the first value of a territory, said in one breath. @param {number} id @param {State} state */
  beside(id, { against }) {
    const { other } = this;
    if (!other?.shown.items.has(id) || !against) return '';
    const name = caption(other.state, other.shown, against);
    return `${THIN}; ${name.charAt(0).toLowerCase()}${name.slice(1)}\u00a0: ${this.short(id)}`;
  }

  /** What the table adds: the other value, in a column of its own. @param {State} state @returns {import('./table.js').Column[]} */
  columns({ against }) {
    const { other } = this;
    if (!other || !against) return [];
    const valueOf = (/** @type {any} */ { id }) => {
      const item = other.shown.items.get(id);
      return item ? indicatorOf(other.state).value(item, other.state) : null;
    };
    return [{ label: caption(other.state, other.shown, against), key: valueOf, text: ({ id }) => this.short(id) }];
  }

  /** What the panel adds: the other value, and whether a change up to now is established. @param {number} id @param {State} state @param {Shown} shown */
  words(id, state, shown) {
    const { other } = this;
    const item = other?.shown.items.get(id);
    if (!other || !item || !state.against) return [];
    const name = caption(other.state, other.shown, state.against);
    const change = state.date === null ? item.change : other.shown.answer.date ? null : shown.items.get(id)?.change;
    return [`${name}\u00a0: ${this.short(id)}.`, ...(change ? [change.sentence] : [])];
  }
}
