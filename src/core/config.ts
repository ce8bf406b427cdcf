/** The environment, read once by `main`. Every problem is reported together, by name, with what to do; no value is ever printed. */
import { z } from 'zod';
import { createSecret, type Secret } from './secret.ts';
import { type MicroUsd, type Routing, routings, usd } from './values.ts';

/** Thrown with every problem of the environment, one sentence each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      `The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n- ${problems.join('\n- ')}`,
    );
    this.problems = problems;
  }
}

const roleNames = ['bots', 'worker', 'web'] as const;
type Role = (typeof roleNames)[number];

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);

const limit = z.string().transform((text, context): number | null => {
  if (text.trim().toLowerCase() === 'unlimited') return null;
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number) || number < 0) {
    context.addIssue('must be a number from 0, or `unlimited`');
    return z.NEVER;
  }
  return number;
});

const wholeLimit = limit.refine(
  (value) => value === null || Number.isInteger(value),
  'must be a whole number from 0, or `unlimited`',
);

const seconds = (least: number, most: number) =>
  z.coerce
    .number(`must be a number of seconds`)
    .min(least, `must be at least ${least}`)
    .max(most, `must be at most ${most}`);

const secret = z.string().min(1).transform(createSecret);

const address = (protocols: readonly string[], form: string) =>
  z
    .string()
    .refine(
      (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol),
      `must be an address like ${form}`,
    );

const schema = z.object({
  DATABASE_URL: address(['postgres:', 'postgresql:'], 'postgres://user:password@host:5432/name').optional(),
  REDIS_URL: z
    .string()
    .regex(/^rediss?(\+[a-z]+)?:\/\//, 'must be an address like redis://host:6379')
    .optional(),
  DATA_DIR: z.string().default('./data'),
  ROLES: list
    .default([...roleNames])
    .pipe(
      z
        .array(z.enum(roleNames, 'must be some of bots, worker, web, separated by commas'))
        .min(1, 'must name at least one role'),
    ),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce
    .number('must be a port number')
    .int('must be a port number')
    .min(0, 'must be a port number')
    .max(65535, 'must be a port number')
    .default(3000),
  PUBLIC_URL: address(['https:', 'http:'], 'https://hailuo.example.org').optional(),
  SECRET_KEY: z.string().min(16, 'must have at least 16 characters').transform(createSecret).optional(),
  DISCORD_TOKEN: secret.optional(),
  DISCORD_API_URL: address(['https:', 'http:'], 'https://discord.com/api').default('https://discord.com/api'),
  DISCORD_GUILD_IDS: list
    .default([])
    .pipe(z.array(z.string().regex(/^\d{17,20}$/, 'must be ids of servers, separated by commas'))),
  REACTION_EMOJI: z.string().trim().max(60, 'must be one emoji').default(''),
  SLACK_BOT_TOKEN: secret.optional(),
  SLACK_APP_TOKEN: secret.optional(),
  SLACK_SIGNING_SECRET: secret.optional(),
  SLACK_CLIENT_ID: z.string().optional(),
  SLACK_CLIENT_SECRET: secret.optional(),
  SLACK_API_URL: address(['https:', 'http:'], 'https://slack.com/api/').default('https://slack.com/api/'),
  PROVIDERS: list.optional(),
  ROUTING: z.enum(routings, 'must be order, cheapest or fastest').default('order'),
  QUOTA_CLIPS_PER_DAY: wholeLimit.default(10),
  QUOTA_CONCURRENT: wholeLimit.default(2),
  QUOTA_USD_PER_MONTH: limit.default(null),
  JOB_DEADLINE_SECONDS: seconds(30, 86_400).default(1800),
  UNKNOWN_HOLD_SECONDS: seconds(0, 86_400).default(600),
  FETCH_ALLOW_PRIVATE: list
    .default([])
    .pipe(z.array(z.string().regex(/^[^\s/]+:\d+$/, 'must be host:port, separated by commas'))),
  MEDIA_MAX_DAYS: z.coerce.number('must be a number of days').min(1, 'must be at least 1').default(30),
  MEDIA_MAX_GB: z.coerce.number('must be a number of gigabytes').min(0.1, 'must be at least 0.1').default(20),
  ADMIN_TOKEN: z.string().min(12, 'must have at least 12 characters').transform(createSecret).optional(),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'], 'must be debug, info, warn, error or silent')
    .default('info'),
  LOG_FORMAT: z.enum(['json', 'pretty'], 'must be json or pretty').optional(),
});

/** What a provider wants of the environment, as its file says. */
export interface ProviderSlice {
  readonly id: string;
  readonly keyName?: string;
  readonly environment: z.ZodObject;
}

/** Every name that is read from the environment, each once. */
export function settingNames(known: readonly ProviderSlice[]): readonly string[] {
  return [
    ...new Set([schema, ...known.map(({ environment }) => environment)].flatMap(({ shape }) => Object.keys(shape))),
  ];
}

interface ConnectedProvider {
  readonly id: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** How Slack is connected, and whose workspaces it speaks in. */
export interface SlackConfig {
  /** Ends in a slash. */
  readonly apiUrl: string;
  readonly connection:
    | { readonly by: 'socket'; readonly appToken: Secret }
    | { readonly by: 'http'; readonly signingSecret: Secret };
  readonly workspaces:
    | { readonly are: 'one'; readonly token: Secret }
    | { readonly are: 'many'; readonly clientId: string; readonly clientSecret: Secret };
}

/** The environment, checked: defaults filled in, times in milliseconds, sizes in bytes; a limit of null is no limit. */
export interface Config {
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
  readonly dataDirectory: string;
  readonly roles: readonly Role[];
  readonly host: string;
  readonly port: number;
  /** Without a trailing slash; empty: nobody outside can reach us. */
  readonly publicUrl: string;
  /** Undefined: made once into the data directory. */
  readonly secretKey: Secret | undefined;
  /** In the order of preference; at least one. */
  readonly providers: readonly ConnectedProvider[];
  readonly routing: Routing;
  /** Undefined: Discord is switched off. */
  readonly discord:
    | {
        readonly token: Secret;
        /** Without the version, and without a trailing slash. */
        readonly apiUrl: string;
        /** Where the commands are registered at once; none: everywhere. */
        readonly guildIds: readonly string[];
      }
    | undefined;
  /** Undefined: Slack is switched off. */
  readonly slack: SlackConfig | undefined;
  /** As it was written; empty: what each platform calls 🎬. */
  readonly reactionEmoji: string;
  readonly limits: {
    readonly clipsPerDay: number | null;
    readonly concurrent: number | null;
    readonly usdPerMonth: MicroUsd | null;
  };
  readonly deadlineMs: number;
  readonly unknownHoldMs: number;
  readonly fetchAllowPrivate: readonly string[];
  readonly mediaMaxAgeMs: number;
  readonly mediaMaxBytes: number;
  readonly adminToken: Secret | undefined;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly logFormat: 'json' | 'pretty' | undefined;
  /** Every secret value, for the log to strike out. */
  readonly secrets: readonly string[];
}

/**
 * @param environment names to values; an empty value counts as unset
 * @param known every provider there is, in the table's order; one without a key is the fallback
 * @throws ConfigError
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
  known: readonly ProviderSlice[],
): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const parsed = schema.safeParse(given);
  const problems = parsed.success ? [] : parsed.error.issues.map(explain);
  const providers = chooseProviders(given, known, problems);
  // Looked at as they were given, so that one wrong value does not hide these until the next start.
  if (given.DATABASE_URL !== undefined && given.SECRET_KEY === undefined) {
    problems.push(
      'SECRET_KEY: is required with DATABASE_URL, so that every process signs alike. Make one with `openssl rand -hex 32`.',
    );
  }
  if (given.REDIS_URL !== undefined && given.DATABASE_URL === undefined) {
    problems.push('REDIS_URL: needs DATABASE_URL too, because an embedded database belongs to one process.');
  }
  problems.push(...slackProblems(given));
  const roles = schema.shape.ROLES.safeParse(given.ROLES);
  if (given.DATABASE_URL === undefined && roles.success && new Set(roles.data).size < roleNames.length) {
    problems.push(
      'ROLES: can only be split over processes with DATABASE_URL, because an embedded database belongs to one process.',
    );
  }
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  const values = parsed.data;
  return {
    databaseUrl: values.DATABASE_URL,
    redisUrl: values.REDIS_URL,
    dataDirectory: values.DATA_DIR,
    roles: values.ROLES,
    host: values.HOST,
    port: values.PORT,
    publicUrl: values.PUBLIC_URL?.replace(/\/+$/, '') ?? '',
    secretKey: values.SECRET_KEY,
    providers,
    routing: values.ROUTING,
    discord: values.DISCORD_TOKEN && {
      token: values.DISCORD_TOKEN,
      apiUrl: values.DISCORD_API_URL.replace(/\/+$/, ''),
      guildIds: values.DISCORD_GUILD_IDS,
    },
    slack: toSlack(values),
    reactionEmoji: values.REACTION_EMOJI,
    limits: {
      clipsPerDay: values.QUOTA_CLIPS_PER_DAY,
      concurrent: values.QUOTA_CONCURRENT,
      usdPerMonth: values.QUOTA_USD_PER_MONTH === null ? null : usd(values.QUOTA_USD_PER_MONTH),
    },
    deadlineMs: values.JOB_DEADLINE_SECONDS * 1000,
    unknownHoldMs: values.UNKNOWN_HOLD_SECONDS * 1000,
    fetchAllowPrivate: values.FETCH_ALLOW_PRIVATE,
    mediaMaxAgeMs: values.MEDIA_MAX_DAYS * 86_400_000,
    mediaMaxBytes: values.MEDIA_MAX_GB * 1e9,
    adminToken: values.ADMIN_TOKEN,
    logLevel: values.LOG_LEVEL,
    logFormat: values.LOG_FORMAT,
    secrets: Object.entries(given).flatMap(([name, value]) =>
      isSecretName(name) && value !== undefined ? [value] : [],
    ),
  };
}

/** What of Slack's settings does not fit together (design.md §4). Nothing set is no problem: Slack is off. */
function slackProblems(given: Readonly<Record<string, string | undefined>>): string[] {
  const has = (name: string): boolean => given[`SLACK_${name}`] !== undefined;
  const problems: string[] = [];
  const isMany = has('CLIENT_ID') || has('CLIENT_SECRET');
  if (has('BOT_TOKEN') && isMany) {
    problems.push(
      'SLACK_BOT_TOKEN: is for one workspace, SLACK_CLIENT_ID and SLACK_CLIENT_SECRET are for many. Set one or the other.',
    );
  }
  if (has('CLIENT_ID') !== has('CLIENT_SECRET')) {
    problems.push(
      'SLACK_CLIENT_ID, SLACK_CLIENT_SECRET: need each other. Both are under Basic Information of the app.',
    );
  }
  if (isMany && given.PUBLIC_URL === undefined) {
    problems.push(
      'SLACK_CLIENT_ID: needs PUBLIC_URL too, because Slack sends people back there after an installation.',
    );
  }
  if ((has('BOT_TOKEN') || isMany) && !has('APP_TOKEN') && !has('SIGNING_SECRET')) {
    problems.push(
      'SLACK_APP_TOKEN: is missing. Set it for Socket Mode, which needs no public address, or SLACK_SIGNING_SECRET for HTTP.',
    );
  }
  if ((has('APP_TOKEN') || has('SIGNING_SECRET')) && !has('BOT_TOKEN') && !isMany) {
    problems.push(
      'SLACK_BOT_TOKEN: is missing. Set it for one workspace, or SLACK_CLIENT_ID and SLACK_CLIENT_SECRET for many.',
    );
  }
  return problems;
}

/** Undefined where nothing is set; what does not fit together has been reported by then. */
function toSlack(values: z.output<typeof schema>): SlackConfig | undefined {
  const { SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET, SLACK_CLIENT_ID, SLACK_CLIENT_SECRET } = values;
  const connection: SlackConfig['connection'] | undefined =
    SLACK_APP_TOKEN !== undefined
      ? { by: 'socket', appToken: SLACK_APP_TOKEN }
      : SLACK_SIGNING_SECRET && { by: 'http', signingSecret: SLACK_SIGNING_SECRET };
  const workspaces: SlackConfig['workspaces'] | undefined =
    SLACK_BOT_TOKEN !== undefined
      ? { are: 'one', token: SLACK_BOT_TOKEN }
      : SLACK_CLIENT_ID !== undefined && SLACK_CLIENT_SECRET !== undefined
        ? { are: 'many', clientId: SLACK_CLIENT_ID, clientSecret: SLACK_CLIENT_SECRET }
        : undefined;
  if (connection === undefined || workspaces === undefined) return undefined;
  return { apiUrl: `${values.SLACK_API_URL.replace(/\/+$/, '')}/`, connection, workspaces };
}

/** Everything with a telling name, so that a secret nobody thought of is struck out too. */
function isSecretName(name: string): boolean {
  return /(?:TOKEN|SECRET|KEY|PASSWORD)$/.test(name) || (name.endsWith('_URL') === false && /CREDENTIAL/.test(name));
}

/** Those with a key, or those named; the one that needs no key when there is no other. */
function chooseProviders(
  given: Record<string, string | undefined>,
  known: readonly ProviderSlice[],
  problems: string[],
): ConnectedProvider[] {
  const named = list.optional().parse(given.PROVIDERS);
  const hasKey = ({ keyName }: ProviderSlice): boolean => keyName !== undefined && given[keyName] !== undefined;
  const withKey = known.filter(hasKey);
  const fallback = known.filter(({ keyName }) => keyName === undefined);
  const chosen = [...new Set(named)].flatMap((id) => {
    const provider = known.find((candidate) => candidate.id === id);
    if (provider === undefined) {
      problems.push(
        // Not by its name: somebody may have put the key there.
        `PROVIDERS: names a provider that does not exist. There are ${known.map((candidate) => candidate.id).join(', ')}.`,
      );
      return [];
    }
    if (provider.keyName !== undefined && !hasKey(provider)) {
      problems.push(`PROVIDERS: \`${id}\` is named, so ${provider.keyName} must be set too.`);
      return [];
    }
    return [provider];
  });
  const isNamed = named !== undefined && named.length > 0;
  const use = isNamed ? chosen : withKey.length > 0 ? withKey : fallback;
  return use.map((provider) => {
    const slice = provider.environment.safeParse(given);
    if (!slice.success) problems.push(...slice.error.issues.map(explain));
    return { id: provider.id, settings: slice.data ?? {} };
  });
}

function explain(issue: { readonly path: readonly PropertyKey[]; readonly message: string }): string {
  return `${String(issue.path[0])}: ${issue.message}.`;
}
