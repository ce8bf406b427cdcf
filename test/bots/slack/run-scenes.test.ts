/** What people meet: the whole bot, the real Bolt, the real commands and courier, on a fake Slack. */

import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { slackAddress } from '../../../src/bots/slack/address.ts';
import { createSlack } from '../../../src/bots/slack/slack.ts';
import { createCommands } from '../../../src/commands/all.ts';
import type { OpenDatabase } from '../../../src/core/database.ts';
import type { JobEdges } from '../../../src/core/jobs/edges.ts';
import type { Job } from '../../../src/core/jobs/job.ts';
import type { IncomingPicture } from '../../../src/core/media/media.ts';
import { createSecret } from '../../../src/core/secret.ts';
import { textsFor } from '../../../src/core/texts/texts.ts';
import type { JobId } from '../../../src/core/values.ts';
import { eventually } from '../../support/eventually.ts';
import { type FakeSlackOptions, startFakeSlack } from '../../support/fake-slack/fake-slack.ts';
import type { NewFile } from '../../support/fake-slack/files.ts';
import { wordsIn } from '../../support/fake-slack/people.ts';
import type { FakeChannel } from '../../support/fake-slack/teams.ts';
import { createFakeMedia, createWorld } from '../../support/world.ts';
import { createNotes } from './run-server.ts';
import { openSlackDatabase } from './run-world.ts';

let opened: OpenDatabase;
beforeAll(async () => {
  opened = await openSlackDatabase();
});
afterAll(() => opened?.close());

const texts = textsFor('en').slack;

interface Town extends FakeSlackOptions {
  readonly clipsPerDay?: number;
}

async function openTown({ clipsPerDay = 10, ...options }: Town = {}) {
  const slack = await startFakeSlack(options);
  onTestFinished(async () => {
    await slack.close();
    await sql`truncate jobs, quota_entries, quota_counters, settings, slack_calls, slack_events, slack_homes cascade`.execute(
      opened.database,
    );
  });
  const now = (): Date => new Date(slack.clock.nowMs());
  const taken: IncomingPicture[] = [];
  const media = createFakeMedia();
  const world = createWorld(opened, {
    settings: { limits: { clipsPerDay, concurrent: 5, usdPerMonth: null } },
    media: {
      ...media,
      async takeIn(picture) {
        taken.push(picture);
        return media.takeIn(picture);
      },
    },
  });
  const notes = createNotes();

  /** One process, once it hears people. */
  async function start(): Promise<() => Promise<void>> {
    const platform = createSlack({
      apiUrl: slack.apiUrl,
      connection: { by: 'socket', appToken: createSecret(slack.appToken) },
      workspaces: { are: 'one', token: createSecret(slack.team.botToken) },
      publicUrl: '',
      secretKey: createSecret('a secret key of thirty-two letters'),
      reactionEmoji: '',
      database: opened.database,
      urgent: opened.urgent,
      pathOf: media.pathOf,
      log: notes,
      now,
      newId: () => crypto.randomUUID(),
      isAlone: false,
      acknowledged: () => {},
      cancelJob: async () => {},
    });
    const edges: JobEdges = { ...world.edges, now, courierFor: () => platform.courier };
    await platform.bot.start(createCommands(edges));
    let isStopped = false;
    const stop = async (): Promise<void> => {
      if (isStopped) return;
      isStopped = true;
      await platform.bot.stop();
      await platform.close();
    };
    onTestFinished(stop);
    await eventually(() => platform.bot.isReady() || new Error(`not ready: ${JSON.stringify(notes.notes.slice(-5))}`));
    return stop;
  }
  const stop = await start();

  async function jobs(): Promise<Job[]> {
    const rows = await opened.database.selectFrom('jobs').select('id').orderBy('id').execute();
    const found = await Promise.all(rows.map(({ id }) => world.edges.store.find(id as JobId)));
    return found.filter((job) => job !== null);
  }

  const jobsOnce = (count: number): Promise<Job[]> =>
    eventually(async () => {
      const found = await jobs();
      return found.length >= count
        ? found
        : new Error(`${found.length} jobs: ${JSON.stringify(notes.notes.slice(-5))}`);
    });

  const ann = slack.team.person({ name: 'ann' });
  return {
    slack,
    team: slack.team,
    ann,
    general: slack.team.channel({ name: 'general' }),
    notes: notes.notes,
    start,
    stop,
    jobs,
    jobsOnce,
    /** The only job, and where it goes. */
    async jobOnce() {
      const [job] = await jobsOnce(1);
      if (job === undefined) throw new Error('no job');
      return { job, address: slackAddress.parse(job.destination.address) };
    },
    pictures: () =>
      taken.map((picture) => (picture.from === 'upload' ? Buffer.from(picture.bytes).toString() : picture.url)),
    /** What only she sees, once there is something. */
    whisperedOnce: (person = ann): Promise<string> =>
      eventually(() => {
        const all = person.ephemerals.map(({ blocks }) => wordsIn(blocks)).join('\n');
        return all !== '' ? all : new Error(`nothing was whispered: ${JSON.stringify(notes.notes.slice(-5))}`);
      }),
    /** Status messages. */
    saidIn: (channel: FakeChannel) => channel.messages.filter(({ bot, isDeleted }) => bot !== null && !isDeleted),
    statusOnce: (channel: FakeChannel) =>
      eventually(() => {
        const [said] = channel.messages.filter(({ bot, isDeleted }) => bot !== null && !isDeleted);
        return said ?? new Error('the bot says nothing');
      }),
  };
}

const png = (words: string, of: Partial<NewFile> = {}): NewFile => ({
  name: `${words.replaceAll(' ', '-')}.png`,
  bytes: Buffer.from(words),
  ...of,
});

describe('the emoji', () => {
  it('under a reply in a thread animates the picture of that reply, and the clip goes into that thread', async () => {
    const { ann, general, jobOnce, pictures, statusOnce, slack } = await openTown();
    const first = ann.say(general, 'look', { files: [ann.upload(png('the first one'))] });
    ann.say(general, 'something else', { files: [ann.upload(png('another'))] });
    const reply = ann.say(general, 'and this', { thread: first, files: [ann.upload(png('the reply'))] });
    ann.react(reply, 'clapper');
    const { job, address } = await jobOnce();
    expect(pictures()).toEqual(['the reply']);
    expect(job.origin).toBe(`reaction:${general.id}:${reply.ts}:${ann.id}`);
    expect(address).toMatchObject({ channel: general.id, thread: first.ts, request: reply.ts });
    expect((await statusOnce(general)).thread).toBe(first.ts);
    expect(slack.calls('conversations.history')).toEqual([]);
    expect(slack.problems).toEqual([]);
  });

  it('under a picture in the channel opens its thread', async () => {
    const { ann, general, statusOnce, slack } = await openTown();
    const message = ann.say(general, 'look', { files: [ann.upload(png('boat'))] });
    ann.react(message, 'clapper');
    expect((await statusOnce(general)).thread).toBe(message.ts);
    expect(slack.problems).toEqual([]);
  });

  it('under words alone is nothing; once a picture is there it is a new try', async () => {
    const { ann, general, jobs, slack, pictures, jobOnce } = await openTown();
    const message = ann.say(general, 'look');
    ann.react(message, 'clapper');
    await slack.settled();
    await eventually(async () => {
      const { rows } = await sql`select 1 from slack_calls`.execute(opened.database);
      return (slack.calls('conversations.replies').length > 0 && rows.length === 0) || new Error('not forgotten yet');
    });
    expect([await jobs(), ann.ephemerals]).toEqual([[], []]);
    message.files = [ann.upload(png('late'))];
    for (const file of message.files) file.shares.push({ channel: general.id, ts: message.ts, thread: null });
    ann.unreact(message, 'clapper');
    ann.react(message, 'clapper');
    await jobOnce();
    expect(pictures()).toEqual(['late']);
  });

  it('waits where Slack lets one message be read in a minute, and others go on meanwhile', async () => {
    const { ann, general, jobs, slack, whisperedOnce, stop, start, jobOnce } = await openTown();
    slack.faults.rateLimit('conversations.replies', 1, 60);
    slack.faults.fail('reactions.get', 'missing_scope', 1, { needed: 'reactions:read' });
    const message = ann.say(general, 'look', { files: [ann.upload(png('boat'))] });
    ann.react(message, 'clapper');
    await eventually(() => slack.calls('reactions.get').length > 0 || new Error('not read yet'));
    ann.command(general, 'quota');
    await whisperedOnce();
    expect(await jobs()).toEqual([]);
    // Whoever looks next takes it up, another process too.
    await stop();
    slack.clock.advance(61_000);
    await start();
    await jobOnce();
    expect(slack.calls('conversations.replies')).toHaveLength(2);
    expect(slack.problems).toEqual([]);
  });
});

describe('a place without the bot', () => {
  it('is told how to invite it, nothing is charged, and once it is there all is well', async () => {
    const { ann, team, jobs, jobOnce, whisperedOnce, slack } = await openTown();
    const secret = team.channel({ name: 'secret', isPrivate: true, hasBot: false });
    const pressed = ann.command(secret, 'a paper boat');
    await eventually(() => pressed.answers().length > 0 || new Error('no answer'));
    expect(await whisperedOnce()).toContain(texts.bot.notInChannel);
    expect(await jobs()).toEqual([]);
    const { rows } = await sql`select 1 from quota_entries`.execute(opened.database);
    expect(rows).toEqual([]);
    secret.invite();
    ann.command(secret, 'a paper boat');
    expect((await jobOnce()).address.channel).toBe(secret.id);
    expect(slack.problems).toEqual([]);
  });
});

describe('an answer whose own address does not speak any more', () => {
  it('comes with the bot’s token, to that person alone', async () => {
    const { ann, general, slack, whisperedOnce } = await openTown();
    const go = slack.faults.hold('users.info');
    const pressed = ann.command(general, 'quota');
    await pressed.acknowledged;
    await eventually(() => slack.calls('users.info').length > 0 || new Error('not asked yet'));
    slack.faults.expireResponseUrls();
    go();
    expect(await whisperedOnce()).toContain('10');
    expect(pressed.answers()).toEqual([]);
    expect(slack.calls('chat.postEphemeral')).toHaveLength(1);
    expect(slack.problems).toEqual([]);
  });

  it('comes directly where the bot is not', async () => {
    const { ann, team, slack } = await openTown();
    const elsewhere = team.channel({ hasBot: false });
    const go = slack.faults.hold('users.info');
    const pressed = ann.command(elsewhere, 'quota');
    await pressed.acknowledged;
    await eventually(() => slack.calls('users.info').length > 0 || new Error('not asked yet'));
    slack.faults.expireResponseUrls();
    go();
    const direct = team.direct(ann);
    await eventually(() => direct.messages.length > 0 || new Error('nothing in their direct messages'));
    expect(slack.problems).toEqual([]);
  });
});

describe('a file', () => {
  it('that Slack still works on is waited for', async () => {
    const { ann, team, general, slack, jobOnce, pictures } = await openTown();
    const file = ann.upload(png('boat', { isProcessing: true }));
    ann.say(general, `<@${team.botUser}> let it rain`, { files: [file] });
    await eventually(() => slack.calls('files.info').length > 0 || new Error('not asked yet'));
    slack.finish(file);
    await jobOnce();
    expect(pictures()).toEqual(['boat']);
    expect(slack.calls('files.info').length).toBeGreaterThan(1);
    expect(slack.problems).toEqual([]);
  });

  it('that is kept elsewhere is refused with what to do', async () => {
    const { ann, general, whisperedOnce, jobs, slack } = await openTown();
    const file = ann.upload(png('boat', { isExternal: true, url: 'https://drive.example.com/boat.png' }));
    ann.react(ann.say(general, 'look', { files: [file] }), 'clapper');
    expect(await whisperedOnce()).toContain(texts.bot.pictureElsewhere);
    expect(await jobs()).toEqual([]);
    expect(slack.problems).toEqual([]);
  });

  it.each(['page', 'redirect'] as const)(
    'in whose place comes a %s to sign in tells of the missing right, and the operator once',
    async (how) => {
      const { ann, general, slack, whisperedOnce, notes, jobs } = await openTown();
      slack.faults.signInPage(2, how);
      ann.react(ann.say(general, 'look', { files: [ann.upload(png('one'))] }), 'clapper');
      expect(await whisperedOnce()).toContain(texts.bot.missingScope('files:read'));
      ann.react(ann.say(general, 'look', { files: [ann.upload(png('two'))] }), 'clapper');
      await eventually(() => ann.ephemerals.length === 2 || new Error('not told yet'));
      expect(await jobs()).toEqual([]);
      expect(notes.filter(({ event }) => event === 'slack.missing-scope')).toMatchObject([
        { level: 'warn', fields: { scope: 'files:read' } },
      ]);
      expect(JSON.stringify(notes)).not.toContain(slack.team.botToken);
      expect(slack.problems).toEqual([]);
    },
  );

  it('that the app may not read, by its scopes, says so', async () => {
    const { ann, team, general, whisperedOnce, jobs } = await openTown();
    team.grant(team.scopes.filter((scope) => scope !== 'files:read'));
    ann.react(ann.say(general, 'look', { files: [ann.upload(png('one'))] }), 'clapper');
    expect(await whisperedOnce()).toContain(texts.bot.missingScope('files:read'));
    expect(await jobs()).toEqual([]);
  });

  it('and another are where a clip begins and ends', async () => {
    const { ann, team, general, jobOnce, pictures, slack } = await openTown();
    const files = [ann.upload(png('the start')), ann.upload(png('the end'))];
    ann.say(general, `<@${team.botUser}> from here &amp; to there`, { files });
    const { job } = await jobOnce();
    expect(pictures()).toEqual(['the start', 'the end']);
    expect(job.request).toMatchObject({ firstFrame: expect.anything(), lastFrame: expect.anything() });
    expect(slack.problems).toEqual([]);
  });
});

describe('a mention', () => {
  it('in the thread of a picture is about that picture', async () => {
    const { ann, team, general, jobOnce, pictures, statusOnce } = await openTown();
    const first = ann.say(general, 'look', { files: [ann.upload(png('boat'))] });
    ann.say(general, `<@${team.botUser}> let it rain`, { thread: first });
    const { job, address } = await jobOnce();
    expect(job.request.prompt).toBe('let it rain');
    expect(pictures()).toEqual(['boat']);
    expect(address.thread).toBe(first.ts);
    expect((await statusOnce(general)).thread).toBe(first.ts);
  });

  it('that asks for nothing is told how', async () => {
    const { ann, team, general, whisperedOnce, jobs } = await openTown();
    ann.say(general, `<@${team.botUser}>`);
    expect(await whisperedOnce()).toContain(texts.bot.mentionHint);
    expect(await jobs()).toEqual([]);
  });
});

describe('their own conversation with the bot', () => {
  it('takes words, and the status stands beside them', async () => {
    const { ann, team, jobOnce, saidIn, slack } = await openTown();
    const direct = team.direct(ann);
    ann.say(direct, 'a paper boat in the rain');
    const { address } = await jobOnce();
    expect(address).toMatchObject({ channel: direct.id, thread: null, request: null, isDirect: true });
    const [status] = await eventually(() => (saidIn(direct).length > 0 ? saidIn(direct) : new Error('no status')));
    expect(status?.thread ?? null).toBeNull();
    expect(slack.problems).toEqual([]);
  });
});

describe('people', () => {
  it('of another company, in a shared channel, are no admins here and count for the workspace that has the bot', async () => {
    const { team, jobOnce, pictures, slack } = await openTown();
    const shared = team.channel({ name: 'shared', isShared: true });
    const stranger = team.person({ name: 'bob', isStranger: true, isAdmin: true });
    const file = stranger.upload(png('theirs', { needsInfo: true }));
    stranger.say(shared, `<@${team.botUser}> let it snow`, { files: [file] });
    const { job } = await jobOnce();
    expect(job.asker).toMatchObject({ tenant: `slack:${team.id}`, person: stranger.id, isAdmin: false });
    expect(pictures()).toEqual(['theirs']);
    expect(slack.problems).toEqual([]);
  });

  it('of an organisation have ids of their own kind, and one count in all of it', async () => {
    const { team, ann, general, jobOnce, slack } = await openTown({
      team: { enterprise: 'E0ACME', isEnterpriseInstall: true },
    });
    expect(ann.id).toMatch(/^W/);
    ann.react(ann.say(general, 'look', { files: [ann.upload(png('boat'))] }), 'clapper');
    const { job, address } = await jobOnce();
    expect(job.asker.tenant).toBe('slack:E0ACME');
    expect(address.installation).toMatchObject({ enterprise: 'E0ACME', isEnterpriseInstall: true });
    expect(team.enterprise).toBe('E0ACME');
    expect(slack.problems).toEqual([]);
  });

  it('who look after the workspace may look after the bot, and others not', async () => {
    const { team, ann, general, whisperedOnce, slack } = await openTown();
    const chief = team.person({ name: 'chief', isAdmin: true });
    ann.command(general, 'admin settings');
    expect(await whisperedOnce()).toContain(textsFor('en').admin.notAdmin);
    chief.command(general, 'admin settings');
    expect(await whisperedOnce(chief)).not.toContain(textsFor('en').admin.notAdmin);
    expect(slack.problems).toEqual([]);
  });

  it('who are in a group that was chosen may ask, and others not', async () => {
    const { team, ann, general, whisperedOnce, jobs, jobOnce } = await openTown();
    const boss = team.person({ name: 'boss', isAdmin: true });
    const painters = team.group([ann]);
    boss.command(general, `admin roles add <!subteam^${painters}|@painters>`);
    expect(await whisperedOnce(boss)).toContain(painters);
    const bob = team.person({ name: 'bob' });
    bob.command(general, 'a boat');
    expect(await whisperedOnce(bob)).toContain(textsFor('en').admin.refused.role);
    expect(await jobs()).toEqual([]);
    ann.command(general, 'a boat');
    expect((await jobOnce()).job.asker.roles).toEqual([painters]);
  });

  it('are told how pictures are brought here, and are not offered what means nothing here', async () => {
    const { team, ann, general, whisperedOnce } = await openTown();
    ann.command(general, 'help');
    const help = await whisperedOnce();
    expect(help).toContain(texts.bot.bringPictures);
    const boss = team.person({ name: 'boss', isAdmin: true });
    boss.command(general, 'admin settings');
    const settings = await whisperedOnce(boss);
    expect(settings).toContain(textsFor('en').admin.what('channels'));
    expect(settings).not.toContain(textsFor('en').admin.what('place'));
    const chief = team.person({ name: 'chief', isAdmin: true });
    chief.command(general, 'admin threads on');
    expect(await whisperedOnce(chief)).toContain('There is no such command.');
  });

  it('are answered in their own language', async () => {
    const { team, general, whisperedOnce } = await openTown();
    const eva = team.person({ name: 'eva', locale: 'de-DE' });
    eva.command(general, 'quota');
    const said = await whisperedOnce(eva);
    expect(said).toContain(textsFor('de').quotaTitle);
  });
});

describe('a form that is refused', () => {
  it('comes back as it was filled in', async () => {
    const { ann, general, whisperedOnce, jobs, slack } = await openTown({ clipsPerDay: 0 });
    await ann.command(general, '').acknowledged;
    await eventually(() => ann.modal !== null || new Error('no form'));
    await ann.submit({ prompt: 'a boat & a <sea>' }).acknowledged;
    await whisperedOnce();
    expect(await jobs()).toEqual([]);
    const [refused] = ann.ephemerals;
    if (refused === undefined) throw new Error('nothing was refused');
    await ann.press(refused, texts.bot.changeIt).acknowledged;
    await eventually(() => ann.modal !== null || new Error('no form'));
    expect(JSON.stringify(ann.modal?.values)).toContain('a boat & a <sea>');
    expect(slack.problems).toEqual([]);
  });
});

describe('a step of a workflow', () => {
  it('ends with the reason where the bot is not', async () => {
    const { team, ann, slack } = await openTown();
    const elsewhere = team.channel({ hasBot: false });
    const step = team.runStep({ prompt: 'a paper boat', channel: elsewhere, person: ann });
    expect(await step.outcome).toMatchObject({ type: 'error', error: texts.workflow.failed(texts.bot.notInChannel) });
    expect(slack.problems).toEqual([]);
  });
});

describe('a right that is missing', () => {
  it('to look at people is named', async () => {
    const { ann, team, general, whisperedOnce } = await openTown();
    team.grant(team.scopes.filter((scope) => scope !== 'users:read'));
    ann.command(general, 'a paper boat');
    expect(await whisperedOnce()).toContain(texts.bot.missingScope('users:read'));
  });
});
