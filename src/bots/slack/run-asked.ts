/** Turns what was written down into the command's call, and runs it. Whatever it needs to look up, it looks up here. */
import type { Command, CommandCall, Reply } from '../../commands/command.ts';
import { refusal } from '../../commands/replies.ts';
import type { IncomingPicture } from '../../core/media/media.ts';
import { type Texts, textsFor } from '../../core/texts/texts.ts';
import type { Asker } from '../../core/values.ts';
import { type InstallationKey, type SlackAddress, tenantOf, toDestination } from './address.ts';
import type { CallPlace } from './calls.ts';
import type { Direct } from './direct.ts';
import { type FileProblem, type FilesIn, mostFileBytes } from './files-in.ts';
import type { Groups } from './groups.ts';
import type { ShownPicture } from './message-files.ts';
import type { Person } from './people.ts';
import type { Places } from './places.ts';
import { wordsOnSlack } from './slack-commands.ts';
import type { SlackDatabase } from './slack-tables.ts';

export interface RunEdges {
  readonly database: SlackDatabase;
  readonly places: Places;
  readonly files: FilesIn;
  readonly direct: Direct;
  readonly groups: Groups;
}

/** A command, by whichever way in, with everything that Slack's events leave out. */
export interface Asking {
  /** The origin of the job it makes. */
  readonly id: string;
  readonly installation: InstallationKey;
  readonly person: string;
  readonly who: Person;
  /** Null: in the person's own conversation with the bot. */
  readonly place: Pick<CallPlace, 'channel' | 'thread' | 'request'> | null;
  readonly command: string;
  readonly values: CommandCall['values'];
  /** By the name of a picture option. */
  readonly pictures: Readonly<Record<string, ShownPicture>>;
  readonly execution: string | null;
}

/** They post something, so the bot has to be there before anything is charged. */
const clipMakers: ReadonlySet<string> = new Set(['create', 'again', 'remix', 'continue', 'retry']);

/** @throws when it is not known what happened: the same once more is safe, because its origin makes it one job */
export async function runAsking(edges: RunEdges, commands: readonly Command[], asking: Asking): Promise<Reply> {
  const { installation, person } = asking;
  const texts = textsFor(asking.who.locale);
  const command = commands.find(({ name }) => name === asking.command);
  if (command === undefined) return refusal(texts.slack.bot.unknownCommand);
  if (!clipMakers.has(command.name)) {
    const where = await whereNothingIsPosted(edges, asking);
    return command.run(toCall(asking, { ...where, roles: await edges.groups.of(installation, person) }, {}));
  }

  // An earlier try may have come as far as this before its process died: what was true then need not be true now.
  const job = await findAccepted(edges.database, asking.id);
  if (job !== null) return { kind: 'started', job };
  const channel = asking.place?.channel ?? (await edges.direct.open(installation, person));
  const place = await edges.places.look(installation, channel);
  if (place.outcome === 'closed') {
    return refusal(place.why === 'archived' ? texts.slack.bot.isArchived : texts.slack.bot.notInChannel);
  }
  const roles = await edges.groups.of(installation, person);
  const pictures = await takePictures(edges.files, asking, texts);
  if (pictures.outcome === 'refused') return refusal(...pictures.sentences);
  return command.run(toCall(asking, { channel, isDirect: place.isDirect, roles }, pictures.incoming));
}

/** Where an answer alone is wanted, nothing has to be asked. */
async function whereNothingIsPosted({ direct }: RunEdges, { installation, person, place }: Asking) {
  if (place !== null) return { channel: place.channel, isDirect: false };
  return { channel: await direct.open(installation, person), isDirect: true };
}

function toCall(
  { id, installation, person, who, place, values, execution }: Asking,
  { channel, isDirect, roles }: Pick<SlackAddress, 'channel' | 'isDirect'> & Pick<Asker, 'roles'>,
  pictures: CommandCall['pictures'],
): CommandCall {
  const { name, locale, isAdmin } = who;
  return {
    origin: id,
    asker: { tenant: tenantOf(installation), person, name, channel, roles, locale, isAdmin },
    destination: toDestination({
      installation,
      channel,
      thread: place?.thread ?? null,
      request: place?.request ?? null,
      person,
      isDirect,
      execution,
    }),
    values,
    pictures,
    ...wordsOnSlack(locale),
  };
}

async function findAccepted(database: SlackDatabase, origin: string) {
  const job = await database.selectFrom('jobs').select('id').where('origin', '=', origin).executeTakeFirst();
  return job?.id ?? null;
}

type Taken =
  | { readonly outcome: 'taken'; readonly incoming: CommandCall['pictures'] }
  | { readonly outcome: 'refused'; readonly sentences: readonly string[] };

/** One after another: each is a whole file in memory. */
async function takePictures(files: FilesIn, { installation, pictures }: Asking, texts: Texts): Promise<Taken> {
  const incoming: Record<string, IncomingPicture> = {};
  const sentences = new Set<string>();
  for (const [name, shown] of Object.entries(pictures)) {
    if (shown.from === 'url') {
      incoming[name] = { from: 'url', url: shown.url };
      continue;
    }
    const fetched = await files.fetch(installation, shown.id);
    if (fetched.outcome === 'refused') sentences.add(sayProblem(fetched.why, texts));
    else incoming[name] = { from: 'upload', bytes: fetched.bytes, name: fetched.name };
  }
  return sentences.size > 0 ? { outcome: 'refused', sentences: [...sentences] } : { outcome: 'taken', incoming };
}

function sayProblem(why: FileProblem, { slack: { bot }, problems }: Texts): string {
  switch (why) {
    case 'unreadable':
      return bot.pictureNotReadable;
    case 'not-ready':
      return bot.pictureNotReady;
    case 'elsewhere':
      return bot.pictureElsewhere;
    case 'too-heavy':
      return problems.picture({ kind: 'too-heavy', mostBytes: mostFileBytes });
  }
}
