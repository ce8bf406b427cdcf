/** The Web API: tokens, scopes, messages, conversations, and calls that go wrong on order. */
import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeSlack, startFakeSlack } from './fake-slack.ts';
import { clientOf, refusalOf } from './rehearsal-app.ts';
import { usualScopes } from './teams.ts';

let slack: FakeSlack;

beforeEach(async () => {
  slack = await startFakeSlack();
});

afterEach(async () => {
  await slack.close();
});

const section = (text: string) => ({ type: 'section' as const, text: { type: 'mrkdwn' as const, text } });
const actions = {
  type: 'actions' as const,
  elements: [{ type: 'button' as const, action_id: 'a', text: { type: 'plain_text' as const, text: 'Go' } }],
};

describe('tokens and scopes', () => {
  it('are told apart', async () => {
    const { team } = slack;
    const api = clientOf(slack);
    expect(await refusalOf(clientOf(slack, { ...team, botToken: '' }).auth.test())).toBe('not_authed');
    expect(await refusalOf(clientOf(slack, { ...team, botToken: 'xoxb-nobody' }).auth.test())).toBe('invalid_auth');
    expect(await refusalOf(api.apps.connections.open())).toBe('not_allowed_token_type');
    slack.faults.expireToken(team);
    expect(await refusalOf(api.auth.test())).toBe('token_expired');
    await team.revokeToken();
    expect(await refusalOf(api.auth.test())).toBe('token_revoked');
    await team.uninstall();
    expect(await refusalOf(api.auth.test())).toBe('account_inactive');
  });

  it('say what is missing, and what there is', async () => {
    const api = clientOf(slack);
    slack.team.grant(['chat:write']);
    const call = api.users.info({ user: slack.team.person().id });
    const error = await call.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(WebAPIPlatformError);
    expect((error as WebAPIPlatformError).data).toMatchObject({
      error: 'missing_scope',
      needed: 'users:read',
      provided: 'chat:write',
    });
    slack.team.grant(usualScopes);
    expect((await api.auth.test()).response_metadata?.scopes).toEqual(usualScopes);
  });

  it('belong to one workspace', async () => {
    const other = slack.addTeam();
    const theirs = other.channel();
    expect(await refusalOf(clientOf(slack).chat.postMessage({ channel: theirs.id, text: 'hi' }))).toBe(
      'channel_not_found',
    );
    await clientOf(slack, other).chat.postMessage({ channel: theirs.id, text: 'hi' });
    expect(slack.calls('chat.postMessage').map(({ installation, answer }) => [installation, answer])).toEqual([
      [slack.team.id, 'channel_not_found'],
      [other.id, 'ok'],
    ]);
  });

  it('of an organisation speak in all its workspaces', async () => {
    const one = slack.addTeam({ enterprise: 'E0ORG', isEnterpriseInstall: true });
    const two = slack.addTeam({ enterprise: 'E0ORG', isEnterpriseInstall: true });
    expect(two.botToken).toBe(one.botToken);
    const channel = two.channel();
    await clientOf(slack, one).chat.postMessage({ channel: channel.id, text: 'hi' });
    expect(channel.messages.map(({ text }) => text)).toEqual(['hi']);
    const who = await clientOf(slack, one).auth.test();
    expect([who.is_enterprise_install, who.enterprise_id]).toEqual([true, 'E0ORG']);
  });
});

describe('messages', () => {
  it('lose their buttons when only the text is changed, and keep them when neither is', async () => {
    const api = clientOf(slack);
    const channel = slack.team.channel();
    const sent = { channel: channel.id, text: 'card', blocks: [section('card'), actions] };
    const ts = String((await api.chat.postMessage(sent)).ts);
    const [message] = channel.messages;
    await api.chat.update({ channel: channel.id, ts, metadata: { event_type: 'x', event_payload: {} } } as never);
    expect(message?.blocks).toHaveLength(2);
    await api.chat.update({ channel: channel.id, ts, text: 'only words' });
    expect(message?.blocks).toEqual([]);
    expect(message?.edits.map(({ text }) => text)).toEqual(['only words']);
  });

  it('are only changed and deleted by whoever wrote them', async () => {
    const api = clientOf(slack);
    const channel = slack.team.channel();
    const { ts } = slack.team.person().say(channel, 'mine');
    expect(await refusalOf(api.chat.update({ channel: channel.id, ts, text: 'x' }))).toBe('cant_update_message');
    expect(await refusalOf(api.chat.delete({ channel: channel.id, ts }))).toBe('cant_delete_message');
    expect(await refusalOf(api.chat.update({ channel: channel.id, ts, text: 'x'.repeat(4001) }))).toBe(
      'cant_update_message',
    );
    const own = String((await api.chat.postMessage({ channel: channel.id, text: 'ours' })).ts);
    expect(await refusalOf(api.chat.update({ channel: channel.id, ts: own, text: 'x'.repeat(4001) }))).toBe(
      'msg_too_long',
    );
    await api.chat.delete({ channel: channel.id, ts: own });
    expect(await refusalOf(api.chat.delete({ channel: channel.id, ts: own }))).toBe('message_not_found');
  });

  it('go into threads by their first message only', async () => {
    const api = clientOf(slack);
    const channel = slack.team.channel();
    const post = (text: string, thread_ts?: string) =>
      api.chat.postMessage({ channel: channel.id, text, ...(thread_ts === undefined ? {} : { thread_ts }) });
    const first = String((await post('first')).ts);
    const reply = String((await post('reply', first)).ts);
    expect(await refusalOf(post('to a reply', reply))).toBe('cannot_reply_to_message');
    expect(await refusalOf(post('to nothing', '1.000001'))).toBe('thread_not_found');
    await api.chat.delete({ channel: channel.id, ts: first });
    await post('under what is left of it', first);
    expect(channel.thread(first).map(({ text }) => text)).toEqual(['reply', 'under what is left of it']);
    expect(slack.problems).toHaveLength(1);
  });

  it('for one person need that person, and a thread that is there', async () => {
    const api = clientOf(slack);
    const channel = slack.team.channel();
    const [ann, bob] = [slack.team.person(), slack.team.person()];
    const first = ann.say(channel, 'hello');
    const tell = (user: string, thread_ts?: string) =>
      api.chat.postEphemeral({ channel: channel.id, user, text: 'psst', ...(thread_ts ? { thread_ts } : {}) });
    expect(await refusalOf(tell(bob.id))).toBe('user_not_in_channel');
    await tell(ann.id);
    expect(slack.problems).toEqual([]);
    await tell(ann.id, first.ts);
    expect(slack.problems).toHaveLength(1);
    bob.say(channel, 'a thread now', { thread: first });
    await tell(ann.id, first.ts);
    expect(slack.problems).toHaveLength(1);
    expect(channel.ephemerals(ann)).toHaveLength(3);
    expect(channel.messages).toHaveLength(2);
  });

  it('are held against the rules: a text beside blocks, nobody woken, everything escaped', async () => {
    const api = clientOf(slack);
    const channel = slack.team.channel().id;
    await api.chat.postMessage({ channel, text: '', blocks: [section('no text')] });
    await api.chat.postMessage({ channel, text: 'hey <!channel>' });
    await api.chat.postMessage({ channel, text: 'ok', blocks: [section('a < b & c')] });
    const fine = '<https://example.com|link> &lt;3 <@U1> <!date^1^{time}|now>';
    await api.chat.postMessage({ channel, text: fine, blocks: [section(fine)] });
    expect(slack.problems).toEqual([
      'chat.postMessage: blocks without text',
      'chat.postMessage: <!channel> wakes everybody',
      'chat.postMessage: < is not escaped',
      'chat.postMessage: & is not escaped',
    ]);
  });

  it('are refused in archived channels and where the bot is not', async () => {
    const api = clientOf(slack);
    const say = (channel: string) => refusalOf(api.chat.postMessage({ channel, text: 'hi' }));
    expect(await say(slack.team.channel({ isArchived: true }).id)).toBe('is_archived');
    expect(await say(slack.team.channel({ hasBot: false }).id)).toBe('not_in_channel');
    expect(await say(slack.team.channel({ hasBot: false, isPrivate: true }).id)).toBe('channel_not_found');
    slack.team.grant([...usualScopes, 'chat:write.public']);
    const open = slack.team.channel({ hasBot: false });
    await api.chat.postMessage({ channel: open.id, text: 'hi' });
    expect(open.messages).toHaveLength(1);
  });
});

describe('conversations', () => {
  it('history gives the nearest older message for an answer in a thread, replies gives that answer', async () => {
    const api = clientOf(slack);
    const channel = slack.team.channel();
    const ann = slack.team.person();
    const first = ann.say(channel, 'first');
    const second = ann.say(channel, 'second');
    const reply = ann.say(channel, 'a reply to the first', { thread: first });
    const history = await api.conversations.history({
      channel: channel.id,
      latest: reply.ts,
      inclusive: true,
      limit: 1,
    });
    expect(history.messages?.map(({ ts }) => ts)).toEqual([second.ts]);
    const at = async (ts: string) =>
      (await api.conversations.replies({ channel: channel.id, ts, limit: 1, inclusive: true })).messages;
    expect((await at(reply.ts))?.map((each) => [each.ts, each.thread_ts])).toEqual([[reply.ts, first.ts]]);
    expect((await at(first.ts))?.map((each) => [each.ts, each.thread_ts])).toEqual([[first.ts, first.ts]]);
    expect((await at(second.ts))?.map((each) => [each.ts, each.thread_ts])).toEqual([[second.ts, undefined]]);
    expect(await refusalOf(at('1.000001'))).toBe('thread_not_found');
  });

  it('come in pages', async () => {
    const api = clientOf(slack);
    const channel = slack.team.channel();
    const ann = slack.team.person();
    for (const text of ['1', '2', '3', '4', '5']) ann.say(channel, text);
    const texts: (string | undefined)[] = [];
    for await (const page of api.paginate('conversations.history', { channel: channel.id, limit: 2 })) {
      const { messages } = page as unknown as { readonly messages: readonly { readonly text: string }[] };
      texts.push(...messages.map(({ text }) => text));
    }
    expect(texts).toEqual(['5', '4', '3', '2', '1']);
  });

  it('tell what they are, and open with people', async () => {
    const api = clientOf(slack);
    const ann = slack.team.person({ name: 'ann', locale: 'de-DE', isAdmin: true });
    const hidden = slack.team.channel({ isPrivate: true });
    expect((await api.conversations.info({ channel: hidden.id })).channel).toMatchObject({
      is_private: true,
      is_member: true,
      is_archived: false,
    });
    hidden.kick();
    expect(await refusalOf(api.conversations.info({ channel: hidden.id }))).toBe('channel_not_found');
    const direct = await api.conversations.open({ users: ann.id });
    expect(direct.channel?.id).toBe(slack.team.direct(ann).id);
    expect((await api.conversations.info({ channel: String(direct.channel?.id) })).channel).toMatchObject({
      is_im: true,
      user: ann.id,
    });
    const { user } = await api.users.info({ user: ann.id, include_locale: true });
    expect(user).toMatchObject({ name: 'ann', locale: 'de-DE', is_admin: true, is_owner: false });
    expect((await api.users.info({ user: ann.id })).user?.locale).toBeUndefined();
  });
});

describe('ordered mishaps', () => {
  it('happen to the next call, and only to it', async () => {
    const api = clientOf(slack);
    const channel = slack.team.channel();
    const say = (text: string) => api.chat.postMessage({ channel: channel.id, text });

    slack.faults.rateLimit('chat.postMessage', 1, 7);
    const limited = await say('limited').catch((error: unknown) => error);
    expect(limited).toBeInstanceOf(WebAPIRateLimitedError);
    expect((limited as WebAPIRateLimitedError).retryAfter).toBe(7);
    slack.faults.loseAnswer('chat.postMessage');
    await expect(say('lost')).rejects.toBeInstanceOf(WebAPIRequestError);
    slack.faults.refuse('chat.postMessage');
    await expect(say('refused')).rejects.toBeInstanceOf(WebAPIRequestError);
    slack.faults.status('chat.postMessage', 503);
    await expect(say('broken')).rejects.toBeInstanceOf(WebAPIHTTPError);
    slack.faults.fail('chat.postMessage', 'restricted_action');
    expect(await refusalOf(say('restricted'))).toBe('restricted_action');
    const release = slack.faults.hold('chat.postMessage');
    const held = say('held');
    await expect.poll(() => slack.calls('chat.postMessage').length).toBe(5);
    expect(channel.messages.map(({ text }) => text)).toEqual(['lost']);
    release();
    await held;
    await say('fine');
    expect(channel.messages.map(({ text }) => text)).toEqual(['lost', 'held', 'fine']);
  });

  it('tiers count a minute of each workspace', async () => {
    await using limited = await startFakeSlack({ hasRateLimits: true });
    const channel = limited.team.channel();
    const api = clientOf(limited);
    const ts = String((await api.chat.postMessage({ channel: channel.id, text: 'x' })).ts);
    const update = () => api.chat.update({ channel: channel.id, ts, text: 'y' });
    for (let count = 0; count < 50; count += 1) await update();
    await expect(update()).rejects.toBeInstanceOf(WebAPIRateLimitedError);
    await api.chat.postMessage({ channel: channel.id, text: 'another method' });
    limited.clock.advance(61_000);
    await update();
    expect(limited.busiestMinute('chat.update')).toBe(51);
  });

  it('a distributed app reads one page of fifteen a minute', async () => {
    await using sold = await startFakeSlack({ isDistributed: true });
    const channel = sold.team.channel();
    const ann = sold.team.person();
    for (let count = 0; count < 20; count += 1) ann.say(channel, String(count));
    const read = () => clientOf(sold).conversations.history({ channel: channel.id, limit: 100 });
    expect((await read()).messages).toHaveLength(15);
    await expect(read()).rejects.toBeInstanceOf(WebAPIRateLimitedError);
  });

  it('an unknown method, and one that cannot be read, are the bot’s own mistakes', async () => {
    const api = clientOf(slack);
    expect(await refusalOf(api.apiCall('chat.noSuchThing'))).toBe('unknown_method');
    expect(await refusalOf(api.apiCall('chat.update', { text: 'where?' }))).toBe('invalid_arguments');
    expect(slack.problems).toHaveLength(2);
  });
});
