/** What people do, as an unmodified Bolt hears it: forms, answers, the Home, guests, organisations, workflow steps. */
import { type App, type Installation, RespondError } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeSlack, startFakeSlack } from './fake-slack.ts';
import { clientOf, refusalOf, socketApp } from './rehearsal-app.ts';

let slack: FakeSlack;
let app: App;

beforeEach(async () => {
  slack = await startFakeSlack();
  app = socketApp(slack);
});

afterEach(async () => {
  await app.stop().catch(() => undefined);
  await slack.close();
});

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const section = (text: string) => ({ type: 'section' as const, text: { type: 'mrkdwn' as const, text } });
const card = (label: string) => [
  section('card'),
  { type: 'actions' as const, elements: [{ type: 'button' as const, action_id: 'go', text: plain(label) }] },
];
const modal = (more: Partial<ModalView> = {}): ModalView => ({
  type: 'modal',
  title: plain('Form'),
  blocks: [section('hello')],
  ...more,
});
/** A trigger that nobody has used; nobody is connected. */
const trigger = () => slack.team.person().command(slack.team.channel(), '').trigger;

describe('a response_url', () => {
  const post = async (url: string | null, body: object) =>
    (await fetch(String(url), { method: 'POST', body: JSON.stringify(body) })).status;

  it('is good for five answers in half an hour', async () => {
    const ann = slack.team.person();
    const channel = slack.team.channel({ hasBot: false });
    const pressed = ann.command(channel, '');
    for (let count = 0; count < 5; count += 1) expect(await post(pressed.responseUrl, { text: 'x' })).toBe(200);
    expect(await post(pressed.responseUrl, { text: 'x' })).toBe(404);
    expect(channel.ephemerals(ann)).toHaveLength(5);
    const late = ann.command(channel, '');
    slack.clock.advance(30 * 60_000 + 1);
    expect(await post(late.responseUrl, { text: 'x' })).toBe(404);
    const early = ann.command(channel, '');
    slack.faults.expireResponseUrls();
    expect(await post(early.responseUrl, { text: 'x' })).toBe(404);
    expect(slack.problems).toEqual([]);
  });

  it('speaks to one, to all, or in place of what was pressed', async () => {
    const ann = slack.team.person();
    const channel = slack.team.channel();
    const { responseUrl } = ann.command(channel, '');
    await post(responseUrl, { text: 'to all', response_type: 'in_channel' });
    await post(responseUrl, { text: 'to ann', blocks: card('Go') });
    const [secret] = channel.ephemerals(ann);
    if (secret === undefined) throw new Error('ann was told nothing');
    const press = ann.press(secret, 'Go');
    await post(press.responseUrl, { text: 'changed', replace_original: true });
    expect([secret.text, secret.blocks]).toEqual(['changed', []]);
    await post(press.responseUrl, { delete_original: true });
    expect(channel.ephemerals(ann)).toEqual([]);
    expect(channel.messages.map(({ text }) => text)).toEqual(['to all']);
    const broken = { text: 'x', blocks: [section('x'.repeat(3001))] };
    expect(await post(responseUrl, broken)).toBe(400);
    expect(slack.problems).toHaveLength(1);
  });

  it('fails in Bolt’s own words once it is spent', async () => {
    let failure: unknown;
    app.command('/hailuo', async ({ ack, respond }) => {
      await ack();
      slack.faults.expireResponseUrls();
      await respond('late').catch((error: unknown) => {
        failure = error;
      });
    });
    await app.start();
    await slack.team.person().command(slack.team.channel(), '').acknowledged;
    await expect.poll(() => failure).toBeInstanceOf(RespondError);
    expect(failure).toMatchObject({ statusCode: 404 });
  });
});

describe('a form', () => {
  it('opens once, within three seconds of the press', async () => {
    const api = clientOf(slack);
    const id = trigger();
    await api.views.open({ trigger_id: id, view: modal() });
    expect(await refusalOf(api.views.open({ trigger_id: id, view: modal() }))).toBe('exchanged_trigger_id');
    const late = trigger();
    slack.clock.advance(3001);
    expect(await refusalOf(api.views.open({ trigger_id: late, view: modal() }))).toBe('expired_trigger_id');
    expect(await refusalOf(api.views.open({ trigger_id: 'none', view: modal() }))).toBe('invalid_trigger_id');
  });

  it('is changed while it is open, by its newest hash', async () => {
    const api = clientOf(slack);
    const ann = slack.team.person();
    const { view } = await api.views.open({ trigger_id: ann.command(slack.team.channel(), '').trigger, view: modal() });
    const at = { view_id: String(view?.id), hash: String(view?.hash) };
    await api.views.update({ ...at, view: modal({ title: plain('Changed') }) });
    expect(ann.modal?.title).toBe('Changed');
    expect(await refusalOf(api.views.update({ ...at, view: modal() }))).toBe('hash_conflict');
    ann.close();
    expect(ann.modal).toBeNull();
    expect(await refusalOf(api.views.update({ view_id: at.view_id, view: modal() }))).toBe('not_found');
    const broken = modal({ title: plain('A title of more than 24 characters') });
    expect(await refusalOf(api.views.open({ trigger_id: trigger(), view: broken }))).toBe('invalid_arguments');
    const large = modal({ blocks: Array.from({ length: 100 }, () => section('x'.repeat(2900))) });
    expect(await refusalOf(api.views.open({ trigger_id: trigger(), view: large }))).toBe('view_too_large');
  });

  it('stands on others, three at most, and answers what was filled in', async () => {
    const ann = slack.team.person();
    const next = modal({ callback_id: 'step', submit: plain('Go'), title: plain('Next') });
    app.command('/hailuo', async ({ ack, command, client }) => {
      await ack();
      await client.views.open({ trigger_id: command.trigger_id, view: { ...next, title: plain('First') } });
    });
    let answer: 'push' | 'update' | 'clear' = 'push';
    app.view('step', async ({ ack }) => {
      await (answer === 'clear' ? ack({ response_action: 'clear' }) : ack({ response_action: answer, view: next }));
    });
    await app.start();
    await ann.command(slack.team.channel(), '').acknowledged;
    await expect.poll(() => ann.modal?.title).toBe('First');
    const first = ann.modal?.id;
    answer = 'update';
    await ann.submit().acknowledged;
    expect([ann.modal?.title, ann.modal?.id]).toEqual(['Next', first]);
    answer = 'push';
    await ann.submit().acknowledged;
    expect(ann.modal?.id).not.toBe(first);
    ann.close();
    expect(ann.modal?.id).toBe(first);
    answer = 'clear';
    await ann.submit().acknowledged;
    expect(ann.modal).toBeNull();
    expect(slack.problems).toEqual([]);
  });

  it('takes what a client would take', async () => {
    const ann = slack.team.person();
    const channel = slack.team.channel();
    const option = (value: string, words: string) => ({ text: plain(words), value });
    const options = [option('6', 'six seconds'), option('10', 'ten seconds')];
    const input = (name: string, element: object, optional = true) => ({
      type: 'input' as const,
      label: plain(name),
      optional,
      element: { action_id: `hailuo:${name}`, ...element } as never,
    });
    let values: object = {};
    app.command('/hailuo', async ({ ack, command, client }) => {
      await ack();
      const blocks = [
        input('prompt', { type: 'plain_text_input', max_length: 10 }, false),
        input('duration', { type: 'static_select', options, initial_option: options[0] }),
        input('enhance', { type: 'checkboxes', options: [option('yes', 'Enhance')] }),
        input('image', { type: 'file_input', max_files: 1, filetypes: ['png'] }),
        input('where', { type: 'conversations_select', default_to_current_conversation: true }),
      ];
      const view = modal({ callback_id: 'form', submit: plain('Go'), blocks });
      await client.views.open({ trigger_id: command.trigger_id, view });
    });
    app.view('form', async ({ ack, view }) => {
      await ack();
      values = Object.assign({}, ...Object.values(view.state.values));
    });
    await app.start();
    await ann.command(channel, '').acknowledged;
    await expect.poll(() => ann.modal).not.toBeNull();

    expect(() => ann.submit()).toThrow('has to be filled in');
    expect(() => ann.submit({ prompt: 'x'.repeat(11) })).toThrow('at most 10');
    expect(() => ann.fill({ duration: '7' })).toThrow('offers six seconds, ten seconds, not 7');
    expect(() => ann.fill({ size: 'large' })).toThrow('the form has no size');
    const [wrong, large] = [
      ann.upload({ name: 'a.gif', bytes: Buffer.from('x') }),
      ann.upload({ name: 'a.png', bytes: Buffer.alloc(10 * 1024 * 1024 + 1) }),
    ];
    expect(() => ann.fill({ image: wrong })).toThrow('none of png');
    expect(() => ann.fill({ image: large })).toThrow('over 10 MB');
    const picture = ann.upload({ name: 'a.png', bytes: Buffer.from('picture') });
    await ann.submit({ prompt: 'a cat', duration: 'ten seconds', enhance: true, image: picture }).acknowledged;
    expect(values).toMatchObject({
      'hailuo:prompt': { value: 'a cat' },
      'hailuo:duration': { selected_option: { value: '10' } },
      'hailuo:enhance': { selected_options: [{ value: 'yes' }] },
      'hailuo:image': { files: [{ id: picture.id, mimetype: 'image/png' }] },
      'hailuo:where': { selected_conversation: channel.id },
    });
    const { file } = await clientOf(slack).files.info({ file: picture.id });
    expect(file?.name).toBe('a.png');
    expect(slack.problems).toEqual([]);
  });

  it('holds objections to what is no input against the app', async () => {
    const ann = slack.team.person();
    app.command('/hailuo', async ({ ack, command, client }) => {
      await ack();
      const view = modal({ callback_id: 'form', submit: plain('Go') });
      await client.views.open({ trigger_id: command.trigger_id, view });
    });
    app.view('form', ({ ack }) => ack({ response_action: 'errors', errors: { nothing: 'wrong' } }));
    await app.start();
    await ann.command(slack.team.channel(), '').acknowledged;
    await expect.poll(() => ann.modal).not.toBeNull();
    await ann.submit().acknowledged;
    expect(slack.problems).toEqual(['view_submission: errors for nothing, which are no inputs']);
  });
});

describe('buttons', () => {
  it('come with their message, but for one that only one person sees', async () => {
    const ann = slack.team.person();
    const channel = slack.team.channel();
    const bodies: { message?: object; container: object; channel?: object }[] = [];
    app.action('go', async ({ ack, body }) => {
      await ack();
      bodies.push(body as never);
    });
    await app.start();
    const api = clientOf(slack);
    const { ts } = await api.chat.postMessage({ channel: channel.id, text: 'card', blocks: card('Go') });
    const thread_ts = String(ts);
    await api.chat.postMessage({ channel: channel.id, thread_ts, text: 'card', blocks: card('Go') });
    ann.say(channel, 'here');
    await api.chat.postEphemeral({ channel: channel.id, user: ann.id, text: 'card', blocks: card('Go') });
    const [shown, inThread] = channel.messages;
    const [secret] = channel.ephemerals(ann);
    for (const message of [shown, inThread, secret])
      if (message !== undefined) await ann.press(message, 'Go').acknowledged;
    expect(bodies.map(({ container }) => container)).toMatchObject([
      { message_ts: ts, is_ephemeral: false },
      { thread_ts, is_ephemeral: false },
      { message_ts: secret?.ts, is_ephemeral: true },
    ]);
    expect(bodies.map(({ message }) => message !== undefined)).toEqual([true, true, false]);
    if (secret !== undefined) expect(() => slack.team.person().press(secret, 'Go')).toThrow('only somebody else');
    if (shown !== undefined) expect(() => ann.press(shown, 'Stop')).toThrow('there is no one button Stop, but Go');
  });

  it('on the Home have no channel and no response_url', async () => {
    const ann = slack.team.person();
    let body: object = {};
    app.event('app_home_opened', async ({ event, client }) => {
      await client.views.publish({ user_id: event.user, view: { type: 'home', blocks: card('Make') } });
    });
    app.action('go', async (heard) => {
      await heard.ack();
      body = heard.body;
    });
    await app.start();
    const home = await ann.openHome();
    expect(home.words).toBe('card\nMake');
    const pressed = ann.pressOnHome('Make');
    await pressed.acknowledged;
    expect([pressed.responseUrl, 'channel' in body, 'response_url' in body]).toEqual([null, false, false]);
    expect(body).toMatchObject({ container: { type: 'view', view_id: home.id } });
    const at = { user_id: ann.id, view: { type: 'home' as const, blocks: card('Make') } };
    await clientOf(slack).views.publish({ ...at, hash: home.hash });
    expect(await refusalOf(clientOf(slack).views.publish({ ...at, hash: home.hash }))).toBe('hash_conflict');
  });
});

describe('direct messages', () => {
  it('come to the bot, its own and every change too, which Bolt lets through only in part', async () => {
    const ann = slack.team.person();
    const direct = slack.team.direct(ann);
    const heard: unknown[] = [];
    app.message(async ({ message }) => void heard.push([message.subtype, 'text' in message ? message.text : null]));
    await app.start();
    const said = ann.say(direct, 'hello', { files: [ann.upload({ name: 'a.png', bytes: Buffer.from('x') })] });
    ann.edit(said, 'changed');
    ann.remove(said);
    const { ts } = await clientOf(slack).chat.postMessage({ channel: ann.id, text: 'from the bot' });
    await clientOf(slack).chat.update({ channel: direct.id, ts: String(ts), text: 'changed by the bot' });
    await slack.settled();
    await expect
      .poll(() => heard)
      .toEqual([
        ['file_share', 'hello'],
        ['message_changed', null],
        ['message_deleted', null],
        ['message_changed', null],
      ]);
    expect(direct.messages.map(({ text }) => text)).toEqual(['changed', 'changed by the bot']);
  });

  it('of other bots are told as theirs', async () => {
    const robot = slack.team.person({ isBot: true });
    const heard: unknown[] = [];
    app.event('app_mention', async ({ event }) => void heard.push(event.bot_id));
    await app.start();
    robot.say(slack.team.channel(), '@hailuo hello');
    await expect.poll(() => heard).toEqual([`B${robot.id.slice(1)}`]);
  });
});

describe('several companies', () => {
  it('a guest’s workspace stands where ours would be looked for', async () => {
    const guest = slack.team.person({ isStranger: true });
    const channel = slack.team.channel({ isShared: true });
    const bodies: unknown[] = [];
    app.event('app_mention', async ({ body }) => void bodies.push(body));
    await app.start();
    const file = guest.upload({ name: 'a.png', bytes: Buffer.from('x'), needsInfo: true });
    guest.say(channel, '@hailuo look', { files: [file] });
    await expect.poll(() => bodies.length).toBe(1);
    expect(bodies[0]).toMatchObject({
      team_id: guest.known.team,
      context_team_id: slack.team.id,
      authorizations: [{ team_id: slack.team.id, is_enterprise_install: false }],
      is_ext_shared_channel: true,
      event: { user_team: guest.known.team, files: [{ id: file.id, file_access: 'check_file_info' }] },
    });
    expect((bodies[0] as { event: { files: object[] } }).event.files[0]).not.toHaveProperty('url_private');
    expect((await clientOf(slack).files.info({ file: file.id })).file?.mimetype).toBe('image/png');
    expect((await clientOf(slack).users.info({ user: guest.id })).user?.is_stranger).toBe(true);
  });

  it('an organisation is authorised as one, whichever workspace somebody is in', async () => {
    const wide = slack.addTeam({ enterprise: 'E0ORG', isEnterpriseInstall: true });
    const queries: unknown[] = [];
    const org = socketApp(slack, {
      authorize: async (query) => {
        queries.push([query.enterpriseId, query.isEnterpriseInstall]);
        return { botToken: wide.botToken, botId: wide.bot, botUserId: wide.botUser };
      },
    });
    org.command('/hailuo', ({ ack }) => ack());
    org.shortcut('animate', ({ ack }) => ack());
    await org.start();
    const ann = wide.person();
    const channel = wide.channel();
    await ann.command(channel, 'x').acknowledged;
    await ann.shortcut(ann.say(channel, 'look')).acknowledged;
    ann.say(channel, '@hailuo hi');
    await slack.settled();
    await expect.poll(() => queries).toEqual([1, 2, 3].map(() => ['E0ORG', true]));
    await org.stop();
    expect(slack.problems).toEqual([]);
  });
});

describe('a workflow step', () => {
  it('is acknowledged, and ends once, with either token', async () => {
    const tokens: string[] = [];
    app.function('animate', { autoAcknowledge: false }, async ({ ack, inputs, complete, context }) => {
      await ack();
      tokens.push(String(context.functionBotAccessToken));
      if (inputs.prompt === 'now') await complete({ outputs: { link: 'here' } });
    });
    await app.start();
    const now = slack.team.runStep({ prompt: 'now' });
    expect(await now.outcome).toEqual({ type: 'success', outputs: { link: 'here' } });
    expect(await refusalOf(clientOf(slack, { ...slack.team, botToken: String(tokens[0]) }).auth.test())).toBe(
      'token_revoked',
    );
    const picture = slack.team.person().upload({ name: 'a.png', bytes: Buffer.from('x') });
    const later = slack.team.runStep({ prompt: 'later', picture });
    await later.acknowledged;
    expect((await clientOf(slack).files.info({ file: picture.id })).file?.name).toBe('a.png');
    const end = () =>
      clientOf(slack).functions.completeError({ function_execution_id: later.execution, error: 'no clip' });
    await end();
    expect(await later.outcome).toEqual({ type: 'error', error: 'no clip' });
    expect(await refusalOf(end())).toBe('execution_not_in_running_state');
  });
});

describe('installing', () => {
  it('by OAuth, with tokens that are renewed, and the end of it', async () => {
    await using many = await startFakeSlack({ hasTokenRotation: true });
    const team = many.addTeam({ isInstalled: false });
    many.nextConsent(team, { person: 'U0BOSS' });
    const page = new URL(many.authorizeUrl);
    const redirect = 'http://127.0.0.1/slack/oauth_redirect';
    const scope = 'chat:write,commands';
    page.search = String(new URLSearchParams({ client_id: many.clientId, scope, state: 's1', redirect_uri: redirect }));
    const back = await fetch(page, { redirect: 'manual' });
    const { searchParams } = new URL(String(back.headers.get('location')));
    expect(searchParams.get('state')).toBe('s1');
    const api = clientOf(many);
    const app = { client_id: many.clientId, client_secret: many.clientSecret };
    const exchange = { ...app, code: String(searchParams.get('code')), redirect_uri: redirect };
    expect(await refusalOf(api.oauth.v2.access({ ...exchange, client_secret: 'wrong' }))).toBe('bad_client_secret');
    expect(await refusalOf(api.oauth.v2.access({ ...exchange, redirect_uri: 'http://else/' }))).toBe(
      'bad_redirect_uri',
    );
    const granted = await api.oauth.v2.access(exchange);
    expect(granted).toMatchObject({
      team: { id: team.id },
      enterprise: null,
      is_enterprise_install: false,
      authed_user: { id: 'U0BOSS' },
      scope: 'chat:write,commands',
      expires_in: 43_200,
      bot_user_id: team.botUser,
    });
    expect(await refusalOf(api.oauth.v2.access(exchange))).toBe('code_already_used');

    const old = String(granted.access_token);
    const refresh_token = String(granted.refresh_token);
    const renewed = await api.oauth.v2.access({ ...app, grant_type: 'refresh_token', refresh_token });
    expect(renewed.access_token).toBe(team.botToken);
    const again = api.oauth.v2.access({ ...app, grant_type: 'refresh_token', refresh_token });
    expect(await refusalOf(again)).toBe('invalid_refresh_token');
    await clientOf(many, { ...team, botToken: old }).auth.test();
    many.clock.advance(12 * 3_600_000);
    expect(await refusalOf(clientOf(many, team).auth.test())).toBe('token_expired');

    many.nextConsent(team, { isDeclined: true });
    const declined = await fetch(page, { redirect: 'manual' });
    expect(declined.headers.get('location')).toContain('error=access_denied');
    expect(many.problems).toEqual([]);
  });

  it('is told to the app when it ends', async () => {
    const told: string[] = [];
    app.event('tokens_revoked', async ({ event }) => void told.push(`revoked ${event.tokens.bot?.join()}`));
    app.event('app_uninstalled', async () => void told.push('uninstalled'));
    await app.start();
    const channel = slack.team.channel();
    await slack.team.uninstall();
    await expect.poll(() => told).toEqual([`revoked ${slack.team.botUser}`, 'uninstalled']);
    expect(channel.known.hasBot).toBe(false);
    expect(() => slack.team.person().command(channel, 'x')).toThrow('there is no app');
  });

  it('of a whole organisation names no workspace', async () => {
    const team = slack.addTeam({ isInstalled: false, enterprise: 'E0ORG' });
    slack.nextConsent(team, { isEnterpriseInstall: true });
    const stored: Installation[] = [];
    const { InstallProvider } = await import('@slack/oauth');
    const provider = new InstallProvider({
      clientId: slack.clientId,
      clientSecret: slack.clientSecret,
      stateVerification: false,
      clientOptions: { slackApiUrl: slack.apiUrl },
      authorizationUrl: slack.authorizeUrl,
      installationStore: {
        storeInstallation: async (installation) => void stored.push(installation as Installation),
        fetchInstallation: () => Promise.reject(new Error('nobody asks')),
      },
    });
    const page = await provider.generateInstallUrl({ scopes: ['chat:write'] }, false);
    const back = new URL(String((await fetch(page, { redirect: 'manual' })).headers.get('location')));
    const request = { url: `/slack/oauth_redirect${back.search}`, headers: { host: '127.0.0.1' } };
    const response = { setHeader: () => undefined, writeHead: () => undefined, end: () => undefined };
    await provider.handleCallback(request as never, response as never);
    expect(stored).toMatchObject([
      { enterprise: { id: 'E0ORG' }, isEnterpriseInstall: true, bot: { userId: team.botUser, token: team.botToken } },
    ]);
    expect(stored[0]?.team).toBeUndefined();
  });
});
