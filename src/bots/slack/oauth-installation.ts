/** An installation as Slack's OAuth library has it, and as it is kept. */
import type { Installation, InstallationQuery } from '@slack/oauth';
import { type InstallationKey, installationId } from './address.ts';
import type { Installed, NewInstallation } from './installation-rows.ts';

type Any = Installation<'v1' | 'v2', boolean>;

/** @throws when no bot came with it: nothing could be said with what did */
export function fromOAuth(installation: Any): NewInstallation {
  const { team, enterprise, bot, appId, user } = installation;
  const key: InstallationKey = {
    team: team?.id ?? null,
    enterprise: enterprise?.id ?? null,
    isEnterpriseInstall: installation.isEnterpriseInstall === true,
  };
  const id = installationId(key);
  if (bot === undefined) throw new Error(`the installation in ${id} has no bot`);
  return {
    key,
    app: appId ?? '',
    identity: {
      token: bot.token,
      bot: bot.id,
      botUser: bot.userId,
      name: nameOf(installation) ?? id,
    },
    scopes: bot.scopes,
    refreshToken: bot.refreshToken ?? null,
    expiresAt: bot.expiresAt === undefined ? null : new Date(bot.expiresAt * 1000),
    installedBy: user.id,
  };
}

/** What people call where it is installed; undefined where Slack did not say. */
export function nameOf({ team, enterprise, isEnterpriseInstall }: Any): string | undefined {
  return (isEnterpriseInstall === true ? enterprise : team)?.name;
}

/** Without the refresh token: a library that sees one uses it, and it works once. */
export function toOAuth({ key, app, identity, scopes, installedBy }: Installed): Any {
  const { token, bot, botUser, name } = identity;
  const { isEnterpriseInstall } = key;
  return {
    team: isEnterpriseInstall || key.team === null ? undefined : { id: key.team, name },
    enterprise: key.enterprise === null ? undefined : { id: key.enterprise, ...(isEnterpriseInstall && { name }) },
    user: { id: installedBy ?? '', token: undefined, scopes: undefined },
    bot: { token, scopes: [...scopes], id: bot, userId: botUser },
    appId: app,
    tokenType: 'bot',
    isEnterpriseInstall,
    authVersion: 'v2',
  };
}

export function keyOfQuery({ teamId, enterpriseId, isEnterpriseInstall }: InstallationQuery<boolean>): InstallationKey {
  return { team: teamId ?? null, enterprise: enterpriseId ?? null, isEnterpriseInstall };
}
