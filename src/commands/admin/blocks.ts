/** `block`, `unblock` and `blocks`: who may ask for nothing here. */
import { z } from 'zod';
import type { JobEdges } from '../../core/jobs/edges.ts';
import { listBlocks, setBlock } from '../../core/settings/blocks.ts';
import { textsFor } from '../../core/texts/texts.ts';
import type { Asker } from '../../core/values.ts';
import type { Command, Reply } from '../command.ts';
import { cardToAsker, toAsker } from '../replies.ts';
import { type AdminTexts, adminCommand, idOption } from './admin-command.ts';
import { mostRows, rowAbout } from './rows.ts';

const words = textsFor('en').admin.commands;
const longestReason = 200;

const blockOptions = z.strictObject({
  person: idOption.person.describe(words.block.options.person.description),
  reason: z.string().trim().max(longestReason).default('').describe(words.block.options.reason.description),
});

const unblockOptions = z.strictObject({
  person: idOption.person.describe(words.unblock.options.person.description),
});

export function blockCommand(edges: JobEdges): Command {
  return adminCommand(edges, {
    name: 'block',
    options: blockOptions,
    run: ({ options: { person, reason }, asker, t: { admin: t } }) =>
      change(person, reason, t.block.blocked, asker, t, edges),
  });
}

export function unblockCommand(edges: JobEdges): Command {
  return adminCommand(edges, {
    name: 'unblock',
    options: unblockOptions,
    run: ({ options: { person }, asker, t: { admin: t } }) => change(person, null, t.block.unblocked, asker, t, edges),
  });
}

async function change(
  person: string,
  reason: string | null,
  said: string,
  asker: Asker,
  t: AdminTexts,
  { database, now }: JobEdges,
): Promise<Reply> {
  const changes = await setBlock(database, asker, now(), person, reason);
  if (changes.length === 0) return toAsker(t.nothingChanged);
  return cardToAsker({ paragraphs: [], rows: [rowAbout({ kind: 'person', id: person }, said, t)] });
}

export function blocksCommand({ database, now, log }: JobEdges): Command {
  return adminCommand(
    { database, log },
    {
      name: 'blocks',
      options: z.strictObject({}),
      run: async ({ asker, t }) => {
        const blocks = await listBlocks(database, asker.tenant, mostRows);
        if (blocks.length === 0) return toAsker(t.admin.block.nobody);
        const rows = blocks.map(({ person, reason, at }) => {
          const since = t.admin.block.since(t.when(at, now()));
          return rowAbout({ kind: 'person', id: person }, `${reason} ${since}`.trim(), t.admin);
        });
        return cardToAsker({ title: t.admin.block.title, paragraphs: [], rows });
      },
    },
  );
}
