/** A job's status: its stage, its place in line and the time left, ticking by itself between the server's words. */
import { announce } from './announcer.js';
import { createButtons } from './buttons.js';
import { h, icon } from './dom.js';
import { asMinutes, ordinal, serverNowSeconds, timeLeft } from './time.js';

const running = new Set();
const finals = ['done', 'failed', 'cancelled'];

setInterval(() => {
  for (const tick of running) tick();
}, 1000);

/**
 * @param {{ press: Function, isPromptShown: () => boolean, hasClip: (job: string) => boolean, isMine: (view: object) => boolean }} context
 */
export function createStatusCard(body, context) {
  const mark = h('span.mark');
  const sentence = h('p.sentence');
  const place = h('span.place');
  const prompt = h('p.prompt');
  const bar = h('progress.bar', { max: 1 });
  const summary = h('span');
  const provider = h('span');
  const elapsed = h('span.elapsed');
  const left = h('span.left');
  const buttons = createButtons(context.press);
  const element = h(
    'section.status',
    {},
    h('div.stage', {}, mark, sentence, place),
    prompt,
    bar,
    h('p.meta', {}, summary, provider, elapsed, left),
    buttons.element,
  );
  let view = body.view;

  function tick() {
    if (!element.isConnected && element.dataset.shown === 'yes') {
      running.delete(tick);
      return;
    }
    const now = serverNowSeconds();
    elapsed.textContent = `${asMinutes(now - view.acceptedAt)} so far`;
    left.textContent = view.expected === null ? '' : timeLeft(view.expected.from - now, view.expected.to - now);
    left.hidden = left.textContent === '';
    showProgress(bar, progressOf(view, now), left.textContent);
  }

  function update(next) {
    const previous = view.state;
    view = next.view;
    const isOver = finals.includes(view.state);
    const isQuiet = view.state === 'done' && context.hasClip(view.job);
    element.className = `status is-${view.state}${isOver ? ' is-over' : ''}${isQuiet ? ' is-quiet' : ''}`;
    element.setAttribute('aria-label', `Clip for ${view.asker.name}: ${view.state}`);
    mark.replaceChildren(
      ...(isOver ? [icon(view.state === 'done' ? 'check' : view.state === 'failed' ? 'alert' : 'cancel')] : []),
    );
    sentence.textContent = view.sentence;
    place.textContent = view.place === null ? '' : `${ordinal(view.place)} in line`;
    place.hidden = view.place === null;
    prompt.textContent = view.prompt;
    prompt.hidden = context.isPromptShown();
    summary.textContent = view.summary;
    provider.textContent = view.provider ?? '';
    provider.hidden = view.provider === null;
    buttons.show(isQuiet ? [] : view.buttons);
    bar.hidden = isOver;
    elapsed.hidden = isOver;
    left.hidden = isOver;
    if (isOver) running.delete(tick);
    else {
      running.add(tick);
      tick();
    }
    if (view.state !== previous && context.isMine(view)) announce(view.sentence);
  }

  update(body);
  requestAnimationFrame(() => {
    element.dataset.shown = 'yes';
  });
  return { element, update };
}

/** @returns 0 to 1, or null while nobody can tell; a guess from times never reaches the end by itself */
function progressOf(view, now) {
  if (view.fraction !== null) return view.fraction;
  if (view.expected === null || view.renderingSince === null) return null;
  const middle = (view.expected.from + view.expected.to) / 2;
  const share = (now - view.renderingSince) / Math.max(1, middle - view.renderingSince);
  return share < 0.8 ? Math.max(0.02, share) : 1 - 0.2 * Math.exp(-(share - 0.8) / 0.4);
}

function showProgress(bar, progress, left) {
  if (progress === null) bar.removeAttribute('value');
  else bar.value = Math.min(0.99, progress);
  bar.setAttribute('aria-label', left === '' ? 'Progress' : `Progress, ${left}`);
}
