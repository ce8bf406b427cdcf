/** What the gateway brings, checked at the edge; only what is used. Shapes: platforms/discord.md §1, §6. */
import { z } from 'zod';
import { attachment, picturedMessage } from './message-pictures.ts';

const snowflake = z.string().regex(/^\d{1,20}$/);
const user = z.object({
  id: snowflake,
  username: z.string(),
  global_name: z.string().nullish(),
  bot: z.boolean().nullish(),
});
const member = z.object({
  user,
  nick: z.string().nullish(),
  roles: z.array(snowflake).default([]),
  /** In an interaction: of that person in that channel. */
  permissions: z.string().nullish(),
});

/** What a command was given, in whatever depth its group and subcommand lie. */
export interface GivenOption {
  readonly name: string;
  readonly type: number;
  readonly value?: string | number | boolean | undefined;
  readonly focused?: boolean | undefined;
  readonly options?: readonly GivenOption[] | undefined;
}
const option: z.ZodType<GivenOption> = z.lazy(() =>
  z.object({
    name: z.string(),
    type: z.number(),
    value: z.union([z.string(), z.number(), z.boolean()]).optional(),
    focused: z.boolean().optional(),
    options: z.array(option).optional(),
  }),
);

const resolved = z
  .object({
    attachments: z.record(z.string(), attachment).optional(),
    messages: z.record(z.string(), picturedMessage).optional(),
  })
  .optional();

/** The message whose button was pressed. One that only a person sees cannot be answered to. */
const source = z.object({ id: snowflake, flags: z.number().default(0) });

const common = z.object({
  id: snowflake,
  application_id: snowflake,
  token: z.string().min(1),
  guild_id: snowflake.nullish(),
  channel_id: snowflake.nullish(),
  channel: z
    .object({ id: snowflake, type: z.number(), parent_id: snowflake.nullish(), nsfw: z.boolean().nullish() })
    .nullish(),
  member: member.nullish(),
  user: user.nullish(),
  locale: z.string().default('en-US'),
  authorizing_integration_owners: z.record(z.string(), z.string()).default({}),
  attachment_size_limit: z.number().nullish(),
  app_permissions: z.string().nullish(),
  /** 0: a server; 1: a direct message with the bot; 2: one between people. */
  context: z.number().nullish(),
});

const commandData = z.object({
  name: z.string(),
  /** 1: typed after a slash; 3: from a message's menu. */
  type: z.number(),
  options: z.array(option).default([]),
  resolved,
  target_id: snowflake.nullish(),
});

const interaction = z.discriminatedUnion('type', [
  common.extend({ type: z.literal(2), data: commandData }),
  common.extend({ type: z.literal(4), data: commandData }),
  common.extend({
    type: z.literal(3),
    data: z.object({ custom_id: z.string() }),
    message: source,
  }),
  common.extend({
    type: z.literal(5),
    data: z.object({ custom_id: z.string(), components: z.array(z.unknown()), resolved }),
    message: source.nullish(),
  }),
]);
/** Something a person did that waits for an answer. */
export type Interaction = z.output<typeof interaction>;
export type CommandData = z.output<typeof commandData>;

/** Null for what this bot does not understand, which is then left to Discord's own "did not respond". */
export function readInteraction(payload: unknown): Interaction | null {
  return interaction.safeParse(payload).data ?? null;
}

const reaction = z.object({
  user_id: snowflake,
  channel_id: snowflake,
  message_id: snowflake,
  guild_id: snowflake.nullish(),
  member: member.nullish(),
  emoji: z.object({ id: snowflake.nullish(), name: z.string().nullish() }),
});
/** Somebody put an emoji under a message. */
export type Reaction = z.output<typeof reaction>;

export function readReaction(payload: unknown): Reaction | null {
  return reaction.safeParse(payload).data ?? null;
}
