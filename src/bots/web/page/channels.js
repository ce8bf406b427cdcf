/** The channels in the sidebar, which on a phone is a drawer. */
import { post } from './api.js';
import { byId, h, icon } from './dom.js';
import { askName } from './visitors.js';

/** @param {(name: string) => void} onOpen */
export function createChannels(onOpen) {
  const list = byId('channels');
  const drawer = createDrawer();
  let names = [];
  let current = '';
  const unread = new Map();

  function draw() {
    list.replaceChildren(
      ...names.map((name) => {
        const count = unread.get(name) ?? 0;
        return h(
          'li',
          {},
          h(
            `button.channel${count > 0 ? '.has-unread' : ''}`,
            {
              type: 'button',
              'aria-current': name === current ? 'page' : undefined,
              onclick: () => {
                drawer.close();
                onOpen(name);
              },
            },
            h('span.hash', { 'aria-hidden': 'true' }, '#'),
            h('span.channel-name', {}, name),
            count > 0 && h('span.unread', {}, String(count), h('span.unseen', {}, ' new')),
          ),
        );
      }),
    );
  }

  byId('add-channel').append(icon('plus'));
  byId('add-channel').addEventListener('click', async (event) => {
    const channel = await askName({
      title: 'Add a channel',
      text: 'Everybody on this server sees it.',
      label: 'Channel name',
      submitLabel: 'Add',
      isRequired: false,
      opener: event.currentTarget,
      save: (name) => post('/channels', { name }),
    });
    if (channel === null) return;
    add(channel.name);
    onOpen(channel.name);
  });

  function add(name) {
    if (!names.includes(name)) names = [...names, name];
    draw();
  }

  return {
    add,
    names: () => names,
    show(all, open) {
      names = [...all];
      current = open;
      unread.delete(open);
      draw();
    },
    noteUnread(name) {
      unread.set(name, (unread.get(name) ?? 0) + 1);
      draw();
    },
  };
}

function createDrawer() {
  const sidebar = byId('sidebar');
  const scrim = byId('scrim');
  const opener = byId('open-sidebar');
  const phone = matchMedia('(max-width: 46rem)');
  opener.append(icon('menu'));

  function set(isOpen) {
    sidebar.classList.toggle('is-open', isOpen);
    scrim.hidden = !isOpen;
    opener.setAttribute('aria-expanded', String(isOpen));
    // Off the screen means out of the tab order too.
    sidebar.inert = phone.matches && !isOpen;
    byId('main').inert = phone.matches && isOpen;
    if (isOpen) sidebar.querySelector('[aria-current]')?.focus();
  }

  function close() {
    if (!sidebar.classList.contains('is-open')) return;
    set(false);
    opener.focus();
  }

  opener.addEventListener('click', () => set(true));
  scrim.addEventListener('click', close);
  document.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape' && document.querySelector('dialog[open]') === null) close();
  });
  phone.addEventListener('change', () => set(false));
  set(false);
  return { close };
}
