/** `usage`: who made and spent how much, and every clip as a file. */
import { z } from 'zod';
import type { JobEdges } from '../../core/jobs/edges.ts';
import { daysOf, type JobUsage, readUsage, usagePeriods } from '../../core/quota/usage.ts';
import { textsFor } from '../../core/texts/texts.ts';
import type { Command } from '../command.ts';
import { cardToAsker } from '../replies.ts';
import { adminCommand } from './admin-command.ts';
import { toCsv } from './csv.ts';
import { rowAbout } from './rows.ts';

/** The card shows ten people; the file stays far below what platforms take (10 MiB, platforms/discord.md §4). */
const most = { people: 10, jobs: 20_000 };

const usageOptions = z.strictObject({
  period: z
    .enum(usagePeriods)
    .default('month')
    .describe(textsFor('en').admin.commands.usage.options.period.description),
});

export function usageCommand({ database, now, log }: JobEdges): Command {
  return adminCommand(
    { database, log },
    {
      name: 'usage',
      options: usageOptions,
      async run({ options: { period }, asker, t: { admin: t } }) {
        const days = daysOf(period, now());
        const { sums, people, jobs } = await readUsage(database, asker.tenant, days, most);
        const title = t.usage.title(period, days.from, days.to);
        if (sums.people === 0) return cardToAsker({ title, paragraphs: [t.usage.nothing] });
        const clips = sums.spent + sums.held + sums.givenBack;
        return cardToAsker({
          title,
          paragraphs: [
            t.usage.sums(sums.people, sums.spent, sums.held, sums.givenBack),
            t.usage.cost(sums.usdSpent, sums.usdHeld),
            ...(clips > jobs.length ? [t.usage.cut(jobs.length)] : []),
            ...(sums.people > people.length ? [t.usage.topOf(people.length, sums.people)] : []),
          ],
          rows: people.map(({ person, name, spent, held, givenBack, usdSpent }) =>
            rowAbout({ kind: 'person', id: person }, t.usage.person(spent, held, givenBack, usdSpent), t, name),
          ),
          file: { name: `hailuo-usage-${days.from}-${days.to}.csv`, type: 'text/csv', text: toFile(jobs) },
        });
      },
    },
  );
}

const columns = [
  'job',
  'accepted_at',
  'person',
  'name',
  'channel',
  'model',
  'seconds',
  'resolution',
  'provider',
  'state',
  'quota',
  'usd',
];

/** The columns are named alike in every language, for whoever reads the file by program. */
function toFile(jobs: readonly JobUsage[]): string {
  return toCsv([
    columns,
    ...jobs.map((job) => [
      job.job,
      job.acceptedAt.toISOString(),
      job.person,
      job.name,
      job.channel,
      job.model,
      job.seconds,
      job.resolution,
      job.provider,
      job.state,
      job.quota,
      job.usd / 1_000_000,
    ]),
  ]);
}
