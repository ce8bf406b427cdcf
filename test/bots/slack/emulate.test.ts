/** The same script against the fake and against `emulate`: they may differ only in what platforms/test-doubles.md, Trial 1, lists. */
import { type ModalView, WebAPIHTTPError, WebAPIPlatformError, type WebClient } from '@slack/web-api';
import { afterEach, expect, it } from 'vitest';
import { connect, createEmulateStage, createFakeStage, type Stage } from '../../support/fake-slack/two-stages.ts';

let stage: Stage | null = null;
afterEach(async () => {
  await stage?.stop();
  stage = null;
});

/** `ok`, Slack's word, or the HTTP status of something that is no answer of Slack's. */
async function outcomeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'ok';
  } catch (error) {
    if (error instanceof WebAPIPlatformError) return error.data.error;
    if (error instanceof WebAPIHTTPError) return `HTTP ${error.statusCode}`;
    throw error;
  }
}

const words = (text: string) => [{ type: 'section' as const, text: { type: 'mrkdwn' as const, text } }];
const metadata = { event_type: 'hailuo_job', event_payload: { job: 'j1' } };
const modal: ModalView = {
  type: 'modal',
  callback_id: 'hailuo-form',
  title: { type: 'plain_text', text: 'Make a clip' },
  blocks: words('one moment'),
};

const home = { type: 'home' as const, blocks: words('your clips') };

async function messagesScript(api: WebClient, { channel, person, botUser }: Stage) {
  const posted = await api.chat.postMessage({ channel, text: 'status', blocks: words('status'), metadata });
  const ts = String(posted.ts);
  const updated = await api.chat.update({ channel, ts, text: 'done', blocks: words('done') });
  const private_ = await api.chat.postEphemeral({ channel, user: person, text: 'only you' });
  const reply = await api.chat.postMessage({ channel, thread_ts: ts, text: 'in the thread' });
  const replyTs = String(reply.ts);
  const thread = await api.conversations.replies({ channel, ts });
  const alone = await api.conversations.replies({ channel, ts: replyTs, limit: 1, inclusive: true });
  const newest = await api.conversations.history({ channel, limit: 1 });
  const kept = await api.conversations.history({ channel, limit: 1, include_all_metadata: true });
  const plain = await api.chat.update({ channel, ts, text: 'words alone' });
  const link = await api.chat.getPermalink({ channel, message_ts: ts });
  await api.chat.delete({ channel, ts: replyTs });
  const left = await api.conversations.replies({ channel, ts });
  return {
    author: posted.message?.user === botUser,
    updated: [updated.ts === ts, updated.text],
    ephemeral: typeof private_.message_ts,
    thread: thread.messages?.map(({ text }) => text),
    alone: alone.messages?.map((each) => [each.text, each.thread_ts === ts]),
    newest: newest.messages?.map(({ text }) => text),
    metadata: kept.messages?.[0]?.metadata,
    blocksAfterTextAlone: plain.message?.blocks ?? [],
    link: link.permalink?.endsWith(`/archives/${channel}/p${ts.replace('.', '')}`),
    afterDeleting: left.messages?.map(({ text }) => text),
  };
}

async function fileScript(api: WebClient, { channel, token }: Stage) {
  const { ts } = await api.chat.postMessage({ channel, text: 'clip to come' });
  const thread = String(ts);
  const bytes = Buffer.alloc(300_000, 'clip');
  const asked = await api.files.getUploadURLExternal({ filename: 'clip.mp4', length: bytes.length });
  const id = String(asked.file_id);
  const sent = await fetch(String(asked.upload_url), { method: 'POST', body: bytes });
  const said = await sent.text();
  const done = await api.files.completeUploadExternal({
    files: [{ id, title: 'a cat' }],
    channel_id: channel,
    thread_ts: thread,
  });
  const shared = async () => (await api.files.info({ file: id })).file?.shares?.public?.[channel]?.[0];
  const [answered] = (done.files ?? []) as readonly { readonly shares?: object }[];
  await expect.poll(shared).toBeDefined();
  const { file } = await api.files.info({ file: id });
  const replies = await api.conversations.replies({ channel, ts: thread });
  const link = String(file?.url_private);
  const got = await fetch(link, { headers: { authorization: `Bearer ${token}` } });
  const stranger = await fetch(link);
  return {
    uploaded: [sent.status, said.startsWith('OK')],
    name: [file?.name, file?.title, file?.size],
    type: file?.mimetype,
    isSharedAtOnce: Object.keys(answered?.shares ?? {}).length > 0,
    isInThread: (await shared())?.ts === replies.messages?.[1]?.ts,
    inMessage: replies.messages?.[1]?.files?.map((each) => each.id === id),
    bytes: Buffer.from(await got.arrayBuffer()).equals(bytes),
    withoutToken: [stranger.status, (await stranger.text()).startsWith('<!DOCTYPE html>')],
    completedAgain: await outcomeOf(api.files.completeUploadExternal({ files: [{ id }], channel_id: channel })),
  };
}

async function viewScript(api: WebClient, { person, trigger }: Stage) {
  const opened = await api.views.open({ trigger_id: await trigger(), view: modal });
  const view_id = String(opened.view?.id);
  const used = await trigger();
  await api.views.open({ trigger_id: used, view: modal });
  const first = await api.views.publish({ user_id: person, view: home });
  const second = await api.views.publish({ user_id: person, view: home, hash: String(first.view?.hash) });
  const hash = String(first.view?.hash);
  return {
    opened: [opened.view?.type, opened.view?.callback_id, typeof view_id],
    usedTrigger: await outcomeOf(api.views.open({ trigger_id: used, view: modal })),
    published: [first.view?.type, second.view?.id === first.view?.id],
    stale: await outcomeOf(api.views.publish({ user_id: person, view: home, hash })),
    nobody: await outcomeOf(api.views.publish({ user_id: 'U0NOBODY', view: home })),
  };
}

async function refusals(api: WebClient, { apiUrl, channel, outside, person, narrowToken }: Stage) {
  const post = (text: string, to = channel) => api.chat.postMessage({ channel: to, text });
  const unknown = connect(apiUrl, 'xoxb-nobody-has-this');
  const broken = [{ type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(3001) } }] as never;
  return {
    noChannel: await outcomeOf(post('hi', 'C0NOWHERE')),
    noMessage: await outcomeOf(api.chat.update({ channel, ts: '1.000001', text: 'hi' })),
    noText: await outcomeOf(post('')),
    noFile: await outcomeOf(api.files.info({ file: 'F0NOTHING' })),
    noUser: await outcomeOf(api.users.info({ user: 'U0NOBODY' })),
    noScope: await outcomeOf(connect(apiUrl, narrowToken).users.info({ user: person })),
    outside: await outcomeOf(post('hi', outside)),
    unknownToken: await outcomeOf(unknown.views.publish({ user_id: person, view: home })),
    brokenBlocks: await outcomeOf(api.chat.postMessage({ channel, text: 'hi', blocks: broken })),
    noMethod: await outcomeOf(api.apiCall('chat.noSuchThing')),
  };
}

async function script(on: Stage) {
  const api = connect(on.apiUrl, on.token);
  const who = await api.auth.test();
  return {
    identity: [who.user_id === on.botUser, typeof who.bot_id, typeof who.team_id],
    messages: await messagesScript(api, on),
    file: await fileScript(api, on),
    views: await viewScript(api, on),
    refusals: await refusals(api, on),
  };
}

/** What real Slack says, by platforms/slack.md. */
const expected = {
  identity: [true, 'string', 'string'],
  messages: {
    author: true,
    updated: [true, 'done'],
    ephemeral: 'string',
    thread: ['done', 'in the thread'],
    alone: [['in the thread', true]],
    newest: ['done'],
    metadata,
    blocksAfterTextAlone: [],
    link: true,
    afterDeleting: ['words alone'],
  },
  file: {
    uploaded: [200, true],
    name: ['clip.mp4', 'a cat', 300_000],
    type: 'video/mp4',
    isSharedAtOnce: false,
    isInThread: true,
    inMessage: [true],
    bytes: true,
    withoutToken: [200, true],
    completedAgain: 'file_not_found',
  },
  views: {
    opened: ['modal', 'hailuo-form', 'string'],
    usedTrigger: 'exchanged_trigger_id',
    published: ['home', true],
    stale: 'hash_conflict',
    nobody: 'user_not_found',
  },
  refusals: {
    noChannel: 'channel_not_found',
    noMessage: 'message_not_found',
    noText: 'no_text',
    noFile: 'file_not_found',
    noUser: 'user_not_found',
    noScope: 'missing_scope',
    outside: 'not_in_channel',
    unknownToken: 'invalid_auth',
    brokenBlocks: 'invalid_blocks',
    noMethod: 'unknown_method',
  },
};

/** Each is a line of Trial 1. */
const deviations = {
  file: {
    // "published at once, mimetype always application/octet-stream"
    isSharedAtOnce: true,
    type: 'application/octet-stream',
    // "401 text (real: sign-in HTML with 200)"
    withoutToken: [401, false],
  },
  refusals: {
    // "a bot outside the channel may post"
    outside: 'ok',
    // "unknown token accepted"
    unknownToken: 'ok',
    // "Block validation: none"
    brokenBlocks: 'ok',
    // "HTTP 404 (real: unknown_method)"
    noMethod: 'HTTP 404',
  },
};

it('the fake answers as Slack does', async () => {
  stage = await createFakeStage();
  expect(await script(stage)).toEqual(expected);
});

it('an independent double answers the same, but for what it is known to lack', async () => {
  stage = await createEmulateStage(0);
  expect(await script(stage)).toEqual({
    ...expected,
    file: { ...expected.file, ...deviations.file },
    refusals: { ...expected.refusals, ...deviations.refusals },
  });
});
