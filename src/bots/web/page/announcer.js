/** Speaks to screen readers: what happened, not every tick of a clock. */
import { byId } from './dom.js';

let waiting = [];
let timer;

/** Things said in the same moment are said together, in order. */
export function announce(sentence) {
  waiting.push(sentence);
  clearTimeout(timer);
  timer = setTimeout(() => {
    byId('announcer').textContent = waiting.join(' ');
    waiting = [];
  }, 250);
}

/** Forgets what was said and what was about to be: it was for somebody else's ears. */
export function hush() {
  waiting = [];
  clearTimeout(timer);
  byId('announcer').textContent = '';
}
