/** Every command of admins, in the order they read them. */
import type { JobEdges } from '../../core/jobs/edges.ts';
import type { Command } from '../command.ts';
import { auditCommand } from './audit.ts';
import { blockCommand, blocksCommand, unblockCommand } from './blocks.ts';
import { limitCommand, limitsCommand } from './limits.ts';
import {
  adminsCommand,
  channelsCommand,
  modelCommand,
  reactionsCommand,
  rolesCommand,
  settingsCommand,
  threadsCommand,
  wordsCommand,
} from './settings.ts';
import { usageCommand } from './usage.ts';

/** Each has a name of its own among all commands, and is offered under `/hailuo-admin` or `/hailuo admin` alone. */
export function createAdminCommands(edges: JobEdges): readonly Command[] {
  return [
    limitsCommand(edges),
    limitCommand(edges),
    blockCommand(edges),
    unblockCommand(edges),
    blocksCommand(edges),
    settingsCommand(edges),
    channelsCommand(edges),
    rolesCommand(edges),
    adminsCommand(edges),
    reactionsCommand(edges),
    threadsCommand(edges),
    modelCommand(edges),
    wordsCommand(edges),
    usageCommand(edges),
    auditCommand(edges),
  ];
}
