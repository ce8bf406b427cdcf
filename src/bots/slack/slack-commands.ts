/** What of the commands is otherwise on Slack. */
import type { Command, CommandCall } from '../../commands/command.ts';
import { textsFor } from '../../core/texts/texts.ts';

/** A clip always stands in a thread here, of its status or of the request: there is nothing to choose. */
export function commandsOnSlack(commands: readonly Command[]): readonly Command[] {
  return commands.filter(({ name }) => name !== 'threads');
}

/** What commands have to know of the place they are called in. */
export function wordsOnSlack(locale: string): Required<Pick<CommandCall, 'bringPictures' | 'without'>> {
  return { bringPictures: textsFor(locale).slack.bot.bringPictures, without: ['place'] };
}
