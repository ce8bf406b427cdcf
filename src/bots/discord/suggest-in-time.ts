/** What a command offers while somebody types, or nothing: three seconds are all there is, and no promise can be made. */
import type { Command, Suggestion } from '../../commands/command.ts';
import { within } from '../../core/jobs/within.ts';
import type { Log } from '../../core/log.ts';
import type { TypedOption } from './draw/read-options.ts';
import type { AskedCall } from './interaction-calls.ts';

const patienceMs = 1_500;

/** Never throws. */
export async function suggestInTime(
  commands: readonly Command[],
  { command: name, option, typed }: TypedOption,
  by: AskedCall['asker'],
  log: Log,
): Promise<readonly Suggestion[]> {
  const command = commands.find((each) => each.name === name);
  const asker = { ...by, isAgeRestricted: by.isAgeRestricted ?? false };
  try {
    return (await within(patienceMs, Promise.resolve(command?.suggest?.(option, typed, asker)))) ?? [];
  } catch (error) {
    log.info('discord.no-suggestions', { command: name, error });
    return [];
  }
}
