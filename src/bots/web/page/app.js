/** Puts the page together: who is here, which channel is open, what the server says. */
import { announce, hush } from './announcer.js';
import { get, insist, newId, post, remove, speakAs } from './api.js';
import { createChannels } from './channels.js';
import { createComposer } from './composer.js';
import { byId, icon } from './dom.js';
import { connect } from './events.js';
import { openFormDialog } from './form-dialog.js';
import { openOutbox } from './outbox.js';
import { setServerTime } from './time.js';
import { createTimeline } from './timeline.js';
import { createVisitorMenu, remember, rememberedVisitor, welcomeVisitor } from './visitors.js';
import { createWelcome } from './welcome.js';

let visitor = null;
let channel = 'general';
let known = { commands: [], directives: [] };
let connection = null;
let outbox = null;
let isConnected = true;
let hasOlder = false;
let isReading = false;
/** Clicks of this tab that may be answered by a form, and what was clicked. */
const awaitingForm = new Map();

const timeline = createTimeline({
  press,
  react,
  reply,
  openForm,
  dismiss,
  isMine: (view) => view.asker.person === visitor.id,
});
const composer = createComposer({
  known: () => known,
  draftKey: () => `hailuo.draft.${visitor?.id}.${channel}`,
  onSend: (message) => {
    awaitingForm.set(outbox.send({ ...message, channel }), null);
    if (message.thread !== null) {
      timeline.unfold(message.thread);
      composer.replyTo(null);
    }
    timeline.scrollToEnd();
  },
});
const welcome = createWelcome(composer);
const channels = createChannels(openChannel);
const visitorMenu = createVisitorMenu({ current: () => visitor, onSwitch: enter });

byId('attach').append(icon('plus'));
byId('send').append(icon('send'));
byId('scroller').addEventListener('scroll', () => {
  if (byId('scroller').scrollTop < 300 && !timeline.isAtEnd()) void readOlder();
});

await begin();

async function begin() {
  const session = await insist(
    () => get('/session'),
    () => showConnection(false),
  );
  const someone = rememberedVisitor(session.visitors) ?? (await welcomeVisitor());
  await enter(someone);
}

/** Everything that belongs to one visitor starts anew: nothing private of the last one stays. */
async function enter(someone) {
  connection?.close();
  outbox?.close();
  outbox = null;
  timeline.clear();
  hush();
  visitor = someone;
  remember(visitor);
  speakAs(visitor.id);
  visitorMenu.show(visitor);
  composer.restore();
  byId('app').hidden = false;
  // The cursor is read before the messages: whatever happens in between is then told again, not missed.
  const session = await insist(
    () => get('/session'),
    () => showConnection(false),
  );
  setServerTime(session.now);
  channel = rememberedChannel(session.channels);
  const commands = await insist(
    () => get('/commands'),
    () => showConnection(false),
  );
  known = { commands, directives: directivesOf(commands) };
  outbox = openOutbox({ visitor: visitor.id, onChange: showOutbox, onSent: (view) => receive([view], false) });
  channels.show(session.channels, channel);
  await openChannel(channel);
  connection = connect({ visitor: visitor.id, cursor: session.cursor, onEvent: hear, onState: showConnection });
}

function rememberedChannel(names) {
  const last = localStorage.getItem('hailuo.channel');
  return names.includes(last) ? last : (names[0] ?? 'general');
}

/** The camera movements are the choices of the option of that name. */
function directivesOf(commands) {
  const options = commands.flatMap(({ options }) => options);
  return options.find(({ name }) => name === 'camera')?.choices ?? [];
}

async function openChannel(name) {
  channel = name;
  localStorage.setItem('hailuo.channel', name);
  channels.show(channels.names(), name);
  byId('channel-name').textContent = name;
  byId('composer-text').placeholder = `Message #${name} or type /hailuo`;
  document.title = `#${name} · Hailuo`;
  timeline.clear();
  composer.restore();
  await readChannel();
  // A phone would open its keyboard over the messages.
  if (matchMedia('(hover: hover)').matches && document.querySelector('dialog[open]') === null)
    byId('composer-text').focus();
}

/** Also after a `reset`: what is already there stays as it is. */
async function readChannel() {
  const wanted = channel;
  const asker = visitor;
  const page = await insist(
    () => get(`/messages?channel=${encodeURIComponent(wanted)}`),
    () => showConnection(false),
  );
  if (wanted !== channel || asker !== visitor) return;
  hasOlder = page.hasOlder;
  timeline.apply(page.messages, { isLive: false });
  timeline.setHasOlder(hasOlder);
  showOutbox();
  // A tall window shows more than one page: there must be something to scroll back from.
  while (hasOlder && timeline.isShort() && wanted === channel) await readOlder();
  timeline.scrollToEnd();
  welcome.show(timeline.isEmpty());
}

async function readOlder() {
  const before = timeline.oldestRoot();
  if (!hasOlder || isReading || before === null) return;
  isReading = true;
  byId('older').hidden = false;
  const wanted = channel;
  try {
    const page = await insist(() => get(`/messages?channel=${encodeURIComponent(wanted)}&before=${before}`));
    if (wanted !== channel) return;
    hasOlder = page.hasOlder;
    timeline.applyOlder(page.messages);
    timeline.setHasOlder(hasOlder);
  } finally {
    byId('older').hidden = true;
    isReading = false;
  }
}

function hear(name, data) {
  switch (name) {
    case 'hello':
      setServerTime(data.now);
      break;
    case 'reset':
      void readChannel();
      break;
    case 'channel':
      channels.add(data.name);
      break;
    case 'message':
      receive([data], true);
      break;
  }
}

function receive(views, isLive) {
  const here = views.filter((view) => view.channel === channel);
  for (const { sentAs } of here) if (sentAs) timeline.erase(localId(sentAs));
  const fresh = timeline.apply(here, { isLive });
  welcome.show(timeline.isEmpty());
  if (!isLive) return;
  for (const view of fresh) notice(view);
  for (const view of views)
    if (view.channel !== channel && !view.deleted && view.body.kind !== 'status') channels.noteUnread(view.channel);
}

/** What is worth saying aloud, and the forms this tab is waiting for. */
function notice(view) {
  if (view.deleted) return;
  switch (view.body.kind) {
    case 'text':
      if (view.author?.id !== visitor.id) announce(`${view.author?.name}: ${view.body.text || 'a picture'}`);
      break;
    case 'clip':
      announce(`The clip is ready: ${view.body.post.prompt}`);
      break;
    case 'card':
      announce(view.body.card.paragraphs.join(' '));
      break;
    case 'form': {
      const opener = awaitingForm.get(view.body.click);
      if (!awaitingForm.delete(view.body.click)) break;
      openForm(view.id, opener);
      break;
    }
  }
}

/** What is on its way is shown as if it were there, a little paler. */
function showOutbox() {
  if (outbox === null) return;
  const shown = outbox.letters().filter((letter) => letter.channel === channel);
  const ids = new Set(shown.map(({ id }) => localId(id)));
  for (const item of document.querySelectorAll('.is-sending'))
    if (!ids.has(item.dataset.id)) timeline.erase(item.dataset.id);
  timeline.apply(shown.map(asMessage), { isLive: false });
  for (const letter of shown) showProblem(letter);
  welcome.show(timeline.isEmpty());
}

/** `~` sorts behind every real id. */
function localId(id) {
  return `~${id}`;
}

function asMessage({ id, channel, thread, text, pictures, at }) {
  return {
    id: localId(id),
    version: 0,
    channel,
    deleted: false,
    thread,
    author: visitor,
    isPrivate: false,
    isSending: true,
    reactions: { count: 0, mine: false },
    sentAs: null,
    createdAt: at,
    body: { kind: 'text', text, pictures },
  };
}

function showProblem({ id, problem, isWaiting }) {
  const item = document.querySelector(`.is-sending[data-id="${CSS.escape(localId(id))}"]`);
  if (item === null) return;
  item.querySelector(':scope > .undelivered')?.remove();
  if (problem === null && !isWaiting) return;
  const note = document.createElement('p');
  note.className = 'undelivered';
  note.append(problem ?? 'Waiting for the server…');
  if (problem !== null) {
    note.append(
      createPlainButton('Try again', () => outbox.retry(id)),
      createPlainButton('Throw away', () => outbox.discard(id)),
    );
  }
  item.append(note);
}

function createPlainButton(label, act) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'link';
  button.textContent = label;
  button.addEventListener('click', act);
  return button;
}

async function press(message, { action, job }, element) {
  const id = newId();
  awaitingForm.set(id, element);
  await tell(() => post('/clicks', { id, message, action, job }));
}

function react(message) {
  return tell(() => post('/reactions', { message }));
}

function dismiss(message) {
  return tell(() => remove(`/messages/${message}`));
}

/** Goes on until the server has it; a refusal is said aloud and shown. */
async function tell(attempt) {
  try {
    await insist(attempt);
  } catch (error) {
    const problem = byId('composer-problem');
    problem.textContent = error.message;
    problem.hidden = false;
  }
}

function reply(root) {
  const message = timeline.get(root);
  if (message === undefined) return;
  timeline.unfold(root);
  composer.replyTo({ id: root, title: titleOf(message) });
}

function titleOf({ author, body }) {
  const text = body.kind === 'text' ? body.text.replace(/^\/hailuo\s*/, '') : '';
  return text === '' ? `${author?.name ?? 'Hailuo'}’s picture` : text.slice(0, 60);
}

function openForm(id, opener) {
  const message = timeline.get(id);
  if (message?.body.kind !== 'form') return;
  openFormDialog(id, message.body.form, {
    opener: opener?.isConnected ? opener : byId('composer-text'),
    putAway: () => dismiss(id),
  });
}

function showConnection(isUp) {
  if (isUp === isConnected && byId('connection').textContent === '') return;
  isConnected = isUp;
  byId('connection').textContent = isUp
    ? ''
    : 'Reconnecting… What you write is kept and sent as soon as the server is back.';
}
