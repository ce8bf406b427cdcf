/** What was written and not yet acknowledged. It survives a reload, and sending it twice is sending it once. */
import { insist, newId, post, Refused } from './api.js';

/**
 * @param {{ visitor: string, onChange: () => void, onSent: (view: object) => void }} wishes
 */
export function openOutbox({ visitor, onChange, onSent }) {
  const key = `hailuo.outbox.${visitor}`;
  let letters = read(key);
  let isSending = false;
  let isOver = false;

  function save() {
    localStorage.setItem(key, JSON.stringify(letters));
    onChange();
  }

  async function sendAll() {
    if (isSending) return;
    isSending = true;
    for (let letter = next(); letter !== undefined && !isOver; letter = next()) await sendOne(letter);
    isSending = false;
  }

  function next() {
    return letters.find(({ problem }) => problem === null);
  }

  async function sendOne(letter) {
    const { id, channel, thread, text, pictures } = letter;
    const body = { id, channel, thread, text, pictures: pictures.map((picture) => picture.id) };
    try {
      const view = await insist(
        () => post('/messages', body),
        () => mark(letter, { isWaiting: true }),
      );
      if (isOver) return;
      letters = letters.filter((other) => other.id !== id);
      onSent(view);
      save();
    } catch (error) {
      mark(letter, { problem: error instanceof Refused ? error.message : 'This could not be sent.' });
    }
  }

  function mark({ id }, change) {
    if (isOver) return;
    letters = letters.map((letter) => (letter.id === id ? { ...letter, ...change } : letter));
    save();
  }

  void sendAll();
  return {
    letters: () => letters,
    /** @returns the message's id, by which its answer can be told */
    send({ channel, thread, text, pictures }) {
      const id = newId();
      letters = [...letters, { id, channel, thread, text, pictures, at: Date.now(), isWaiting: false, problem: null }];
      save();
      void sendAll();
      return id;
    },
    retry(id) {
      mark({ id }, { problem: null });
      void sendAll();
    },
    discard(id) {
      letters = letters.filter((letter) => letter.id !== id);
      save();
    },
    close() {
      isOver = true;
    },
  };
}

function read(key) {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? '[]');
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];
  }
}
