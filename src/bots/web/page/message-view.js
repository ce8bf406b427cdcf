/** One message: who, when, what, and what can be done with it. */
import { createAnswerCard, createFormCard } from './answer-card.js';
import { createClipCard } from './clip-card.js';
import { avatar, h, icon } from './dom.js';
import { drawText } from './prompt.js';
import { createStatusCard } from './status-card.js';
import { clockTime, exactTime } from './time.js';

/**
 * @param {object} message
 * @param {{ press: Function, react: Function, reply: Function, openForm: Function, dismiss: Function,
 *   isPromptShown: Function, hasClip: Function, isMine: Function }} actions
 * @returns {{ element: HTMLElement, update: (message: object) => void }}
 */
export function createMessageView(message, actions) {
  const id = message.id;
  const body = createBody(message, {
    press: (button, element) => actions.press(id, button, element),
    openForm: (opener) => actions.openForm(id, opener),
    dismiss: () => actions.dismiss(id),
    isPromptShown: () => actions.isPromptShown(id),
    hasClip: actions.hasClip,
    isMine: actions.isMine,
  });
  const name = h('span.author');
  const time = h(
    'time',
    { datetime: new Date(message.createdAt).toISOString(), title: exactTime(message.createdAt) },
    clockTime(message.createdAt),
  );
  const privacy = h('span.private', {}, icon('lock'), 'Only you see this');
  const reaction = createReaction(() => actions.react(id));
  const answer = createTool('reply', 'Reply in thread', () => actions.reply(id));
  const dismiss = createTool('close', 'Put away', () => actions.dismiss(id));
  const tools = h('div.tools', {}, answer, dismiss);
  const element = h(
    'article.message',
    { 'aria-label': '' },
    avatar(message.author),
    h(
      'div.content',
      {},
      h('p.head', {}, name, message.author === null && h('span.app-badge', {}, 'bot'), time, privacy),
      body.element,
      reaction.element,
    ),
    tools,
  );

  function update(next) {
    name.textContent = next.author?.name ?? 'Hailuo';
    element.setAttribute('aria-label', `${name.textContent}, ${time.textContent}`);
    element.classList.toggle('is-private', next.isPrivate);
    privacy.hidden = !next.isPrivate;
    // The server cannot be asked about a message that it does not have yet.
    const isKept = next.isSending !== true;
    answer.hidden = !isKept || next.isPrivate || next.thread !== null;
    dismiss.hidden = !isKept || !next.isPrivate || next.body.kind === 'form';
    reaction.show(next.reactions, isKept && next.body.kind === 'text' && next.body.pictures.length > 0);
    body.update(next.body);
  }

  update(message);
  return { element, update };
}

function createTool(shape, label, onclick) {
  return h('button.icon-button', { type: 'button', 'aria-label': label, title: label, onclick }, icon(shape));
}

function createBody(message, context) {
  switch (message.body.kind) {
    case 'status':
      return createStatusCard(message.body, context);
    case 'clip':
      return createClipCard(message.body, context);
    case 'card':
      return createAnswerCard(message.body, context);
    case 'form':
      return createFormCard(message.body, context);
    default:
      return createTextBody(message);
  }
}

function createTextBody({ body, author }) {
  const pictures = body.pictures.map((picture, index) =>
    h(
      'a.picture',
      { href: picture.url, target: '_blank', rel: 'noopener' },
      h('img', {
        src: picture.url,
        width: picture.width,
        height: picture.height,
        loading: 'lazy',
        alt: `Picture ${index + 1} from ${author?.name ?? 'Hailuo'}`,
      }),
    ),
  );
  const element = h(
    'div.said',
    {},
    body.text !== '' && drawText(body.text),
    pictures.length > 0 && h('div.pictures', {}, ...pictures),
  );
  return { element, update: () => undefined };
}

/** 🎬 on a picture: pressed once for each person, as it makes one clip for each person. */
function createReaction(react) {
  const count = h('span.count');
  const hint = h('span.reaction-hint');
  const button = h(
    'button.reaction',
    {
      type: 'button',
      onclick: () => {
        if (button.getAttribute('aria-pressed') === 'false') react();
      },
    },
    icon('clapper'),
    hint,
    count,
  );
  const element = h('div.reactions', {}, button);
  return {
    element,
    show(reactions, hasPicture) {
      element.hidden = !hasPicture;
      button.setAttribute('aria-pressed', String(reactions.mine));
      button.setAttribute('aria-label', reactions.mine ? 'You animated this picture' : 'Animate this picture');
      hint.textContent = reactions.mine ? '' : 'Animate';
      count.textContent = reactions.count === 0 ? '' : String(reactions.count);
    },
  };
}
