/** How far one may ask: the limits of the times that the server searches, and the contours worth drawing. */

/** Minutes on offer. */
export const MINUTES = [5, 10, 15, 20, 30, 45];
/** @type {Record<string, number>} times are not searched farther */
const LIMITS = { walk: 30, bike: 20, car: 30, transit: 45 };

/** @param {string|number|undefined} mode */
export function limitOf(mode) {
  return LIMITS[String(mode)] ?? LIMITS.walk;
}

/**
 * The contours that help to read one duration: itself, and one or two shorter ones.
 * @param {number} minutes
 */
export function contoursOf(minutes) {
  const step = minutes > 15 ? 10 : 5;
  return [minutes - 2 * step, minutes - step, minutes].filter((one) => one > 0);
}

/**
 * What a choice in the rail means: a longer way than the mode's limit is cut to it.
 * @param {Partial<import('./state.js').State>} patch
 * @param {import('./state.js').State} state
 */
export function withinLimits(patch, state) {
  const next = { ...state, ...patch };
  const most = limitOf(next.mode ?? undefined);
  return next.minutes > most ? { ...patch, minutes: most } : patch;
}
