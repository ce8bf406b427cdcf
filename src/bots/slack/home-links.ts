/** Where on Slack a person's clips stand, as links to their messages. */
import type { JobId, JobState } from '../../core/values.ts';
import { type InstallationKey, installationId, messageAddress, tenantOf } from './address.ts';
import type { Home } from './home-rows.ts';
import type { SlackApi } from './slack-clients.ts';
import type { SlackDatabase } from './slack-tables.ts';

/** A job of this person, as far as a Home has to tell more of it than its row in `jobs` does. */
export interface HomeJob {
  readonly id: JobId;
  readonly state: JobState;
  /** To the message that brought its clip; null where there is none, or Slack does not tell. */
  readonly permalink: string | null;
}

export interface HomeLinks {
  /** The newest first. */
  jobsOf(home: Home, most: number): Promise<readonly HomeJob[]>;
}

const mostKept = 1_000;

/** A message's link is the same for ever: it is asked for once. */
export function createHomeLinks({
  database,
  api,
}: {
  readonly database: SlackDatabase;
  readonly api: SlackApi;
}): HomeLinks {
  const known = new Map<string, string>();

  async function permalinkOf(installation: InstallationKey, message: unknown): Promise<string | null> {
    const read = messageAddress.safeParse(message);
    if (!read.success) return null;
    const { channel, ts } = read.data;
    const id = `${installationId(installation)} ${channel} ${ts}`;
    const kept = known.get(id);
    if (kept !== undefined) return kept;
    const { permalink } = await (await api.of(installation)).api.chat.getPermalink({ channel, message_ts: ts });
    if (permalink === undefined) return null;
    known.set(id, permalink);
    if (known.size > mostKept) for (const oldest of known.keys().take(1)) known.delete(oldest);
    return permalink;
  }

  return {
    async jobsOf({ installation, person }, most) {
      const rows = await database
        .selectFrom('jobs')
        .leftJoin('posts', 'posts.job_id', 'jobs.id')
        .select(['jobs.id', 'jobs.state', 'posts.message'])
        .where('jobs.tenant', '=', tenantOf(installation))
        .where('jobs.person', '=', person)
        .orderBy('jobs.accepted_at', 'desc')
        .limit(most)
        .execute();
      return Promise.all(
        rows.map(async ({ id, state, message }) => ({
          id,
          state,
          // Deleted, or not to be had now: a Home that lacks one link is better than none.
          permalink: await permalinkOf(installation, message).catch(() => null),
        })),
      );
    },
  };
}
