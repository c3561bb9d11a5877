/** Numbers and dates the French way: « 1 234,5 », « 95 % », « 3 novembre 2025 ». */

/** Narrow no-break space, before ; : ? ! and % */
export const THIN = '\u202f';

/** @type {Map<number, Intl.NumberFormat>} */
const formats = new Map();

/**
 * @param {number} value
 * @param {number} [decimals]
 */
export function number(value, decimals = 0) {
  let format = formats.get(decimals);
  if (!format) {
    format = new Intl.NumberFormat('fr-FR', {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
    });
    formats.set(decimals, format);
  }
  return format.format(value);
}

/** Write a rate: one decimal under 10, none above, because its interval is wider than that. @param {number} value */
export function rate(value) {
  return value !== 0 && Math.abs(value) < 9.95 ? number(value, 1) : number(value);
}

/** Write a count that may be a sum of shares (weights): at most one decimal. @param {number} value */
export function count(value) {
  return number(value, Math.abs(value - Math.round(value)) < 0.05 ? 0 : 1);
}

/** @param {number} share between 0 and 1 */
export function percent(share) {
  return `${number(share * 100)}${THIN}%`;
}

/** @param {string} iso a date, or the start of a date and time */
export function longDate(iso) {
  const [year, month, day] = iso.slice(0, 10).split('-').map(Number);
  const words = new Intl.DateTimeFormat('fr-FR', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
  const text = words.format(new Date(Date.UTC(year, month - 1, day)));
  return day === 1 ? text.replace(/^1 /, '1er ') : text;
}

/** When one leaves in public transport. @param {{day: string, earliest: string, latest: string}} departure */
export function departureWords({ day, earliest, latest }) {
  const hour = (/** @type {string} */ time) => time.replace(/^0/, '').replace(/:00$/, '\u00a0h').replace(':', '\u00a0h\u00a0');
  const when = earliest === latest ? `à ${hour(earliest)}` : `entre ${hour(earliest)} et ${hour(latest)}`;
  return `départ le ${longDate(day)} ${when}`;
}

/** @param {string} text */
export function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
