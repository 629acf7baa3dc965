// Makes DOM nodes. Text goes in as text, never as markup, so nothing the server says can become code.

/**
 * Return a new element.
 *
 * @param {string} tag - For example "p".
 * @param {Object<string, string|boolean|Function|null|undefined>} [properties] - Attributes. A function is a listener for
 *   the event of that name; true sets a bare attribute; false, null and undefined leave it out.
 * @param {...(Node|string|null|undefined|Array)} children - Strings become text nodes. Pass many as one array: a call takes
 *   no more than about a hundred thousand arguments.
 * @returns {HTMLElement}
 */
export function element(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  for (const child of present(children)) node.append(child);
  return node;
}

/** Replace everything inside `node`. */
export function fill(node, ...children) {
  node.replaceChildren(...present(children));
}

/** Return the element with this id; throws when the page lacks it, so that a typo is seen at once. */
export function byId(id) {
  const node = document.getElementById(id);
  if (node === null) throw new Error(`the page has no #${id}`);
  return node;
}

function present(children) {
  return children.flat().filter((child) => child !== null && child !== undefined && child !== "");
}
