/** Where a message is written. Drafts are kept for each channel and visitor; a reload does not lose them. */
import { createAttachments } from './attachments.js';
import { createCompletionList } from './completion-list.js';
import { byId, h, icon } from './dom.js';

/**
 * @param {{ known: () => object, draftKey: () => string, onSend: (message: { text: string, pictures: object[], thread: string | null }) => void }} wishes
 */
export function createComposer({ known, draftKey, onSend }) {
  const box = byId('composer-text');
  const send = byId('send');
  const problem = byId('composer-problem');
  const replying = byId('replying');
  const completion = createCompletionList(box, byId('completion'), known);
  let thread = null;
  let isRestoring = false;
  let sendsWhenUploaded = false;

  const attachments = createAttachments(byId('attachments'), {
    onChange: () => {
      saveDraft();
      showReadiness();
      if (sendsWhenUploaded && !attachments.isUploading()) submit();
    },
    onProblem: (sentence) => {
      sendsWhenUploaded = false;
      showProblem(sentence);
    },
  });

  function showProblem(sentence) {
    problem.textContent = sentence;
    problem.hidden = sentence === '';
  }

  function showReadiness() {
    const isEmpty = box.value.trim() === '' && attachments.isEmpty();
    send.classList.toggle('is-ready', !isEmpty);
    send.setAttribute('aria-disabled', String(isEmpty));
  }

  function grow() {
    box.style.height = 'auto';
    box.style.height = `${Math.min(box.scrollHeight, innerHeight * 0.4)}px`;
  }

  function saveDraft() {
    if (isRestoring) return;
    const draft = { text: box.value, pictures: attachments.pictures(), thread };
    if (draft.text === '' && draft.pictures.length === 0) localStorage.removeItem(draftKey());
    else localStorage.setItem(draftKey(), JSON.stringify(draft));
  }

  function submit() {
    const text = box.value.trim();
    sendsWhenUploaded = attachments.isUploading();
    if (sendsWhenUploaded || (text === '' && attachments.isEmpty())) return;
    const message = { text, pictures: attachments.pictures(), thread: thread?.id ?? null };
    box.value = '';
    attachments.clear();
    completion.close();
    showProblem('');
    changed();
    onSend(message);
  }

  function changed() {
    grow();
    saveDraft();
    showReadiness();
  }

  function replyTo(target) {
    thread = target;
    replying.hidden = target === null;
    replying.replaceChildren(
      ...(target === null
        ? []
        : [
            h('span', {}, 'In the thread of ', h('strong', {}, target.title)),
            h(
              'button.icon-button',
              { type: 'button', 'aria-label': 'Write to the channel instead', onclick: () => replyTo(null) },
              icon('close'),
            ),
          ]),
    );
    saveDraft();
    if (!isRestoring) box.focus();
  }

  byId('composer').addEventListener('submit', (event) => {
    event.preventDefault();
    submit();
  });
  box.addEventListener('input', () => {
    showProblem('');
    changed();
  });
  box.addEventListener('keydown', (event) => {
    if (completion.handleKey(event)) event.preventDefault();
    else if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      submit();
    } else if (event.key === 'Escape' && thread !== null) replyTo(null);
  });
  takeFiles(attachments);

  return {
    replyTo,
    /** An example to try: it is put there, not sent. */
    suggest(text) {
      box.value = text;
      changed();
      box.focus();
      box.setSelectionRange(text.length, text.length);
    },
    pickFile: () => byId('files').click(),
    /** After the channel or the visitor changed. */
    restore() {
      isRestoring = true;
      const draft = JSON.parse(localStorage.getItem(draftKey()) ?? 'null');
      box.value = draft?.text ?? '';
      attachments.restore(draft?.pictures ?? []);
      replyTo(draft?.thread ?? null);
      isRestoring = false;
      showProblem('');
      grow();
      showReadiness();
    },
  };
}

/** By the button, from the clipboard, or dropped anywhere on the page. */
function takeFiles(attachments) {
  const input = byId('files');
  const drop = byId('drop');
  let depth = 0;
  const hasFiles = (event) => event.dataTransfer?.types.includes('Files') ?? false;
  const show = (isOver) => {
    drop.hidden = !isOver;
    if (!isOver) depth = 0;
  };
  byId('attach').addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    attachments.addAll([...input.files]);
    input.value = '';
    byId('composer-text').focus();
  });
  byId('composer-text').addEventListener('paste', (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    attachments.addAll(files);
  });
  addEventListener('dragenter', (event) => {
    if (!hasFiles(event)) return;
    depth += 1;
    show(true);
  });
  addEventListener('dragleave', (event) => {
    if (!hasFiles(event)) return;
    depth -= 1;
    if (depth <= 0) show(false);
  });
  addEventListener('dragover', (event) => {
    if (hasFiles(event)) event.preventDefault();
  });
  addEventListener('drop', (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    show(false);
    attachments.addAll([...event.dataTransfer.files]);
  });
}
