import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createAnswers, type Listener } from '../../../src/bots/slack/answers.ts';
import { createDirect } from '../../../src/bots/slack/direct.ts';
import type { HomeBoard } from '../../../src/bots/slack/home.ts';
import { createScopeAlarm } from '../../../src/bots/slack/missing-scope.ts';
import { createRespond } from '../../../src/bots/slack/response-url.ts';
import type { Card, Reply } from '../../../src/commands/command.ts';
import { refusal, toAsker } from '../../../src/commands/replies.ts';
import { textsFor } from '../../../src/core/texts/texts.ts';
import type { JobId } from '../../../src/core/values.ts';
import { createNotes, key, openMethods } from './run-server.ts';

const texts = textsFor('en').slack;
const asked = {
  key,
  person: 'U1',
  locale: 'en-US',
  channel: 'C1',
  thread: null,
  execution: null,
  change: null,
} as const;

type Methods = Parameters<typeof openMethods>[0];

async function openAnswers(methods: Methods = {}) {
  const slack = await openMethods({
    '/response': { text: 'ok' },
    'chat.postEphemeral': { message_ts: '1.1' },
    'chat.postMessage': { ts: '1.1', channel: 'D1' },
    'conversations.open': { channel: { id: 'D1' } },
    'functions.completeError': {},
    '/upload': { text: 'OK - 3' },
    'files.completeUploadExternal': { files: [{ id: 'F1' }] },
    'files.getUploadURLExternal': () => ({ upload_url: `${slack.origin}/upload`, file_id: 'F1' }),
    ...methods,
  });
  const notes = createNotes();
  const shown: { person: string; notice: string | undefined }[] = [];
  const home: HomeBoard = {
    opened: async () => {},
    show: async (_key, person, notice) => void shown.push({ person, notice }),
    start: () => {},
    stop: async () => {},
  };
  const { api } = slack;
  const answers = createAnswers({
    api,
    direct: createDirect({ api, log: notes }),
    respond: createRespond({ log: notes }),
    home,
    log: notes,
    missing: createScopeAlarm(notes),
  });
  const whisper: Listener = { ...asked, manner: 'whisper', responseUrl: `${slack.origin}/response` };
  const heard = (): string[] =>
    slack.asked
      .map(({ method }) => method)
      .filter((method) => ['/response', 'chat.postEphemeral', 'chat.postMessage'].includes(method));
  return {
    slack,
    answers,
    notes: notes.notes,
    shown,
    whisper,
    heard,
    tell: (how: Partial<Listener>, reply: Reply) => answers.tell({ ...whisper, ...how }, reply),
  };
}

const hello = toAsker('Hello.');
const no: Reply = refusal('No.');
const toAll: Reply = { kind: 'card', audience: 'everyone', tone: 'plain', card: { paragraphs: ['Look.'] } };
const withCard = (card: Partial<Card>): Reply => ({ ...toAsker(), card: { paragraphs: ['Here.'], ...card } }) as Reply;
const outside = { ok: false, error: 'user_not_in_channel' };

describe('an answer to one person', () => {
  it('comes by the address that the command brought, beside what was pressed', async () => {
    const { tell, slack } = await openAnswers();
    await tell({}, hello);
    expect(slack.asked).toEqual([
      {
        method: '/response',
        body: {
          response_type: 'ephemeral',
          replace_original: false,
          text: 'Hello.',
          blocks: [expect.objectContaining({ type: 'section' })],
          unfurl_links: false,
          unfurl_media: false,
        },
      },
    ]);
  });

  it('comes into the thread in which a button was pressed', async () => {
    const { tell, slack } = await openAnswers();
    await tell({ thread: '17.2' }, hello);
    expect(slack.asked[0]?.body).toMatchObject({ thread_ts: '17.2' });
  });

  it.each([
    ['expired, half an hour later', { status: 404, text: 'expired_url' }],
    ['used up', { status: 404, text: 'used_url' }],
    ['refused under 200', { ok: false, error: 'used_url' }],
  ])('comes with the bot’s own token where that address is %s', async (_name, response) => {
    const { tell, slack, heard } = await openAnswers({ '/response': response });
    await tell({ thread: '17.2' }, hello);
    expect(heard()).toEqual(['/response', 'chat.postEphemeral']);
    expect(slack.asked[1]?.body).toMatchObject({ channel: 'C1', user: 'U1', thread_ts: '17.2', text: 'Hello.' });
  });

  it('uses the address five times and no oftener', async () => {
    const { tell, heard } = await openAnswers();
    for (let times = 0; times < 6; times += 1) await tell({}, hello);
    expect(heard()).toEqual([...Array<string>(5).fill('/response'), 'chat.postEphemeral']);
  });

  it('comes directly where nothing can be whispered in that place', async () => {
    const { tell, slack, heard } = await openAnswers({ 'chat.postEphemeral': outside });
    await tell({ responseUrl: null, thread: '17.2' }, hello);
    expect(heard()).toEqual(['chat.postEphemeral', 'chat.postMessage']);
    const direct = slack.asked.at(-1)?.body;
    expect(direct).toMatchObject({ channel: 'D1', text: 'Hello.', unfurl_links: 'false', unfurl_media: 'false' });
    expect(direct).not.toHaveProperty('thread_ts');
  });

  it('comes directly where there is no place at all', async () => {
    const { tell, heard } = await openAnswers();
    await tell({ responseUrl: null, channel: null }, hello);
    expect(heard()).toEqual(['chat.postMessage']);
  });

  it('is an ordinary message where nobody else is', async () => {
    const { tell, slack } = await openAnswers();
    await tell({ manner: 'plain', responseUrl: null, channel: 'D1', thread: '17.2' }, hello);
    expect(slack.asked).toMatchObject([{ method: 'chat.postMessage', body: { channel: 'D1', thread_ts: '17.2' } }]);
  });

  it('of many rows comes in one message after the other, all by one way', async () => {
    const { tell, slack } = await openAnswers();
    const rows = Array.from({ length: 120 }, (_, index) => ({ label: `row ${index}`, value: 'x'.repeat(900) }));
    await tell({}, withCard({ rows }));
    const told = slack.asked.map(({ body }) => JSON.stringify(body.blocks));
    expect(told.length).toBeGreaterThan(1);
    expect(told[0]).toContain('row 0');
    expect(told.at(-1)).toContain('row 119');
  });

  it('goes on by the next way when the first is used up half way', async () => {
    const { tell, heard } = await openAnswers({
      '/response': (_body: unknown, times: number) => (times === 0 ? { text: 'ok' } : { status: 404 }),
    });
    const rows = Array.from({ length: 120 }, (_, index) => ({ label: `row ${index}`, value: 'x'.repeat(900) }));
    await tell({}, withCard({ rows }));
    expect(heard().slice(0, 3)).toEqual(['/response', '/response', 'chat.postEphemeral']);
    expect(new Set(heard().slice(3))).toEqual(heard().length > 3 ? new Set(['chat.postEphemeral']) : new Set());
  });

  it('that came nowhere is in the log', async () => {
    const refused = { ok: false, error: 'restricted_action' };
    const { tell, notes } = await openAnswers({ 'chat.postEphemeral': refused, 'chat.postMessage': refused });
    await tell({ responseUrl: null }, hello);
    expect(notes.filter(({ level }) => level === 'warn').map(({ event }) => event)).toEqual(['slack.nobody-told']);
  });

  it('is not taken for told when nobody knows', async () => {
    const { tell, heard } = await openAnswers({ '/response': { status: 502, text: 'bad gateway' } });
    await expect(tell({}, hello)).rejects.toThrow('502');
    expect(heard()).toEqual(['/response']);
  });

  it('is not looked for elsewhere when the app was removed', async () => {
    const { tell, heard } = await openAnswers({ 'chat.postEphemeral': { ok: false, error: 'token_revoked' } });
    await expect(tell({ responseUrl: null }, hello)).rejects.toMatchObject({ data: { error: 'token_revoked' } });
    expect(heard()).toEqual(['chat.postEphemeral']);
  });

  it('names a right that is missing once in the log', async () => {
    const missing = { ok: false, error: 'missing_scope', needed: 'chat:write' };
    const { tell, notes } = await openAnswers({ 'chat.postEphemeral': missing });
    await tell({ responseUrl: null }, hello);
    await tell({ responseUrl: null }, hello);
    expect(notes.filter(({ event }) => event === 'slack.missing-scope')).toMatchObject([
      { level: 'warn', fields: { installation: 'T1', scope: 'chat:write' } },
    ]);
  });

  it('keeps its address out of the log', async () => {
    const { tell, notes, slack } = await openAnswers({ '/response': { status: 404 } });
    await tell({}, hello);
    expect(notes.map(({ event }) => event)).toContain('slack.response-url-refused');
    expect(JSON.stringify(notes)).not.toContain(slack.origin);
  });
});

describe('an answer to everybody', () => {
  it('comes by the address of the command, into the channel', async () => {
    const { tell, slack } = await openAnswers();
    await tell({}, toAll);
    expect(slack.asked).toMatchObject([{ method: '/response', body: { response_type: 'in_channel' } }]);
  });

  it('comes as a message without one', async () => {
    const { tell, slack } = await openAnswers();
    await tell({ responseUrl: null, thread: '17.2' }, toAll);
    expect(slack.asked).toMatchObject([{ method: 'chat.postMessage', body: { channel: 'C1', thread_ts: '17.2' } }]);
  });
});

describe('a clip that is on its way', () => {
  const started: Reply = { kind: 'started', job: '0199a6b2-8f3d-7a51-9c1e-5d2f7b8c9d0e' as JobId };

  it('needs no words', async () => {
    const { tell, slack, shown } = await openAnswers();
    await tell({}, started);
    expect([slack.asked, shown]).toEqual([[], []]);
  });

  it('is shown on the Home it was asked on', async () => {
    const { tell, slack, shown } = await openAnswers();
    await tell({ manner: 'home', channel: null, responseUrl: null }, started);
    expect([slack.asked, shown]).toEqual([[], [{ person: 'U1', notice: undefined }]]);
  });

  it('is waited for by its workflow', async () => {
    const { tell, slack } = await openAnswers();
    await tell({ manner: 'step', execution: 'Fx1', responseUrl: null }, started);
    expect(slack.asked).toEqual([]);
  });
});

describe('an answer on Home', () => {
  it('stands there in plain words', async () => {
    const { tell, slack, shown } = await openAnswers();
    const rows = [{ label: 'Limit', value: '10 a day' }];
    await tell({ manner: 'home', channel: null, responseUrl: null }, withCard({ title: 'Ann', rows }));
    expect([slack.asked, shown]).toEqual([[], [{ person: 'U1', notice: 'Ann\nHere.\nLimit: 10 a day' }]]);
  });
});

describe('the refusal of a form', () => {
  const change = { change: 'form:V1' };

  it('leads back to it, as it was filled in', async () => {
    const { tell, slack } = await openAnswers();
    await tell(change, no);
    const blocks = slack.asked.flatMap(({ body }) => body.blocks);
    expect(blocks.at(-1)).toMatchObject({
      type: 'actions',
      elements: [{ action_id: 'hailuo-change:form:V1', text: { text: texts.bot.changeIt } }],
    });
  });

  it('is the only one that does', async () => {
    const { tell, slack } = await openAnswers();
    await tell(change, hello);
    await tell({}, no);
    expect(JSON.stringify(slack.asked)).not.toContain('hailuo-change');
  });
});

describe('a form', () => {
  it('cannot be opened so late', async () => {
    const { tell, slack } = await openAnswers();
    const form = { title: 'Remix', command: 'remix', values: {}, fields: [], submitLabel: 'Make' };
    await tell({}, { kind: 'form', form });
    expect(slack.asked).toMatchObject([
      { method: '/response', body: { text: expect.stringContaining(texts.bot.triggerSpent) } },
    ]);
  });
});

describe('what goes along with an answer', () => {
  const file = { name: 'usage.csv', type: 'text/csv', text: 'person,clips\nänn,3\n' };

  async function keptClip(): Promise<NonNullable<Card['clips']>[number]> {
    const directory = await mkdtemp(join(tmpdir(), 'hailuo-answers-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const path = join(directory, 'clip');
    await writeFile(path, 'a clip');
    return { label: '4c1f0a · a boat', name: 'hailuo-4c1f0a.mp4', path };
  }

  it('comes as a file in the person’s own conversation, and the answer says so', async () => {
    const { tell, slack } = await openAnswers();
    await tell({}, withCard({ file }));
    expect(slack.asked.map(({ method }) => method)).toEqual([
      '/response',
      'conversations.open',
      'files.getUploadURLExternal',
      '/upload',
      'files.completeUploadExternal',
      '/response',
    ]);
    expect(slack.asked[2]?.body).toMatchObject({ filename: 'usage.csv', length: String(Buffer.byteLength(file.text)) });
    expect(slack.asked[3]?.body).toEqual({ raw: file.text });
    expect(slack.asked[4]?.body).toMatchObject({ files: [{ id: 'F1', title: 'usage.csv' }], channel_id: 'D1' });
    expect(slack.asked[5]?.body.text).toContain(texts.bot.fileInDirect);
  });

  it('may be clips that no place took', async () => {
    const { tell, slack } = await openAnswers();
    await tell(
      { manner: 'plain', responseUrl: null, channel: 'D1' },
      withCard({ clips: [await keptClip(), await keptClip()] }),
    );
    expect(slack.count('files.completeUploadExternal')).toBe(2);
    expect(slack.asked.filter(({ method }) => method === '/upload').map(({ body }) => body.raw)).toEqual([
      'a clip',
      'a clip',
    ]);
    // They stand right below the answer: nothing more is to be said.
    expect(slack.count('chat.postMessage')).toBe(1);
  });

  it('is said to be missing where Slack takes no files', async () => {
    const { tell, slack, notes } = await openAnswers({
      'files.getUploadURLExternal': { ok: false, error: 'missing_scope', needed: 'files:write' },
    });
    await tell({}, withCard({ file }));
    expect(slack.asked.at(-1)).toMatchObject({
      method: '/response',
      body: { text: expect.stringContaining(texts.bot.fileNotTaken) },
    });
    expect(notes).toContainEqual(expect.objectContaining({ event: 'slack.missing-scope' }));
  });

  it('is told of on Home, too', async () => {
    const { tell, shown } = await openAnswers();
    await tell({ manner: 'home', channel: null, responseUrl: null }, withCard({ file }));
    expect(shown.map(({ notice }) => notice)).toEqual(['Here.', texts.bot.fileInDirect]);
  });
});

describe('a step of a workflow that is refused', () => {
  it('ends with the reason, and nobody is told in the channel', async () => {
    const { tell, slack } = await openAnswers();
    await tell({ manner: 'step', execution: 'Fx1', responseUrl: null }, no);
    expect(slack.asked).toEqual([
      {
        method: 'functions.completeError',
        body: { function_execution_id: 'Fx1', error: texts.workflow.failed('No.') },
      },
    ]);
  });

  it('that is over already stays so', async () => {
    const { tell, notes } = await openAnswers({
      'functions.completeError': { ok: false, error: 'function_execution_not_found' },
    });
    await tell({ manner: 'step', execution: 'Fx1', responseUrl: null }, no);
    expect(notes).toMatchObject([{ event: 'slack.not-told' }]);
  });
});
