/** Who speaks in this tab: picking a name, switching to another, renaming. */
import { get, insist, patch, post } from './api.js';
import { avatar, byId, h, icon } from './dom.js';

const tabKey = 'hailuo.visitor';

/** Each tab remembers its own; a new tab begins as whoever spoke last. */
export function rememberedVisitor(visitors) {
  const id = sessionStorage.getItem(tabKey) ?? localStorage.getItem(tabKey);
  return visitors.find((visitor) => visitor.id === id) ?? visitors[0] ?? null;
}

export function remember(visitor) {
  sessionStorage.setItem(tabKey, visitor.id);
  localStorage.setItem(tabKey, visitor.id);
}

/**
 * Asks for a name in a dialog.
 * @param {{ title: string, text: string, name?: string, submitLabel: string, isRequired: boolean, opener?: HTMLElement, save: (name: string) => Promise<object> }} wishes
 * @returns {Promise<object | null>} what `save` returned, or null when it was closed
 */
export function askName({ title, text, name = '', submitLabel, isRequired, opener, save, label = 'Name' }) {
  return new Promise((resolve) => {
    const input = h('input', {
      id: 'asked-name',
      maxlength: 40,
      required: true,
      autocomplete: 'off',
      'aria-describedby': 'asked-text',
    });
    input.value = name;
    const problem = h('p.problem', { role: 'alert', hidden: true });
    const submit = h('button.primary', { type: 'submit' }, submitLabel);
    const dialog = h(
      `dialog.dialog${isRequired ? '.is-first' : ''}`,
      { 'aria-labelledby': 'asked-title' },
      h(
        'form',
        {
          method: 'dialog',
          onsubmit: async (event) => {
            event.preventDefault();
            try {
              submit.disabled = true;
              const saved = await save(input.value);
              dialog.close();
              resolve(saved);
            } catch (error) {
              problem.textContent = error.message;
              problem.hidden = false;
              submit.disabled = false;
              input.focus();
            }
          },
        },
        isRequired && h('img', { src: '/page/icon.svg', alt: '', width: 48, height: 48 }),
        h('h2', { id: 'asked-title' }, title),
        h('p', { id: 'asked-text' }, text),
        h('div.field', {}, h('label', { for: 'asked-name' }, label), input),
        problem,
        h(
          'div.dialog-buttons',
          {},
          !isRequired && h('button.button', { type: 'button', onclick: () => dialog.close() }, 'Close'),
          submit,
        ),
      ),
    );
    dialog.addEventListener('cancel', (event) => {
      if (isRequired) event.preventDefault();
    });
    dialog.addEventListener('close', () => {
      dialog.remove();
      opener?.focus();
      resolve(null);
    });
    document.body.append(dialog);
    dialog.showModal();
    input.focus();
    input.select();
  });
}

export function welcomeVisitor() {
  return askName({
    title: 'Welcome to Hailuo',
    text: 'Describe a short film and watch it being made. What should the others call you?',
    submitLabel: 'Come in',
    isRequired: true,
    save: (name) => insist(() => post('/visitors', { name })),
  });
}

/** The menu at the foot of the sidebar. */
export function createVisitorMenu({ current, onSwitch }) {
  const button = byId('me');
  const menu = byId('visitor-menu');

  async function open() {
    const { visitors } = await get('/session');
    const items = [
      ...visitors.map((visitor) =>
        createItem(
          'menuitemradio',
          [avatar(visitor), h('span', {}, visitor.name), visitor.id === current().id && icon('check')],
          () => onSwitch(visitor),
          {
            'aria-checked': String(visitor.id === current().id),
          },
        ),
      ),
      h('div.menu-line', { role: 'separator' }),
      createItem('menuitem', [icon('plus'), 'Add a visitor'], add),
      createItem('menuitem', [icon('remix'), 'Rename yourself'], rename),
    ];
    menu.replaceChildren(...items);
    menu.hidden = false;
    button.setAttribute('aria-expanded', 'true');
    menu.querySelector('[role^=menuitem]')?.focus();
  }

  function createItem(role, children, act, props = {}) {
    return h(
      'button.menu-item',
      { type: 'button', role, tabindex: -1, onclick: () => close(act), ...props },
      ...children,
    );
  }

  function close(then) {
    menu.hidden = true;
    button.setAttribute('aria-expanded', 'false');
    button.focus();
    then?.();
  }

  async function add() {
    const visitor = await askName({
      title: 'Add a visitor',
      text: 'Somebody else at this browser, with their own quota and their own jobs.',
      submitLabel: 'Add',
      isRequired: false,
      opener: button,
      save: (name) => post('/visitors', { name }),
    });
    if (visitor !== null) onSwitch(visitor);
  }

  async function rename() {
    const visitor = await askName({
      title: 'Rename yourself',
      text: 'What you said so far shows the new name too.',
      name: current().name,
      submitLabel: 'Rename',
      isRequired: false,
      opener: button,
      save: (name) => patch(`/visitors/${current().id}`, { name }),
    });
    if (visitor !== null) onSwitch(visitor);
  }

  button.addEventListener('click', () => (menu.hidden ? open().catch(() => undefined) : close()));
  menu.addEventListener('keydown', (event) => {
    const items = [...menu.querySelectorAll('[role^=menuitem]')];
    const at = items.indexOf(document.activeElement);
    const go = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (go !== undefined) {
      event.preventDefault();
      items.at(go % items.length)?.focus();
    } else if (event.key === 'Escape' || event.key === 'Tab') {
      event.preventDefault();
      close();
    }
  });
  document.addEventListener('pointerdown', ({ target }) => {
    if (!menu.hidden && !menu.contains(target) && !button.contains(target)) close();
  });
  return {
    show(visitor) {
      button.replaceChildren(avatar(visitor), h('span.me-name', {}, visitor.name), icon('chevron'));
      button.setAttribute('aria-label', `You are ${visitor.name}. Switch or add visitors`);
    },
  };
}
