/** What is offered while a person types (platforms/discord.md §2). Pure. */
import type { APIApplicationCommandOptionChoice } from 'discord-api-types/v10';
import type { Suggestion } from '../../../commands/command.ts';
import { cut } from './cut.ts';

const mostChoices = 25;
const longestChoice = 100;

/** The first 25, each value once. One whose value is empty or too long for Discord is left out: cut, it would be another. */
export function drawSuggestions(suggestions: readonly Suggestion[]): APIApplicationCommandOptionChoice<string>[] {
  const fitting = suggestions.filter(({ value }) => value.length > 0 && value.length <= longestChoice);
  const byValue = new Map(fitting.toReversed().map((suggestion) => [suggestion.value, suggestion]));
  return fitting
    .filter((suggestion) => byValue.get(suggestion.value) === suggestion)
    .slice(0, mostChoices)
    .map(({ label, value }) => ({ name: cut(label.trim() === '' ? value : label, longestChoice), value }));
}
