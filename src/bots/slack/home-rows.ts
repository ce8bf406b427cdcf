/** Who has opened the app's Home lately, as rows that every process sees. */
import { sql } from 'kysely';
import { type InstallationKey, installationKey, tenantOf } from './address.ts';
import type { SlackDatabase } from './slack-tables.ts';

/** One person's Home. */
export interface Home {
  readonly installation: InstallationKey;
  readonly person: string;
}

/** What stands on a Home, as far as anybody knows. */
export interface Standing {
  /** The fingerprint of what was drawn last; null: nobody knows what stands there. */
  readonly drawn: string | null;
  /** Slack's own name for it. */
  readonly hash: string | null;
}

export interface HomeRows {
  /** They look at it now. What stands there is taken for unknown, so that it is drawn whatever is remembered. */
  opened(home: Home, at: Date): Promise<void>;
  /** Null: not opened lately. */
  find(home: Home): Promise<Standing | null>;
  /** @param at when what stands there was read: what changed since is news */
  drawn(home: Home, standing: Standing, at: Date): Promise<void>;
  /** It was not drawn: whoever looks next tries again. */
  undrawn(home: Home, at: Date): Promise<void>;
  forget(home: Home): Promise<void>;
  /**
   * Takes those in hand that somebody may be looking at and whose jobs have changed, or which could not be drawn: of
   * several processes that ask, one gets each, and nobody gets one that was drawn a moment ago. The one drawn longest
   * ago first.
   */
  claim(how: { readonly at: Date; readonly everyMs: number; readonly most: number }): Promise<readonly Home[]>;
  /** Throws away what nobody has looked at for an hour. */
  sweep(at: Date): Promise<void>;
}

/** How long after opening it somebody is taken to look at it. */
const lookedAtMs = 15 * 60_000;
const keptMs = 3_600_000;

/** Longer than any job may take: an older one does not change any more. */
const longestJobMs = 25 * 3_600_000;

export function createHomeRows(database: SlackDatabase): HomeRows {
  const of = ({ installation, person }: Home) => ({ tenant: tenantOf(installation), person });

  return {
    async opened(home, at) {
      const installation = JSON.stringify(home.installation);
      await database
        .insertInto('slack_homes')
        .values({ ...of(home), installation, opened_at: at, drawn_at: at, drawn: null, hash: null })
        .onConflict((same) =>
          same.columns(['tenant', 'person']).doUpdateSet({ installation, opened_at: at, drawn_at: at, drawn: null }),
        )
        .execute();
    },

    async find(home) {
      const row = await database
        .selectFrom('slack_homes')
        .select(['drawn', 'hash'])
        .where((row) => row.and(of(home)))
        .executeTakeFirst();
      return row ?? null;
    },

    async drawn(home, { drawn, hash }, at) {
      await database
        .updateTable('slack_homes')
        .set({ drawn, hash, drawn_at: at })
        .where((row) => row.and(of(home)))
        .execute();
    },

    async undrawn(home, at) {
      await database
        .updateTable('slack_homes')
        .set({ drawn: null, drawn_at: at })
        .where((row) => row.and(of(home)))
        .execute();
    },

    async forget(home) {
      await database
        .deleteFrom('slack_homes')
        .where((row) => row.and(of(home)))
        .execute();
    },

    async claim({ at, everyMs, most }) {
      const ago = (ms: number): Date => new Date(at.getTime() - ms);
      // A change may be written a moment after the time it carries, so what changed shortly before is looked at twice.
      const { rows } = await sql<{ person: string; installation: unknown }>`
        update slack_homes set drawn_at = ${at}::timestamptz
        where (tenant, person) in (
          select h.tenant, h.person from slack_homes h
          where h.opened_at > ${ago(lookedAtMs)}::timestamptz
            and h.drawn_at <= ${ago(everyMs / 2)}::timestamptz
            and (h.drawn is null or exists (
              select from jobs j
              where j.tenant = h.tenant and j.person = h.person and j.accepted_at > ${ago(longestJobMs)}::timestamptz
                and greatest(j.state_since, j.ended_at, j.cancel_requested_at, j.shown_at)
                  > h.drawn_at - ${everyMs}::float8 * interval '1 millisecond'))
          order by h.drawn_at limit ${most}
          for update skip locked)
        returning person, installation`.execute(database);
      return rows.map(({ person, installation }) => ({ person, installation: installationKey.parse(installation) }));
    },

    async sweep(at) {
      await database
        .deleteFrom('slack_homes')
        .where('opened_at', '<=', new Date(at.getTime() - keptMs))
        .execute();
    },
  };
}
