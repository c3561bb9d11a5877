/** The only way to the server: JSON over `/api/v1`, and every failure as one `Problem` in French. */

/** What went wrong, in words for a person (RFC 9457 when the server wrote it). */
export class Problem extends Error {
  /** @param {{title: string, detail: string, hint?: string, status?: number, parameter?: string|null, offline?: boolean}} what */
  constructor({ title, detail, hint = '', status = 0, parameter = null, offline = false }) {
    super(detail);
    this.name = 'Problem';
    this.title = title;
    this.detail = detail;
    this.hint = hint;
    this.status = status;
    this.parameter = parameter;
    this.offline = offline;
  }
}

/** @type {Map<string, Promise<any>>} answers kept for as long as the release does not change */
const kept = new Map();
/** @type {number|null} */
let release = null;

/** The published release that the last answer came from. */
export function currentRelease() {
  return release;
}

/**
 * Address of an API answer; parameters that are null are left out.
 * @param {string} path
 * @param {Record<string, string|number|null|undefined>} [parameters]
 */
export function apiUrl(path, parameters = {}) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null && value !== undefined && value !== '') query.set(name, String(value));
  }
  const text = query.toString().replaceAll('%3A', ':');
  return `/api/v1/${path}${text ? `?${text}` : ''}`;
}

/** @param {Response} response */
async function problemOf(response) {
  const written = await response.json().catch(() => ({}));
  return new Problem({
    title: written.title ?? 'Réponse inattendue',
    detail: written.detail ?? `Le serveur a répondu par le code ${response.status}.`,
    hint: written.hint ?? '',
    status: response.status,
    parameter: written.parameter ?? null,
  });
}

/** @param {unknown} error */
function unreachable(error) {
  if (error instanceof DOMException && error.name === 'AbortError') return error;
  const offline = !navigator.onLine;
  return new Problem({
    title: offline ? 'Hors connexion' : 'Le serveur ne répond pas',
    detail: offline
      ? "Votre poste n'est plus relié au réseau. La carte se mettra à jour au retour de la connexion."
      : "L'observatoire n'a pas pu être joint. Vérifiez que le service est démarré, puis réessayez.",
    offline: true,
  });
}

/** @param {any} answer */
function noteRelease(answer) {
  const id = answer?.release?.id ?? null;
  if (id === null || id === release) return;
  if (release !== null) kept.clear();
  release = id;
}

/**
 * @param {string} address
 * @param {RequestInit} options
 * @returns {Promise<any>} rejects with a `Problem`, or with the `AbortError` of a request given up
 */
async function ask(address, options) {
  let response;
  try {
    response = await fetch(address, options);
  } catch (error) {
    throw unreachable(error);
  }
  if (!response.ok) throw await problemOf(response);
  let answer;
  try {
    answer = await response.json();
  } catch (error) {
    throw unreachable(error);
  }
  noteRelease(answer);
  return answer;
}

/**
 * Fetch one answer.
 * @param {string} path
 * @param {Record<string, string|number|null|undefined>} [parameters]
 * @param {AbortSignal} [signal]
 */
export function getJson(path, parameters = {}, signal = undefined) {
  return ask(apiUrl(path, parameters), { signal, headers: { Accept: 'application/json' } });
}

/**
 * Ask about what an address cannot hold.
 * @param {string} path
 * @param {Record<string, string|number|null|undefined>} parameters
 * @param {BodyInit} body
 * @param {AbortSignal} signal
 */
export function post(path, parameters, body, signal) {
  const headers = { Accept: 'application/json', 'Content-Type': 'application/octet-stream' };
  return ask(apiUrl(path, parameters), { method: 'POST', signal, headers, body });
}

/**
 * Ask for a file made of what is sent.
 * @param {string} path
 * @param {object} body
 * @returns {Promise<Blob>} rejects with a `Problem`
 */
export async function postFile(path, body) {
  let response;
  try {
    response = await fetch(apiUrl(path), { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
    if (response.ok) return await response.blob();
  } catch (error) {
    throw unreachable(error);
  }
  throw await problemOf(response);
}

/**
 * Fetch once a release: geometry and nomenclatures, which no choice of profession changes.
 * @param {string} path
 * @param {Record<string, string|number|null|undefined>} [parameters]
 */
export function getKept(path, parameters = {}) {
  const key = apiUrl(path, parameters);
  const found = kept.get(key);
  if (found) return found;
  const answer = getJson(path, parameters);
  kept.set(key, answer);
  answer.catch(() => kept.delete(key));
  return answer;
}
