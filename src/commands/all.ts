/** Every command, in the order people read them; those of admins last. */
import type { JobEdges } from '../core/jobs/edges.ts';
import { createAdminCommands } from './admin/all.ts';
import { cancelCommand } from './cancel.ts';
import type { Command } from './command.ts';
import { createCommand } from './create.ts';
import { againCommand, continueCommand, remixCommand, retryCommand } from './from-job.ts';
import { helpCommand, modelsCommand } from './help.ts';
import { jobsCommand } from './jobs.ts';
import { quotaCommand } from './quota.ts';

export function createCommands(edges: JobEdges): readonly Command[] {
  const commands: readonly Command[] = [
    createCommand(edges),
    jobsCommand(edges),
    cancelCommand(edges),
    quotaCommand(edges),
    modelsCommand(edges),
    helpCommand(() => commands, edges),
    againCommand(edges),
    remixCommand(edges),
    continueCommand(edges),
    retryCommand(edges),
    ...createAdminCommands(edges),
  ];
  return commands;
}
