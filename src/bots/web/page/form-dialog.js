/** A form in a dialog. The focus goes in, stays in, and comes back to where it was. */
import { insist, newId, post } from './api.js';
import { h } from './dom.js';

/**
 * What was changed and not sent is there again when the form is opened again.
 * @param {string} message the form's own message
 * @param {object} form as the command drew it
 * @param {{ opener: HTMLElement | null, putAway: () => void }} wishes
 *   the opener gets the focus back; a form closed as it came is put away
 */
export function openFormDialog(message, form, { opener, putAway }) {
  const id = newId();
  const draftKey = `hailuo.form.${message}`;
  let isSent = false;
  const problem = h('p.problem', { role: 'alert', hidden: true });
  const fields = form.fields.filter(({ kind }) => kind !== 'picture').map(createField);
  const asItCame = JSON.stringify(fields.map(({ get }) => get()));
  const draft = JSON.parse(sessionStorage.getItem(draftKey) ?? 'null');
  for (const [index, { set }] of fields.entries()) if (draft?.length === fields.length) set(draft[index]);
  const submit = h('button.primary', { type: 'submit' }, form.submitLabel);
  const dialog = h(
    'dialog.dialog',
    { 'aria-labelledby': 'form-title' },
    h(
      'form',
      { method: 'dialog', onsubmit: send },
      h('h2', { id: 'form-title' }, form.title),
      ...fields.map(({ element }) => element),
      problem,
      h(
        'div.dialog-buttons',
        {},
        h('button.button', { type: 'button', onclick: () => dialog.close() }, 'Close'),
        submit,
      ),
    ),
  );

  async function send(event) {
    event.preventDefault();
    if (submit.disabled) return;
    submit.disabled = true;
    const values = Object.fromEntries(fields.flatMap(({ read }) => read()));
    try {
      await insist(() => post('/forms', { id, message, values }));
      isSent = true;
      dialog.close();
    } catch (error) {
      problem.textContent = error.message;
      problem.hidden = false;
      submit.disabled = false;
    }
  }

  dialog.addEventListener('close', () => {
    const entered = JSON.stringify(fields.map(({ get }) => get()));
    if (isSent) sessionStorage.removeItem(draftKey);
    else if (entered === asItCame) putAway();
    else sessionStorage.setItem(draftKey, entered);
    dialog.remove();
    opener?.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector('textarea, input, select')?.focus();
}

/** @returns its element, what was entered as `[name, value]` or nothing, and how to keep and put back what it shows */
function createField(field) {
  const id = `field-${field.name}`;
  const label = field.name.replaceAll('_', ' ').replace(/^./, (letter) => letter.toUpperCase());
  const input = createInput(field, id);
  const isSwitch = field.kind === 'switch';
  const hint = h('span.field-hint', { id: `${id}-hint` }, field.description);
  input.setAttribute('aria-describedby', hint.id);
  const element = isSwitch
    ? h('div.field.is-switch', {}, input, h('label', { for: id }, label), hint)
    : h('div.field', {}, h('label', { for: id }, label), input, hint);
  return {
    element,
    get: () => (isSwitch ? input.checked : input.value),
    set: (value) => {
      if (isSwitch) input.checked = value === true;
      else input.value = String(value);
    },
    read() {
      if (isSwitch) return [[field.name, input.checked]];
      return input.value === '' ? [] : [[field.name, input.value]];
    },
  };
}

function createInput(field, id) {
  const value = field.value ?? field.fallback;
  switch (field.kind) {
    case 'choice': {
      const choices = field.choices.map((choice) =>
        h('option', { value: choice, selected: String(choice) === String(value) }, String(choice)),
      );
      const none =
        field.isRequired || field.fallback !== undefined ? [] : [h('option', { value: '' }, 'Chosen for you')];
      return h('select', { id, required: field.isRequired }, ...none, ...choices);
    }
    case 'switch':
      return h('input', { id, type: 'checkbox', checked: String(value) === 'true' });
    default: {
      const isLong = (field.maxLength ?? 0) > 200;
      const input = h(isLong ? 'textarea' : 'input', {
        id,
        required: field.isRequired,
        maxlength: field.maxLength,
        rows: isLong ? 5 : undefined,
      });
      input.value = value === undefined ? '' : String(value);
      return input;
    }
  }
}
