/** Who practises at the places of a panel: for agents alone, when they ask, as each reading is written down. */

import { getJson, getKept, Problem } from './api.js';
import { html } from './dom.js';

/** Whether whoever looks at the page may read names. @returns {Promise<boolean>} */
export async function mayName() {
  const me = await getKept('me');
  return me.names === true;
}

/** @param {any} person */
function nameOf({ given_name: given, family_name: family }) {
  return [given, family].filter(Boolean).join(' ');
}

/** Names by place, each once, in the order of the alphabet. @param {any[]} people @returns {Map<number, string[]>} */
export function namesBySite(people) {
  /** @type {Map<number, Set<string>>} */
  const found = new Map();
  for (const person of people) {
    if (!found.has(person.site_id)) found.set(person.site_id, new Set());
    found.get(person.site_id)?.add(nameOf(person));
  }
  return new Map([...found].map(([site, names]) => [site, [...names].sort((a, b) => a.localeCompare(b, 'fr'))]));
}

/**
 * Put a button over the places that names them.
 * @param {HTMLElement} places whose lines carry `data-site`
 * @param {{profession: string, scope: string, within: string}} asked
 * @param {AbortSignal} signal
 */
export function offerNames(places, asked, signal) {
  const button = html('button', { type: 'button', class: 'button' }, 'Voir les noms');
  const note = html('p', { class: 'names-offer' }, button, html('span', { class: 'place-note' }, 'Chaque lecture est notée.'));
  button.addEventListener('click', async () => {
    try {
      const { items } = await getJson('practices/people', asked, signal);
      const names = namesBySite(items);
      for (const line of places.querySelectorAll('[data-site]')) {
        const here = names.get(Number(line.getAttribute('data-site'))) ?? [];
        line.append(...here.map((name) => html('span', { class: 'place-person' }, name)));
      }
      note.remove();
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof Problem)) throw error;
      note.replaceChildren(html('span', { class: 'panel-problem', role: 'alert' }, [error.detail, error.hint].filter(Boolean).join(' ')));
    }
  });
  places.querySelector('h3')?.after(note);
}
