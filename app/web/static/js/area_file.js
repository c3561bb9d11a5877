/** An area brought in a file: read here only to draw its outline, judged by the server. */

import { Problem } from './api.js';
import { FEWEST, MOST } from './area_draw.js';

/** @typedef {import('./area_view.js').Area} Area */
/** @typedef {import('./state.js').Place} Place */

/** The server takes no more. */
const MOST_BYTES = 10 * 2 ** 20;
const ACCEPTED = '.geojson,.json,.gpkg,.zip';

/** @param {number} size in bytes */
function refuseLarge(size) {
  if (size <= MOST_BYTES) return;
  throw new Problem({
    title: 'Fichier trop lourd',
    detail: `Le fichier pèse ${Math.ceil(size / 2 ** 20)} Mo, pour ${MOST_BYTES / 2 ** 20} au plus. Rien n'a été envoyé.`,
    hint: 'Simplifiez le tracé, ou apportez les zones en plusieurs fichiers.',
  });
}

/** @param {string} text @returns {any} GeoJSON, null for anything else */
function parsed(text) {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return null; // a GeoPackage, an archive, or what the server will refuse
  }
}

/** Polygons of a GeoJSON text, without a word of their properties. @param {any} said @returns {any[]} geometries */
export function polygonsOf(said) {
  const features = said?.type === 'FeatureCollection' && Array.isArray(said.features) ? said.features : [said];
  const geometries = features.map((/** @type {any} */ one) => (one?.type === 'Feature' ? one.geometry : one));
  const inDegrees = (/** @type {any} */ part) =>
    Array.isArray(part) && part.length > 0 && (typeof part[0] === 'number' ? part.length >= 2 && Math.abs(part[0]) <= 180 && Math.abs(part[1]) <= 90 : part.every(inDegrees));
  return geometries.filter((/** @type {any} */ one) => ['Polygon', 'MultiPolygon'].includes(one?.type) && inDegrees(one.coordinates)).map((/** @type {any} */ { type, coordinates }) => ({ type, coordinates }));
}

/** The corners of one simple polygon, which an address can hold; null for anything richer. @param {any[]} polygons @returns {Place[]|null} */
export function cornersOf(polygons) {
  const [only] = polygons;
  if (polygons.length !== 1 || only.type !== 'Polygon' || only.coordinates.length !== 1) return null;
  const corners = only.coordinates[0].slice(0, -1).map((/** @type {[number, number]} */ [lon, lat]) => ({ lat: Number(lat.toFixed(5)), lon: Number(lon.toFixed(5)) }));
  return corners.length >= FEWEST && corners.length <= MOST ? corners : null;
}

/**
 * @param {File} file
 * @returns {Promise<{area: Area, corners: Place[]|null}>} `corners` where an address can hold the area
 */
export async function readArea(file) {
  refuseLarge(file.size);
  const polygons = polygonsOf(parsed(await file.text()));
  const outline = polygons.length > 0 ? { type: 'GeometryCollection', geometries: polygons } : null;
  const notes = ["Cette zone vient d'un fichier\u00a0: elle n'est ni conservée, ni dans le lien de la carte."];
  if (outline === null) notes.push('Le tracé n\'est dessiné que pour un fichier GeoJSON en longitudes et latitudes.');
  const key = `${file.name} ${file.size} ${file.lastModified}`;
  return { area: { name: file.name.slice(0, 60), body: file, outline, key, notes }, corners: cornersOf(polygons) };
}

/**
 * Let a file be chosen by a button, or dropped on the map.
 * @param {HTMLElement} button
 * @param {HTMLElement} map
 * @param {(file: File) => void} onFile
 */
export function wireAreaFile(button, map, onFile) {
  const input = document.createElement('input');
  Object.assign(input, { type: 'file', accept: ACCEPTED });
  const take = (/** @type {FileList|null|undefined} */ files) => files?.[0] && onFile(files[0]);
  input.addEventListener('change', () => {
    take(input.files);
    input.value = '';
  });
  button.addEventListener('click', () => input.click());
  map.addEventListener('dragover', (event) => event.preventDefault());
  map.addEventListener('drop', (event) => {
    event.preventDefault();
    take(event.dataTransfer?.files);
  });
}
