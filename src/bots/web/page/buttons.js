/** The buttons under a job, wherever they are drawn. */
import { h, icon } from './dom.js';

/** @param {(button: object, element: HTMLButtonElement) => Promise<void>} press */
export function createButtons(press) {
  const element = h('div.buttons', { role: 'group', 'aria-label': 'What you can do' });
  let drawn = '';
  return {
    element,
    /** Leaves buttons that did not change alone, so that the focus stays where it is. */
    show(buttons) {
      const wanted = JSON.stringify(buttons);
      if (wanted === drawn) return;
      drawn = wanted;
      element.hidden = buttons.length === 0;
      element.replaceChildren(...buttons.map((button) => createButton(button, press)));
    },
  };
}

function createButton(button, press) {
  const element = h(
    `button.button.does-${button.action}`,
    {
      type: 'button',
      onclick: async () => {
        element.setAttribute('aria-disabled', 'true');
        try {
          if (!element.classList.contains('is-pressed')) {
            element.classList.add('is-pressed');
            await press(button, element);
          }
        } finally {
          element.classList.remove('is-pressed');
          element.removeAttribute('aria-disabled');
        }
      },
    },
    icon(button.action),
    button.label,
  );
  return element;
}
