/** Builders of elements: text always goes in as text, so that a name from a register is never markup. */

const SVG = 'http://www.w3.org/2000/svg';

/**
 * Give attributes, listeners (`onclick`…) and children to an element.
 * @param {Element} node
 * @param {Record<string, any>} properties `null` and `false` are left out, `true` is an empty attribute
 * @param {Array<Node|string|null>} children
 */
function furnish(node, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/**
 * @param {string} tag
 * @param {Record<string, any>} [properties]
 * @param {...(Node|string|null)} children
 * @returns {HTMLElement}
 */
export function html(tag, properties = {}, ...children) {
  return /** @type {HTMLElement} */ (furnish(document.createElement(tag), properties, children));
}

/**
 * @param {string} tag
 * @param {Record<string, any>} [properties]
 * @param {...(Node|string|null)} children
 * @returns {SVGElement}
 */
export function svg(tag, properties = {}, ...children) {
  return /** @type {SVGElement} */ (furnish(document.createElementNS(SVG, tag), properties, children));
}

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** Say something to a screen reader without moving the focus. @param {string} text */
export function announce(text) {
  byId('live').textContent = text;
}

/**
 * Make a button switch something on and off, and say so.
 * @param {string} id
 * @param {'aria-expanded'|'aria-pressed'} attribute
 * @param {(on: boolean) => void} apply
 */
export function wireToggle(id, attribute, apply) {
  const button = byId(id);
  button.addEventListener('click', () => {
    const on = button.getAttribute(attribute) !== 'true';
    button.setAttribute(attribute, String(on));
    apply(on);
  });
}
