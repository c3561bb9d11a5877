/** When the panel opens, closes and fills: the value at once, comparison and places as they arrive. */

import { isDated } from './against.js';
import { Problem } from './api.js';
import { byId } from './dom.js';
import { indicatorOf } from './indicators.js';
import { mayName, offerNames } from './names.js';
import { drawComparison, drawPanel, drawPlaces, drawPlacesProblem, drawTrend, partOf } from './panel.js';
import { fetchPractices } from './practices.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./loader.js').Shown} Shown */

/** Where the panel is a sheet from below (page.css). */
const PHONE = window.matchMedia('(max-width: 760px)');

/** @param {any} item @param {Shown} shown @param {State} state @returns {import('./indicators.js').About} */
export function aboutOf(item, shown, state) {
  return {
    item,
    answer: shown.answer,
    territory: shown.territories.get(item.id),
    level: shown.level,
    infraCommunal: shown.infraCommunal,
    people: shown.answer.population_label ?? 'habitants',
    subject: shown.subject,
    state,
  };
}

export class PanelView {
  /**
   * @param {HTMLElement} root
   * @param {import('./loader.js').Loader} loader
   * @param {{onClose: () => void, onCopy: (button: HTMLElement) => void, onToggle: () => void}} listeners
   */
  constructor(root, loader, listeners) {
    this.root = root;
    this.loader = loader;
    this.listeners = listeners;
    /** @type {AbortController|null} */
    this.request = null;
    root.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.listeners.onClose();
    });
  }

  /**
   * @param {number|null} id
   * @param {Shown} shown
   * @param {State} state
   * @param {{focus: boolean}} options
   */
  show(id, shown, state, { focus }) {
    this.request?.abort();
    const item = id === null ? null : shown.items.get(id);
    if (item) {
      this.fill(item, shown, state);
      this.open({ focus });
    } else {
      this.root.hidden = true;
      this.settle();
    }
  }

  /** Whatever fills the panel: give it its room, and the focus if somebody asked for it. @param {{focus: boolean}} options */
  open({ focus }) {
    this.root.hidden = false;
    this.settle();
    if (!focus) return;
    if (PHONE.matches) byId('map').scrollIntoView({ block: 'start' });
    this.root.focus({ preventScroll: true });
  }

  /** Let the page know whether the panel takes room. */
  settle() {
    const open = !this.root.hidden;
    if (open === document.body.classList.contains('with-panel')) return;
    document.body.classList.toggle('with-panel', open);
    this.listeners.onToggle();
  }

  /** @param {any} item @param {Shown} shown @param {State} state */
  fill(item, shown, state) {
    const indicator = indicatorOf(state);
    const about = aboutOf(item, shown, state);
    drawPanel(this.root, indicator, about, {
      onClose: this.listeners.onClose,
      onCopy: () => this.listeners.onCopy(/** @type {HTMLElement} */ (this.root.querySelector('.panel-links button'))),
    });
    this.root.scrollTop = 0;
    this.request = new AbortController();
    this.fillLater(indicator, about, this.request.signal);
  }

  /** Names are those of the last annuaire: none at another date. @param {import('./indicators.js').About} about @param {string} within @param {AbortSignal} signal */
  async offerNames({ subject, item, state }, within, signal) {
    if (subject !== 'person' || state.date !== null || item.headcount === 0 || !(await mayName()) || signal.aborted) return;
    offerNames(partOf(this.root, 'places'), { profession: state.profession, scope: state.scope, within }, signal);
  }

  /** @param {import('./indicators.js').Indicator} indicator @param {import('./indicators.js').About} about @param {AbortSignal} signal */
  async fillLater(indicator, about, signal) {
    const { state } = about;
    const within = `${about.level}:${about.item.code}`;
    const parents = about.territory?.parents ?? [];
    const asked = [
      ...(indicator.figure(about) === null ? [] : [this.loader.references(parents, state, signal).then((marks) => drawComparison(this.root, indicator, about, marks))]),
      ...(isDated(state) ? [this.loader.trend(state, within, signal).then((item) => drawTrend(this.root, item, about))] : []),
      fetchPractices({ profession: state.profession, scope: state.scope, within, date: state.date }, signal).then((answer) => {
        drawPlaces(this.root, answer.items, about.subject);
        return this.offerNames(about, within, signal);
      }),
    ];
    for (const outcome of await Promise.allSettled(asked)) {
      if (outcome.status === 'fulfilled' || signal.aborted) continue;
      if (!(outcome.reason instanceof Problem)) throw outcome.reason;
      drawPlacesProblem(this.root, outcome.reason.detail);
    }
  }
}
