/** The app's Home: what a person may use, what is in the making and what was made, and for admins what is set. Pure. */
import type { HomeView, KnownBlock } from '@slack/types';
import type { Card } from '../../../commands/command.ts';
import { textsFor } from '../../../core/texts/texts.ts';
import { escapeLine } from '../mrkdwn.ts';
import { actions, button, chunk, context, divider, type Group, header, limits, section } from './blocks.ts';
import { drawGroups } from './card.ts';

export interface HomeParts {
  readonly quota: Card;
  /** Null: nothing is in the making. */
  readonly running: Card | null;
  /** Null: nothing was made yet. */
  readonly recent: Card | null;
  /** Null: this person is no admin. */
  readonly settings: Card | null;
  /** A plain sentence on top of everything: what became of what they pressed. */
  readonly notice: string | null;
  /** Buttons under the settings. The id is the button's `action_id`; no click there has a channel or a `response_url`. */
  readonly forms: readonly { readonly id: string; readonly label: string }[];
}

/** The `action_id` of the button that opens the form for a new clip. */
export const makeAction = 'hailuo-create';

const longestNotice = 600;

/**
 * Within Slack's limits whatever there is to show. When it is too much, the oldest of the last clips are left out
 * first: they are in `/hailuo jobs` too.
 */
export function drawHome({ quota, running, recent, settings, notice, forms }: HomeParts, locale: string): HomeView {
  const t = textsFor(locale).slack.home;
  const titled = (title: string, card: Card | null, otherwise: string): Group[] => [
    group(header(title)),
    ...(card === null
      ? [group(section(escapeLine(otherwise, longestNotice)))]
      : drawGroups({ ...card, title: '' }, { tone: 'plain', isPrivate: true }, locale)),
  ];
  const formButtons = chunk(forms, limits.actions).map((some) =>
    actions(some.map(({ id, label }) => button({ actionId: id, label }))),
  );
  const make = actions([button({ actionId: makeAction, label: t.make, style: 'primary' })]);

  const hasRoom = createRoom();
  // Up to the first that does not fit: a list with a hole in it would say something else.
  const keep = (groups: readonly Group[]): KnownBlock[] => {
    const end = groups.findIndex((each) => !hasRoom(each));
    return groups.slice(0, end === -1 ? groups.length : end).flatMap(({ blocks }) => blocks);
  };
  const top = keep([
    group(header(t.greeting)),
    ...(notice === null ? [] : [group(section(`*${escapeLine(notice, longestNotice)}*`))]),
    group(context([escapeLine(t.howTo, longestNotice)])),
    ...(make === null ? [] : [group(make)]),
    ...titled(t.quota, quota, ''),
    ...titled(t.running, running, t.noneRunning),
  ]);
  const bottom = keep(
    settings === null && forms.length === 0
      ? []
      : [
          group(divider()),
          ...titled(t.settings, settings, t.settingsHint),
          ...(settings === null ? [] : [group(context([escapeLine(t.settingsHint, longestNotice)]))]),
          ...formButtons.flatMap((row) => (row === null ? [] : [group(row)])),
        ],
  );
  const middle = keep(titled(t.recent, recent, t.noneYet));
  return { type: 'home', blocks: [...top, ...middle, ...bottom] };
}

/** Room is given to whoever asks first. */
function createRoom(): (group: Group) => boolean {
  let blocksLeft: number = limits.viewBlocks;
  // For what stands around the blocks.
  let bytesLeft: number = limits.viewBytes - 1000;
  return ({ blocks }) => {
    const bytes = Buffer.byteLength(JSON.stringify(blocks));
    if (blocks.length > blocksLeft || bytes > bytesLeft) return false;
    blocksLeft -= blocks.length;
    bytesLeft -= bytes;
    return true;
  };
}

function group(...blocks: readonly KnownBlock[]): Group {
  return { blocks, text: '' };
}
