/** The form behind Remix, with the words of the job in it where they are found in time. */
import type { Command, Form, Reply } from '../../commands/command.ts';
import { within } from '../../core/jobs/within.ts';
import type { Log } from '../../core/log.ts';
import { promptLimit } from '../../core/request.ts';
import { textsFor } from '../../core/texts/texts.ts';
import type { JobId } from '../../core/values.ts';
import { platformName, tenantOf } from './address.ts';
import type { Groups } from './groups.ts';
import type { Opening } from './open-calls.ts';
import type { People } from './people.ts';

interface RemixEdges {
  readonly people: People;
  readonly groups: Groups;
  readonly commands: readonly Command[];
  readonly log: Log;
}

/** It only asks for words yet: nothing is sent there. */
const nowhere = { platform: platformName, address: null };

/** @returns a form, empty where the job could not be read within the time; or a no */
export async function remixFor(
  edges: RemixEdges,
  opening: Opening,
  job: JobId,
  limitMs: number,
): Promise<Extract<Reply, { kind: 'form' | 'card' }>> {
  const asked = askCommand(edges, opening, job);
  const reply = await within(limitMs, asked).catch((error: unknown) => {
    edges.log.warn('slack.empty-form', { job, error });
    return null;
  });
  if (reply !== null && reply.kind !== 'started') return reply;
  const locale = edges.people.localeAtOnce(opening.installation, opening.person);
  return { kind: 'form', form: emptyRemix(job, locale) };
}

/** @param prompt what is filled in already */
export function emptyRemix(job: unknown, locale: string, prompt = ''): Form {
  const texts = textsFor(locale);
  return {
    title: texts.remixTitle,
    command: 'remix',
    values: { job: String(job) },
    fields: [
      {
        name: 'prompt',
        kind: 'text',
        description: texts.remixPrompt,
        isRequired: true,
        maxLength: promptLimit,
        ...(prompt !== '' && { value: prompt }),
      },
    ],
    submitLabel: texts.button('remix'),
  };
}

async function askCommand(
  { people, groups, commands }: RemixEdges,
  { trigger, installation, person, place }: Opening,
  job: JobId,
): Promise<Reply | null> {
  const remix = commands.find(({ name }) => name === 'remix');
  if (remix === undefined) return null;
  const [{ name, locale, isAdmin }, roles] = await Promise.all([
    people.know(installation, person),
    groups.of(installation, person),
  ]);
  const channel = place?.channel ?? '';
  const tenant = tenantOf(installation);
  return remix.run({
    origin: `button:${trigger}`,
    asker: { tenant, person, name, channel, roles, locale, isAdmin },
    destination: nowhere,
    values: { job },
    pictures: {},
  });
}
