/**
 * What Discord accepts in a body (platforms/discord.md §2–§5, §8), written as schemas: the published limits are the
 * numbers in them. Fields that are not named here pass unread, as with Discord.
 */
import { z } from 'zod';
import { componentProblems, messageComponents, modalComponents } from './component-limits.ts';
import type { Violation } from './refusal.ts';

/** The one flag a deferral honours. */
export const isEphemeral = 1 << 6;
const isComponentsV2 = 1 << 15;
const mostEmbedCharacters = 6000;

const snowflake = z.string().regex(/^\d{17,19}$/);
const text = (most: number, least = 0) => z.string().min(least).max(most);
const file = z.object({
  id: z.union([snowflake, z.coerce.string()]),
  description: text(1024).nullish(),
  filename: text(1024, 1).nullish(),
});

const embed = z.object({
  title: text(256).nullish(),
  description: text(4096).nullish(),
  url: z.url().max(2048).nullish(),
  timestamp: z.iso.datetime({ offset: true }).nullish(),
  color: z.number().int().min(0).max(0xff_ff_ff).nullish(),
  footer: z.object({ text: text(2048, 1), icon_url: z.string().max(2048).nullish() }).nullish(),
  image: z.object({ url: text(2048, 1) }).nullish(),
  thumbnail: z.object({ url: text(2048, 1) }).nullish(),
  author: z.object({ name: text(256, 1), url: z.url().nullish() }).nullish(),
  fields: z
    .array(z.object({ name: text(256, 1), value: text(1024, 1), inline: z.boolean().nullish() }))
    .max(25)
    .nullish(),
});
type Embed = z.output<typeof embed>;

const allowedMentions = z.object({
  parse: z.array(z.enum(['roles', 'users', 'everyone'])).optional(),
  roles: z.array(snowflake).max(100).optional(),
  users: z.array(snowflake).max(100).optional(),
  replied_user: z.boolean().optional(),
});

const reference = z.object({
  message_id: snowflake,
  channel_id: snowflake.optional(),
  guild_id: snowflake.optional(),
  fail_if_not_exists: z.boolean().optional(),
});

const message = z.object({
  content: text(2000).nullish(),
  tts: z.boolean().nullish(),
  nonce: z.union([z.number().int(), text(25)]).nullish(),
  enforce_nonce: z.boolean().nullish(),
  embeds: z.array(embed).max(10).nullish(),
  components: messageComponents.nullish(),
  allowed_mentions: allowedMentions.nullish(),
  flags: z.number().int().nullish(),
  message_reference: reference.nullish(),
  attachments: z.array(file).max(10).nullish(),
});

/** A body that creates or edits a message, whoever answers it. */
export type MessageBody = z.output<typeof message>;

const choice = z.object({
  name: text(100, 1),
  name_localizations: z.record(z.string(), text(100, 1).nullable()).nullish(),
  value: z.union([text(100), z.number()]),
});

const modal = z.object({ custom_id: text(100, 1), title: text(45, 1), components: modalComponents });

const response = z.discriminatedUnion('type', [
  z.object({ type: z.literal(4), data: message }),
  z.object({ type: z.literal(5), data: z.object({ flags: z.number().int().nullish() }).nullish() }),
  z.object({ type: z.literal(6) }),
  z.object({ type: z.literal(7), data: message.nullish() }),
  z.object({ type: z.literal(8), data: z.object({ choices: z.array(choice).max(25) }) }),
  z.object({ type: z.literal(9), data: modal }),
]);

/** The first answer to an interaction. */
export type ResponseBody = z.output<typeof response>;

const thread = z.object({
  name: text(100, 1),
  auto_archive_duration: z.literal([60, 1440, 4320, 10_080]).optional(),
  type: z.literal([10, 11, 12]).optional(),
});

/** A body that was read, or why it was not. */
export interface Checked<Body> {
  /** Null when something is wrong. */
  readonly body: Body | null;
  /** Discord says no because of these. */
  readonly violations: readonly Violation[];
}

function check<Body>(
  schema: z.ZodType<Body>,
  body: unknown,
  further: (body: Body) => readonly Violation[] = () => [],
): Checked<Body> {
  const read = schema.safeParse(body);
  const violations = read.success ? further(read.data) : read.error.issues.flatMap((issue) => toViolations(issue));
  return { body: read.success && violations.length === 0 ? read.data : null, violations };
}

/** A message or an edit. */
export const checkMessage = (body: unknown): Checked<MessageBody> => check(message, body, messageProblems);
/** A new thread. */
export const checkThread = (body: unknown): Checked<z.output<typeof thread>> => check(thread, body);
/** The first answer to an interaction, with what is in it. */
export const checkResponse = (body: unknown): Checked<ResponseBody> => check(response, body, responseProblems);

function responseProblems(answer: ResponseBody): readonly Violation[] {
  switch (answer.type) {
    case 4:
    case 7:
      return under('data', messageProblems(answer.data ?? {}));
    case 9:
      return under('data', componentProblems(answer.data.components));
    case 5:
    case 6:
    case 8:
      return [];
  }
}

function messageProblems(body: MessageBody): readonly Violation[] {
  const inEmbeds = (body.embeds ?? []).reduce((sum, each) => sum + charactersOf(each), 0);
  const isV2 = Boolean((body.flags ?? 0) & isComponentsV2);
  const layout = componentProblems(body.components ?? [], isV2);
  return [
    ...(inEmbeds > mostEmbedCharacters
      ? [wrong(['embeds'], 'MAX_EMBED_SIZE_EXCEEDED', `Embed size exceeds maximum size of ${mostEmbedCharacters}`)]
      : []),
    ...(isV2 && (body.content || body.embeds?.length)
      ? [wrong(['content'], 'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2', 'content and embeds cannot be used')]
      : []),
    ...under('components', layout),
  ];
}

function charactersOf({ title, description, footer, author, fields }: Embed): number {
  const parts = [
    title,
    description,
    footer?.text,
    author?.name,
    ...(fields ?? []).flatMap(({ name, value }) => [name, value]),
  ];
  return parts.reduce((sum, part) => sum + (part?.length ?? 0), 0);
}

/**
 * Rules of our own, which Discord would not enforce: a text that may repeat somebody's prompt must not ping, on edits
 * as well (platforms/discord.md §10), so every body with one says that nothing in it is a mention.
 */
export function mentionProblem(body: MessageBody): string | null {
  const hasText = Boolean(body.content) || JSON.stringify(body.components ?? []).includes('"type":10');
  if (!hasText) return null;
  const { parse, roles = [], users = [] } = body.allowed_mentions ?? {};
  if (parse === undefined) return 'a text without allowed_mentions: what it repeats may ping';
  return parse.length + roles.length + users.length > 0 ? 'a text that may ping' : null;
}

/** One thing that is wrong. */
export function wrong(path: readonly PropertyKey[], code: string, message: string): Violation {
  return { path, code, message };
}

function under(step: PropertyKey, violations: readonly Violation[]): readonly Violation[] {
  return violations.map((each) => ({ ...each, path: [step, ...each.path] }));
}

/** Discord's words for what zod found. */
export function toViolations(issue: z.core.$ZodIssue): readonly Violation[] {
  switch (issue.code) {
    case 'too_big':
      return [wrong(issue.path, 'BASE_TYPE_BAD_LENGTH', `Must be ${issue.maximum} or fewer in length.`)];
    case 'too_small':
      return [wrong(issue.path, 'BASE_TYPE_BAD_LENGTH', `Must be ${issue.minimum} or more in length.`)];
    case 'invalid_value':
      return [wrong(issue.path, 'BASE_TYPE_CHOICES', `Value must be one of ${issue.values.join(', ')}.`)];
    case 'invalid_format':
      return [wrong(issue.path, 'STRING_TYPE_REGEX', 'String value did not match validation regex.')];
    case 'invalid_type':
      return issue.input === undefined
        ? [wrong(issue.path, 'BASE_TYPE_REQUIRED', 'This field is required')]
        : [wrong(issue.path, 'BASE_TYPE_BAD_TYPE', `Value must be of type ${issue.expected}.`)];
    default:
      return [wrong(issue.path, 'UNION_TYPE_CHOICES', issue.message)];
  }
}
