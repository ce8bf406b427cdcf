/** The live connection. It comes back by itself, and asks for what it missed by the last cursor it saw. */

const silentForMs = 30_000;
const hiddenForMs = 60_000;

/**
 * @param {{ visitor: string, cursor: number, onEvent: (name: string, data: object) => void, onState: (isConnected: boolean) => void }} wishes
 */
export function connect({ visitor, cursor, onEvent, onState }) {
  let source = null;
  let last = cursor;
  let delayMs = 400;
  let retry;
  let silence;
  let hidden;
  let isOver = false;

  function open() {
    clearTimeout(retry);
    source?.close();
    source = new EventSource(`/api/events?visitor=${encodeURIComponent(visitor)}&after=${last}`);
    for (const name of ['hello', 'reset', 'message', 'channel', 'beat']) {
      source.addEventListener(name, (event) => hear(name, event));
    }
    source.addEventListener('error', lose);
    listenForSilence();
  }

  function hear(name, event) {
    delayMs = 400;
    listenForSilence();
    if (name === 'hello') onState(true);
    if (event.lastEventId !== '') last = Math.max(last, Number(event.lastEventId));
    onEvent(name, JSON.parse(event.data));
  }

  /** A browser gives up on some answers, so that coming back is our own business. */
  function lose() {
    source?.close();
    source = null;
    clearTimeout(retry);
    clearTimeout(silence);
    if (isOver) return;
    onState(false);
    retry = setTimeout(open, delayMs * (0.7 + Math.random() * 0.6));
    delayMs = Math.min(delayMs * 1.6, 5000);
  }

  function listenForSilence() {
    clearTimeout(silence);
    silence = setTimeout(lose, silentForMs);
  }

  /** A browser keeps six connections to one server: a tab nobody looks at gives its own back. */
  function watchVisibility() {
    clearTimeout(hidden);
    if (document.visibilityState === 'hidden') {
      hidden = setTimeout(() => {
        source?.close();
        source = null;
        clearTimeout(silence);
      }, hiddenForMs);
    } else if (source === null) open();
  }

  document.addEventListener('visibilitychange', watchVisibility);
  addEventListener('online', open);
  open();
  return {
    close() {
      isOver = true;
      clearTimeout(hidden);
      document.removeEventListener('visibilitychange', watchVisibility);
      removeEventListener('online', open);
      lose();
    },
  };
}
