/** Files: three steps in, shares that come late or never, and who may fetch what. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeSlack, startFakeSlack } from './fake-slack.ts';
import { clientOf, refusalOf } from './rehearsal-app.ts';

let slack: FakeSlack;

beforeEach(async () => {
  slack = await startFakeSlack();
});

afterEach(async () => {
  await slack.close();
});

async function promise(bytes: Uint8Array) {
  const asked = await clientOf(slack).files.getUploadURLExternal({ filename: 'clip.mp4', length: bytes.length });
  return { id: String(asked.file_id), url: String(asked.upload_url) };
}

async function uploaded(bytes = Buffer.from('a clip')): Promise<string> {
  const { id, url } = await promise(bytes);
  expect(await (await fetch(url, { method: 'POST', body: bytes })).text()).toBe(`OK - ${bytes.length}`);
  return id;
}

const complete = (id: string, channel_id: string, thread_ts?: string) =>
  clientOf(slack).files.completeUploadExternal({
    files: [{ id, title: 'A cat' }],
    channel_id,
    ...(thread_ts === undefined ? {} : { thread_ts }),
  } as never);

describe('an upload', () => {
  it('is answered before it is shared, and is known by its share', async () => {
    slack.faults.shareAfter(60_000);
    const channel = slack.team.channel({ isPrivate: true });
    const { ts } = await clientOf(slack).chat.postMessage({ channel: channel.id, text: 'status' });
    const id = await uploaded();
    await complete(id, channel.id, String(ts));
    const info = async () => (await clientOf(slack).files.info({ file: id })).file;
    expect([(await info())?.mimetype, (await info())?.shares]).toEqual(['', {}]);
    await clientOf(slack).chat.postMessage({ channel: channel.id, thread_ts: String(ts), text: 'overtakes it' });
    slack.clock.advance(60_000);
    expect((await info())?.mimetype).toBe('video/mp4');
    const [, share] = channel.thread(String(ts));
    expect((await info())?.shares?.private?.[channel.id]?.map((each) => each.ts)).toEqual([share?.ts]);
    expect(share?.files.map((file) => [file.id, file.title])).toEqual([[id, 'A cat']]);
  });

  it('may be taken with "ok" and shared nowhere; its link in a message shares it', async () => {
    slack.faults.neverShare();
    const channel = slack.team.channel();
    const id = await uploaded();
    await complete(id, channel.id);
    const info = async () => (await clientOf(slack).files.info({ file: id })).file;
    await expect.poll(async () => (await info())?.mimetype).toBe('video/mp4');
    expect([(await info())?.shares, channel.messages.length]).toEqual([{}, 0]);
    const link = String((await info())?.permalink);
    const { ts } = await clientOf(slack).chat.postMessage({ channel: channel.id, text: `<${link}|clip>` });
    expect((await info())?.shares?.public?.[channel.id]?.map((each) => each.ts)).toEqual([ts]);
    await clientOf(slack).chat.delete({ channel: channel.id, ts: String(ts) });
    expect((await info())?.shares).toEqual({});
  });

  it('is completed once, by whoever began it, with its bytes', async () => {
    const channel = slack.team.channel();
    const { id: empty } = await promise(Buffer.from('never sent'));
    expect(await refusalOf(complete(empty, channel.id))).toBe('file_not_found');
    const id = await uploaded();
    expect(await refusalOf(clientOf(slack).files.info({ file: id }))).toBe('file_not_found');
    await complete(id, channel.id);
    expect(await refusalOf(complete(id, channel.id))).toBe('file_not_found');
    await expect.poll(() => channel.messages.length).toBe(1);
    const outside = slack.team.channel({ hasBot: false });
    expect(await refusalOf(complete(await uploaded(), outside.id))).toBe('not_in_channel');
  });

  it('goes into a thread by its first message', async () => {
    const channel = slack.team.channel();
    const ann = slack.team.person();
    const first = ann.say(channel, 'first');
    const reply = ann.say(channel, 'reply', { thread: first });
    expect(await refusalOf(complete(await uploaded(), channel.id, reply.ts))).toBe('cannot_reply_to_message');
    expect(slack.problems).toHaveLength(1);
  });

  it('can be cut, lost or too large', async () => {
    const bytes = Buffer.alloc(2_000_000, 'x');
    const { id, url } = await promise(bytes);
    slack.faults.cutUpload();
    await expect(fetch(url, { method: 'POST', body: bytes })).rejects.toThrow();
    slack.faults.loseAnswer('upload');
    await expect(fetch(url, { method: 'POST', body: bytes })).rejects.toThrow();
    const channel = slack.team.channel();
    await complete(id, channel.id);
    await expect.poll(() => channel.messages[0]?.files[0]?.bytes.length).toBe(bytes.length);
    slack.faults.limitUploads(1000);
    expect(await refusalOf(promise(bytes))).toBe('file_upload_size_restricted');
    const { url: short } = await promise(Buffer.from('four'));
    await fetch(short, { method: 'POST', body: 'five5' });
    expect(slack.problems).toEqual(['upload: 5 bytes instead of the 4 that were promised']);
  });

  it('by the library alone: three steps in one, multipart, its answer nested', async () => {
    const channel = slack.team.channel();
    const result = await clientOf(slack).filesUploadV2({
      channel_id: channel.id,
      file: Buffer.from('by the library'),
      filename: 'clip.mp4',
      initial_comment: 'here',
    });
    const { files } = result as unknown as { files: { files: { id: string }[] }[] };
    await expect.poll(() => channel.messages[0]?.files[0]?.id).toBe(files[0]?.files[0]?.id);
    expect(channel.messages[0]?.text).toBe('here');
    expect(Buffer.from(channel.messages[0]?.files[0]?.bytes ?? []).toString()).toBe('by the library');
  });
});

describe('a person’s file', () => {
  const picture = { name: 'boat.png', bytes: Buffer.from('picture') };
  const get = (url: string | undefined, token = slack.team.botToken) =>
    fetch(String(url), { headers: { authorization: `Bearer ${token}` }, redirect: 'manual' });
  const infoOf = async (file: string) => (await clientOf(slack).files.info({ file })).file;

  it('is fetched with the token, where the bot is', async () => {
    const ann = slack.team.person();
    const here = ann.upload(picture);
    ann.say(slack.team.channel(), 'look', { files: [here] });
    const file = await infoOf(here.id);
    expect([file?.mimetype, file?.size, file?.name]).toEqual(['image/png', 7, 'boat.png']);
    expect(await (await get(file?.url_private)).text()).toBe('picture');
    expect(await (await get(file?.url_private_download)).text()).toBe('picture');
    const elsewhere = ann.upload(picture);
    ann.say(slack.team.channel({ hasBot: false }), 'look', { files: [elsewhere] });
    expect(await refusalOf(infoOf(elsewhere.id))).toBe('file_not_found');
  });

  it('is a page to sign in, and 200, for anybody else', async () => {
    const ann = slack.team.person();
    const file = ann.upload(picture);
    ann.say(slack.team.channel(), 'look', { files: [file] });
    const url = (await infoOf(file.id))?.url_private;
    for (const refused of [await fetch(String(url)), await get(url, 'xoxb-nobody')]) {
      expect([refused.status, refused.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(await refused.text()).toMatch(/^<!DOCTYPE html>/);
    }
    slack.team.grant(['chat:write']);
    expect((await get(url)).headers.get('content-type')).toContain('text/html');
    slack.faults.signInPage(1, 'redirect');
    const moved = await get(url);
    expect([moved.status, moved.headers.get('location')]).toEqual([302, expect.stringContaining('/signin')]);
  });

  it('may be scanned, moved, elsewhere, gone or hidden', async () => {
    const ann = slack.team.person();
    const channel = slack.team.channel();
    const show = async (more: object) => {
      const file = ann.upload({ ...picture, ...more });
      ann.say(channel, 'look', { files: [file] });
      return file;
    };
    const scanned = await show({ isProcessing: true });
    expect((await infoOf(scanned.id))?.mimetype).toBe('');
    slack.finish(scanned);
    expect((await infoOf(scanned.id))?.mimetype).toBe('image/png');

    const moved = await show({ redirectsTo: '/elsewhere' });
    const redirect = await get((await infoOf(moved.id))?.url_private);
    expect(redirect.status).toBe(302);
    expect(await (await get(redirect.headers.get('location') ?? '')).text()).toBe('picture');

    const foreign = await infoOf((await show({ isExternal: true, url: 'https://drive.example/x' })).id);
    expect([foreign?.mode, foreign?.is_external, foreign?.url_private]).toEqual([
      'external',
      true,
      'https://drive.example/x',
    ]);
    expect(await refusalOf(infoOf((await show({ mode: 'tombstone' })).id))).toBe('file_deleted');
    expect((await infoOf((await show({ mode: 'hidden_by_limit' })).id))?.mode).toBe('hidden_by_limit');
  });
});
