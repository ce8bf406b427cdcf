/** What an empty channel says: the first three things to try. */
import { byId, h, icon } from './dom.js';

/** @param {{ suggest: (text: string) => void, pickFile: () => void }} composer */
export function createWelcome(composer) {
  const examples = [
    {
      title: 'Describe a scene',
      text: '/hailuo a paper boat in a storm [Push in]',
      hint: 'Camera movements go in square brackets. Type [ to see all fifteen.',
      shape: 'clapper',
      act: () => composer.suggest('/hailuo a paper boat in a storm [Push in]'),
    },
    {
      title: 'Move a picture',
      text: 'Attach, paste or drop one, send it, then press Animate',
      hint: 'Or attach it to a /hailuo prompt: it becomes the first frame.',
      shape: 'plus',
      act: composer.pickFile,
    },
    {
      title: 'Look around',
      text: '/hailuo help',
      hint: 'Type / to see every command: your jobs, your quota, the models.',
      shape: 'compass',
      act: () => composer.suggest('/hailuo help'),
    },
  ];
  const element = h(
    'section.welcome',
    { 'aria-labelledby': 'welcome-title' },
    h('img', { src: '/page/icon.svg', alt: '', width: 56, height: 56 }),
    h('h2', { id: 'welcome-title' }, 'Make your first clip'),
    h('p', {}, 'Nobody has said anything here yet. Three things to try:'),
    h(
      'div.examples',
      {},
      ...examples.map(({ title, text, hint, shape, act }) =>
        h(
          'button.example',
          { type: 'button', onclick: act },
          h('span.example-title', {}, icon(shape), title),
          h('span.example-text', {}, text),
          h('span.example-hint', {}, hint),
        ),
      ),
    ),
  );
  byId('welcome').replaceChildren(element);
  return {
    show(isShown) {
      byId('welcome').hidden = !isShown;
    },
  };
}
