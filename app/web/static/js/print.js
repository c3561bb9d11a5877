/** Paper: the map takes the sheet's shape before printing and the window's again after. */

import { byId } from './dom.js';
import { longDate } from './format.js';

/**
 * @param {{before: () => void, after: () => void}} map what the map does around printing
 * @param {() => {release: number|null, vintage: string|null}} published
 */
export function wirePrint({ before, after }, published) {
  const paper = window.matchMedia('print');
  const prepare = () => {
    const { release, vintage } = published();
    const today = longDate(new Date().toISOString());
    const source = vintage ? `Sources${'\u00a0'}: annuaire santé au ${longDate(vintage)}, FINESS, INSEE, IGN, OpenStreetMap. Version ${release}. ` : '';
    byId('print-foot').textContent = `${source}Imprimé le ${today}. ${window.location.href}`;
    before();
  };
  // Browsers differ in which of the two they announce; both are harmless together.
  window.addEventListener('beforeprint', prepare);
  window.addEventListener('afterprint', after);
  paper.addEventListener('change', (event) => (event.matches ? prepare() : after()));
  byId('print').addEventListener('click', () => window.print());
}
