/** The table of installations: what is in it is sealed, what comes out of it is not. */
import type { Selectable } from 'kysely';
import { z } from 'zod';
import { type InstallationKey, installationId } from './address.ts';
import { persistently } from './persistently.ts';
import type { Sealing } from './sealing.ts';
import type { BotIdentity } from './slack-clients.ts';
import type { SlackDatabase, SlackInstallationsTable } from './slack-tables.ts';

/** One installation, as it stands. */
export interface Installed {
  readonly id: string;
  readonly key: InstallationKey;
  readonly app: string;
  readonly identity: BotIdentity;
  readonly scopes: readonly string[];
  /** Works once. Null: the tokens live for ever. */
  readonly refreshToken: string | null;
  readonly expiresAt: Date | null;
  readonly installedBy: string | null;
  readonly installedAt: Date;
  /** Another one each time the tokens change. */
  readonly version: string;
}

export type NewInstallation = Omit<Installed, 'id' | 'installedAt' | 'version'>;

/** What comes for a refresh token. */
export type NextTokens = Pick<Installed, 'refreshToken' | 'expiresAt'> & { readonly token: string };

export interface InstallationRows {
  /** A workspace's own, or else that of its organisation; null: there is none. Tried again where the database is away. */
  find(key: InstallationKey): Promise<Installed | null>;
  /** Of exactly that workspace or organisation. */
  findOwn(key: InstallationKey): Promise<Installed | null>;
  /** In place of an earlier one. */
  put(installation: NewInstallation, at: Date): Promise<void>;
  /** Its name, once; null: there was none. */
  remove(key: InstallationKey): Promise<string | null>;
  /** True for one of all who ask, until then or `release`; false also when these tokens are no longer the newest. */
  lease(installed: Installed, at: Date, until: Date): Promise<boolean>;
  release(installed: Installed): Promise<void>;
  /** Null: the installation is gone, or has other tokens already; nothing was written. Tried again for most of a minute. */
  replaceTokens(installed: Installed, next: NextTokens, at: Date): Promise<Installed | null>;
}

const lookUpPausesMs = [100, 300];
/** The refresh token that was used works no more: what came for it must not be lost to a database that is away for a moment. */
const savePausesMs = [100, 300, 1_000, 3_000, 10_000, 30_000];

const sealedTokens = z.object({ token: z.string(), refreshToken: z.string().nullable() });

export function createInstallationRows(database: SlackDatabase, { seal, open }: Sealing): InstallationRows {
  function openRow(row: Selectable<SlackInstallationsTable>): Installed {
    const { token, refreshToken } = sealedTokens.parse(open(row.id, row.sealed));
    const { id, team, enterprise } = row;
    return {
      id,
      key: { team, enterprise, isEnterpriseInstall: id !== team },
      app: row.app,
      identity: { token, bot: row.bot, botUser: row.bot_user, name: row.name },
      scopes: row.scopes,
      refreshToken,
      expiresAt: row.expires_at,
      installedBy: row.installed_by,
      installedAt: row.installed_at,
      version: row.sealed,
    };
  }

  async function select(ids: readonly string[]): Promise<Installed | null> {
    const rows = await persistently(lookUpPausesMs, () =>
      database.selectFrom('slack_installations').selectAll().where('id', 'in', ids).execute(),
    );
    const row = rows.find(({ id }) => id === ids[0]) ?? rows[0];
    return row === undefined ? null : openRow(row);
  }

  const update = ({ id, version }: Installed) =>
    database.updateTable('slack_installations').where('id', '=', id).where('sealed', '=', version);

  return {
    find: (key) => select([installationId(key), ...(key.enterprise === null ? [] : [key.enterprise])]),
    findOwn: (key) => select([installationId(key)]),

    async put({ key, app, identity, scopes, refreshToken, expiresAt, installedBy }, at) {
      const id = installationId(key);
      const row = {
        team: key.team,
        enterprise: key.enterprise,
        name: identity.name,
        app,
        bot: identity.bot,
        bot_user: identity.botUser,
        sealed: seal(id, { token: identity.token, refreshToken }),
        expires_at: expiresAt,
        scopes: [...scopes],
        installed_by: installedBy,
        installed_at: at,
        updated_at: at,
        refreshing_until: null,
      };
      await persistently(lookUpPausesMs, () =>
        database
          .insertInto('slack_installations')
          .values({ id, ...row })
          .onConflict((same) => same.column('id').doUpdateSet(row))
          .execute(),
      );
    },

    async remove(key) {
      const removed = await persistently(lookUpPausesMs, () =>
        database
          .deleteFrom('slack_installations')
          .where('id', '=', installationId(key))
          .returning('name')
          .executeTakeFirst(),
      );
      return removed?.name ?? null;
    },

    async lease(installed, at, until) {
      const leased = await update(installed)
        .set({ refreshing_until: until })
        .where(({ or, eb }) => or([eb('refreshing_until', 'is', null), eb('refreshing_until', '<=', at)]))
        .returning('id')
        .executeTakeFirst();
      return leased !== undefined;
    },

    async release(installed) {
      await update(installed).set({ refreshing_until: null }).execute();
    },

    async replaceTokens(installed, { token, refreshToken, expiresAt }, at) {
      const row = await persistently(savePausesMs, () =>
        update(installed)
          .set({
            sealed: seal(installed.id, { token, refreshToken }),
            expires_at: expiresAt,
            updated_at: at,
            refreshing_until: null,
          })
          .returningAll()
          .executeTakeFirst(),
      );
      return row === undefined ? null : openRow(row);
    },
  };
}
