import { describe, expect, it } from 'vitest';
import { scopeMissingIn } from '../../../src/bots/slack/missing-scope.ts';
import { createPlaces } from '../../../src/bots/slack/places.ts';
import { createHandClock } from '../../support/hand-clock.ts';
import { key, openMethods } from './run-server.ts';

async function openPlaces(channel: object | ((times: number) => object)) {
  const clock = createHandClock('2026-11-21T10:00:00Z');
  const slack = await openMethods({
    'conversations.info': (_body: unknown, times: number) => {
      const given = typeof channel === 'function' ? channel(times) : channel;
      return 'ok' in given ? given : { channel: given };
    },
  });
  const places = createPlaces({ api: slack.api, now: clock.now });
  return { places, slack, clock, look: () => places.look(key, 'C1') };
}

const member = { id: 'C1', is_channel: true, is_member: true };

describe('a place', () => {
  it.each([
    ['a channel with the bot', member, { outcome: 'open', isDirect: false }],
    ['a channel without it', { ...member, is_member: false }, { outcome: 'closed', why: 'outside' }],
    ['a channel that says nothing of it', { id: 'C1', is_channel: true }, { outcome: 'closed', why: 'outside' }],
    ['a direct conversation with it', { id: 'D1', is_im: true }, { outcome: 'open', isDirect: true }],
    ['one of several people', { id: 'G1', is_mpim: true, is_group: true }, { outcome: 'open', isDirect: false }],
    [
      'one of several people without it',
      { id: 'G1', is_mpim: true, is_member: false },
      { outcome: 'closed', why: 'outside' },
    ],
    ['an archived one', { ...member, is_archived: true }, { outcome: 'closed', why: 'archived' }],
    ['one that it cannot see', { ok: false, error: 'channel_not_found' }, { outcome: 'closed', why: 'outside' }],
    ['one that it may not see', { ok: false, error: 'not_in_channel' }, { outcome: 'closed', why: 'outside' }],
  ])('%s', async (_name, channel, place) => {
    expect(await (await openPlaces(channel)).look()).toEqual(place);
  });

  it('is not guessed where Slack does not allow the question', async () => {
    const { look } = await openPlaces({ ok: false, error: 'missing_scope', needed: 'groups:read' });
    expect(scopeMissingIn(await look().catch((error: unknown) => error))).toBe('groups:read');
  });

  it('is not guessed where Slack does not answer', async () => {
    await expect((await openPlaces({ ok: false, status: 503 })).look()).rejects.toThrow();
  });
});

describe('what is remembered', () => {
  it('is a yes, for a minute', async () => {
    const { look, slack, clock } = await openPlaces(member);
    await look();
    clock.pass(59_000);
    await look();
    expect(slack.count('conversations.info')).toBe(1);
    clock.pass(2_000);
    await look();
    expect(slack.count('conversations.info')).toBe(2);
  });

  it('is never a no: somebody invites the bot and tries again', async () => {
    const { look } = await openPlaces((times) => ({ ...member, is_member: times > 0 }));
    expect(await look()).toMatchObject({ outcome: 'closed' });
    expect(await look()).toMatchObject({ outcome: 'open' });
  });

  it('of one workspace is nothing to another', async () => {
    const { places, slack } = await openPlaces(member);
    await places.look(key, 'C1');
    await places.look({ ...key, team: 'T2' }, 'C1');
    expect(slack.count('conversations.info')).toBe(2);
  });
});
