import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  type AppManifest,
  drawManifest,
  type ManifestWish,
  problemsWithManifest,
} from '../../../src/bots/slack/manifest.ts';
import { neededScopes } from '../../../src/bots/slack/needed-scopes.ts';

const publicUrl = 'https://bot.example.org';
const wishes = (['socket', 'http'] as const).flatMap((connection) =>
  (['one', 'many'] as const).map((workspaces): ManifestWish => ({ connection, workspaces, publicUrl })),
);

const text = (least: number, most: number) => z.string().min(least).max(most);
const address = z.url({ protocol: /^https$/ });

/** The parameters of a step as version 1 of the manifest has them: flat, each saying whether it is required. */
const parameters = z.record(
  z.string().regex(/^[a-z_]+$/),
  z.strictObject({
    type: z.enum(['string', 'slack#/types/rich_text', 'slack#/types/channel_id', 'slack#/types/user_id']),
    name: z.string(),
    title: text(1, 255),
    description: text(1, 255),
    is_required: z.boolean(),
  }),
);

/** What Slack takes as a manifest of an app (platforms/slack.md §9; the schema in github.com/slackapi/manifest-schema, version 1). */
const accepted = z.strictObject({
  _metadata: z.strictObject({ major_version: z.literal(1), minor_version: z.int() }),
  display_information: z.strictObject({
    name: text(1, 35),
    description: text(1, 140),
    long_description: text(175, 4000),
    background_color: z.string().regex(/^#[\da-f]{6}$/),
  }),
  features: z.strictObject({
    app_home: z.strictObject({
      home_tab_enabled: z.literal(true),
      messages_tab_enabled: z.literal(true),
      messages_tab_read_only_enabled: z.literal(false),
    }),
    bot_user: z.strictObject({ display_name: z.string().regex(/^[a-z0-9._-]{1,80}$/), always_online: z.boolean() }),
    slash_commands: z
      .array(
        z.strictObject({
          command: z.string().regex(/^\/.{1,31}$/),
          description: text(1, 2000),
          usage_hint: text(1, 1000),
          should_escape: z.boolean(),
          url: address.optional(),
        }),
      )
      .min(1)
      .max(50),
    shortcuts: z
      .array(
        z.strictObject({
          name: text(1, 24),
          type: z.enum(['message', 'global']),
          callback_id: text(1, 255),
          description: text(1, 150),
        }),
      )
      .min(1)
      .max(10),
  }),
  oauth_config: z.strictObject({
    redirect_urls: z.array(address).optional(),
    scopes: z.strictObject({ bot: z.array(text(1, 50)).max(255) }),
  }),
  settings: z.strictObject({
    event_subscriptions: z.strictObject({ request_url: address.optional(), bot_events: z.array(text(1, 50)).max(100) }),
    interactivity: z.strictObject({ is_enabled: z.literal(true), request_url: address.optional() }),
    org_deploy_enabled: z.literal(true),
    function_runtime: z.literal('remote'),
    socket_mode_enabled: z.boolean(),
    token_rotation_enabled: z.boolean(),
  }),
  functions: z.record(
    z.string().regex(/^[a-z_]{1,100}$/),
    z.strictObject({
      title: text(1, 255),
      description: text(1, 255),
      input_parameters: parameters,
      output_parameters: parameters,
    }),
  ),
});

describe.each(wishes)('the manifest by $connection for $workspaces', (wish) => {
  const drawn = drawManifest(wish);

  test('is one that Slack takes, as text as well', () => {
    expect(accepted.parse(JSON.parse(JSON.stringify(drawn)))).toEqual(drawn);
  });

  test('asks for exactly the scopes that are needed, each once', () => {
    const asked = drawn.oauth_config.scopes?.bot ?? [];
    expect(asked).toEqual(neededScopes.map(({ scope }) => scope));
    expect(new Set(asked).size).toBe(asked.length);
  });

  test('tells Slack of our address where Slack is the one to call, and nowhere else', () => {
    const { features, settings, oauth_config } = drawn;
    const called = wish.connection === 'http' ? `${publicUrl}/slack/events` : undefined;
    expect(features.slash_commands?.map(({ url }) => url)).toEqual([called]);
    expect(settings.event_subscriptions.request_url).toBe(called);
    expect(settings.interactivity?.request_url).toBe(called);
    expect(settings.socket_mode_enabled).toBe(wish.connection === 'socket');
    expect(oauth_config.redirect_urls).toEqual(
      wish.workspaces === 'many' ? [`${publicUrl}/slack/oauth_redirect`] : undefined,
    );
    expect(settings.token_rotation_enabled).toBe(wish.workspaces === 'many');
  });

  test('hears all that people can do', () => {
    expect(drawn.settings.event_subscriptions.bot_events.toSorted()).toEqual([
      'app_home_opened',
      'app_mention',
      'app_uninstalled',
      'function_executed',
      'message.im',
      'reaction_added',
      'tokens_revoked',
    ]);
    expect(drawn.features.slash_commands).toMatchObject([{ command: '/hailuo', should_escape: true }]);
    expect(drawn.features.shortcuts).toMatchObject([{ name: 'Animate', type: 'message', callback_id: 'animate' }]);
  });

  test('has a step for workflows, each parameter under its own name', () => {
    const { input_parameters: inputs, output_parameters: outputs } = drawn.functions.animate ?? {};
    expect(Object.keys(inputs ?? {})).toEqual(['prompt', 'picture', 'channel', 'person']);
    expect(Object.keys(outputs ?? {})).toEqual(['permalink']);
    for (const [name, parameter] of Object.entries({ ...inputs, ...outputs })) expect(parameter.name).toBe(name);
  });
});

describe('what stands in the way of a manifest', () => {
  test.each<[string, Partial<ManifestWish>, RegExp | null]>([
    ['nothing for Socket Mode in one workspace', { publicUrl: '' }, null],
    ['nothing with an address', { connection: 'http', workspaces: 'many' }, null],
    ['no address for HTTP', { connection: 'http', publicUrl: '' }, /^PUBLIC_URL: is missing.*HTTP/],
    [
      'no address for many workspaces',
      { workspaces: 'many', publicUrl: '' },
      /^PUBLIC_URL: is missing.*many workspaces/,
    ],
    [
      'an address that is not encrypted',
      { connection: 'http', workspaces: 'many', publicUrl: 'http://bot.example.org' },
      /^PUBLIC_URL: must begin with https.*HTTP and many workspaces/,
    ],
  ])('%s', (_name, wish, problem) => {
    const whole = { connection: 'socket', workspaces: 'one', publicUrl, ...wish } as const;
    const problems = problemsWithManifest(whole);
    if (problem === null) {
      expect(problems).toEqual([]);
      expect(() => drawManifest(whole)).not.toThrow();
    } else {
      expect(problems).toEqual([expect.stringMatching(problem)]);
      expect(() => drawManifest(whole)).toThrow(RangeError);
    }
  });
});

describe('npm run slack:manifest', () => {
  const script = fileURLToPath(new URL('../../../scripts/slack-manifest.ts', import.meta.url));
  // Of its own, so that no .env of whoever runs the tests is read.
  const directory = mkdtempSync(join(tmpdir(), 'hailuo-manifest-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  interface Said {
    readonly code: number;
    readonly out: string;
    readonly error: string;
  }

  const run = (environment: Readonly<Record<string, string>>, ...options: readonly string[]): Promise<Said> =>
    new Promise((resolve) => {
      const env = { PATH: process.env.PATH, ...environment };
      execFile(process.execPath, [script, ...options], { cwd: directory, env }, (failure, out, error) => {
        resolve({ code: failure === null ? 0 : Number(failure.code), out, error });
      });
    });
  const manifestOf = ({ code, out, error }: Said): AppManifest => {
    expect({ code, error }).toEqual({ code: 0, error: '' });
    return JSON.parse(out) as AppManifest;
  };

  test('prints, before there is any token, the one that needs the least', async () => {
    const expected = drawManifest({ connection: 'socket', workspaces: 'one', publicUrl: '' });
    expect(manifestOf(await run({}))).toEqual(expected);
  });

  test('prints the one of what is configured', async () => {
    const many = {
      PUBLIC_URL: `${publicUrl}/`,
      SLACK_CLIENT_ID: '1.2',
      SLACK_CLIENT_SECRET: 'client-secret',
      SLACK_SIGNING_SECRET: 'signing-secret',
    };
    expect(manifestOf(await run(many))).toEqual(drawManifest({ connection: 'http', workspaces: 'many', publicUrl }));
    writeFileSync(
      join(directory, '.env'),
      `SLACK_BOT_TOKEN=xoxb-1\nSLACK_SIGNING_SECRET=secret\nPUBLIC_URL=${publicUrl}\n`,
    );
    const one = await run({});
    rmSync(join(directory, '.env'));
    expect(manifestOf(one)).toEqual(drawManifest({ connection: 'http', workspaces: 'one', publicUrl }));
    expect(one.out).not.toContain('xoxb-1');
  });

  test('prints the one that is wanted before it is configured', async () => {
    const drawn = manifestOf(await run({ PUBLIC_URL: publicUrl }, '--http', '--many'));
    expect(drawn).toEqual(drawManifest({ connection: 'http', workspaces: 'many', publicUrl }));
  });

  test.each<[string, Readonly<Record<string, string>>, readonly string[], string]>([
    ['an address is missing', {}, ['--http'], 'PUBLIC_URL: is missing'],
    ['tokens do not fit together', { SLACK_APP_TOKEN: 'xapp-1' }, [], 'SLACK_BOT_TOKEN: is missing'],
    ['something else is asked', {}, ['--https'], '--https'],
  ])('says in words that %s, and prints nothing', async (_name, environment, options, said) => {
    const { code, out, error } = await run(environment, ...options);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(error).toContain(said);
    expect(error).not.toContain('    at ');
    for (const value of Object.values(environment)) expect(error).not.toContain(value);
  });
});
