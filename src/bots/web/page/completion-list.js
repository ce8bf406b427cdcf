/** The list of suggestions over the message box: a listbox that the box itself drives by keyboard. */
import { completionsAt } from './completion.js';
import { h } from './dom.js';

/**
 * @param {HTMLTextAreaElement} box @param {HTMLElement} list
 * @param {() => { commands: object[], directives: string[] }} known
 */
export function createCompletionList(box, list, known) {
  let found = null;
  let active = 0;
  /** What was escaped from stays closed until something else is typed. */
  let escapedFrom = null;

  function refresh() {
    const isAlone = box.selectionStart === box.selectionEnd && document.activeElement === box;
    const next = isAlone && box.value !== escapedFrom ? completionsAt(box.value, box.selectionStart, known()) : null;
    if (next === null) close();
    else if (JSON.stringify(next) !== JSON.stringify(found)) open(next);
  }

  function open(next) {
    found = next;
    active = 0;
    list.replaceChildren(
      ...found.items.map((item, index) =>
        h(
          'div.suggestion',
          {
            role: 'option',
            id: `completion-${index}`,
            onpointerdown: (event) => event.preventDefault(),
            onclick: () => accept(index),
          },
          h('span.label', {}, item.label),
          h('span.item-hint', {}, item.hint),
        ),
      ),
    );
    list.hidden = false;
    box.setAttribute('role', 'combobox');
    box.setAttribute('aria-expanded', 'true');
    box.setAttribute('aria-haspopup', 'listbox');
    box.setAttribute('aria-controls', list.id);
    mark(0);
  }

  function close() {
    if (found === null) return;
    found = null;
    list.hidden = true;
    list.replaceChildren();
    for (const name of ['role', 'aria-expanded', 'aria-haspopup', 'aria-controls', 'aria-activedescendant']) {
      box.removeAttribute(name);
    }
  }

  function mark(index) {
    active = (index + found.items.length) % found.items.length;
    for (const [at, item] of [...list.children].entries()) {
      item.setAttribute('aria-selected', String(at === active));
      if (at === active) item.scrollIntoView({ block: 'nearest' });
    }
    box.setAttribute('aria-activedescendant', `completion-${active}`);
  }

  function accept(index) {
    const { from, to, items } = found;
    close();
    box.setRangeText(items[index].insert, from, to, 'end');
    box.dispatchEvent(new Event('input', { bubbles: true }));
  }

  box.addEventListener('input', () => {
    escapedFrom = null;
    refresh();
  });
  box.addEventListener('click', refresh);
  box.addEventListener('keyup', ({ key }) => {
    if (key === 'ArrowLeft' || key === 'ArrowRight' || key === 'Home' || key === 'End') refresh();
  });
  box.addEventListener('blur', close);

  return {
    /** @returns true when the key was meant for the list */
    handleKey(event) {
      if (found === null || event.isComposing) return false;
      switch (event.key) {
        case 'ArrowDown':
          mark(active + 1);
          return true;
        case 'ArrowUp':
          mark(active - 1);
          return true;
        case 'Tab':
          if (event.shiftKey) return false;
          accept(active);
          return true;
        case 'Enter':
          // What is already there word for word is meant to be sent.
          if (event.shiftKey || found.items[active].insert.trim() === box.value.slice(found.from, found.to).trim()) {
            close();
            return false;
          }
          accept(active);
          return true;
        case 'Escape':
          escapedFrom = box.value;
          close();
          return true;
        default:
          return false;
      }
    },
    close,
  };
}
