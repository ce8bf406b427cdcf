/** The messages of one channel in order, each with its thread under it. */
import { byId, h, icon } from './dom.js';
import { createMessageView } from './message-view.js';
import { dayName, startOfDay } from './time.js';

const groupedWithinMs = 5 * 60_000;
const nearBottomPx = 120;

/** @param {object} actions what messages let people do; see `createMessageView` */
export function createTimeline(actions) {
  const list = byId('timeline');
  const scroller = byId('scroller');
  const toNewest = byId('to-newest');
  /** By id. */
  const messages = new Map();
  const views = new Map();
  const threads = new Map();
  const folded = new Set();
  /** Answers that came before what they answer, or to something further back. */
  const early = new Map();
  let sticks = true;
  /** The oldest message that was read while there are still older ones. */
  let floor = null;

  const context = {
    ...actions,
    isPromptShown: (id) => isPromptShown(messages, id),
    hasClip: (job) => [...messages.values()].some(({ body }) => body.kind === 'clip' && body.post.job === job),
  };

  scroller.addEventListener('scroll', () => {
    sticks = isNearBottom(scroller);
    if (sticks) toNewest.hidden = true;
  });
  toNewest.addEventListener('click', scrollToEnd);
  new ResizeObserver(() => {
    if (sticks) scroller.scrollTop = scroller.scrollHeight;
  }).observe(list);

  function scrollToEnd() {
    sticks = true;
    toNewest.hidden = true;
    scroller.scrollTop = scroller.scrollHeight;
  }

  /** Sorted by id, which is by time; what is still being sent comes last. */
  function place(parent, item, id) {
    item.dataset.id = id;
    const after = [...parent.children].findLast((other) => other.dataset.id !== undefined && other.dataset.id < id);
    if (after === undefined) parent.prepend(item);
    else if (after !== item) after.after(item);
  }

  function threadOf(root) {
    const known = threads.get(root);
    if (known !== undefined) return known;
    const replies = h('ol.replies', { id: `replies-${root}`, 'aria-label': 'Thread' });
    const toggle = h('button.toggle', {
      type: 'button',
      'aria-controls': replies.id,
      onclick: () => {
        if (!folded.delete(root)) folded.add(root);
        showThread(root);
      },
    });
    const answer = h(
      'button.answer-here',
      { type: 'button', onclick: () => actions.reply(root) },
      icon('reply'),
      'Reply',
    );
    const thread = {
      element: h('div.thread', { hidden: true }, replies, h('div.thread-foot', {}, toggle, answer)),
      replies,
      toggle,
    };
    threads.set(root, thread);
    return thread;
  }

  function showThread(root) {
    const { element, replies, toggle } = threadOf(root);
    const count = replies.children.length;
    const isFolded = folded.has(root);
    element.hidden = count === 0;
    element.classList.toggle('is-folded', isFolded);
    replies.hidden = isFolded;
    element.classList.toggle('is-private', messages.get(root)?.isPrivate ?? false);
    toggle.setAttribute('aria-expanded', String(!isFolded));
    toggle.replaceChildren(icon('chevron'), isFolded ? `Show ${count} ${count === 1 ? 'reply' : 'replies'}` : 'Fold');
  }

  function draw(message) {
    const known = views.get(message.id);
    if (known !== undefined) {
      known.view.update(message);
      if (message.thread === null) showThread(message.id);
      return;
    }
    const view = createMessageView(message, context);
    const item = h(`li.entry${message.isSending ? '.is-sending' : ''}`, {}, view.element);
    views.set(message.id, { view, item });
    if (message.thread === null) {
      item.append(threadOf(message.id).element);
      place(list, item, message.id);
    } else {
      place(threadOf(message.thread).replies, item, message.id);
      showThread(message.thread);
    }
  }

  function erase(id) {
    const gone = messages.get(id);
    messages.delete(id);
    early.delete(id);
    views.get(id)?.item.remove();
    views.delete(id);
    if (gone?.thread) showThread(gone.thread);
  }

  function isNewer({ id, version }) {
    return (messages.get(id)?.version ?? -1) < version;
  }

  /** What changed before the oldest page that was read comes with its own page: alone it would tear a hole. */
  function isFurtherBack({ id, thread }) {
    return floor !== null && !thread && id < floor && !messages.has(id);
  }

  function take(message) {
    if (message.deleted) erase(message.id);
    else if (message.thread !== null && !messages.has(message.thread)) early.set(message.id, message);
    else {
      messages.set(message.id, message);
      draw(message);
      // A clip makes its status a quiet line, whichever came first.
      if (message.body.kind === 'clip') redrawStatus(message.body.post.job);
      if (message.thread === null) takeEarly(message.id);
    }
  }

  function takeEarly(root) {
    for (const message of [...early.values()].filter(({ thread }) => thread === root)) {
      early.delete(message.id);
      if (isNewer(message)) take(message);
    }
  }

  function isBelow(id) {
    const top = views.get(id)?.item.getBoundingClientRect().top ?? 0;
    return top > scroller.getBoundingClientRect().bottom;
  }

  /** Joins what one person said in one go, and puts the days between. */
  function arrange() {
    for (const line of list.querySelectorAll(':scope > .day')) line.remove();
    let previous = null;
    for (const item of [...list.children]) {
      const message = messages.get(item.dataset.id);
      if (message === undefined) continue;
      const isNewDay = previous === null || startOfDay(previous.createdAt) !== startOfDay(message.createdAt);
      if (isNewDay) item.before(h('li.day', {}, h('span', {}, dayName(message.createdAt))));
      item.classList.toggle('is-grouped', !isNewDay && isContinued(previous, message));
      previous = message;
    }
    for (const { replies } of threads.values()) {
      let before = null;
      for (const item of replies.children) {
        const message = messages.get(item.dataset.id);
        item.classList.toggle(
          'is-grouped',
          before !== null && message !== undefined && isContinued(before, message, true),
        );
        before = message ?? null;
      }
    }
  }

  function isContinued(previous, message, isReply = false) {
    const hasThread = !isReply && (threads.get(previous.id)?.replies.children.length ?? 0) > 0;
    return (
      !hasThread &&
      previous.author?.id === message.author?.id &&
      previous.isPrivate === message.isPrivate &&
      message.createdAt - previous.createdAt < groupedWithinMs
    );
  }

  return {
    /** @returns the messages that were new or newer than what is shown */
    apply(incoming, { isLive }) {
      const fresh = incoming.filter((message) => isNewer(message) && !(isLive && isFurtherBack(message)));
      if (fresh.length === 0) return fresh;
      const known = new Set(messages.keys());
      fresh.forEach(take);
      arrange();
      if (sticks) scrollToEnd();
      else if (isLive && fresh.some(({ id }) => !known.has(id) && isBelow(id))) toNewest.hidden = false;
      return fresh;
    },
    /** Keeps what is being looked at in its place. */
    applyOlder(incoming) {
      const fromEnd = scroller.scrollHeight - scroller.scrollTop;
      sticks = false;
      this.apply(incoming, { isLive: false });
      scroller.scrollTop = scroller.scrollHeight - fromEnd;
    },
    erase(id) {
      if (!messages.has(id)) return;
      erase(id);
      arrange();
    },
    get: (id) => messages.get(id),
    oldestRoot,
    /** Whether there is more before the oldest of these. */
    setHasOlder(hasOlder) {
      floor = hasOlder ? oldestRoot() : null;
    },
    isEmpty: () => messages.size === 0,
    isAtEnd: () => sticks,
    isShort: () => scroller.scrollHeight - scroller.clientHeight < 2 * nearBottomPx,
    unfold(root) {
      folded.delete(root);
      if (threads.has(root)) showThread(root);
    },
    scrollToEnd,
    clear() {
      messages.clear();
      views.clear();
      threads.clear();
      early.clear();
      floor = null;
      list.replaceChildren();
      sticks = true;
      toNewest.hidden = true;
    },
  };

  function oldestRoot() {
    const roots = [...messages.values()].filter(({ thread, isSending }) => thread === null && !isSending);
    return roots.reduce((oldest, { id }) => (oldest === null || id < oldest ? id : oldest), null);
  }

  function redrawStatus(job) {
    for (const message of messages.values()) {
      if (message.body.kind === 'status' && message.body.view.job === job) views.get(message.id)?.view.update(message);
    }
  }
}

function isNearBottom({ scrollHeight, scrollTop, clientHeight }) {
  return scrollHeight - scrollTop - clientHeight < nearBottomPx;
}

/** The request right above already says it. */
function isPromptShown(messages, id) {
  const message = messages.get(id);
  const prompt = message?.body.view?.prompt ?? message?.body.post?.prompt;
  const root = messages.get(message?.thread);
  return prompt !== undefined && root?.body.kind === 'text' && root.body.text.includes(prompt);
}
