/** The IGN's plan as a ground: only where the city allows it, as the IGN then sees who asks for its tiles. */

import { announce } from './dom.js';

const L = /** @type {any} */ (window).L;

/** Address of its tiles; null where the city has not allowed it. */
export function planAddress() {
  return document.body.dataset.plan ?? null;
}

/**
 * @param {any} map the Leaflet map
 * @param {() => void} onSilent draws our own ground when the IGN does not answer
 * @returns {() => void} takes it away again
 */
export function addPlan(map, onSilent) {
  const layer = L.tileLayer(planAddress(), { maxNativeZoom: 18, maxZoom: 18, className: 'plan-ign', attribution: 'Fond\u00a0: Plan IGN v2, ©\u00a0IGN' });
  layer.once('tileerror', () => {
    layer.remove();
    announce("Le Plan IGN ne répond pas\u00a0: la carte montre les rues d'OpenStreetMap.");
    onSilent();
  });
  layer.addTo(map);
  return () => layer.remove();
}
