/** A command's answer, and a form that waits to be filled in. */
import { createButtons } from './buttons.js';
import { h, icon } from './dom.js';

export function createAnswerCard(body, { press }) {
  const element = h('section.answer');
  function update({ tone, card }) {
    element.className = `answer is-${tone}`;
    element.replaceChildren(
      ...(card.title === undefined ? [] : [h('h3', {}, card.title)]),
      ...card.paragraphs.map((paragraph) => h('p', {}, paragraph)),
      ...(card.rows === undefined || card.rows.length === 0 ? [] : [drawRows(card.rows, press)]),
    );
  }
  update(body);
  return { element, update };
}

function drawRows(rows, press) {
  return h(
    'dl.rows',
    {},
    ...rows.map((row) => {
      const buttons = createButtons(press);
      buttons.show(row.buttons ?? []);
      const link =
        row.link === undefined
          ? null
          : h('a.file', { href: row.link, target: '_blank', rel: 'noopener' }, 'Open the clip');
      return h(
        'div',
        {},
        h('dt', {}, row.label),
        h('dd', {}, row.value, ' ', link, row.buttons ? buttons.element : null),
      );
    }),
  );
}

/** Stays in the timeline until it is sent or put away: a reload does not lose what was begun. */
export function createFormCard(body, { openForm, dismiss }) {
  const title = h('h3');
  const element = h(
    'section.answer.is-form',
    {},
    title,
    h('p', {}, 'Not sent yet.'),
    h(
      'div.buttons',
      {},
      h('button.button', { type: 'button', onclick: (event) => openForm(event.currentTarget) }, icon('remix'), 'Open'),
      h('button.button', { type: 'button', onclick: dismiss }, 'Put away'),
    ),
  );
  const update = ({ form }) => {
    title.textContent = form.title;
  };
  update(body);
  return { element, update };
}
