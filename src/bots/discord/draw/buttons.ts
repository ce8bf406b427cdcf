/** Buttons under a message, within the classic limits: five rows of five (platforms/discord.md §3). */
import {
  type APIActionRowComponent,
  type APIButtonComponent,
  type APIButtonComponentWithCustomId,
  type APIButtonComponentWithURL,
  ButtonStyle,
  ComponentType,
} from 'discord-api-types/v10';
import type { Button, ButtonAction } from '../../../core/delivery/delivery.ts';
import { customIdOf } from './custom-id.ts';
import { cut } from './cut.ts';

/** A button that opens a page and tells nobody. */
interface LinkButton {
  readonly label: string;
  readonly url: string;
}

const buttonsPerRow = 5;
const rowsPerMessage = 5;
const longestLabel = 80;
const longestUrl = 512;

const styles: Record<ButtonAction, APIButtonComponentWithCustomId['style']> = {
  cancel: ButtonStyle.Danger,
  again: ButtonStyle.Secondary,
  remix: ButtonStyle.Secondary,
  continue: ButtonStyle.Secondary,
  retry: ButtonStyle.Primary,
};

/**
 * Rows for a message's `components`, links last; empty when there is nothing to press, which is also what takes
 * earlier buttons away. Of the same button twice one is drawn, and what no message could hold is left out:
 * the 26th button, an address that is not http(s) or longer than 512 characters.
 */
export function drawButtons(
  buttons: readonly Button[],
  links: readonly LinkButton[] = [],
): APIActionRowComponent<APIButtonComponent>[] {
  const drawn = new Map<string, APIButtonComponent>();
  for (const button of buttons) drawn.set(customIdOf(button), drawButton(button));
  const all = [...drawn.values(), ...links.filter(({ url }) => isOpenable(url)).map(drawLink)];
  const rows = Array.from({ length: Math.ceil(all.length / buttonsPerRow) }, (_, row) =>
    all.slice(row * buttonsPerRow, (row + 1) * buttonsPerRow),
  );
  return rows.slice(0, rowsPerMessage).map((components) => ({ type: ComponentType.ActionRow, components }));
}

/** Whether a link button may lead there: a clip's link is relative, and no use here, without a public address. */
function isOpenable(url: string): boolean {
  return url.length <= longestUrl && URL.canParse(url) && /^https?:/i.test(url);
}

function drawButton(button: Button): APIButtonComponentWithCustomId {
  return {
    type: ComponentType.Button,
    style: styles[button.action],
    custom_id: customIdOf(button),
    label: cut(button.label, longestLabel),
  };
}

function drawLink({ label, url }: LinkButton): APIButtonComponentWithURL {
  return { type: ComponentType.Button, style: ButtonStyle.Link, url, label: cut(label, longestLabel) };
}
