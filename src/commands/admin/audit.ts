/** `audit`: who changed what here lately. */
import { z } from 'zod';
import type { JobEdges } from '../../core/jobs/edges.ts';
import { readAudit } from '../../core/settings/audit.ts';
import type { Command } from '../command.ts';
import { cardToAsker, toAsker } from '../replies.ts';
import { adminCommand } from './admin-command.ts';
import { mostRows, rowOfChange } from './rows.ts';

export function auditCommand({ database, now, log }: JobEdges): Command {
  return adminCommand(
    { database, log },
    {
      name: 'audit',
      options: z.strictObject({}),
      async run({ asker, t }) {
        const lines = await readAudit(database, asker.tenant, mostRows);
        if (lines.length === 0) return toAsker(t.admin.audit.nothing);
        const rows = lines.map((line) =>
          rowOfChange(line, t.admin, (said) => t.admin.audit.by(said, line.by.name, t.when(line.at, now()))),
        );
        return cardToAsker({ title: t.admin.audit.title, paragraphs: [], rows });
      },
    },
  );
}
