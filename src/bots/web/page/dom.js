/** Builds elements. Text only ever goes in as text: nothing a person wrote is read as markup. */

/**
 * @param {string} tag `p.note` makes a paragraph of class `note`
 * @param {Record<string, unknown>} props `on…` listeners, `class`, properties of the element, anything else an attribute
 * @param {...(Node | string | null | undefined | false)} children
 */
export function h(tag, props = {}, ...children) {
  const [name, ...classes] = tag.split('.');
  const element = document.createElement(name);
  if (classes.length > 0) element.className = classes.join(' ');
  for (const [key, value] of Object.entries(props)) setProp(element, key, value);
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function setProp(element, key, value) {
  if (value === undefined || value === null || value === false) return;
  if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
  else if (value === true) element.setAttribute(key, '');
  else element.setAttribute(key, String(value));
}

/** Fails loudly while the page is being built rather than silently later. */
export function byId(id) {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no #${id}.`);
  return element;
}

const shapes = {
  plus: 'M12 5v14M5 12h14',
  compass: 'M12 3.5a8.500 8.500 0 1 0 0 17 8.500 8.500 0 0 0 0-17zM15.500 8.500l-2 5-5 2 2-5z',
  menu: 'M4 7h16M4 12h16M4 17h16',
  send: 'M5 12h13M12 5l7 7-7 7',
  close: 'M6 6l12 12M18 6L6 18',
  clapper: 'M4 10h16v9H4zM4 10l-.6-3.800 15.300-2.700.7 3.800zM8.500 5.400l1.600 3.400M13.500 4.500l1.600 3.400',
  reply: 'M9 8L4 13l5 5M4 13h9a7 7 0 0 1 7 7',
  lock: 'M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3',
  chevron: 'M7 10l5 5 5-5',
  download: 'M12 4v11M7 11l5 5 5-5M5 20h14',
  check: 'M5 12.500l4.500 4.500L19 7.500',
  again: 'M19 12a7 7 0 1 1-2.200-5.100M19 4v4.500h-4.500',
  remix: 'M5 19l1-4L16 5l3 3L9 18zM14 7l3 3',
  continue: 'M6 5l8 7-8 7zM18 5v14',
  retry: 'M19 12a7 7 0 1 1-2.200-5.100M19 4v4.500h-4.500',
  cancel: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM7 7l10 10',
  alert: 'M12 4l9 16H3zM12 10v4.500M12 17.500v.1',
};

/** Decoration: whatever it stands in has a name of its own. */
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', shapes[name]);
  svg.append(path);
  return svg;
}

/** A name's letter on one of eight colours, the same for the same person. */
export function avatar(author) {
  if (author === null) {
    return h(
      'span.avatar.bot',
      { 'aria-hidden': 'true' },
      h('img', { src: '/page/icon.svg', alt: '', width: 36, height: 36 }),
    );
  }
  const sum = [...author.id].reduce((total, letter) => (total * 31 + letter.codePointAt(0)) % 997, 7);
  return h(`span.avatar.tint-${sum % 8}`, { 'aria-hidden': 'true' }, [...author.name][0]?.toUpperCase() ?? '?');
}
