/** When the panel opens, closes and fills: the value at once, comparison and places as they arrive. */

import { Problem } from './api.js';
import { byId } from './dom.js';
import { drawComparison, drawPanel, drawPlaces, drawPlacesProblem } from './panel.js';
import { fetchPractices } from './practices.js';

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./loader.js').Shown} Shown */

/** Where the panel is a sheet from below (page.css). */
const PHONE = window.matchMedia('(max-width: 760px)');

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
    const wasOpen = !this.root.hidden;
    const item = id === null ? null : shown.items.get(id);
    if (!item) this.root.hidden = true;
    else this.fill(item, shown, state);
    document.body.classList.toggle('with-panel', Boolean(item));
    if (wasOpen !== !this.root.hidden) this.listeners.onToggle();
    if (item && PHONE.matches && focus) byId('map').scrollIntoView({ block: 'start' });
    if (item && focus) this.root.focus({ preventScroll: true });
  }

  /** @param {any} item @param {Shown} shown @param {State} state */
  fill(item, shown, state) {
    const territory = shown.territories.get(item.id);
    const about = {
      item,
      territory,
      level: shown.level,
      infraCommunal: shown.infraCommunal,
      unit: shown.answer.unit,
      people: shown.answer.population_label,
      subject: shown.subject,
      measure: state.measure,
      professionLabel: shown.answer.profession_label,
    };
    drawPanel(this.root, about, {
      onClose: this.listeners.onClose,
      onCopy: () => this.listeners.onCopy(/** @type {HTMLElement} */ (this.root.querySelector('.panel-links button'))),
    });
    this.root.scrollTop = 0;
    this.request = new AbortController();
    this.fillLater(about, state, this.request.signal);
  }

  /** @param {import('./panel.js').PanelSubject} about @param {State} state @param {AbortSignal} signal */
  async fillLater(about, state, signal) {
    const within = `${about.level}:${about.item.code}`;
    const parents = about.territory?.parents ?? [];
    const asked = [
      this.loader.references(parents, state, signal).then((marks) => drawComparison(this.root, about, marks)),
      fetchPractices({ profession: state.profession, scope: state.scope, within }, signal).then((answer) =>
        drawPlaces(this.root, answer.items, about.subject),
      ),
    ];
    for (const outcome of await Promise.allSettled(asked)) {
      if (outcome.status === 'fulfilled' || signal.aborted) continue;
      if (!(outcome.reason instanceof Problem)) throw outcome.reason;
      drawPlacesProblem(this.root, outcome.reason.detail);
    }
  }
}
