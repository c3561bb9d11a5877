/** Sending a map: its address is all there is to copy. */

import { announce, html } from './dom.js';

/**
 * Copy the page's address; where the browser forbids it, show it ready to be copied by hand.
 * @param {HTMLElement} button
 */
export async function copyLink(button) {
  const address = window.location.href;
  try {
    await navigator.clipboard.writeText(address);
  } catch {
    showAddress(button, address);
    return;
  }
  const label = button.textContent;
  button.textContent = 'Lien copié';
  announce('Lien copié');
  window.setTimeout(() => {
    button.textContent = label;
  }, 2000);
}

/** @param {HTMLElement} button @param {string} address */
function showAddress(button, address) {
  const field = /** @type {HTMLInputElement} */ (
    html('input', { class: 'link-field', type: 'text', readonly: true, value: address, 'aria-label': 'Adresse de cette carte' })
  );
  field.addEventListener('blur', () => field.replaceWith(button));
  button.replaceWith(field);
  field.select();
}
