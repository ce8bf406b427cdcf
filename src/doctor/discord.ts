/** Discord, asked at no cost: whether the token is good, how the portal's switches stand, and how people get the bot. */
import { createDiscordRest } from '../bots/discord/discord-rest.ts';
import { drawCommands } from '../bots/discord/draw/commands.ts';
import { type DiscordSeen, type Installation, inspectDiscord, mostServers } from '../bots/discord/inspect-discord.ts';
import { inviteLink, userInstallLink } from '../bots/discord/needed-permissions.ts';
import type { Command } from '../commands/command.ts';
import type { Config } from '../core/config.ts';
import { within } from '../core/jobs/within.ts';
import { silentLog } from '../core/log.ts';
import { type Quote, reasonOf } from './quote.ts';
import { type Finding, fix, note, ok } from './report.ts';

const timeLimitMs = 15_000;
const answerMs = 10_000;

/** Null: Discord is switched off. Changes nothing there, and spends no session start. */
export async function lookAtDiscord(
  { discord }: Pick<Config, 'discord'>,
  commands: readonly Command[],
): Promise<DiscordSeen | null> {
  if (discord === undefined) return null;
  const rest = createDiscordRest({
    token: discord.token.reveal(),
    apiUrl: discord.apiUrl,
    log: silentLog,
    answerMs,
  });
  try {
    return await within(timeLimitMs, inspectDiscord(rest, discord.guildIds, drawCommands(commands)));
  } catch (error) {
    return { kind: 'unreached', reason: reasonOf(error) };
  }
}

export function judgeDiscord(seen: DiscordSeen, quote: Quote): Finding[] {
  switch (seen.kind) {
    case 'bad-token':
      return [
        fix(
          'Discord does not accept DISCORD_TOKEN.',
          'In the developer portal, under Bot, press Reset Token and copy the new one into DISCORD_TOKEN.',
        ),
      ];
    case 'unreached':
      return [
        fix(
          `Discord gives no usable answer: ${quote(seen.reason)}`,
          'See whether this machine gets out to Discord, and whether DISCORD_API_URL, if set, is right.',
        ),
      ];
    case 'known':
      return [
        ok(`The token is good: bot ${quote(seen.bot)} of the application ${quote(seen.name)}.`),
        ...judgePortal(seen.portal),
        ...judgeServers(seen, quote),
        ...judgeLinks(seen),
        ...seen.commands.map(judgeScope),
        judgeGateway(seen.gateway),
      ];
  }
}

function judgePortal(portal: Installation['portal']): Finding[] {
  return [
    ...(portal.hasEndpoint
      ? [
          fix(
            'Discord sends everything people do to an Interactions Endpoint URL, and nothing to this bot.',
            'In the portal, under General Information, empty that field.',
          ),
        ]
      : []),
    ...(portal.needsCodeGrant
      ? [fix('Requires OAuth2 Code Grant is on, so no invite link works.', 'In the portal, under Bot, switch it off.')]
      : []),
    ...(portal.forServers
      ? []
      : [
          fix(
            'Guild Install is off, so the bot can be in no server.',
            'In the portal, under Installation, switch it on.',
          ),
        ]),
    portal.maySeeContent
      ? ok('Message Content Intent is on: 🎬 under a picture works.')
      : note(
          'Message Content Intent is off: 🎬 under somebody’s picture finds no picture. Everything else works.',
          'In the portal, under Bot, switch Message Content Intent on.',
        ),
    ...(portal.isPublic
      ? []
      : [
          note(
            'Public Bot is off: nobody but the owner of the application can invite it.',
            'In the portal, under Bot, switch it on if others should.',
          ),
        ]),
  ];
}

function judgeServers({ servers, application }: Installation, quote: Quote): Finding[] {
  if (servers.length === 0) return [note('The bot is in no server yet.', `Invite it: ${inviteLink(application)}`)];
  const lacking = servers.filter(({ missing }) => missing.length > 0);
  const named = lacking
    .slice(0, mostNamed)
    .map(({ name, missing }) =>
      note(
        `In ${quote(name)} its roles lack: ${missing.join(', ')}.`,
        'Give them to its role, or invite it once more.',
      ),
    );
  const rest = lacking.length - named.length;
  const count = servers.length < mostServers ? `${servers.length}` : `${mostServers} or more`;
  return [ok(`Servers: ${count}.`), ...named, ...(rest > 0 ? [note(`And ${rest} more servers lack something.`)] : [])];
}

const mostNamed = 5;

function judgeLinks({ application, portal }: Installation): Finding[] {
  return [
    ok(`Invite it to a server: ${inviteLink(application)}`),
    portal.forPeople
      ? ok(`Install it on an account: ${userInstallLink(application)}`)
      : note(
          'User Install is off: people cannot put it on their own account.',
          'In the portal, under Installation, switch it on if they should.',
        ),
  ];
}

function judgeScope({ scope, state }: Installation['commands'][number]): Finding {
  const where = scope === 'everywhere' ? 'everywhere' : `in server ${scope}`;
  const next = 'The next start of a process with the role bots writes them.';
  switch (state) {
    case 'ours':
      return ok(`Commands: registered ${where}, as this version has them.`);
    case 'different':
      return note(`Commands: registered ${where}, and not as this version has them.`, next);
    case 'none':
      return note(`Commands: not registered ${where} yet.`, next);
    case 'refused':
      return fix(
        `Commands: DISCORD_GUILD_IDS names ${scope}, where the bot is not.`,
        'Invite it there, or take that id out.',
      );
  }
}

function judgeGateway({ shards, startsLeft, startsADay }: Installation['gateway']): Finding {
  const said = `Gateway: ${startsLeft} of ${startsADay} session starts left today, ${shards} for each start of the bot`;
  if (startsLeft < shards) {
    return fix(`${said}: too few.`, 'Wait a day, and see why the bot starts so often: Discord resets tokens for it.');
  }
  if (startsLeft < startsADay / 10)
    return note(`${said}.`, 'See why it starts so often: Discord resets tokens for it.');
  return ok(`${said}.`);
}
