/** Turns what was written down into the command's call, and runs it. Whatever it needs to look up, it looks up here. */
import { type REST, Routes } from 'discord.js';
import type { Command, CommandCall, Reply } from '../../commands/command.ts';
import { refusal } from '../../commands/replies.ts';
import type { IncomingPicture } from '../../core/media/media.ts';
import { readSettings } from '../../core/settings/store.ts';
import { textsFor } from '../../core/texts/texts.ts';
import { toDestination } from './address.ts';
import { readRefusal } from './api-errors.ts';
import type { DiscordDatabase } from './discord-tables.ts';
import { type AskedCall, findCall, type OpenCall, type ShownForm, type ShownPicture } from './interaction-calls.ts';
import { isExpired, picturedMessage, picturesOf } from './message-pictures.ts';
import type { Places } from './places.ts';

export interface RunEdges {
  readonly database: DiscordDatabase;
  readonly rest: REST;
  readonly places: Places;
  readonly now: () => Date;
}

/** @throws when it is not known what happened: the same once more is safe, because its origin makes it one job */
export async function runAsked(
  edges: RunEdges,
  commands: readonly Command[],
  { id, call }: OpenCall & { readonly call: AskedCall },
): Promise<Reply> {
  const texts = textsFor(call.asker.locale).discord;
  const command = commands.find(({ name }) => name === call.command);
  if (command === undefined) return refusal(texts.unknownCommand);
  if (call.missing.length > 0) return refusal(texts.missingPermissions(call.missing));

  const shown = call.form === null ? null : await findShown(edges, call.form, call.asker.person);
  if (shown === 'gone') return refusal(texts.formTooOld);
  const pictures = { ...call.pictures, ...(shown && { image: shown.picture }) };
  const place = {
    ...call.place,
    ...(shown && { request: shown.message }),
    isSpoiler: Object.values(pictures).some(({ isSpoiler }) => isSpoiler),
    hasOwnThread: (await readSettings(edges.database, call.asker.tenant)).place === 'thread',
  };
  return command.run({
    origin: id,
    asker: { ...call.asker, isAgeRestricted: await isAgeRestricted(edges, call) },
    destination: toDestination(place),
    values: call.values,
    pictures: toIncoming(pictures),
    askWith: '/hailuo create prompt:',
  });
}

/** The signed address is fetched at once by whoever takes the picture in. */
export function toIncoming(pictures: Readonly<Record<string, ShownPicture>>): CommandCall['pictures'] {
  const incoming = Object.entries(pictures).map(([name, { url }]): [string, IncomingPicture] => [
    name,
    { from: 'url', url },
  ]);
  return Object.fromEntries(incoming);
}

async function isAgeRestricted({ places }: RunEdges, { asker, place }: AskedCall): Promise<boolean> {
  if (asker.isAgeRestricted !== null) return asker.isAgeRestricted;
  return place.guild !== null && place.isMember && places.isAgeRestricted(place.guild, place.channel);
}

interface Found {
  readonly message: string;
  readonly picture: ShownPicture;
}

/** `gone`: swept, somebody else's, or its picture cannot be fetched any more. */
async function findShown(
  edges: RunEdges,
  form: NonNullable<AskedCall['form']>,
  person: string,
): Promise<Found | 'gone'> {
  const row = await findCall(edges.database, form.id);
  if (row?.call.kind !== 'pictures' || row.call.person !== person) return 'gone';
  const { pictures, message } = row.call;
  const picture = pictures.find(({ id }) => id === form.picture) ?? pictures[0];
  if (picture === undefined) return 'gone';
  if (!isExpired(picture, edges.now())) return { message, picture };
  const fresh = await fetchAgain(edges, row.call, picture);
  return fresh === null ? 'gone' : { message, picture: fresh };
}

/** A message carries addresses that are good from now (platforms/discord.md §4). Null where it may not be read. */
async function fetchAgain(
  { rest }: RunEdges,
  { channel, message }: ShownForm,
  { id }: ShownPicture,
): Promise<ShownPicture | null> {
  try {
    const read = picturedMessage.parse(await rest.get(Routes.channelMessage(channel, message)));
    return picturesOf(read).find((picture) => picture.id === id) ?? null;
  } catch (error) {
    if (readRefusal(error) !== null) return null;
    throw error;
  }
}
