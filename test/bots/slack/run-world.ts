/** Calls as they were written down, answered on a real ledger with the real commands; Slack is whatever a test says it is. */
import { sql } from 'kysely';
import { onTestFinished } from 'vitest';
import { type SlackAddress, slackAddress } from '../../../src/bots/slack/address.ts';
import type { AskedCall, OpenCall, ReactedCall, SaidCall } from '../../../src/bots/slack/calls.ts';
import { createFilesIn } from '../../../src/bots/slack/files-in.ts';
import { createGroups } from '../../../src/bots/slack/groups.ts';
import type { HomeBoard } from '../../../src/bots/slack/home.ts';
import { createPeople } from '../../../src/bots/slack/people.ts';
import { createPlaces } from '../../../src/bots/slack/places.ts';
import { createAnswerer } from '../../../src/bots/slack/run-call.ts';
import type { SlackApi } from '../../../src/bots/slack/slack-clients.ts';
import { slackMigrations } from '../../../src/bots/slack/slack-migrations.ts';
import type { SlackTables } from '../../../src/bots/slack/slack-tables.ts';
import { createCommands } from '../../../src/commands/all.ts';
import type { OpenDatabase } from '../../../src/core/database.ts';
import type { JobEdges } from '../../../src/core/jobs/edges.ts';
import type { Job } from '../../../src/core/jobs/job.ts';
import type { IncomingPicture } from '../../../src/core/media/media.ts';
import type { JobId } from '../../../src/core/values.ts';
import { openMemoryDatabase } from '../../support/database.ts';
import { createHandClock } from '../../support/hand-clock.ts';
import { createFakeMedia, createWorld } from '../../support/world.ts';
import { createNotes, key } from './run-server.ts';

/** Two seconds: once per test file. */
export function openSlackDatabase(): Promise<OpenDatabase> {
  return openMemoryDatabase(slackMigrations);
}

interface SlackSide {
  readonly api: SlackApi;
  readonly apiUrl: string;
}

let worlds = 0;

export type RunWorld = Awaited<ReturnType<typeof openRunWorld>>;

export async function openRunWorld(opened: OpenDatabase, { api, apiUrl }: SlackSide) {
  // Ids are made of the time: in one ledger no two worlds may be born in the same millisecond.
  worlds += 1;
  const clock = createHandClock(new Date(Date.UTC(2026, 10, 21) + worlds * 86_400_000).toISOString());
  const taken: IncomingPicture[] = [];
  const media = createFakeMedia();
  const world = createWorld(opened, {
    clock,
    media: {
      ...media,
      async takeIn(picture) {
        taken.push(picture);
        return media.takeIn(picture);
      },
    },
  });
  const edges: JobEdges = { ...world.edges, courierFor: () => world.courier };
  const commands = createCommands(edges);
  const { now } = world;
  const notes = createNotes();
  const shown: { readonly person: string; readonly notice: string | undefined }[] = [];
  const home: HomeBoard = {
    opened: async () => {},
    show: async (_key, person, notice) => void shown.push({ person, notice }),
    start: () => {},
    stop: async () => {},
  };
  const database = opened.database.withTables<SlackTables>();
  const people = createPeople({ api, now });
  const answerer = createAnswerer(
    {
      database,
      api,
      people,
      groups: createGroups({ database, api, now }),
      places: createPlaces({ api, now }),
      files: createFilesIn({ api, apiUrl, log: notes, waitsMs: [1, 1, 1] }),
      home,
      log: notes,
      now,
    },
    commands,
  );
  // Everybody is in the same workspace, and does the same once: the next test begins without what this one did.
  onTestFinished(async () => {
    await sql`truncate jobs, quota_entries, quota_counters, slack_calls, slack_events cascade`.execute(database);
  });

  function open(id: string, call: OpenCall['call'], of: Partial<OpenCall> = {}): OpenCall {
    const receivedAt = now();
    return { id, call, responseUrl: null, receivedAt, expiresAt: new Date(receivedAt.getTime() + 15 * 60_000), ...of };
  }

  async function jobs(): Promise<Job[]> {
    const rows = await database.selectFrom('jobs').select('id').orderBy('id').execute();
    const found = await Promise.all(rows.map(({ id }) => edges.store.find(id as JobId)));
    return found.filter((job) => job !== null);
  }

  return {
    world,
    edges,
    commands,
    database,
    answerer,
    people,
    shown,
    notes: notes.notes,
    log: notes,
    clock,
    now,
    /** Every picture that was taken in, as it was handed over. */
    taken,
    jobs,
    /** Where the only job's messages go. */
    async address(): Promise<SlackAddress> {
      const [job, ...more] = await jobs();
      if (job === undefined || more.length > 0) throw new Error(`${more.length + (job ? 1 : 0)} jobs`);
      return slackAddress.parse(job.destination.address);
    },

    /** A slash command, unless it says otherwise. */
    asked(of: Partial<AskedCall> = {}, about: Partial<OpenCall> = {}): OpenCall {
      const call: AskedCall = {
        kind: 'command',
        from: 'command',
        command: 'create',
        values: { prompt: 'a paper boat' },
        pictures: {},
        person: 'U1',
        installation: key,
        place: { installation: key, channel: 'C1', thread: null, request: null },
        execution: null,
        ...of,
      };
      return open('command:1', call, about);
    },

    reacted(of: Partial<ReactedCall> = {}): OpenCall {
      const place = { installation: key, channel: 'C1', thread: null, request: '5.5' };
      const call: ReactedCall = { kind: 'reaction', person: 'U1', place, message: '5.5', ...of };
      return open(`reaction:${call.place.channel}:${call.message}:${call.person}`, call);
    },

    said(text: string, of: Partial<SaidCall> = {}, thread: string | null = null): OpenCall {
      const channel = of.isDirect === true ? 'D1' : 'C1';
      const place = { installation: key, channel, thread, request: '5.5' };
      const call: SaidCall = {
        kind: 'said',
        person: 'U1',
        place,
        message: '5.5',
        text,
        files: [],
        isDirect: false,
        ...of,
      };
      return open(`message:${channel}:5.5`, call);
    },
  };
}
