import type { App } from '@slack/bolt';
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

const button = (id: string, label: string) => ({
  type: 'actions' as const,
  elements: [{ type: 'button' as const, action_id: id, text: { type: 'plain_text' as const, text: label } }],
});
const section = (text: string) => ({ type: 'section' as const, text: { type: 'mrkdwn' as const, text } });

describe('an unmodified Bolt by Socket Mode', () => {
  it('hears a command, answers at once and by its response_url', async () => {
    const ann = slack.team.person({ name: 'ann' });
    const general = slack.team.channel({ name: 'general' });
    let text = '';
    app.command('/hailuo', async ({ ack, command, respond }) => {
      await ack();
      text = command.text;
      await respond('on its way');
    });
    await app.start();

    const pressed = ann.command(general, 'a <cat> & @ann in #general');
    await pressed.acknowledged;
    await expect.poll(() => pressed.answers().map((each) => each.text)).toEqual(['on its way']);
    expect(text).toBe(`a &lt;cat&gt; &amp; <@${ann.id}|ann> in <#${general.id}|general>`);
    expect(general.ephemerals(ann)).toHaveLength(1);
    expect(general.messages).toHaveLength(0);
    expect(slack.problems).toEqual([]);
  });

  it('opens a modal within the trigger, and takes what is filled in', async () => {
    const ann = slack.team.person();
    const general = slack.team.channel();
    let values: unknown;
    app.command('/hailuo', async ({ ack, command, client }) => {
      await ack();
      await client.views.open({
        trigger_id: command.trigger_id,
        view: {
          type: 'modal',
          callback_id: 'form',
          title: { type: 'plain_text', text: 'Make a clip' },
          submit: { type: 'plain_text', text: 'Make' },
          blocks: [
            {
              type: 'input',
              block_id: 'b1',
              label: { type: 'plain_text', text: 'Prompt' },
              element: { type: 'plain_text_input', action_id: 'hailuo:prompt' },
            },
          ],
        },
      });
    });
    app.view('form', async ({ ack, view }) => {
      values = view.state.values;
      await ack(view.state.values.b1?.['hailuo:prompt']?.value === 'bad' ? objection : undefined);
    });
    const objection = { response_action: 'errors' as const, errors: { b1: 'not that' } };
    await app.start();

    await ann.command(general, '').acknowledged;
    await expect.poll(() => ann.modal?.title).toBe('Make a clip');
    expect(() => ann.submit()).toThrow('has to be filled in');
    await ann.submit({ prompt: 'bad' }).acknowledged;
    expect(ann.modal?.errors).toEqual({ b1: 'not that' });
    await ann.submit({ prompt: 'a cat' }).acknowledged;
    expect(values).toEqual({ b1: { 'hailuo:prompt': { type: 'plain_text_input', value: 'a cat' } } });
    expect(ann.modal).toBeNull();
    expect(slack.problems).toEqual([]);
  });

  it('hears buttons, shortcuts, reactions, mentions, direct messages and the Home', async () => {
    const ann = slack.team.person();
    const general = slack.team.channel();
    const heard: string[] = [];
    app.action('go', async ({ ack, respond }) => {
      await ack();
      await respond({ text: 'gone', replace_original: true });
    });
    app.shortcut('animate', async ({ ack, shortcut }) => {
      await ack();
      heard.push(`shortcut ${shortcut.type === 'message_action' ? shortcut.message.text : ''}`);
    });
    app.event('reaction_added', async ({ event }) => void heard.push(`reaction ${event.reaction}`));
    app.event('app_mention', async ({ event }) => void heard.push(`mention ${event.text}`));
    app.message(async ({ message }) => void heard.push(`message ${'text' in message ? message.text : ''}`));
    app.event('app_home_opened', async ({ event, client }) => {
      await client.views.publish({ user_id: event.user, view: { type: 'home', blocks: [section('hello')] } });
    });
    await app.start();

    const { ts } = await clientOf(slack).chat.postMessage({
      channel: general.id,
      text: 'card',
      blocks: [section('card'), button('go', 'Go')],
    });
    const [card] = general.messages;
    if (card === undefined) throw new Error('nothing was posted');
    expect(card.ts).toBe(ts);
    await ann.press(card, 'Go').acknowledged;
    await expect.poll(() => card.text).toBe('gone');

    const said = ann.say(general, `@hailuo look`);
    ann.react(said, 'clapper');
    await ann.shortcut(said).acknowledged;
    ann.say(slack.team.direct(ann), 'to you');
    expect((await ann.openHome()).words).toBe('hello');
    await slack.settled();
    await expect
      .poll(() => heard.toSorted())
      .toEqual([
        `mention <@${slack.team.botUser}> look`,
        'message to you',
        'reaction clapper',
        `shortcut <@${slack.team.botUser}> look`,
      ]);
    expect(slack.problems).toEqual([]);
  });
});

describe('the Web API', () => {
  it('takes a file in three steps, shares it late and gives it back', async () => {
    const api = clientOf(slack);
    const general = slack.team.channel();
    const { ts } = await api.chat.postMessage({ channel: general.id, text: 'status' });
    const bytes = Buffer.from('a clip');
    const up = await api.filesUploadV2({
      channel_id: general.id,
      thread_ts: String(ts),
      file: bytes,
      filename: 'clip.mp4',
    });
    expect(up.ok).toBe(true);
    await expect.poll(() => general.thread(String(ts)).length).toBe(1);
    const id = general.thread(String(ts))[0]?.files[0]?.id ?? '';
    const { file } = await api.files.info({ file: id });
    expect(file?.shares?.public?.[general.id]?.[0]?.thread_ts).toBe(ts);
    const got = await fetch(String(file?.url_private_download), {
      headers: { authorization: `Bearer ${slack.team.botToken}` },
    });
    expect(await got.text()).toBe('a clip');
    const stranger = await fetch(String(file?.url_private));
    expect(stranger.status).toBe(200);
    expect(await stranger.text()).toMatch(/^<!DOCTYPE html>/);
    expect(slack.problems).toEqual([]);
  });

  it('says no where the bot is not', async () => {
    const api = clientOf(slack);
    const open = slack.team.channel({ hasBot: false });
    const hidden = slack.team.channel({ hasBot: false, isPrivate: true });
    expect(await refusalOf(api.chat.postMessage({ channel: open.id, text: 'hi' }))).toBe('not_in_channel');
    expect(await refusalOf(api.chat.postMessage({ channel: hidden.id, text: 'hi' }))).toBe('channel_not_found');
  });
});
