/** What Discord accepts as commands (platforms/discord.md §2). */
import { z } from 'zod';
import { type Checked, toViolations, wrong } from './limits.ts';
import type { Violation } from './refusal.ts';

const isChatInput = (type: number) => type === 1;
/** Discord's own expression; `u` because names may be in any script. */
const chatName = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
const locale =
  /^(?:id|da|de|en-GB|en-US|es-ES|es-419|fr|hr|it|lt|hu|nl|no|pl|pt-BR|ro|fi|sv-SE|vi|tr|cs|el|bg|ru|uk|hi|th|zh-CN|ja|zh-TW|ko)$/;

const optionName = z
  .string()
  .regex(chatName)
  .refine((name) => name === name.toLowerCase(), 'must be lower case');
const languages = <Text extends z.ZodType>(text: Text) => z.record(z.string().regex(locale), text.nullable()).nullish();
const description = z.string().min(1).max(100);
const value = z.union([z.string().max(100), z.number()]);
const choice = z.object({
  name: z.string().min(1).max(100),
  name_localizations: languages(z.string().min(1).max(100)),
  value,
});

const named = {
  name: optionName,
  name_localizations: languages(optionName),
  description,
  description_localizations: languages(description),
};

const plainOption = z
  .object({
    type: z.literal([3, 4, 5, 6, 7, 8, 9, 10, 11]),
    ...named,
    required: z.boolean().optional(),
    choices: z.array(choice).max(25).optional(),
    autocomplete: z.boolean().optional(),
    min_length: z.number().int().min(0).max(6000).optional(),
    max_length: z.number().int().min(1).max(6000).optional(),
    min_value: z.number().optional(),
    max_value: z.number().optional(),
    channel_types: z.array(z.number()).optional(),
    file_types: z
      .array(z.string().regex(/^(?:image|video|audio|\.[a-z0-9]+)$/))
      .min(1)
      .max(10)
      .optional(),
  })
  .refine((it) => !(it.autocomplete && it.choices?.length), 'autocomplete and choices exclude each other')
  .refine((it) => !it.file_types || it.type === 11, 'file_types belong to attachments')
  .refine((it) => it.min_length === undefined || it.type === 3, 'min_length belongs to strings')
  .refine((it) => it.max_length === undefined || it.type === 3, 'max_length belongs to strings')
  .refine((it) => !it.autocomplete || [3, 4, 10].includes(it.type), 'only strings and numbers can be completed');
type PlainOption = z.output<typeof plainOption>;

const plainOptions = z.array(plainOption).max(25).optional();
const subcommand = z.object({ type: z.literal(1), ...named, options: plainOptions });
const group = z.object({ type: z.literal(2), ...named, options: z.array(subcommand).min(1).max(25) });
const option = z.union([plainOption, subcommand, group]);

const command = z
  .object({
    type: z.literal([1, 2, 3]).default(1),
    name: z.string().min(1).max(32),
    name_localizations: languages(z.string().min(1).max(32)),
    description: z.string().max(100).optional(),
    description_localizations: languages(description),
    options: z.array(option).max(25).optional(),
    default_member_permissions: z.string().regex(/^\d+$/).nullish(),
    integration_types: z
      .array(z.literal([0, 1]))
      .min(1)
      .nullish(),
    contexts: z
      .array(z.literal([0, 1, 2]))
      .min(1)
      .nullish(),
    nsfw: z.boolean().optional(),
  })
  .superRefine((it, context) => {
    for (const each of commandProblems(it))
      context.addIssue({ code: 'custom', path: [...each.path], message: each.message });
  });

/** One command as the bot describes it. */
export type CommandBody = {
  readonly type: 1 | 2 | 3;
  readonly name: string;
  readonly name_localizations?: Readonly<Record<string, string | null>> | null | undefined;
  readonly description?: string | undefined;
  readonly description_localizations?: Readonly<Record<string, string | null>> | null | undefined;
  readonly options?: readonly z.output<typeof option>[] | undefined;
  readonly default_member_permissions?: string | null | undefined;
  readonly integration_types?: readonly number[] | null | undefined;
  readonly contexts?: readonly number[] | null | undefined;
  readonly nsfw?: boolean | undefined;
};

const most = { 1: 100, 2: 15, 3: 15 } as const;
const mostCharacters = 8000;

/** A whole list, as it is written in one PUT. */
export function checkCommands(json: unknown): Checked<readonly CommandBody[]> {
  const read = z.array(command).safeParse(json);
  if (!read.success) return { body: null, violations: read.error.issues.flatMap((issue) => toViolations(issue)) };
  const names = read.data.map(({ type, name }) => `${type} ${name}`);
  const violations = [
    ...names
      .filter((name, index) => names.indexOf(name) !== index)
      .map((name) => wrong([names.lastIndexOf(name), 'name'], 'APPLICATION_COMMANDS_DUPLICATE_NAME', name)),
    ...([1, 2, 3] as const)
      .filter((type) => read.data.filter((each) => each.type === type).length > most[type])
      .map((type) => wrong([], 'TOO_MANY_COMMANDS', `at most ${most[type]} of type ${type}`)),
  ];
  return { body: violations.length === 0 ? read.data : null, violations };
}

function commandProblems(it: CommandBody): readonly Violation[] {
  const isChat = isChatInput(it.type);
  const size = charactersOf(it);
  return [
    ...(isChat && !it.description ? [wrong(['description'], 'BASE_TYPE_REQUIRED', 'This field is required')] : []),
    ...(isChat && !(chatName.test(it.name) && it.name === it.name.toLowerCase())
      ? [wrong(['name'], 'APPLICATION_COMMAND_INVALID_NAME', 'Command name is invalid')]
      : []),
    ...(!isChat && (it.description !== undefined || it.options?.length)
      ? [wrong(['description'], 'APPLICATION_COMMAND_CONTEXT_MENU', 'Context menu commands have neither')]
      : []),
    ...(it.contexts?.includes(2) && !it.integration_types?.includes(1)
      ? [wrong(['contexts'], 'APPLICATION_COMMAND_CONTEXTS', 'Private channels need the user install')]
      : []),
    ...(size > mostCharacters
      ? [wrong([], 'APPLICATION_COMMAND_TOO_LARGE', `Command exceeds maximum size (${mostCharacters})`)]
      : []),
    ...listProblems(it.options ?? [], ['options']),
  ];
}

type Option = z.output<typeof option>;

/** Each name once, required ones first, and subcommands not beside plain options; the same one level down. */
function listProblems(options: readonly Option[], path: readonly PropertyKey[]): readonly Violation[] {
  const names = options.map(({ name }) => name);
  const plain = options.filter((each): each is PlainOption => each.type > 2);
  const firstOptional = plain.findIndex(({ required }) => required !== true);
  const isUnsorted = firstOptional >= 0 && plain.slice(firstOptional).some(({ required }) => required === true);
  const isMixed = plain.length > 0 && plain.length < options.length;
  return [
    ...names
      .filter((name, index) => names.indexOf(name) !== index)
      .map((name) => wrong(path, 'APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS', name)),
    ...(isUnsorted
      ? [wrong(path, 'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID', 'Required options must be placed before others')]
      : []),
    ...(isMixed ? [wrong(path, 'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID', 'Sub-commands and options are mixed')] : []),
    ...options.flatMap((each, index) =>
      'options' in each && each.options ? listProblems(each.options, [...path, index, 'options']) : [],
    ),
  ];
}

interface Counted {
  readonly name?: string | undefined;
  readonly name_localizations?: Readonly<Record<string, string | null>> | null | undefined;
  readonly description?: string | undefined;
  readonly description_localizations?: Readonly<Record<string, string | null>> | null | undefined;
  readonly value?: string | number | undefined;
  readonly options?: readonly Counted[] | undefined;
  readonly choices?: readonly Counted[] | undefined;
}

/** Names, descriptions and values, each in its longest language. */
function charactersOf(it: Counted): number {
  const longest = (text: string | undefined, others: Counted['name_localizations']) =>
    Math.max(0, ...[text, ...Object.values(others ?? {})].map((each) => each?.length ?? 0));
  const own =
    longest(it.name, it.name_localizations) +
    longest(it.description, it.description_localizations) +
    (typeof it.value === 'string' ? it.value.length : 0);
  return [...(it.options ?? []), ...(it.choices ?? [])].reduce((sum, each) => sum + charactersOf(each), own);
}
