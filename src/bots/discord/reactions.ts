/**
 * The emoji under a picture. An event carries neither the message nor a token (platforms/discord.md §6): the message is
 * read by REST, and a no goes to the person's direct messages, never into the channel.
 */
import { type REST, Routes } from 'discord.js';
import { z } from 'zod';
import type { Card, Command, CommandCall } from '../../commands/command.ts';
import type { Log } from '../../core/log.ts';
import { readSettings } from '../../core/settings/store.ts';
import { textsFor } from '../../core/texts/texts.ts';
import { toDestination } from './address.ts';
import { readRefusal } from './api-errors.ts';
import type { DirectMessages } from './direct-messages.ts';
import type { DiscordDatabase } from './discord-tables.ts';
import { forgetCall, type OpenCall, type ReactedCall, type ShownPicture } from './interaction-calls.ts';
import { picturedMessage, picturesOf } from './message-pictures.ts';
import { isFirstTime } from './notices.ts';
import type { Place, Places } from './places.ts';
import { toIncoming } from './run-asked.ts';

export interface ReactionEdges {
  readonly database: DiscordDatabase;
  readonly rest: REST;
  readonly places: Places;
  readonly direct: DirectMessages;
  readonly log: Log;
  readonly now: () => Date;
  /** Whether the portal's switch lets this bot read what others wrote. */
  readonly maySeeContent: () => Promise<boolean>;
}

const reactedMessage = picturedMessage.extend({
  content: z.string().default(''),
  author: z.object({ id: z.string(), username: z.string(), global_name: z.string().nullish() }),
});
type ReactedMessage = z.output<typeof reactedMessage>;

type Reacted = OpenCall & { readonly call: ReactedCall };

/** @throws when it is not known what happened: the same once more is safe, because its origin makes it one job */
export async function runReacted(edges: ReactionEdges, commands: readonly Command[], open: Reacted): Promise<void> {
  const { call } = open;
  const create = commands.find(({ name }) => name === 'create');
  const place = await findPlace(edges.places, call);
  const message = place && (await readMessage(edges.rest, call));
  if (create === undefined || place === null || message === null) return;
  const [picture] = picturesOf(message);
  if (picture === undefined) return passOver(edges, open, place, message);
  if (place.missing.length > 0) {
    const sentence = textsFor(place.locale).discord.missingPermissions(place.missing);
    return refuse(edges, open, place, { paragraphs: [sentence] });
  }
  const { place: clipsGo } = await readSettings(edges.database, tenantOf(call));
  const name = call.name ?? message.author.global_name ?? message.author.username;
  const reply = await create.run(toCommandCall(open, place, { picture, name, hasOwnThread: clipsGo === 'thread' }));
  if (reply.kind === 'card') await refuse(edges, open, place, reply.card);
}

interface Seen {
  readonly picture: ShownPicture;
  readonly name: string;
  readonly hasOwnThread: boolean;
}

function toCommandCall({ id, call }: Reacted, place: Place, { picture, name, hasOwnThread }: Seen): CommandCall {
  const { guild, channel, message, person, roles } = call;
  const { locale, isAdmin, isAgeRestricted } = place;
  return {
    origin: id,
    asker: { tenant: tenantOf(call), person, name, channel: place.channel, roles, locale, isAdmin, isAgeRestricted },
    destination: toDestination({
      guild,
      channel,
      person,
      request: message,
      interaction: null,
      isMember: true,
      isSpoiler: picture.isSpoiler,
      hasOwnThread,
    }),
    values: {},
    pictures: toIncoming({ image: picture }),
  };
}

/** No picture to be seen: mostly somebody just likes a message, and hears nothing. Tomorrow it may have one. */
async function passOver(edges: ReactionEdges, open: Reacted, place: Place, message: ReactedMessage): Promise<void> {
  const { guild } = open.call;
  if (guild !== null && isBlank(message) && !(await edges.maySeeContent())) {
    await explainBlindness(edges, { ...open.call, guild }, place);
  }
  await forgetCall(edges.database, open.id);
}

export function tenantOf({ guild, person }: Pick<ReactedCall, 'guild' | 'person'>): string {
  return guild === null ? `discord:user:${person}` : `discord:${guild}`;
}

/** Null where the bot sees nothing. A direct message is nobody else's business, and everything that matters is allowed there. */
async function findPlace(places: Places, { guild, channel, person, roles }: ReactedCall): Promise<Place | null> {
  if (guild !== null) return places.look(guild, channel, { id: person, roles });
  return { channel, isAgeRestricted: false, missing: [], isAdmin: false, locale: 'en-US' };
}

/** Null when it is gone, or the bot may not read it. */
async function readMessage(rest: REST, { channel, message }: ReactedCall): Promise<ReactedMessage | null> {
  try {
    return reactedMessage.parse(await rest.get(Routes.channelMessage(channel, message)));
  } catch (error) {
    if (readRefusal(error) !== null) return null;
    throw error;
  }
}

/** As Discord shows it to an application that may not read what others write: nothing at all, silently. */
function isBlank(message: ReactedMessage): boolean {
  return message.content === '' && message.attachments.length === 0 && message.embeds.length === 0;
}

/** Told and forgotten, so that the same reaction once more is a new try. */
async function refuse({ direct, database }: ReactionEdges, open: Reacted, place: Place, card: Card): Promise<void> {
  await forgetCall(database, open.id);
  await direct.send(open.call.person, { tone: 'refusal', card }, place.locale);
}

/** The admins hear once what to switch on, the person once how it goes without. */
async function explainBlindness(
  edges: ReactionEdges,
  { guild, person }: ReactedCall & { readonly guild: string },
  { locale }: Place,
): Promise<void> {
  const { database, direct, places, log, now } = edges;
  const words = textsFor(locale).discord;
  if (await isFirstTime(database, guild, 'no-content-intent', now())) {
    log.warn('discord.no-content-intent', { guild, advice: textsFor('en').discord.noContentIntent });
    const admins = await places.adminsOf(guild);
    const said = { tone: 'plain', card: { paragraphs: [words.noContentIntent] } } as const;
    const isTold = admins?.systemChannel != null && (await direct.post(admins.systemChannel, said, locale));
    if (!isTold && admins !== null) await direct.send(admins.owner, said, locale);
  }
  if (await isFirstTime(database, `${guild}:${person}`, 'use-the-menu', now())) {
    await direct.send(person, { tone: 'plain', card: { paragraphs: [words.useTheMenu] } }, locale);
  }
}
