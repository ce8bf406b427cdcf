/** `/hailuo quota`: what was held, spent and given back today, and every limit that holds, with whose it is. */
import type { JobEdges } from '../core/jobs/edges.ts';
import { readStanding } from '../core/quota/ledger.ts';
import type { LimitStanding } from '../core/quota/limits.ts';
import { type Texts, textsFor } from '../core/texts/texts.ts';
import type { Command, CommandCall, Reply } from './command.ts';
import { cardToAsker } from './replies.ts';

export function quotaCommand(edges: JobEdges): Command {
  return {
    name: 'quota',
    description: textsFor('en').commands.quota.description,
    options: [],
    isListed: true,
    run: (call) => showQuota(call, edges),
  };
}

async function showQuota({ asker }: CommandCall, { database, settings, now }: JobEdges): Promise<Reply> {
  const texts = textsFor(asker.locale);
  const at = now();
  const { today, limits } = await readStanding(database, asker, at, settings.limits);
  return cardToAsker({
    title: texts.quotaTitle,
    paragraphs: [sayClipsLeft(limits, at, texts)],
    rows: [
      { label: texts.quotaRow.spent, value: String(today.spent) },
      { label: texts.quotaRow.held, value: String(today.held) },
      { label: texts.quotaRow.givenBack, value: String(today.givenBack) },
      ...limits.filter(isOfInterest).map((limit) => ({
        label: texts.admin.quota.name(limit.scope, limit.measure),
        value: sayStanding(limit, at, texts),
      })),
    ],
  });
}

function sayClipsLeft(limits: readonly LimitStanding[], at: Date, texts: Texts): string {
  const own = limits.find(({ scope, measure }) => scope === 'person' && measure === 'clips');
  if (own === undefined || own.most === null) return texts.unlimitedClips;
  return texts.clipsLeft(Math.max(0, own.most - own.used), own.most, texts.when(own.resetsAt ?? at, at));
}

/** One's own clips always; money and what is shared only where it is limited. */
function isOfInterest({ scope, measure, most }: LimitStanding): boolean {
  return most !== null || (scope === 'person' && measure !== 'usd');
}

function sayStanding(limit: LimitStanding, at: Date, texts: Texts): string {
  const { scope, measure, used, most, setFor, resetsAt } = limit;
  const t = texts.admin.quota;
  const said = measure === 'usd' ? t.moneyOf(used, most) : texts.usedOf(used, most);
  const whose = scope === 'person' && setFor !== 'default' ? [t.setFor[setFor]] : [];
  const when = most === null || resetsAt === null ? [] : [t.again(texts.when(resetsAt, at))];
  const more = [...whose, ...when];
  return more.length === 0 ? said : t.withMore(said, more);
}
