/** Plane geometry on longitudes and latitudes of one city: where to put a mark, which territory is next. */

/** @typedef {[number, number]} Position longitude, latitude */

/** @param {Position[]} ring twice the signed area */
function doubleArea(ring) {
  let sum = 0;
  for (let k = 0, j = ring.length - 1; k < ring.length; j = k, k += 1) {
    sum += ring[j][0] * ring[k][1] - ring[k][0] * ring[j][1];
  }
  return sum;
}

/** @param {Position[]} ring @returns {Position} */
function centroid(ring) {
  const [x0, y0] = ring[0];
  const local = ring.map(([x, y]) => /** @type {Position} */ ([x - x0, y - y0]));
  const area = doubleArea(local);
  if (area === 0) return ring[0];
  let [x, y] = [0, 0];
  for (let k = 0, j = local.length - 1; k < local.length; j = k, k += 1) {
    const cross = local[j][0] * local[k][1] - local[k][0] * local[j][1];
    x += (local[j][0] + local[k][0]) * cross;
    y += (local[j][1] + local[k][1]) * cross;
  }
  return [x0 + x / (3 * area), y0 + y / (3 * area)];
}

/** Longitudes where a ring crosses a latitude, from west to east. @param {Position[]} ring @param {number} lat */
function crossings(ring, lat) {
  const found = [];
  for (let k = 0, j = ring.length - 1; k < ring.length; j = k, k += 1) {
    const [[x1, y1], [x2, y2]] = [ring[j], ring[k]];
    if (y1 > lat !== y2 > lat) found.push(x1 + ((lat - y1) / (y2 - y1)) * (x2 - x1));
  }
  return found.sort((a, b) => a - b);
}

/**
 * A point inside a territory where a name or a circle can stand: its centroid, or when that falls outside
 * the middle of the widest stretch at the same latitude.
 * @param {{type: string, coordinates: any}} geometry Polygon or MultiPolygon
 * @returns {Position}
 */
export function labelPoint(geometry) {
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates;
  const outer = polygons
    .map((/** @type {Position[][]} */ rings) => rings[0])
    .sort((/** @type {Position[]} */ a, /** @type {Position[]} */ b) => Math.abs(doubleArea(b)) - Math.abs(doubleArea(a)));
  const [x, y] = centroid(outer[0]);
  const marks = crossings(outer[0], y);
  let widest = [x, x];
  for (let k = 0; k + 1 < marks.length; k += 2) {
    if (marks[k] <= x && x <= marks[k + 1]) return [x, y];
    if (marks[k + 1] - marks[k] > widest[1] - widest[0]) widest = [marks[k], marks[k + 1]];
  }
  return [(widest[0] + widest[1]) / 2, y];
}

/** @type {Record<string, Position>} */
const HEADINGS = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

/**
 * The next territory from one in the direction of an arrow key: near, and not far off that direction.
 * @param {Map<number, Position>} points
 * @param {number} from
 * @param {string} key
 * @returns {number} the same one when there is none that way
 */
export function nextTowards(points, from, key) {
  const start = points.get(from);
  const heading = HEADINGS[key];
  if (!start || !heading) return from;
  const shrink = Math.cos((start[1] * Math.PI) / 180);
  let [best, bestCost] = [from, Infinity];
  for (const [id, point] of points) {
    const [dx, dy] = [(point[0] - start[0]) * shrink, point[1] - start[1]];
    const along = dx * heading[0] + dy * heading[1];
    const aside = Math.abs(dx * heading[1]) + Math.abs(dy * heading[0]);
    if (id === from || along <= 0 || aside > 2 * along) continue;
    const cost = along + 1.5 * aside;
    if (cost < bestCost) [best, bestCost] = [id, cost];
  }
  return best;
}
