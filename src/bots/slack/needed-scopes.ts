/**
 * What this bot asks a workspace for, and nothing more: the one list behind the manifest, the installation of many
 * workspaces, the doctor and docs/slack.md (platforms/slack.md §3, §4, §9). Pure.
 */
import type { AppsManifestCreateArguments } from '@slack/web-api';

type Scopes = NonNullable<NonNullable<AppsManifestCreateArguments['manifest']['oauth_config']>['scopes']>;
type BotScope = NonNullable<Scopes['bot']>[number];

interface NeededScope {
  /** As Slack names it. */
  readonly scope: BotScope;
  /** For operators and for whoever approves the app. */
  readonly why: string;
}

/** In the order in which they are told. */
export const neededScopes: readonly NeededScope[] = [
  { scope: 'commands', why: 'to be asked by /hailuo and by Animate in a message’s menu' },
  { scope: 'app_mentions:read', why: 'to be asked by a mention' },
  { scope: 'reactions:read', why: 'to be asked by a reaction under a picture' },
  { scope: 'im:history', why: 'to be asked in direct messages, and to read the message that is meant there' },
  {
    scope: 'channels:history',
    why: 'to read the one message that a reaction or a mention in a public channel is about',
  },
  { scope: 'groups:history', why: 'the same in private channels it was invited to' },
  { scope: 'mpim:history', why: 'the same in group conversations it was invited to' },
  { scope: 'channels:read', why: 'to see before anybody is charged that it may post in a public channel' },
  { scope: 'groups:read', why: 'the same for private channels' },
  { scope: 'im:read', why: 'the same for direct messages' },
  { scope: 'mpim:read', why: 'the same for group conversations' },
  { scope: 'im:write', why: 'to write to a person directly where nothing else reaches them' },
  { scope: 'chat:write', why: 'to post and to change its own messages' },
  { scope: 'files:read', why: 'to fetch the pictures people give it' },
  { scope: 'files:write', why: 'to post clips' },
  { scope: 'usergroups:read', why: 'to know who is in a user group, where an admin chose something for one' },
  { scope: 'users:read', why: 'to know the language of whoever asks, and who is an admin' },
];
