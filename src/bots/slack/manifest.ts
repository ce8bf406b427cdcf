/** The app as Slack is told of it: everything this bot listens to and offers, for each way to connect it (platforms/slack.md §9). Pure. */
import type { AppsManifestCreateArguments } from '@slack/web-api';
import { neededScopes } from './needed-scopes.ts';

type Manifest = AppsManifestCreateArguments['manifest'];

export interface ManifestWish {
  readonly connection: 'socket' | 'http';
  readonly workspaces: 'one' | 'many';
  /** Without a trailing slash; empty: nobody outside can reach this bot. */
  readonly publicUrl: string;
}

/** The `callback_id`s of the message shortcut and of the step of a workflow. */
export const animateShortcut = 'animate';
export const animateStep = 'animate';

type Settings = NonNullable<Manifest['settings']>;
type Events = NonNullable<Settings['event_subscriptions']>;

/** One input or output of a step. */
interface StepParameter {
  readonly type: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly is_required: boolean;
}

/**
 * The library's type, but for two things: it knows the parameters of a step as version 2 of the manifest has them, where
 * version 1, which "From a manifest" takes for an app of one's own, lists them flat; and it does not know the event of a step.
 */
export interface AppManifest {
  readonly _metadata: NonNullable<Manifest['_metadata']>;
  readonly display_information: Manifest['display_information'];
  readonly features: NonNullable<Manifest['features']>;
  readonly oauth_config: NonNullable<Manifest['oauth_config']>;
  readonly settings: Omit<Settings, 'event_subscriptions'> & {
    readonly event_subscriptions: Omit<Events, 'bot_events'> & {
      readonly bot_events: readonly (NonNullable<Events['bot_events']>[number] | 'function_executed')[];
    };
  };
  readonly functions: Readonly<
    Record<
      string,
      {
        readonly title: string;
        readonly description: string;
        readonly input_parameters: Readonly<Record<string, StepParameter>>;
        readonly output_parameters: Readonly<Record<string, StepParameter>>;
      }
    >
  >;
}

/** What stands in the way of a manifest, in words; none: `drawManifest` draws it. */
export function problemsWithManifest({ connection, workspaces, publicUrl }: ManifestWish): string[] {
  const wanted = [...(connection === 'http' ? ['HTTP'] : []), ...(workspaces === 'many' ? ['many workspaces'] : [])];
  if (wanted.length === 0 || /^https:\/\/[^/]/i.test(publicUrl)) return [];
  const what = publicUrl === '' ? 'is missing' : 'must begin with https://';
  return [`PUBLIC_URL: ${what}. For ${wanted.join(' and ')} Slack sends people and what they do to that address.`];
}

/** @throws RangeError when there are `problemsWithManifest` */
export function drawManifest(wish: ManifestWish): AppManifest {
  const [problem] = problemsWithManifest(wish);
  if (problem !== undefined) throw new RangeError(problem);
  const { connection, workspaces, publicUrl } = wish;
  const requestUrl = connection === 'http' ? `${publicUrl}/slack/events` : null;
  return {
    // Without it Slack takes version 1 as well; with it nobody has to know.
    _metadata: { major_version: 1, minor_version: 1 },
    display_information: {
      name: 'Hailuo Video',
      description: 'Video clips from words and pictures, by MiniMax Hailuo',
      long_description: about,
      background_color: '#1f2430',
    },
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: 'hailuo', always_online: true },
      slash_commands: [
        {
          command: '/hailuo',
          description: 'Make a video clip from words or a picture',
          usage_hint: 'a paper boat in a storm [Push in] --duration 10, or help',
          // People and channels that admins name come as what they are.
          should_escape: true,
          ...(requestUrl !== null && { url: requestUrl }),
        },
      ],
      shortcuts: [
        {
          name: 'Animate',
          type: 'message',
          callback_id: animateShortcut,
          description: 'Make a clip from the picture of this message',
        },
      ],
    },
    oauth_config: {
      ...(workspaces === 'many' && { redirect_urls: [`${publicUrl}/slack/oauth_redirect`] }),
      scopes: { bot: neededScopes.map(({ scope }) => scope) },
    },
    settings: {
      event_subscriptions: {
        ...(requestUrl !== null && { request_url: requestUrl }),
        bot_events: [
          'app_home_opened',
          'app_mention',
          'app_uninstalled',
          'function_executed',
          'message.im',
          'reaction_added',
          'tokens_revoked',
        ],
      },
      interactivity: { is_enabled: true, ...(requestUrl !== null && { request_url: requestUrl }) },
      // Steps of workflows are for apps that a whole organisation can have, and run wherever this bot runs.
      org_deploy_enabled: true,
      function_runtime: 'remote',
      socket_mode_enabled: connection === 'socket',
      // The token of one workspace is pasted into the configuration, and so must not change.
      token_rotation_enabled: workspaces === 'many',
    },
    functions: { [animateStep]: step },
  };
}

/** 175 to 4000 characters. One language: a manifest has no others. */
const about = `Type /hailuo with a few words, attach a picture or two, or react with 🎬 to a picture in a channel. A clip of six or ten seconds comes back into the thread.

• /hailuo a paper boat in a storm [Push in] makes a clip from words; /hailuo alone opens a form that takes pictures too.
• Animate in a message’s menu, or the reaction, makes a clip from the picture of that message.
• Mention the app in a thread with a picture, or write to it directly.
• Cancel while it is being made; Again, Remix and Continue when it is done.
• The app’s Home shows what you have left today, what is in the making and your last clips.

Admins set limits, channels and more with /hailuo admin. Messages are read only where somebody mentions the app, reacts with 🎬 or writes to it directly.`;

/** Slack’s builder of workflows hands a form's file over only as rich text (github.com/slackapi/bolt-js issue 2407). */
const step: AppManifest['functions'][string] = {
  title: 'Make a video clip',
  description: 'Makes a clip from words, from a picture or from both, posts it and goes on when it is there',
  input_parameters: parameters([
    ['prompt', 'string', 'Prompt', 'What happens in the clip. With a picture it may be left out.', false],
    [
      'picture',
      'slack#/types/rich_text',
      'Picture',
      'A picture to start from: the id of its file or a link to it.',
      false,
    ],
    ['channel', 'slack#/types/channel_id', 'Channel', 'Where the clip is posted. The app must be a member.', true],
    ['person', 'slack#/types/user_id', 'Person', 'Who asks for it: the clip counts as theirs.', true],
  ]),
  output_parameters: parameters([
    ['permalink', 'string', 'Link to the clip', 'A link to the message with the clip', true],
  ]),
};

type ParameterRow = readonly [name: string, type: string, title: string, description: string, isRequired: boolean];

function parameters(rows: readonly ParameterRow[]): Readonly<Record<string, StepParameter>> {
  return Object.fromEntries(
    rows.map(([name, type, title, description, is_required]) => [
      name,
      { type, name, title, description, is_required },
    ]),
  );
}
