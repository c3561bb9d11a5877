/** A table as a file that a French spreadsheet opens: semicolons, decimal commas, UTF-8 with its mark. */

/** @typedef {import('./indicators.js').Column} Column */

/** A spreadsheet would run a text that begins so. */
const FORMULA = /^[=+\-@\t\r]/;

/** @param {number|string|null} key @param {string} text */
function cell(key, text) {
  if (typeof key === 'number' && Number.isFinite(key)) return String(Number(key.toFixed(6))).replace('.', ',');
  if (key === null) return '';
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

/**
 * @param {Column[]} columns
 * @param {any[]} rows in the order they are seen
 */
export function toCsv(columns, rows) {
  const head = columns.map(({ label }) => cell('', label)).join(';');
  const lines = rows.map((row) => columns.map(({ key, text }) => cell(key(row), text(row))).join(';'));
  return `\ufeff${[head, ...lines].join('\r\n')}\r\n`;
}

/** Offer a text as a file. @param {string} name @param {string} text */
export function download(name, text) {
  save(name, new Blob([text], { type: 'text/csv;charset=utf-8' }));
}

/** Offer bytes as a file. @param {string} name @param {Blob} content */
export function save(name, content) {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
