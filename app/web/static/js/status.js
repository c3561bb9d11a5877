/** States of the map that are not a map: loading, nothing to show, an error, no network. */

import { html } from './dom.js';

/** A quick answer shows no skeleton: it would only flicker. */
const SKELETON_AFTER = 200;

export class Status {
  /** @param {HTMLElement} root @param {{onSkeleton: () => void}} listeners */
  constructor(root, { onSkeleton }) {
    this.root = root;
    this.onSkeleton = onSkeleton;
    this.timer = 0;
  }

  /** @param {string} kind @param {...(Node|string|null)} children */
  show(kind, ...children) {
    window.clearTimeout(this.timer);
    this.root.className = `status status-${kind}`;
    this.root.replaceChildren(...children.filter((child) => child !== null));
    this.root.hidden = false;
  }

  clear() {
    window.clearTimeout(this.timer);
    this.root.hidden = true;
    this.root.replaceChildren();
  }

  /** Announce a wait, once it lasts. */
  loading() {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      this.show('loading', html('p', { class: 'loading-note' }, 'Chargement de la carte…'));
      this.onSkeleton();
    }, SKELETON_AFTER);
  }

  /** @param {string} title @param {string} advice */
  empty(title, advice) {
    this.show('empty', html('div', { class: 'card' }, html('h2', {}, title), html('p', {}, advice)));
  }

  /**
   * @param {import('./api.js').Problem} problem
   * @param {{kept: boolean, onRetry: () => void}} options `kept` when the former map is still drawn
   */
  problem(problem, { kept, onRetry }) {
    const still = kept ? "La carte d'avant reste affichée dessous." : null;
    this.show(
      problem.offline ? 'offline' : 'error',
      html(
        'div',
        { class: 'card', role: 'alert' },
        html('h2', {}, problem.title),
        html('p', {}, [problem.detail, problem.hint].filter(Boolean).join(' ')),
        still ? html('p', {}, still) : null,
        html('button', { type: 'button', class: 'button button-strong', onclick: onRetry }, 'Réessayer'),
      ),
    );
  }
}
