/** A courier over the fake Slack, with the rows that core would have written. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { v7 as uuidv7 } from 'uuid';
import type { Pace } from '../../../src/bots/edit-pacer.ts';
import {
  type MessageAddress,
  messageAddress,
  type SlackAddress,
  toDestination,
} from '../../../src/bots/slack/address.ts';
import { isFileOf } from '../../../src/bots/slack/clip-message.ts';
import type { ShareWaits } from '../../../src/bots/slack/courier-edges.ts';
import { toPlain } from '../../../src/bots/slack/mrkdwn.ts';
import { createSlackApi, NotInstalled, type Tokens } from '../../../src/bots/slack/slack-clients.ts';
import { createSlackCourier } from '../../../src/bots/slack/slack-courier.ts';
import { slackMigrations } from '../../../src/bots/slack/slack-migrations.ts';
import type { SlackTables } from '../../../src/bots/slack/slack-tables.ts';
import type { OpenDatabase } from '../../../src/core/database.ts';
import type { Button, ButtonAction, ClipPost, Posted, StatusView } from '../../../src/core/delivery/delivery.ts';
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
import { type FakeMessage, type FakeSlackOptions, startFakeSlack } from '../../support/fake-slack/fake-slack.ts';
import type { FakeChannel } from '../../support/fake-slack/teams.ts';
import { sampleJob } from '../../support/sample-job.ts';

export type CourierWorld = Awaited<ReturnType<typeof openCourierWorld>>;

export interface CourierWorldOptions extends FakeSlackOptions {
  /** Default: at once, so that nothing hides behind a wait. */
  readonly pace?: Pace;
  readonly waits?: ShareWaits;
}

/** Slack's own delay in the fake is 10 ms. */
const quickWaits: ShareWaits = { shareMs: [5, 20, 50, 150], lateMs: [] };

function buttonsFor(job: JobId, ...actions: readonly ButtonAction[]): Button[] {
  return actions.map((action) => ({ action, job, label: action }));
}

/** Two seconds: once per test file. */
export function openSlackDatabase(): Promise<OpenDatabase> {
  return openMemoryDatabase(slackMigrations);
}

export async function openCourierWorld(opened: OpenDatabase, options: CourierWorldOptions = {}) {
  const database = opened.database.withTables<SlackTables>();
  const slack = await startFakeSlack(options);
  const { team } = slack;
  const directory = await mkdtemp(join(tmpdir(), 'hailuo-courier-'));
  const logged: { readonly event: string; readonly fields: LogFields | undefined }[] = [];
  const note = (event: string, fields?: LogFields): void => void logged.push({ event, fields });
  const log = { debug: () => undefined, info: note, warn: note, error: note };
  let passedMs = 0;
  let isInstalled = true;
  const now = (): Date => new Date(Date.now() + passedMs);
  const tokens: Tokens = {
    async identify() {
      if (!isInstalled) throw new NotInstalled('nobody is there');
      return { token: team.botToken, bot: team.bot, botUser: team.botUser, name: 'hailuo' };
    },
  };
  /** As another worker, or the one that comes after a kill, has one of its own. */
  const newCourier = (waits = options.waits ?? quickWaits) =>
    createSlackCourier({
      database: opened.database,
      api: createSlackApi({ tokens, apiUrl: slack.apiUrl, log }),
      now,
      log,
      pace: options.pace ?? { laneMs: 0, earlyMs: 0, lateMs: 0, patienceMs: 10_000 },
      waits,
    });
  const courier = newCourier();
  const person = team.person({ name: 'ann' });
  const channel = team.channel({ name: 'general' });
  const channels = (): FakeChannel[] => [channel, team.direct(person)];

  function at(place: { readonly id: string }, of: Partial<SlackAddress> = {}): Destination {
    return toDestination({
      installation: { team: team.id, enterprise: team.enterprise, isEnterpriseInstall: false },
      channel: place.id,
      thread: null,
      request: null,
      person: person.id,
      isDirect: false,
      execution: null,
      ...of,
    });
  }

  /** What the bot has said there and nobody took away. */
  function own(place: FakeChannel = channel): FakeMessage[] {
    return place.messages.filter(({ user, isDeleted }) => user === team.botUser && !isDeleted);
  }

  function isAbout(job: JobId, event: string, { metadata }: FakeMessage): boolean {
    const payload = metadata?.event_payload as { readonly job?: string } | undefined;
    return metadata?.event_type === event && payload?.job === job;
  }

  return {
    slack,
    team,
    database,
    courier,
    newCourier,
    person,
    channel,
    logged,
    at,
    own,

    /** The clock of the courier and that of Slack. */
    pass(ms: number) {
      passedMs += ms;
      slack.clock.advance(ms);
    },

    uninstall() {
      isInstalled = false;
    },

    /** A job that the ledger knows. */
    async newJob(state: JobState = 'queued'): Promise<JobId> {
      const job = uuidv7() as JobId;
      await this.record(job, state);
      return job;
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
      const id = uuidv7().replaceAll('-', '').padEnd(64, '0') as MediaId;
      const path = join(directory, id);
      await writeFile(path, Buffer.alloc(bytes, 7));
      const kept: KeptFile = { id, kind: 'clip', type: 'video/mp4', bytes, width: 768, height: 432, seconds: 6 };
      return { ...clipPost(job, kept, path), nonce: nonceOf({ id: job }), ...of };
    },

    /** The sentences of its status messages, wherever they stand. */
    statuses(job: JobId, places: readonly FakeChannel[] = channels()): string[] {
      return places
        .flatMap(own)
        .filter((message) => isAbout(job, 'hailuo_status', message))
        .map(sentenceOf);
    },

    /** The messages that bring its clip, wherever they stand. */
    clips(post: Pick<ClipPost, 'job' | 'nonce'>, places: readonly FakeChannel[] = channels()): FakeMessage[] {
      return places
        .flatMap(own)
        .filter(
          (message) =>
            isAbout(post.job, 'hailuo_clip', message) || message.files.some(({ name }) => isFileOf(post.nonce, name)),
        );
    },

    async close() {
      await courier.stop();
      await slack.close();
      await rm(directory, { recursive: true });
    },
  };
}

/** The first line of its second paragraph. */
export function sentenceOf({ blocks }: FakeMessage): string {
  const [, second] = blocks.filter(({ type }) => type === 'section');
  const { text = '' } = (second?.text ?? {}) as { readonly text?: string };
  return toPlain(text.split('\n')[0] ?? '');
}

export function messageOf(posted: Posted): MessageAddress {
  if (posted.outcome !== 'posted') throw new Error(JSON.stringify(posted));
  return messageAddress.parse(posted.message);
}
