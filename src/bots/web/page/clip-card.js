/** A finished clip, playing where it stands. */
import { createButtons } from './buttons.js';
import { h, icon } from './dom.js';

/** @param {{ press: Function, isPromptShown: () => boolean }} context */
export function createClipCard(body, context) {
  const player = h('div.player');
  const caption = h('p.caption');
  const prompt = h('p.prompt');
  const facts = h('p.meta');
  const buttons = createButtons(context.press);
  const element = h('figure.clip', {}, player, h('figcaption', {}, caption, prompt, facts), buttons.element);
  let shown = '';

  function update({ post }) {
    // A new link to the same clip is no reason to stop somebody watching it.
    if (post.clip.id !== shown) {
      shown = post.clip.id;
      player.replaceChildren(post.isInline ? createVideo(post) : createLink(post));
    }
    caption.textContent = post.caption;
    prompt.textContent = post.prompt;
    prompt.hidden = context.isPromptShown();
    facts.replaceChildren(
      h('span', {}, `${post.clip.width} × ${post.clip.height}`),
      h(
        'a.download',
        { href: post.clip.url, download: `hailuo-${post.job}.mp4` },
        icon('download'),
        `Download (${megabytes(post.clip.bytes)})`,
      ),
    );
    buttons.show(post.buttons);
  }

  update(body);
  return { element, update };
}

function createVideo({ clip, poster, prompt }) {
  return h('video', {
    src: clip.url,
    poster: poster?.url,
    width: clip.width,
    height: clip.height,
    controls: true,
    preload: 'metadata',
    playsinline: true,
    'aria-label': `Clip: ${prompt}`,
  });
}

function createLink({ clip, poster, prompt }) {
  const picture =
    poster &&
    h('img', { src: poster.url, alt: `First frame of: ${prompt}`, width: poster.width, height: poster.height });
  return h(
    'a.clip-link',
    { href: clip.url, target: '_blank', rel: 'noopener' },
    picture,
    h('span', {}, 'Open the clip'),
  );
}

function megabytes(bytes) {
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
