/** Pictures on their way into a message: each is handed in at once, so that a bad one is refused before sending. */
import { Refused, upload } from './api.js';
import { h, icon } from './dom.js';

const most = 4;

/** @param {HTMLElement} list @param {{ onChange: () => void, onProblem: (sentence: string) => void }} wishes */
export function createAttachments(list, { onChange, onProblem }) {
  let attached = [];
  let next = 0;

  function draw() {
    list.hidden = attached.length === 0;
    list.replaceChildren(...attached.map(drawOne));
    onChange();
  }

  function drawOne(item) {
    const state = item.state === 'uploading' ? 'uploading' : item.name;
    return h(
      `li.attachment.is-${item.state}`,
      {},
      h('img', { src: item.preview, alt: state, title: item.name }),
      h(
        'button.icon-button',
        { type: 'button', 'aria-label': `Remove ${item.name}`, onclick: () => drop(item) },
        icon('close'),
      ),
    );
  }

  function drop(item) {
    attached = attached.filter((other) => other.key !== item.key);
    draw();
  }

  async function add(file) {
    if (attached.length >= most) {
      onProblem(`A message takes at most ${most} pictures.`);
      return;
    }
    const item = {
      key: next++,
      name: file.name || 'picture',
      preview: URL.createObjectURL(file),
      state: 'uploading',
      picture: null,
    };
    attached = [...attached, item];
    draw();
    try {
      const picture = await upload(file);
      replace(item, { state: 'kept', picture });
    } catch (error) {
      drop(item);
      onProblem(
        `${item.name}: ${error instanceof Refused ? error.message : 'could not be uploaded. Is the server running?'}`,
      );
    }
  }

  function replace(item, change) {
    attached = attached.map((other) => (other.key === item.key ? { ...other, ...change } : other));
    draw();
  }

  return {
    addAll(files) {
      for (const file of files) {
        if (file.type === '' || file.type.startsWith('image/')) void add(file);
        else onProblem(`${file.name} is not a picture.`);
      }
    },
    isUploading: () => attached.some(({ state }) => state === 'uploading'),
    isEmpty: () => attached.length === 0,
    pictures: () => attached.flatMap(({ picture }) => picture ?? []),
    restore(pictures) {
      attached = pictures.map((picture) => ({
        key: next++,
        name: 'picture',
        preview: picture.url,
        state: 'kept',
        picture,
      }));
      draw();
    },
    clear() {
      attached = [];
      draw();
    },
  };
}
