/** Draws what a person typed: the command and the camera movements stand out, the rest is plain text. */
import { h } from './dom.js';

const directive = /(\[[^[\]]{1,80}\])/;

export function drawText(text) {
  const command = /^\/hailuo(?=\s|$)/.exec(text)?.[0] ?? '';
  const rest = text.slice(command.length);
  const parts = rest.split(directive).map((part) => (directive.test(part) ? h('span.directive', {}, part) : part));
  return h(
    'p.text',
    {},
    command !== '' && h('span.command', {}, command),
    ...(command === '' && !rest.includes('[') ? [rest] : parts),
  );
}
