/** `limits` and `limit`: what people, roles, channels and the whole place may use. */
import { z } from 'zod';
import type { JobEdges } from '../../core/jobs/edges.ts';
import { listLimits, setLimits } from '../../core/quota/limit-rows.ts';
import type { LimitChoice, Subject } from '../../core/settings/change.ts';
import { textsFor } from '../../core/texts/texts.ts';
import { type Asker, usd } from '../../core/values.ts';
import type { Command, Reply, Suggestion } from '../command.ts';
import { cardToAsker, refusal, toAsker } from '../replies.ts';
import { type AdminTexts, adminCommand, idOption } from './admin-command.ts';
import { cutRows, rowAbout, rowOfChange } from './rows.ts';

const words = textsFor('en').admin.commands.limit.options;
const amount = z.string().trim().toLowerCase().max(20).meta({ hasSuggestions: true });

const limitOptions = z.strictObject({
  person: idOption.person.optional().describe(words.person.description),
  role: idOption.role.optional().describe(words.role.description),
  channel: idOption.channel.optional().describe(words.channel.description),
  everybody: z.boolean().optional().describe(words.everybody.description),
  clips_per_day: amount.optional().describe(words.clips_per_day.description),
  at_once: amount.optional().describe(words.at_once.description),
  usd_per_month: amount.optional().describe(words.usd_per_month.description),
});

type LimitOptions = z.output<typeof limitOptions>;

const measures = { clips: 'clips_per_day', running: 'at_once', usd: 'usd_per_month' } as const;
const measureNames = ['clips', 'running', 'usd'] as const;

export function limitsCommand(edges: JobEdges): Command {
  return adminCommand(edges, {
    name: 'limits',
    options: z.strictObject({}),
    run: async ({ asker, t: { admin: t } }) => {
      const set = await listLimits(edges.database, asker.tenant);
      const { clipsPerDay, concurrent } = edges.settings.limits;
      const defaults = [
        t.limit.words('clips', clipsPerDay ?? 'unlimited'),
        t.limit.words('running', concurrent ?? 'unlimited'),
      ];
      const { rows, paragraphs } = cutRows(
        set.map(({ subject, choices }) => {
          const said = measureNames.flatMap((measure) => {
            const choice = choices[measure];
            return choice === undefined ? [] : [t.limit.words(measure, choice)];
          });
          return rowAbout(subject, said.join(' · '), t);
        }),
        t,
      );
      return cardToAsker({
        title: t.limit.title,
        paragraphs: [...(set.length === 0 ? [t.limit.noneSet] : []), t.limit.defaults(defaults), ...paragraphs],
        ...(rows && { rows }),
      });
    },
  });
}

export function limitCommand(edges: JobEdges): Command {
  return adminCommand(edges, {
    name: 'limit',
    options: limitOptions,
    run: ({ options, asker, t }) => setLimit(options, asker, t.admin, edges),
    suggest: async (option, typed) => suggestAmounts(option, typed.trim().toLowerCase()),
  });
}

async function setLimit(options: LimitOptions, asker: Asker, t: AdminTexts, edges: JobEdges): Promise<Reply> {
  const subject = readSubject(options, asker.tenant);
  if (subject === null) return refusal(t.limit.oneSubject);
  const choices: Partial<Record<(typeof measureNames)[number], LimitChoice>> = {};
  for (const measure of measureNames) {
    const option = measures[measure];
    const written = options[option];
    if (written === undefined) continue;
    const choice = readChoice(measure, written);
    if (choice === null) return refusal(t.limit.notAnAmount(option));
    choices[measure] = choice;
  }
  if (Object.keys(choices).length === 0) return refusal(t.limit.nothingSet);
  const changes = await setLimits(edges.database, asker, edges.now(), subject, choices);
  if (changes.length === 0) return toAsker(t.nothingChanged);
  return cardToAsker({ paragraphs: [t.changed], rows: changes.map((change) => rowOfChange(change, t)) });
}

/** None named: the whole place. Null: more than one. */
function readSubject({ person, role, channel, everybody }: LimitOptions, tenant: string): Subject | null {
  const named: Subject[] = [];
  if (person !== undefined) named.push({ kind: 'person', id: person });
  if (role !== undefined) named.push({ kind: 'role', id: role });
  if (channel !== undefined) named.push({ kind: 'channel', id: channel });
  if (everybody === true) named.push({ kind: 'person', id: '*' });
  return named.length > 1 ? null : (named[0] ?? { kind: 'tenant', id: tenant });
}

/** Dollars become millionths; null: it cannot be read. */
function readChoice(measure: (typeof measureNames)[number], written: string): LimitChoice | null {
  if (written === 'unlimited' || written === 'default') return written;
  if (measure !== 'usd') return /^\d{1,6}$/.test(written) ? Number(written) : null;
  return /^\$?\d{1,6}(?:[.,]\d{1,2})?$/.test(written) ? usd(Number(written.replace('$', '').replace(',', '.'))) : null;
}

const usualAmounts = {
  clips_per_day: [0, 3, 5, 10, 20, 50],
  at_once: [0, 1, 2, 3, 5],
  usd_per_month: [0, 10, 50, 100],
};

function suggestAmounts(option: string, typed: string): Suggestion[] {
  const amounts = Object.entries(usualAmounts).find(([name]) => name === option)?.[1] ?? [];
  return [...amounts.map(String), 'unlimited', 'default']
    .filter((value) => value.startsWith(typed))
    .map((value) => ({ label: value, value }));
}
