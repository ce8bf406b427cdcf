import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { Postponed } from '../../../src/bots/call-runner.ts';
import { addCall, findCall } from '../../../src/bots/slack/calls.ts';
import { NotInstalled } from '../../../src/bots/slack/slack-clients.ts';
import type { OpenDatabase } from '../../../src/core/database.ts';
import { changeSettings } from '../../../src/core/settings/store.ts';
import { textsFor } from '../../../src/core/texts/texts.ts';
import { openMethods } from './run-server.ts';
import { openRunWorld, openSlackDatabase } from './run-world.ts';

let opened: OpenDatabase;
beforeAll(async () => {
  opened = await openSlackDatabase();
});
afterAll(() => opened?.close());

const texts = textsFor('en').slack;

type Methods = Parameters<typeof openMethods>[0];

/** Ann in a channel with the bot, in which somebody posted a picture. */
async function openCalls(methods: Methods = {}) {
  const slack = await openMethods({
    'users.info': { user: { id: 'U1', team_id: 'T1', name: 'ann', locale: 'en-US' } },
    'conversations.info': { channel: { id: 'C1', is_member: true } },
    'conversations.open': { channel: { id: 'D1' } },
    'conversations.replies': { messages: [{ ts: '5.5', files: [{ id: 'F1', mimetype: 'image/png' }] }] },
    'reactions.get': { ok: false, error: 'missing_scope', needed: 'reactions:read' },
    'files.info': (body: Readonly<Record<string, unknown>>) => ({
      file: {
        id: body.file,
        name: `${body.file}.png`,
        mimetype: 'image/png',
        url_private: `${slack.origin}/${body.file}`,
      },
    }),
    '/F1': { text: 'the first' },
    '/F2': { text: 'the second' },
    '/response': { text: 'ok' },
    'chat.postEphemeral': { message_ts: '1.1' },
    'chat.postMessage': { ts: '1.1' },
    'functions.completeError': {},
    ...methods,
  });
  const world = await openRunWorld(opened, { api: slack.api, apiUrl: `${slack.origin}/api/` });
  const told = (method = 'chat.postEphemeral'): string[] =>
    slack.asked.filter((each) => each.method === method).map(({ body }) => String(body.text));
  const pictures = (): string[] =>
    world.taken.map((picture) => (picture.from === 'upload' ? Buffer.from(picture.bytes).toString() : picture.url));
  return { ...world, slack, told, pictures };
}

const tooOften = { status: 429, retryAfter: 40, ok: false, error: 'ratelimited' };
const missing = (needed: string) => ({ ok: false, error: 'missing_scope', needed });

describe('where admins chose a user group', () => {
  const group = (users: readonly string[]) => ({ usergroups: [{ id: 'S1', users }, { id: 'S2' }] });

  async function openGrouped(methods: Methods) {
    const calls = await openCalls(methods);
    const admin = { tenant: 'slack:T1', person: 'U9', name: 'eve' };
    await changeSettings(calls.database, admin, calls.now(), () => ({ roles: ['S1'] }));
    onTestFinished(async () => {
      await changeSettings(calls.database, admin, calls.now(), () => ({ roles: null }));
    });
    return calls;
  }

  it('whoever is in it may ask', async () => {
    const { answerer, asked, jobs, slack } = await openGrouped({ 'usergroups.list': group(['U7', 'U1']) });
    await answerer.answer(asked());
    expect((await jobs()).map(({ asker }) => asker.roles)).toEqual([['S1']]);
    expect(slack.asked.find(({ method }) => method === 'usergroups.list')?.body).toMatchObject({
      include_users: 'true',
    });
  });

  it('whoever is not in it is told so', async () => {
    const { answerer, asked, jobs, told } = await openGrouped({ 'usergroups.list': group(['U7']) });
    await answerer.answer(asked());
    expect(await jobs()).toEqual([]);
    expect(told()[0]).toContain(textsFor('en').admin.refused.role);
  });

  it('where Slack does not tell, for want of a scope, that is said', async () => {
    const { answerer, asked, jobs, told } = await openGrouped({ 'usergroups.list': missing('usergroups:read') });
    await answerer.answer(asked());
    expect(await jobs()).toEqual([]);
    expect(told()[0]).toContain('usergroups:read');
  });

  it('where a workspace has none, nobody is in one', async () => {
    const { answerer, asked, told } = await openGrouped({ 'usergroups.list': { ok: false, error: 'paid_teams_only' } });
    await answerer.answer(asked());
    expect(told()[0]).toContain(textsFor('en').admin.refused.role);
  });
});

describe('a command', () => {
  it('makes a clip for whoever asked, in their language, where they asked', async () => {
    const { answerer, asked, jobs, address, told } = await openCalls({
      'users.info': {
        user: { id: 'U1', team_id: 'T1', profile: { display_name: 'Ann' }, locale: 'de-DE', is_admin: true },
      },
    });
    await answerer.answer(asked());
    expect(await jobs()).toMatchObject([
      {
        origin: 'command:1',
        asker: {
          tenant: 'slack:T1',
          person: 'U1',
          name: 'Ann',
          channel: 'C1',
          locale: 'de-DE',
          isAdmin: true,
          roles: [],
        },
        destination: { platform: 'slack' },
      },
    ]);
    expect(await address()).toMatchObject({
      channel: 'C1',
      thread: null,
      request: null,
      isDirect: false,
      execution: null,
    });
    expect(told()).toEqual([]);
  });

  it('counts for the organisation, where there is one', async () => {
    const installation = { team: 'T1', enterprise: 'E1', isEnterpriseInstall: true };
    const { answerer, asked, jobs } = await openCalls();
    const place = { installation, channel: 'C1', thread: null, request: null };
    await answerer.answer(asked({ installation, place }));
    expect(await jobs()).toMatchObject([{ asker: { tenant: 'slack:E1' } }]);
  });

  it('of a stranger is one of the installed workspace, and never an admin’s', async () => {
    const { answerer, asked, jobs } = await openCalls({
      'users.info': { user: { id: 'U1', team_id: 'T9', name: 'bob', is_admin: true } },
    });
    await answerer.answer(asked());
    expect(await jobs()).toMatchObject([{ asker: { tenant: 'slack:T1', name: 'bob', isAdmin: false } }]);
  });

  it.each([
    ['not a member', { channel: { id: 'C1', is_member: false } }, texts.bot.notInChannel],
    ['not even seeing it', { ok: false, error: 'channel_not_found' }, texts.bot.notInChannel],
    ['in an archive', { channel: { id: 'C1', is_member: true, is_archived: true } }, texts.bot.isArchived],
  ])('is refused and nothing is charged, the bot being %s', async (_name, info, sentence) => {
    const { answerer, asked, jobs, slack, told, pictures, world } = await openCalls({ 'conversations.info': info });
    await answerer.answer(asked({ pictures: { image: 'F1' } }, { responseUrl: `${slack.origin}/response` }));
    expect(told('/response')).toEqual([expect.stringContaining(sentence)]);
    expect([await jobs(), pictures(), world.courier.statuses]).toEqual([[], [], []]);
    expect(slack.count('files.info')).toBe(0);
  });

  it('that posts nothing needs no invitation', async () => {
    const { answerer, asked, slack, told } = await openCalls({
      'conversations.info': { ok: false, error: 'channel_not_found' },
    });
    await answerer.answer(asked({ command: 'quota', values: {} }, { responseUrl: `${slack.origin}/response` }));
    expect(slack.count('conversations.info')).toBe(0);
    expect(told('/response')).toHaveLength(1);
  });

  it('that is no more is refused', async () => {
    const { answerer, asked, told } = await openCalls();
    await answerer.answer(asked({ command: 'transcode', values: {} }));
    expect(told()).toEqual([expect.stringContaining(texts.bot.unknownCommand)]);
  });

  it('brings its pictures, fetched with the token, by the names of their options', async () => {
    const { answerer, asked, jobs, pictures } = await openCalls();
    await answerer.answer(asked({ pictures: { image: 'F1', last_image: 'F2' } }));
    expect(pictures()).toEqual(['the first', 'the second']);
    const [job] = await jobs();
    expect(job?.request).toMatchObject({ firstFrame: expect.anything(), lastFrame: expect.anything() });
  });

  it.each([
    ['kept elsewhere', { file: { id: 'F1', is_external: true, mimetype: 'image/png' } }, texts.bot.pictureElsewhere],
    ['never ready', { file: { id: 'F1', mimetype: '' } }, texts.bot.pictureNotReady],
    ['deleted', { ok: false, error: 'file_deleted' }, texts.bot.pictureNotReadable],
  ])('with a picture that is %s is refused', async (_name, info, sentence) => {
    const { answerer, asked, jobs, told } = await openCalls({ 'files.info': info });
    await answerer.answer(asked({ pictures: { image: 'F1', last_image: 'F2' } }));
    // Both have the same trouble, which is said once.
    expect(told()).toEqual([expect.stringContaining(sentence)]);
    expect(told()[0]?.split(sentence)).toHaveLength(2);
    expect(await jobs()).toEqual([]);
  });

  it('again is the same one, whatever became of the place and the picture meanwhile', async () => {
    let isGone = false;
    const gone = { ok: false, error: 'channel_not_found' };
    const { answerer, asked, jobs, told, slack, clock } = await openCalls({
      'conversations.info': () => (isGone ? gone : { channel: { id: 'C1', is_member: true } }),
    });
    const open = asked({ pictures: { image: 'F1' } });
    await answerer.answer(open);
    isGone = true;
    clock.pass(120_000);
    await answerer.answer(open);
    expect(await jobs()).toHaveLength(1);
    expect(told()).toEqual([]);
    expect(slack.count('files.info')).toBe(1);
  });

  it('of an admin is asked about with a fresh look at who they are', async () => {
    let isAdmin = false;
    const { answerer, asked, clock, told } = await openCalls({
      'users.info': () => ({ user: { id: 'U1', team_id: 'T1', name: 'ann', is_admin: isAdmin } }),
    });
    const settings = { command: 'settings', values: {} };
    await answerer.answer(asked(settings));
    expect(told()).toEqual([expect.stringContaining(textsFor('en').admin.notAdmin)]);
    isAdmin = true;
    clock.pass(61_000);
    await answerer.answer(asked(settings));
    expect(told()[1]).not.toContain(textsFor('en').admin.notAdmin);
  });
});

describe('a form that is refused', () => {
  it('can be changed', async () => {
    const { answerer, asked, slack } = await openCalls();
    const open = { ...asked({ from: 'form', values: { prompt: '[fly away] a boat' } }), id: 'form:V1' };
    await answerer.answer(open);
    expect(JSON.stringify(slack.asked.at(-1)?.body.blocks)).toContain('hailuo-change:form:V1');
  });
});

describe('what is asked on Home', () => {
  it('goes into the person’s own conversation with the bot', async () => {
    const { answerer, asked, address, shown, slack } = await openCalls({
      'conversations.info': (body: Readonly<Record<string, unknown>>) => ({
        channel: { id: body.channel, is_im: true },
      }),
    });
    await answerer.answer(asked({ from: 'home', place: null }));
    expect(await address()).toMatchObject({ channel: 'D1', thread: null, request: null, isDirect: true });
    expect(shown).toEqual([{ person: 'U1', notice: undefined }]);
    expect(slack.count('chat.postMessage')).toBe(0);
  });

  it('is refused there', async () => {
    const { answerer, asked, shown, slack } = await openCalls();
    await answerer.answer(asked({ from: 'home', place: null, command: 'cancel', values: {} }));
    expect(shown).toEqual([{ person: 'U1', notice: textsFor('en').nothingRunning }]);
    expect(slack.count('chat.postMessage') + slack.count('chat.postEphemeral')).toBe(0);
  });
});

describe('an emoji under a picture', () => {
  it('animates it, in its thread', async () => {
    const { answerer, reacted, address, pictures, slack } = await openCalls({
      'conversations.replies': {
        messages: [{ ts: '5.5', thread_ts: '2.2', files: [{ id: 'F2', mimetype: 'image/png' }] }],
      },
    });
    await answerer.answer(reacted());
    expect(pictures()).toEqual(['the second']);
    expect(await address()).toMatchObject({ channel: 'C1', thread: '2.2', request: '5.5' });
    expect(slack.asked.find(({ method }) => method === 'conversations.replies')?.body).toEqual({
      channel: 'C1',
      ts: '5.5',
      limit: '1',
      inclusive: 'true',
    });
    expect(slack.count('conversations.history')).toBe(0);
  });

  it('animates nothing when Slack hands over another message', async () => {
    const { answerer, reacted, jobs, told } = await openCalls({
      'conversations.replies': { messages: [{ ts: '4.4', files: [{ id: 'F1', mimetype: 'image/png' }] }] },
    });
    await answerer.answer(reacted());
    expect([await jobs(), told()]).toEqual([[], []]);
  });

  it('may stand under the picture of a link, which is a stranger’s', async () => {
    const { answerer, reacted, taken, slack } = await openCalls({
      'conversations.replies': {
        messages: [{ ts: '5.5', attachments: [{ image_url: 'https://pictures.example/a.png' }] }],
      },
    });
    await answerer.answer(reacted());
    expect(taken).toEqual([{ from: 'url', url: 'https://pictures.example/a.png' }]);
    expect(slack.count('files.info')).toBe(0);
  });

  it('under words alone is nothing, and forgotten', async () => {
    const { answerer, reacted, jobs, told, slack } = await openCalls({
      'conversations.replies': { messages: [{ ts: '5.5' }] },
    });
    await answerer.answer(reacted());
    expect([await jobs(), told(), told('chat.postMessage')]).toEqual([[], [], []]);
    expect(slack.count('files.info')).toBe(0);
  });

  it('that is refused is told in the thread, to that person alone', async () => {
    const { answerer, reacted, slack } = await openCalls({
      'conversations.replies': {
        messages: [{ ts: '5.5', thread_ts: '2.2', files: [{ id: 'F1', mimetype: 'image/png' }] }],
      },
      'files.info': { ok: false, error: 'file_not_found' },
    });
    await answerer.answer(reacted());
    expect(slack.asked.filter(({ method }) => method.startsWith('chat.'))).toMatchObject([
      { method: 'chat.postEphemeral', body: { channel: 'C1', user: 'U1', thread_ts: '2.2' } },
    ]);
  });

  it('is read by way of its reactions where messages may not be read', async () => {
    const { answerer, reacted, address } = await openCalls({
      'conversations.replies': { ok: false, error: 'method_not_supported_for_channel_type' },
      'reactions.get': { message: { ts: '5.5', thread_ts: '2.2', files: [{ id: 'F1', mimetype: 'image/png' }] } },
    });
    await answerer.answer(reacted());
    expect(await address()).toMatchObject({ thread: '2.2' });
  });

  it('says which right is missing where no way is left', async () => {
    const { answerer, reacted, told, notes } = await openCalls({
      'conversations.replies': missing('channels:history'),
    });
    await answerer.answer(reacted());
    expect(told()).toEqual([expect.stringContaining(texts.bot.missingScope('channels:history'))]);
    expect(notes.filter(({ event }) => event === 'slack.missing-scope')).toHaveLength(1);
  });

  it('is not taken for one under words where only the reactions can be read, which may keep the picture back', async () => {
    const { answerer, reacted, told } = await openCalls({
      'conversations.replies': missing('channels:history'),
      'reactions.get': { message: { ts: '5.5', text: 'look' } },
    });
    await answerer.answer(reacted());
    expect(told()).toEqual([expect.stringContaining(texts.bot.missingScope('channels:history'))]);
  });

  it('is none of a program’s or of a closed account’s', async () => {
    for (const flag of ['is_bot', 'deleted']) {
      const { answerer, reacted, jobs, slack } = await openCalls({
        'users.info': { user: { id: 'U1', [flag]: true } },
      });
      await answerer.answer(reacted());
      expect(await jobs()).toEqual([]);
      expect(slack.count('conversations.replies')).toBe(0);
    }
  });
});

describe('where Slack lets this app read one message in a minute', () => {
  it('waits for its turn', async () => {
    const { answerer, reacted, jobs, now, clock } = await openCalls({
      'conversations.replies': (_body: unknown, times: number) =>
        times === 0 ? tooOften : { messages: [{ ts: '5.5', files: [{ id: 'F1', mimetype: 'image/png' }] }] },
    });
    const error = await answerer.answer(reacted()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Postponed);
    expect(error instanceof Postponed && error.until.getTime() - now().getTime()).toBe(40_000);
    clock.pass(40_000);
    await answerer.answer(reacted());
    expect(await jobs()).toHaveLength(1);
  });

  it('does not ask before that time', async () => {
    const { answerer, reacted, slack } = await openCalls({ 'conversations.replies': tooOften });
    await expect(answerer.answer(reacted())).rejects.toThrow(Postponed);
    await expect(answerer.answer(reacted({ message: '6.6' }))).rejects.toThrow(Postponed);
    expect(slack.count('conversations.replies')).toBe(1);
  });

  it('need not wait where the reactions tell of the picture', async () => {
    const { answerer, reacted, jobs } = await openCalls({
      'conversations.replies': tooOften,
      'reactions.get': { message: { ts: '5.5', files: [{ id: 'F1', mimetype: 'image/png' }] } },
    });
    await answerer.answer(reacted());
    expect(await jobs()).toHaveLength(1);
  });

  it('says so once nobody waits any more', async () => {
    const { answerer, reacted, told } = await openCalls({ 'conversations.replies': { ...tooOften, retryAfter: 3600 } });
    await answerer.answer(reacted());
    expect(told()).toEqual([expect.stringContaining(texts.bot.readTooOften)]);
  });

  it('a short wait is waited for at once', async () => {
    const { answerer, reacted, jobs } = await openCalls({
      'conversations.replies': (_body: unknown, times: number) =>
        times === 0
          ? { ...tooOften, retryAfter: 0 }
          : { messages: [{ ts: '5.5', files: [{ id: 'F1', mimetype: 'image/png' }] }] },
    });
    await answerer.answer(reacted());
    expect(await jobs()).toHaveLength(1);
  });
});

describe('words to the bot', () => {
  it('are a prompt, in plain words, for a clip under the message', async () => {
    const { answerer, said, jobs, address } = await openCalls();
    await answerer.answer(said('a boat &amp; a <https://sea.example|sea> --duration 10'));
    expect(await jobs()).toMatchObject([
      { origin: 'message:C1:5.5', request: { prompt: 'a boat & a https://sea.example', seconds: 10 } },
    ]);
    expect(await address()).toMatchObject({ channel: 'C1', thread: null, request: '5.5' });
  });

  it('over a picture animate it; over two, from the first to the second', async () => {
    const { answerer, said, pictures, jobs } = await openCalls();
    await answerer.answer(said('', { files: ['F1', 'F2'] }));
    expect(pictures()).toEqual(['the first', 'the second']);
    expect(await jobs()).toMatchObject([{ request: { model: '02' } }]);
  });

  it('over three are refused: nobody can know which two', async () => {
    const { answerer, said, jobs, told } = await openCalls();
    await answerer.answer(said('go', { files: ['F1', 'F2', 'F1'] }));
    expect(await jobs()).toEqual([]);
    expect(told()).toEqual([expect.stringContaining(textsFor('en').web.takesPictures(2))]);
  });

  it('in a thread are about the picture it began with', async () => {
    const { answerer, said, pictures, address, slack } = await openCalls({
      'conversations.replies': {
        messages: [{ ts: '2.2', thread_ts: '2.2', files: [{ id: 'F2', mimetype: 'image/png' }] }],
      },
    });
    await answerer.answer(said('let it rain', {}, '2.2'));
    expect(pictures()).toEqual(['the second']);
    expect(await address()).toMatchObject({ thread: '2.2', request: '5.5' });
    expect(slack.asked.find(({ method }) => method === 'conversations.replies')?.body).toMatchObject({ ts: '2.2' });
  });

  it('in a thread without a picture are words', async () => {
    const { answerer, said, jobs, pictures } = await openCalls({
      'conversations.replies': { messages: [{ ts: '2.2' }] },
    });
    await answerer.answer(said('let it rain', {}, '2.2'));
    expect(await jobs()).toHaveLength(1);
    expect(pictures()).toEqual([]);
  });

  it('may be a command, which has nothing to do with pictures', async () => {
    const { answerer, said, jobs, told, slack } = await openCalls();
    await answerer.answer(said('quota', {}, '2.2'));
    expect(await jobs()).toEqual([]);
    expect(told()).toHaveLength(1);
    expect(slack.count('conversations.replies')).toBe(0);
  });

  it.each(['', 'thanks'])('that wish for nothing are answered with how to ask: %j', async (text) => {
    const { answerer, said, jobs, told } = await openCalls();
    await answerer.answer(said(text));
    expect(await jobs()).toEqual([]);
    expect(told()).toEqual([expect.stringContaining(texts.bot.mentionHint)]);
  });

  it('that cannot be read are answered with what is wrong', async () => {
    const { answerer, said, told, jobs } = await openCalls();
    await answerer.answer(said('a boat --speed 3'));
    expect(told()).toEqual([expect.stringContaining('--speed')]);
    expect(await jobs()).toEqual([]);
  });

  it('are answered where they were said', async () => {
    const { answerer, said, slack } = await openCalls();
    await answerer.answer(said('', {}, '2.2'));
    expect(slack.asked.at(-1)).toMatchObject({
      method: 'chat.postEphemeral',
      body: { channel: 'C1', thread_ts: '2.2' },
    });
  });
});

describe('words to the bot alone', () => {
  const direct = { isDirect: true } as const;
  const im = { 'conversations.info': { channel: { id: 'D1', is_im: true } } };

  it('make a clip beside them, not in a thread', async () => {
    const { answerer, said, address } = await openCalls(im);
    await answerer.answer(said('a paper boat', direct));
    expect(await address()).toMatchObject({ channel: 'D1', thread: null, request: null, isDirect: true });
  });

  it('in a thread stay in it', async () => {
    const { answerer, said, address } = await openCalls({
      ...im,
      'conversations.replies': { messages: [{ ts: '2.2' }] },
    });
    await answerer.answer(said('a paper boat', direct, '2.2'));
    expect(await address()).toMatchObject({ channel: 'D1', thread: '2.2', request: '5.5' });
  });

  it.each(['hello', ''])('that only greet are answered with help, as a message: %j', async (text) => {
    const { answerer, said, told, jobs, slack } = await openCalls(im);
    await answerer.answer(said(text, direct));
    expect(told('chat.postMessage')).toEqual([expect.stringContaining(textsFor('en').helpTitle)]);
    expect(slack.asked.at(-1)?.body).toMatchObject({ channel: 'D1' });
    expect(await jobs()).toEqual([]);
  });

  it('of one word over a picture are a prompt', async () => {
    const { answerer, said, jobs } = await openCalls(im);
    await answerer.answer(said('rain', { ...direct, files: ['F1'] }));
    expect(await jobs()).toMatchObject([{ request: { prompt: 'rain' } }]);
  });
});

describe('a step of a workflow', () => {
  const step = { from: 'step', execution: 'Fx1' } as const;

  it('makes a clip that knows who waits', async () => {
    const { answerer, asked, address, slack } = await openCalls();
    await answerer.answer(asked(step));
    expect(await address()).toMatchObject({ execution: 'Fx1', channel: 'C1' });
    expect(slack.count('functions.completeError')).toBe(0);
  });

  it('ends with the reason where no clip is made', async () => {
    const { answerer, asked, slack } = await openCalls({
      'conversations.info': { ok: false, error: 'channel_not_found' },
    });
    await answerer.answer(asked(step));
    expect(slack.asked.at(-1)).toEqual({
      method: 'functions.completeError',
      body: { function_execution_id: 'Fx1', error: texts.workflow.failed(texts.bot.notInChannel) },
    });
  });

  it('ends when nobody asked for it', async () => {
    const { answerer, asked, slack, jobs } = await openCalls({
      'users.info': { user: { id: 'U1', is_workflow_bot: true } },
    });
    await answerer.answer(asked(step));
    expect(slack.count('functions.completeError')).toBe(1);
    expect(await jobs()).toEqual([]);
  });

  it('ends when it went wrong on our side', async () => {
    const { answerer, asked, slack } = await openCalls();
    await answerer.giveUp(asked(step));
    expect(slack.asked.at(-1)?.body.error).toBe(texts.workflow.failed(texts.bot.broken));
  });
});

describe('a right that is missing', () => {
  it.each([
    ['users.info', 'users:read'],
    ['conversations.info', 'groups:read'],
    ['files.info', 'files:read'],
  ])('for %s is named to the person, and once to the operator', async (method, scope) => {
    const { answerer, asked, told, notes, jobs } = await openCalls({ [method]: missing(scope) });
    await answerer.answer(asked({ pictures: { image: 'F1' } }));
    await answerer.answer(asked({ pictures: { image: 'F1' } }));
    expect(told()).toEqual(Array(2).fill(expect.stringContaining(texts.bot.missingScope(scope))));
    expect(notes.filter(({ event }) => event === 'slack.missing-scope')).toMatchObject([
      { level: 'warn', fields: { installation: 'T1', scope } },
    ]);
    expect(await jobs()).toEqual([]);
  });

  it('is what a page to sign in means', async () => {
    const { answerer, asked, told } = await openCalls({ '/F1': { text: '<!DOCTYPE html><html>sign in' } });
    await answerer.answer(asked({ pictures: { image: 'F1' } }));
    expect(told()).toEqual([expect.stringContaining(texts.bot.missingScope('files:read'))]);
  });
});

describe('what goes wrong', () => {
  it('is not known, and tried again', async () => {
    const { answerer, asked, jobs } = await openCalls({ 'conversations.info': { status: 503, ok: false } });
    await expect(answerer.answer(asked())).rejects.toThrow();
    expect(await jobs()).toEqual([]);
  });

  it('is said to the person in the end, by whichever way is left', async () => {
    const { answerer, asked, slack, told } = await openCalls({ '/response': { status: 404 } });
    await answerer.giveUp(asked({}, { responseUrl: `${slack.origin}/response` }));
    expect(told()).toEqual([expect.stringContaining(texts.bot.broken)]);
  });

  it('with a reaction is forgotten then, so that the same emoji is a new try', async () => {
    const { answerer, reacted, told, database } = await openCalls();
    const open = reacted();
    await addCall(database, 'event:1', open, null);
    await answerer.giveUp(open);
    expect(told()).toEqual([expect.stringContaining(texts.bot.broken)]);
    expect(await findCall(database, open.id)).toBeNull();
  });

  it('is put off where Slack asks for it', async () => {
    const { answerer, asked, now } = await openCalls({ 'users.info': { ...tooOften, retryAfter: 60 } });
    const error = await answerer.answer(asked()).catch((thrown: unknown) => thrown);
    expect(error instanceof Postponed && error.until.getTime() - now().getTime()).toBe(60_000);
  });

  it('is said where Slack asks for too much patience', async () => {
    const { answerer, asked, told } = await openCalls({ 'users.info': { ...tooOften, retryAfter: 3600 } });
    await answerer.answer(asked());
    expect(told()).toEqual([expect.stringContaining(texts.bot.tooBusy)]);
  });

  it.each(['answer', 'giveUp'] as const)('is dropped where the app was removed: %s', async (verb) => {
    const { answerer, asked, notes } = await openCalls({
      'users.info': { ok: false, error: 'token_revoked' },
      'chat.postEphemeral': { ok: false, error: 'token_revoked' },
    });
    await answerer[verb](asked());
    expect(notes.filter(({ event }) => event === 'slack.not-installed')).toMatchObject([
      { fields: { detail: 'token_revoked' } },
    ]);
  });

  it('is dropped where it never was installed', async () => {
    const slack = { of: () => Promise.reject(new NotInstalled('T1')) };
    const { answerer, asked, notes } = await openRunWorld(opened, { api: slack, apiUrl: 'http://127.0.0.1:1/api/' });
    await answerer.answer(asked());
    expect(notes).toMatchObject([{ event: 'slack.not-installed' }]);
  });
});
