/** A courier over the fake Discord, with the rows that core and the gateway's side would have written. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Routes } from 'discord.js';
import { InteractionResponseType } from 'discord-api-types/v10';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import { type DiscordAddress, toDestination } from '../../../src/bots/discord/address.ts';
import { createDiscordCourier } from '../../../src/bots/discord/discord-courier.ts';
import { discordMigrations } from '../../../src/bots/discord/discord-migrations.ts';
import { createDiscordRest } from '../../../src/bots/discord/discord-rest.ts';
import type { DiscordTables } from '../../../src/bots/discord/discord-tables.ts';
import type { Pace } from '../../../src/bots/edit-pacer.ts';
import type { OpenDatabase } from '../../../src/core/database.ts';
import type { Button, ButtonAction, ClipPost, StatusView } from '../../../src/core/delivery/delivery.ts';
import { toNewJobRow } from '../../../src/core/jobs/job-row.ts';
import { nonceOf } from '../../../src/core/jobs/look.ts';
import type { LogFields } from '../../../src/core/log.ts';
import type { KeptFile } from '../../../src/core/media/media.ts';
import {
  type Destination,
  isFinal,
  type JobId,
  type JobState,
  type JsonValue,
  type MediaId,
} from '../../../src/core/values.ts';
import { clipPost, statusView } from '../../contracts/courier-contract.ts';
import { openMemoryDatabase } from '../../support/database.ts';
import type { Named } from '../../support/fake-discord/asking.ts';
import { type FakeDiscordOptions, startFakeDiscord } from '../../support/fake-discord/fake-discord.ts';
import { sampleJob } from '../../support/sample-job.ts';

export type CourierWorld = Awaited<ReturnType<typeof openCourierWorld>>;

export interface CourierWorldOptions extends Pick<FakeDiscordOptions, 'attachmentLimitBytes' | 'requestLimitBytes'> {
  /** Default: at once, so that nothing hides behind a wait. */
  readonly pace?: Pace;
  readonly answerMs?: number;
  /** What people upload with their Nitro and the interaction says, in bytes. */
  readonly nitroBytes?: number;
}

function buttonsFor(job: JobId, ...actions: readonly ButtonAction[]): Button[] {
  return actions.map((action) => ({ action, job, label: action }));
}

/** Two seconds: once per test file. */
export function openDiscordDatabase(): Promise<OpenDatabase> {
  return openMemoryDatabase(discordMigrations);
}

export async function openCourierWorld(opened: OpenDatabase, options: CourierWorldOptions = {}) {
  const database = opened.database.withTables<DiscordTables>();
  const discord = await startFakeDiscord(options);
  const directory = await mkdtemp(join(tmpdir(), 'hailuo-courier-'));
  const logged: { readonly event: string; readonly fields: LogFields | undefined }[] = [];
  const note = (event: string, fields?: LogFields): void => void logged.push({ event, fields });
  const log = { debug: note, info: note, warn: note, error: note };
  let passedMs = 0;
  const now = (): Date => new Date(Date.now() + passedMs);
  const pathOf = ({ id }: Pick<KeptFile, 'id'>): string => join(directory, id);
  /** As another worker has one of its own. */
  const newCourier = () =>
    createDiscordCourier({
      database: opened.database,
      rest: createDiscordRest({
        token: discord.token,
        apiUrl: discord.apiUrl,
        log,
        ...(options.answerMs !== undefined && { answerMs: options.answerMs }),
      }),
      pathOf,
      now,
      log,
      pace: options.pace ?? { laneMs: 0, earlyMs: 0, lateMs: 0, patienceMs: 10_000 },
    });
  const courier = newCourier();
  const person = discord.addUser({ name: 'ann' });
  const guild = discord.addGuild();

  function at(channel: Named, of: Partial<DiscordAddress> = {}): Destination {
    return toDestination({
      guild: guild.id,
      channel: channel.id,
      person: person.id,
      request: null,
      interaction: null,
      isMember: true,
      isSpoiler: false,
      hasOwnThread: false,
      ...of,
    });
  }

  return {
    discord,
    database,
    courier,
    newCourier,
    person,
    guild,
    logged,
    at,
    newJob: (): JobId => uuidv7() as JobId,

    pass(ms: number) {
      passedMs += ms;
      discord.pass(ms);
    },

    /** Somebody put the emoji under a picture. */
    reacted(channel: Named, of: Partial<DiscordAddress> = {}): Destination {
      const picture = discord.say(person, channel, { content: 'look' });
      return at(channel, { request: picture.id, ...of });
    },

    /** A slash command, deferred in public and written down, as the gateway's side does. */
    async commanded(channel: Named, of: Partial<DiscordAddress> = {}): Promise<Destination> {
      const isUserInstalled = of.isMember === false;
      const act = discord.slash({ user: person, channel, command: 'hailuo', subcommand: 'create', isUserInstalled });
      const rest = createDiscordRest({ token: discord.token, apiUrl: discord.apiUrl, log });
      await rest.post(Routes.interactionCallback(act.id, act.token), {
        body: { type: InteractionResponseType.DeferredChannelMessageWithSource },
        auth: false,
      });
      await database
        .insertInto('discord_interactions')
        .values({
          id: act.id,
          application: discord.applicationId,
          token: act.token,
          expires_at: new Date(now().getTime() + 15 * 60_000),
          upload_limit: options.nitroBytes ?? 10 * 1024 * 1024,
          call: null,
          received_at: now(),
          answered_at: now(),
          held_until: null,
        })
        .execute();
      return at(channel, { interaction: act.id, ...of });
    },

    /** The ledger knows a state before anybody is told; a last one stands. */
    async record(job: JobId, state: JobState, of: { status?: JsonValue; clip?: JsonValue } = {}): Promise<void> {
      const row = toNewJobRow(sampleJob({ id: job, state, statusMessage: of.status ?? null }));
      await sql`insert into jobs select * from jsonb_populate_record(null::jobs, ${JSON.stringify(row)}::jsonb)
        on conflict (id) do update set state = excluded.state,
          status_message = coalesce(excluded.status_message, jobs.status_message)
        where jobs.state not in ('done', 'failed', 'cancelled')`.execute(database);
      if (of.clip === undefined) return;
      await database
        .insertInto('posts')
        .values({ job_id: job, nonce: 'n', state: 'posted', message: JSON.stringify(of.clip), written_at: now() })
        .execute();
    },

    view(job: JobId, state: JobState, sentence: string, of: Partial<StatusView> = {}): StatusView {
      const acceptedAt = Math.floor(now().getTime() / 1000);
      return {
        ...statusView(job, state, sentence),
        acceptedAt,
        buttons: isFinal(state) ? [] : buttonsFor(job, 'cancel'),
        ...of,
      };
    },

    /** A kept clip of so many bytes, as core hands it over. */
    async clip(job: JobId, bytes = 2000, of: Partial<ClipPost> = {}): Promise<ClipPost> {
      const clip = await keep('clip', 'video/mp4', bytes);
      const as = { kind: 'file', path: pathOf(clip), name: 'clip.mp4' } as const;
      const buttons = buttonsFor(job, 'again', 'remix', 'continue');
      return { ...clipPost(job, clip, as.path), nonce: nonceOf({ id: job }), as, buttons, ...of };
    },

    poster: (bytes = 500) => keep('poster', 'image/jpeg', bytes),

    async close() {
      await courier.stop();
      await discord.close();
      await rm(directory, { recursive: true });
    },
  };

  async function keep(kind: KeptFile['kind'], type: string, bytes: number): Promise<KeptFile> {
    const id = uuidv7().replaceAll('-', '').padEnd(64, '0') as MediaId;
    await writeFile(pathOf({ id }), Buffer.alloc(bytes, 7));
    return { id, kind, type, bytes, width: 768, height: 432, ...(kind === 'clip' && { seconds: 6 }) };
  }
}
