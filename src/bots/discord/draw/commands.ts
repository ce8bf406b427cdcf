/** The commands as Discord lists them, in every language we speak (platforms/discord.md §2). Pure. */
import {
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandOptionChoice,
  type APIApplicationCommandSubcommandOption,
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  ChannelType,
  InteractionContextType,
  Locale,
  type LocalizationMap,
  PermissionFlagsBits,
  type RESTPostAPIApplicationCommandsJSONBody,
  type RESTPostAPIChatInputApplicationCommandsJSONBody,
} from 'discord-api-types/v10';
import type { Command } from '../../../commands/command.ts';
import type { OptionSpec } from '../../../commands/options.ts';
import { wordsOf } from '../../../commands/words.ts';
import type { OptionWords } from '../../../core/texts/en/commands.ts';
import { type Texts, textsFor } from '../../../core/texts/texts.ts';

/** What people type, whatever their language. */
const root = 'hailuo';
/** Seen by those who may manage the server, until its admins decide otherwise. */
const adminRoot = 'hailuo-admin';
/** The message menu's name, which may have capitals, and by which it is known whatever it is shown as. */
export const animateMenu = 'Animate';

const mostChoices = 25;

/** In servers, in direct messages with the bot, and in others' direct messages. */
const anywhere = {
  contexts: [InteractionContextType.Guild, InteractionContextType.BotDM, InteractionContextType.PrivateChannel],
  integration_types: [ApplicationIntegrationType.GuildInstall, ApplicationIntegrationType.UserInstall],
};
const inServers = {
  contexts: [InteractionContextType.Guild],
  integration_types: [ApplicationIntegrationType.GuildInstall],
};

/** Channels whose threads and messages can bring a clip; a thread counts as its channel. */
const settableChannels = [
  ChannelType.GuildText,
  ChannelType.GuildVoice,
  ChannelType.GuildAnnouncement,
  ChannelType.GuildStageVoice,
  ChannelType.GuildForum,
  ChannelType.GuildMedia,
] as const;

/** Under which of the two a command is typed; null: only buttons and forms call it. */
export function rootOf({ isListed, isForAdmins }: Pick<Command, 'isListed' | 'isForAdmins'>): string | null {
  if (isForAdmins === true) return adminRoot;
  return isListed ? root : null;
}

/**
 * Everything this bot has on Discord, for one bulk write. What the texts have no words for goes by its own name and
 * description in every language.
 * @param speak the texts of a Discord locale, in English where it is not spoken
 */
export function drawCommands(
  commands: readonly Command[],
  speak: (locale: string) => Texts = textsFor,
): RESTPostAPIApplicationCommandsJSONBody[] {
  const languages = createLanguages(speak);
  const drawRoot = (name: string, read: (texts: Texts) => string): RESTPostAPIChatInputApplicationCommandsJSONBody => ({
    type: ApplicationCommandType.ChatInput,
    name,
    description: read(languages.english),
    description_localizations: languages.inOthers(read(languages.english), read),
    options: commands.filter((each) => rootOf(each) === name).map((each) => drawSubcommand(each, languages)),
  });
  return [
    { ...drawRoot(root, ({ discord }) => discord.rootDescription), ...anywhere },
    {
      ...drawRoot(adminRoot, ({ discord }) => discord.adminRootDescription),
      ...inServers,
      default_member_permissions: String(PermissionFlagsBits.ManageGuild),
    },
    {
      type: ApplicationCommandType.Message,
      name: animateMenu,
      name_localizations: languages.inOthers(animateMenu, ({ discord }) => discord.animateMenu),
      ...anywhere,
    },
  ];
}

interface Languages {
  readonly english: Texts;
  /** Only where another language says it differently: Discord falls back to the English by itself. */
  inOthers(english: string, read: (texts: Texts) => string | undefined): LocalizationMap;
}

function createLanguages(speak: (locale: string) => Texts): Languages {
  const english = speak(Locale.EnglishUS);
  const others = Object.values(Locale)
    .map((locale) => [locale, speak(locale)] as const)
    .filter(([, texts]) => texts !== english);
  return {
    english,
    inOthers: (said, read) =>
      Object.fromEntries(
        others.flatMap(([locale, texts]) => {
          const words = read(texts);
          return words === undefined || words === said ? [] : [[locale, words]];
        }),
      ),
  };
}

function drawSubcommand(command: Command, languages: Languages): APIApplicationCommandSubcommandOption {
  const wordsIn = (texts: Texts) => wordsOf(texts, command);
  const description = wordsIn(languages.english)?.description ?? command.description;
  return {
    type: ApplicationCommandOptionType.Subcommand,
    name: command.name,
    name_localizations: languages.inOthers(command.name, (texts) => wordsIn(texts)?.name),
    description,
    description_localizations: languages.inOthers(description, (texts) => wordsIn(texts)?.description),
    // Discord wants the required ones first.
    options: command.options
      .toSorted((a, b) => Number(b.isRequired) - Number(a.isRequired))
      .map((spec) => drawOption(spec, (texts) => wordsIn(texts)?.options[spec.name], languages)),
  };
}

function drawOption(
  spec: OptionSpec,
  wordsIn: (texts: Texts) => OptionWords | undefined,
  { english, inOthers }: Languages,
): APIApplicationCommandBasicOption {
  const words = wordsIn(english);
  const description = words?.description ?? spec.description;
  const common = {
    name: spec.name,
    name_localizations: inOthers(spec.name, (texts) => wordsIn(texts)?.name),
    description,
    description_localizations: inOthers(description, (texts) => wordsIn(texts)?.description),
    required: spec.isRequired,
  };
  const labelled = <Value extends string | number>(values: readonly Value[]) =>
    values.map((value): APIApplicationCommandOptionChoice<Value> => {
      const name = words?.choices?.[String(value)] ?? String(value);
      return { name, name_localizations: inOthers(name, (texts) => wordsIn(texts)?.choices?.[String(value)]), value };
    });
  switch (spec.kind) {
    case 'text':
      return { ...common, ...drawText(spec) };
    case 'choice': {
      const choices = spec.choices ?? [];
      const numbers = choices.filter((choice) => typeof choice === 'number');
      if (spec.hasSuggestions === true || choices.length > mostChoices) {
        return { ...common, ...drawText({ ...spec, hasSuggestions: true }) };
      }
      if (numbers.length === choices.length) {
        return { ...common, type: ApplicationCommandOptionType.Number, choices: labelled(numbers) };
      }
      return { ...common, type: ApplicationCommandOptionType.String, choices: labelled(choices.map(String)) };
    }
    case 'switch':
      return { ...common, type: ApplicationCommandOptionType.Boolean };
    case 'picture':
      return { ...common, type: ApplicationCommandOptionType.Attachment, file_types: ['image'] };
    case 'number':
      return { ...common, type: ApplicationCommandOptionType.Number };
    case 'person':
      return { ...common, type: ApplicationCommandOptionType.User };
    case 'role':
      return { ...common, type: ApplicationCommandOptionType.Role };
    case 'channel':
      return { ...common, type: ApplicationCommandOptionType.Channel, channel_types: [...settableChannels] };
  }
}

function drawText({ hasSuggestions, maxLength }: Pick<OptionSpec, 'hasSuggestions' | 'maxLength'>) {
  return {
    type: ApplicationCommandOptionType.String as const,
    ...(hasSuggestions === true && { autocomplete: true as const }),
    ...(maxLength !== undefined && { max_length: maxLength }),
  };
}
