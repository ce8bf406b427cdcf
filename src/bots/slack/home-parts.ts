/** What a person's Home shows: what the commands would tell them, asked all at once. */
import type { Card, Command } from '../../commands/command.ts';
import { shortIdOf } from '../../commands/find-job.ts';
import { mayAdminister } from '../../commands/rights.ts';
import type { Database } from '../../core/database.ts';
import { textsFor } from '../../core/texts/texts.ts';
import { type Asker, isFinal } from '../../core/values.ts';
import { tenantOf } from './address.ts';
import type { HomeParts } from './draw/home.ts';
import type { HomeJob, HomeLinks } from './home-links.ts';
import type { Home } from './home-rows.ts';
import type { Person } from './people.ts';
import { wordsOnSlack } from './slack-commands.ts';

type Row = NonNullable<Card['rows']>[number];

/** Admins' commands that change something by a form, in the order of their buttons. Slack has no roles, and its clips always have a thread. */
const adminForms = ['limit', 'channels', 'model', 'reactions', 'words', 'block', 'unblock', 'admins'] as const;

/** More than `/hailuo jobs` lists. */
const mostJobs = 20;

/** Nothing is sent from a Home: it has no channel, and no courier serves it. */
const nowhere = { platform: 'slack-home', address: null };

/** @throws when the database does not answer */
export async function readHomeParts(
  home: Home,
  { name, locale, isAdmin, roles }: Pick<Person, 'name' | 'locale' | 'isAdmin'> & Pick<Asker, 'roles'>,
  {
    commands,
    links,
    database,
  }: { readonly commands: readonly Command[]; readonly links: HomeLinks; readonly database: Database },
): Promise<Omit<HomeParts, 'notice'>> {
  const asker: Asker = {
    tenant: tenantOf(home.installation),
    person: home.person,
    name,
    channel: '',
    roles,
    locale,
    isAdmin,
  };
  const administers = await mayAdminister(asker, { database });
  const tell = (command: string): Promise<Card | null> => cardOf(commands, command, asker);
  const [quota, jobs, known, settings] = await Promise.all([
    tell('quota'),
    tell('jobs'),
    links.jobsOf(home, mostJobs),
    administers ? tell('settings') : null,
  ]);
  const t = textsFor(locale).slack.home;
  const rows = jobs?.rows ?? [];
  const isRunning = (row: Row): boolean => {
    const job = jobOf(row, known);
    // Asked for between two readings: what can be cancelled runs.
    return job === undefined ? hasCancel(row) : !isFinal(job.state);
  };
  const listed = (title: string, of: readonly Row[]): Card | null =>
    of.length === 0 ? null : { title, paragraphs: [], rows: of.map((row) => linked(row, jobOf(row, known))) };
  return {
    quota: quota ?? { paragraphs: [] },
    running: listed(t.running, rows.filter(isRunning)),
    recent: listed(
      t.recent,
      rows.filter((row) => !isRunning(row)),
    ),
    settings,
    forms: administers
      ? adminForms
          .filter((form) => commands.some(({ name }) => name === form))
          // Whom they trust is for the workspace's own admins to say.
          .filter((form) => form !== 'admins' || isAdmin)
          .map((form) => ({ id: `hailuo-admin:${form}`, label: t.forms[form] }))
      : [],
  };
}

async function cardOf(commands: readonly Command[], name: string, asker: Asker): Promise<Card | null> {
  const command = commands.find((candidate) => candidate.name === name);
  const reply = await command?.run({
    origin: `home:${name}`,
    asker,
    destination: nowhere,
    values: {},
    pictures: {},
    ...wordsOnSlack(asker.locale),
  });
  return reply?.kind === 'card' ? reply.card : null;
}

/** By its button, or by the short id that its label begins with. */
function jobOf(row: Row, known: readonly HomeJob[]): HomeJob | undefined {
  const [button] = row.buttons ?? [];
  return known.find(({ id }) => (button === undefined ? row.label.startsWith(`${shortIdOf(id)} `) : id === button.job));
}

function hasCancel({ buttons = [] }: Row): boolean {
  return buttons.some(({ action }) => action === 'cancel');
}

/** To the message with the clip rather than to our own copy, which opens for a week only, and only with a public address. */
function linked({ link, ...row }: Row, job: HomeJob | undefined): Row {
  const best = job?.permalink ?? (link?.startsWith('http') === true ? link : undefined);
  return { ...row, ...(best !== undefined && { link: best }) };
}
