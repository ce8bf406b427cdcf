import { v7 as uuidv7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { WebTables } from '../../../src/bots/web/web-tables.ts';
import { card } from './fake-core.ts';
import { makePicture } from './fake-media.ts';
import { eventually, openWebWorld, type Standing, type Visit, type WebWorld } from './web-world.ts';

let world: WebWorld;
let ann: Visit;
let ben: Visit;

beforeAll(async () => {
  world = await openWebWorld();
  await world.start();
  [ann, ben] = await Promise.all([world.visit('Ann'), world.visit('Ben')]);
});
afterAll(() => world[Symbol.asyncDispose]());

const callsOf = (command: string) => world.core.calls.filter((ran) => ran.command === command).map(({ call }) => call);

/** Asks for a clip and waits for its status message. */
async function askFor(visit: Visit, prompt: string): Promise<{ request: Standing; status: Standing }> {
  const { body } = await visit.say(`/hailuo ${prompt}`);
  return eventually(async () => {
    const messages = await visit.messages();
    const request = messages.find(({ id }) => id === body.id);
    const status = messages.find(({ thread, body: { kind } }) => thread === body.id && kind === 'status');
    if (request === undefined || status === undefined) throw new Error('no status yet');
    return { request, status };
  });
}

function jobOf({ body }: Standing): string {
  return body.kind === 'status' ? body.view.job : '';
}

describe('a message', () => {
  test('is talk for everybody, unless it begins with /hailuo', async () => {
    const { status, body } = await ann.say('  good morning  ');
    expect(status).toBe(202);
    expect(body).toMatchObject({ author: { id: ann.id, name: 'Ann' }, body: { kind: 'text', text: 'good morning' } });
    expect((await ben.messages()).map(({ id }) => id)).toContain(body.id);
    const before = world.core.calls.length;
    await ann.say('I like /hailuo');
    await ann.say('/hailuos are snails');
    expect(world.core.calls.length).toBe(before);
  });

  test('with /hailuo becomes a call with who, where and what', async () => {
    const { request } = await askFor(ann, 'a lighthouse [Push in] --duration 10');
    expect(callsOf('create').at(-1)).toMatchObject({
      origin: `message:${request.id}`,
      asker: {
        tenant: 'web:local',
        person: ann.id,
        name: 'Ann',
        channel: 'general',
        roles: [],
        isAdmin: false,
      },
      destination: {
        platform: 'web',
        address: { channel: 'general', thread: null, request: request.id, visitor: ann.id },
      },
      values: { prompt: 'a lighthouse [Push in]', duration: 10 },
      pictures: {},
    });
    expect(request.isPrivate).toBe(false);
  });

  test('is acknowledged without waiting for its command', async () => {
    let finish = (): void => {};
    const slow = new Promise<void>((resolve) => {
      finish = resolve;
    });
    world.core.onNext('quota', async () => {
      await slow;
      return card('plain', 'At last.');
    });
    const { status, body } = await ann.say('/hailuo quota');
    expect(status).toBe(202);
    expect(body.isPrivate).toBe(true);
    finish();
    await eventually(async () => expect(JSON.stringify(await ann.messages())).toContain('At last.'));
  });

  test('sent again after a lost answer is one message and one call', async () => {
    const id = uuidv7();
    const before = callsOf('create').length;
    const answers = await Promise.all([1, 2, 3].map(() => ann.say('/hailuo twice is once', { id })));
    const later = await ann.say('/hailuo twice is once', { id });
    expect(new Set([...answers, later].map(({ body }) => body.id)).size).toBe(1);
    expect(later.body.sentAs).toBe(id);
    await eventually(() => expect(callsOf('create').length).toBe(before + 1));
    const said = (await ann.messages()).filter(({ body }) => body.kind === 'text' && body.text.includes('twice'));
    expect(said).toHaveLength(1);
  });

  test('that cannot be parsed is answered to its author alone', async () => {
    const { body } = await ann.say('/hailuo a boat --speed 9');
    const answer = (await ann.messages()).find(({ thread }) => thread === body.id);
    expect(answer).toMatchObject({ isPrivate: true, body: { kind: 'card', tone: 'refusal' } });
    expect(JSON.stringify(await ben.messages())).not.toContain('--speed');
  });

  test('in a private thread stays between the two', async () => {
    const { body: root } = await ann.say('/hailuo help');
    const { body } = await ann.say('thank you', { thread: root.id });
    expect(body.isPrivate).toBe(true);
    expect((await ben.say('hello?', { thread: root.id })).status).toBe(404);
  });
});

describe('pictures', () => {
  test('attached to a request become its frames, in order', async () => {
    const first = await makeOne('#aa3322');
    const second = await makeOne('#2233aa');
    const { body } = await ann.say('/hailuo from one to the other', { pictures: [first, second] });
    await eventually(() => expect(callsOf('create').at(-1)?.origin).toBe(`message:${body.id}`));
    const pictures = callsOf('create').at(-1)?.pictures ?? {};
    expect(Object.keys(pictures)).toEqual(['image', 'last_image']);
    const { image } = pictures;
    expect(image?.from === 'upload' && Buffer.from(image.bytes).equals(await makePicture('#aa3322'))).toBe(true);
  });

  test('more than a command takes are refused with what it takes', async () => {
    const picture = await makeOne('#112233');
    const { body } = await ann.say('/hailuo quota', { pictures: [picture] });
    const answer = (await ann.messages()).find(({ thread }) => thread === body.id);
    expect(JSON.stringify(answer)).toContain('takes no pictures');
  });

  test('that are none are refused with the reason, before anything is said', async () => {
    const answer = await fetch(`${world.url()}/api/files`, {
      method: 'POST',
      headers: { Cookie: ann.cookie, 'X-Visitor': ann.id },
      body: 'not a picture',
    });
    expect(answer.status).toBe(422);
    expect(await answer.json()).toEqual({ error: 'The file is a text file, not a picture; send a JPEG, PNG or WebP.' });
  });

  test('with 🎬 make one clip for each person, however often it is pressed', async () => {
    const { body } = await ann.say('', { pictures: [await makeOne('#00ff00')] });
    const before = callsOf('create').length;
    const pressed = await Promise.all([1, 2, 3].map(() => ben.call('POST', '/reactions', { message: body.id })));
    expect(pressed.map(({ status }) => status)).toEqual([202, 202, 202]);
    await ann.call('POST', '/reactions', { message: body.id });
    await eventually(() => expect(callsOf('create').length).toBe(before + 2));
    const origins = callsOf('create')
      .slice(before)
      .map(({ origin }) => origin);
    expect(origins.toSorted()).toEqual([ann, ben].map(({ id }) => `reaction:general:${body.id}:${id}`).toSorted());
    expect(callsOf('create').at(-1)).toMatchObject({ values: {}, pictures: { image: { from: 'upload' } } });
    const shown = (await ben.messages()).find(({ id }) => id === body.id);
    expect(shown?.reactions).toEqual({ count: 2, mine: true });
  });

  test('that retention has swept are said to be gone', async () => {
    const picture = await makeOne('#998877');
    const { body } = await ann.say('', { pictures: [picture] });
    world.media.forget(picture as never);
    await ann.call('POST', '/reactions', { message: body.id });
    await eventually(async () => {
      const answer = (await ann.messages()).find(({ thread }) => thread === body.id);
      expect(JSON.stringify(answer)).toContain('no longer kept');
    });
  });

  test('a message without one has nothing to animate', async () => {
    const { body } = await ann.say('no picture');
    expect((await ann.call('POST', '/reactions', { message: body.id })).status).toBe(422);
  });

  async function makeOne(colour: string): Promise<string> {
    return ann.upload(await makePicture(colour));
  }
});

describe('buttons', () => {
  test('call the command of their name with the job, as whoever pressed', async () => {
    const { status } = await askFor(ann, 'a kite');
    const id = uuidv7();
    const press = () => ben.call('POST', '/clicks', { id, message: status.id, action: 'cancel', job: jobOf(status) });
    const before = callsOf('cancel').length;
    await Promise.all([press(), press()]);
    await press();
    await eventually(() => expect(callsOf('cancel').length).toBe(before + 1));
    expect(callsOf('cancel').at(-1)).toMatchObject({
      origin: `button:${status.id}:cancel:${ben.id}:${id}`,
      asker: { person: ben.id, name: 'Ben' },
      values: { job: jobOf(status) },
      destination: { address: { thread: status.thread, request: status.id, visitor: ben.id } },
    });
  });

  test('that ask something first get a form, which its command then reads', async () => {
    const { status } = await askFor(ann, 'a red balloon');
    const job = jobOf(status);
    const click = uuidv7();
    await ben.call('POST', '/clicks', { id: click, message: status.id, action: 'remix', job });
    const form = await eventually(async () => {
      const found = (await ben.messages()).find(({ body }) => body.kind === 'form' && body.click === click);
      if (found === undefined) throw new Error('no form yet');
      return found;
    });
    expect(form).toMatchObject({ isPrivate: true, thread: status.thread });
    expect(JSON.stringify(await ann.messages())).not.toContain(click);
    expect((await ann.call('POST', '/forms', { id: uuidv7(), message: form.id, values: {} })).status).toBe(404);

    const send = (id: string, prompt: string) =>
      ben.call('POST', '/forms', { id, message: form.id, values: { prompt, job: 'somebody else’s' } });
    const refused = uuidv7();
    await send(refused, 'a forbidden balloon');
    const back = await eventually(async () => {
      const found = (await ben.messages()).find(({ id }) => id === form.id);
      if (found === undefined) throw new Error('not back yet');
      return found;
    });
    expect(JSON.stringify(back.body)).toContain('a forbidden balloon');

    const sent = uuidv7();
    const before = callsOf('remix').length;
    expect((await send(sent, 'a blue balloon')).status).toBe(202);
    expect((await send(sent, 'a blue balloon')).status).toBe(202);
    expect((await send(uuidv7(), 'a third balloon')).status).toBe(404);
    await eventually(() => expect(callsOf('remix').length).toBe(before + 1));
    expect(callsOf('remix').at(-1)?.values).toEqual({ job, prompt: 'a blue balloon' });
    expect((await ben.messages()).some(({ id }) => id === form.id)).toBe(false);
  });

  test('on a message one may not see are not there', async () => {
    const { body } = await ann.say('/hailuo quota');
    const answer = await ben.call('POST', '/clicks', { id: uuidv7(), message: body.id, action: 'cancel', job: 'j' });
    expect(answer.status).toBe(404);
  });
});

describe('private answers', () => {
  test('reach one visitor and nobody else, live or read later', async () => {
    await using annHears = ann.listen();
    await using benHears = ben.listen();
    await Promise.all([annHears, benHears].map((hears) => hears.next(({ name }) => name === 'hello')));
    world.core.onNext('quota', async () => card('plain', 'the secret number is 7'));
    await ann.say('/hailuo quota');
    await annHears.next(({ data }) => JSON.stringify(data).includes('secret number'));
    await ann.say('something for everybody');
    await benHears.next(({ data }) => JSON.stringify(data).includes('something for everybody'));
    expect(JSON.stringify(benHears.heard)).not.toContain('secret number');
    expect(JSON.stringify(await ben.messages())).not.toContain('secret number');
  });

  test('meant for everybody take their question along', async () => {
    world.core.onNext('help', async () => ({
      kind: 'card',
      audience: 'everyone',
      tone: 'plain',
      card: { paragraphs: ['Hear, all.'] },
    }));
    const { body } = await ann.say('/hailuo help');
    await eventually(async () => {
      const seen = (await ben.messages()).filter(({ id, thread }) => id === body.id || thread === body.id);
      expect(seen).toHaveLength(2);
    });
  });

  test('can be put away by whom they were for', async () => {
    await ann.say('/hailuo quota');
    const answer = await eventually(async () => {
      const found = (await ann.messages()).findLast(({ body }) => body.kind === 'card');
      if (found === undefined) throw new Error('no answer yet');
      return found;
    });
    expect((await ben.call('DELETE', `/messages/${answer.id}`)).status).toBe(404);
    expect((await ann.call('DELETE', `/messages/${answer.id}`)).status).toBe(200);
    expect((await ann.messages()).some(({ id }) => id === answer.id)).toBe(false);
    const { body } = await ann.say('for all');
    expect((await ann.call('DELETE', `/messages/${body.id}`)).status).toBe(404);
  });
});

describe('the event stream', () => {
  test('goes on after the last event that was seen', async () => {
    let cursor = 0;
    {
      await using hears = ann.listen();
      await hears.next(({ name }) => name === 'hello');
      const { body } = await ann.say('before the tunnel');
      cursor = (await hears.next(({ data }) => data.id === body.id)).id;
    }
    const { body } = await ben.say('in the tunnel');
    await using again = ann.listen(undefined, { 'Last-Event-ID': String(cursor) });
    const { data } = await again.next(({ data }) => data.id === body.id);
    expect(data).toMatchObject({ author: { name: 'Ben' }, version: expect.any(Number) });
  });

  test('tells what another process wrote, also when it commits out of order', async () => {
    await using hears = ann.listen();
    await hears.next(({ name }) => name === 'hello');
    const database = world.opened.database.withTables<WebTables>();
    const write = (id: string, version: number) =>
      database
        .insertInto('web_messages')
        .values({
          id,
          channel: 'general',
          thread: null,
          author: ann.id,
          kind: 'text',
          body: JSON.stringify({ kind: 'text', text: 'from elsewhere', pictures: [] }),
          private_to: null,
          nonce: null,
          created_at: new Date(),
          updated_at: new Date(),
          version,
        })
        .execute();
    const { version } = await database
      .selectFrom('web_messages')
      .select(({ fn }) => fn.max('version').as('version'))
      .executeTakeFirstOrThrow();
    const [late, early] = [uuidv7(), uuidv7()];
    await write(early, Number(version) + 1_000_001);
    await hears.next(({ data }) => data.id === early);
    await write(late, Number(version) + 1_000_000);
    await hears.next(({ data }) => data.id === late);
    expect(hears.heard.filter(({ data }) => data.id === early)).toHaveLength(1);
    await database.deleteFrom('web_messages').where('id', 'in', [late, early]).execute();
  });

  test('tells of new channels, and of names that changed', async () => {
    await using hears = ben.listen();
    await hears.next(({ name }) => name === 'hello');
    expect(await ann.call('POST', '/channels', { name: '#Film Night' })).toEqual({
      status: 201,
      body: { name: 'film-night' },
    });
    await hears.next(({ name, data }) => name === 'channel' && data.name === 'film-night');
    expect((await ann.call('POST', '/channels', { name: 'film-night' })).status).toBe(409);
    const cleo = await world.visit('Cleo');
    const { body } = await cleo.say('hello', { channel: 'film-night' });
    await cleo.call('PATCH', `/visitors/${cleo.id}`, { name: 'Cleopatra' });
    await hears.next(({ data }) => data.id === body.id && data.author?.name === 'Cleopatra');
    expect((await ann.call('PATCH', `/visitors/${cleo.id}`, { name: 'Nobody' })).status).toBe(404);
  });

  test('says when there is too much to catch up with', async () => {
    await using hears = ann.listen(0);
    await hears.next(({ name }) => name === 'hello');
    const database = world.opened.database.withTables<WebTables>();
    const rows = Array.from({ length: 450 }, (_, index) => ({
      id: `0-filler-${index}`,
      channel: 'elsewhere',
      thread: null,
      author: null,
      kind: 'text' as const,
      body: JSON.stringify({ kind: 'text', text: 'filler', pictures: [] }),
      private_to: null,
      nonce: null,
      created_at: new Date(0),
      updated_at: new Date(0),
    }));
    await database.insertInto('web_messages').values(rows).execute();
    await using late = ann.listen(0);
    await late.next(({ name }) => name === 'reset');
    await database.deleteFrom('web_messages').where('channel', '=', 'elsewhere').execute();
  });
});

test('history comes in pages of whole threads', async () => {
  await ann.call('POST', '/channels', { name: 'long' });
  const said: string[] = [];
  for (let index = 0; index < 60; index += 1) said.push((await ann.say(`line ${index}`, { channel: 'long' })).body.id);
  await ann.say('an answer', { channel: 'long', thread: said[0] ?? '' });
  const { body: newest } = await ann.call('GET', '/messages?channel=long');
  expect(newest.hasOlder).toBe(true);
  expect(newest.messages.map(({ id }: Standing) => id)).toEqual(said.slice(10));
  const { body: older } = await ann.call('GET', `/messages?channel=long&before=${said[10]}`);
  expect(older.hasOlder).toBe(false);
  expect(older.messages).toHaveLength(11);
});

describe('what cannot be understood', () => {
  const message = { id: 'x1', channel: 'general', thread: null, text: 'hi', pictures: [] };

  test.each([
    ['no JSON', '/messages', '{', 400],
    ['not an object', '/messages', '[]', 400],
    ['a field too many', '/messages', { ...message, author: 'somebody' }, 400],
    ['nothing said', '/messages', { ...message, text: '  ' }, 400],
    ['too much said', '/messages', { ...message, text: 'x'.repeat(4001) }, 400],
    ['a NUL', '/messages', { ...message, text: 'a\u0000b' }, 400],
    ['half a character', '/messages', { ...message, text: 'a\ud800b' }, 400],
    ['a strange id', '/messages', { ...message, id: '../../x' }, 400],
    ['five pictures', '/messages', { ...message, pictures: Array(5).fill('a'.repeat(64)) }, 400],
    ['a picture nobody kept', '/messages', { ...message, pictures: ['a'.repeat(64)] }, 422],
    ['a channel nobody made', '/messages', { ...message, channel: 'nowhere' }, 404],
    ['a thread nobody began', '/messages', { ...message, thread: 'nothing' }, 404],
    ['too large', '/messages', { ...message, text: 'x'.repeat(100_000) }, 413],
    ['an action nobody knows', '/clicks', { id: 'c', message: 'm', action: 'explode', job: 'j' }, 400],
    ['a name of nothing', '/visitors', { name: '   ' }, 400],
    ['a channel of nothing', '/channels', { name: '///' }, 400],
    ['a form nobody has', '/forms', { id: 'f', message: 'm', values: {} }, 404],
  ])('%s is refused in one plain sentence', async (_what, path, body, status) => {
    const answer = await ann.call('POST', path, body);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toMatch(/^[A-Z][^\n{}]{5,120}\.$/);
  });

  test.each([
    ['without a cookie', { Cookie: '' }],
    ['with somebody else’s cookie', { Cookie: 'hailuo_browser=guessed' }],
    ['without a visitor', { 'X-Visitor': '' }],
    ['as another browser’s visitor', { 'X-Visitor': 'someone' }],
  ])('%s nobody speaks', async (_who, headers: Record<string, string>) => {
    expect((await ann.call('POST', '/messages', message, headers)).status).toBe(401);
    expect((await ann.call('GET', '/messages?channel=general', undefined, headers)).status).toBe(401);
    expect((await ann.call('GET', '/events', undefined, headers)).status).toBe(401);
  });

  test('Ben’s cookie does not speak for Ann', async () => {
    expect((await ben.call('POST', '/messages', message, { 'X-Visitor': ann.id })).status).toBe(401);
  });

  test('a form of another site is no message', async () => {
    const headers = { 'Content-Type': 'text/plain' };
    expect((await ann.call('POST', '/messages', JSON.stringify(message), headers)).status).toBe(400);
  });
});

describe('the page', () => {
  test('runs only what comes from here', async () => {
    const page = await fetch(world.url());
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    const html = await page.text();
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    expect(html).not.toContain('style=');
    for (const [, path] of html.matchAll(/(?:src|href)="(\/[^"]+)"/g)) {
      const file = await fetch(`${world.url()}${path}`);
      expect([path, file.status]).toEqual([path, 200]);
      expect(file.headers.get('x-content-type-options')).toBe('nosniff');
      await file.body?.cancel();
    }
  });

  test('gives out its own files and no others', async () => {
    for (const path of ['/page/../web-bot.ts', '/page/%2e%2e%2fweb-bot.ts', '/page/nothing.js']) {
      expect((await fetch(`${world.url()}${path}`)).status).toBe(404);
    }
  });
});

describe('who reads another language', () => {
  const inGerman = { 'Accept-Language': 'de-CH, en;q=0.5' };
  const say = (text: string) =>
    ann.call('POST', '/messages', { id: uuidv7(), channel: 'general', thread: null, text, pictures: [] }, inGerman);

  test.each<[string, string, string, unknown, string]>([
    [
      'an empty message',
      'POST',
      '/messages',
      { id: 'x', channel: 'general', thread: null, text: '', pictures: [] },
      'Schreib etwas oder hänge ein Bild an.',
    ],
    [
      'a channel with a bad name',
      'POST',
      '/channels',
      { name: '!' },
      'Der Name eines Kanals hat 1 bis 40 Buchstaben, Ziffern und Striche.',
    ],
    ['a reaction to nothing', 'POST', '/reactions', { message: 'nothing' }, 'Diese Nachricht ist nicht mehr da.'],
    [
      'nonsense',
      'POST',
      '/clicks',
      { colour: 'red' },
      'Die Seite hat etwas geschickt, das dieser Server nicht versteht. Lade sie neu und versuch es noch einmal.',
    ],
  ])('is refused in it: %s', async (_name, method, path, body, error) => {
    expect((await ann.call(method, path, body, inGerman)).body).toEqual({ error });
  });

  test('is told in it what cannot be read, and calls in it', async () => {
    const { body } = await say('/hailuo ein Leuchtturm --enhance=vielleicht');
    const answer = (await ann.messages()).find(({ thread }) => thread === body.id);
    expect(JSON.stringify(answer)).toContain('--enhance ist on (an) oder off (aus).');
    await say('/hailuo ein Leuchtturm');
    await eventually(() => expect(callsOf('create').at(-1)?.asker.locale).toBe('de-CH'));
  });

  test('finds the commands described in it, under their own names', async () => {
    const { body } = await ann.call('GET', '/commands', undefined, inGerman);
    expect(JSON.stringify(body)).toContain('Wie das hier geht');
    expect((body as { name: string }[]).map(({ name }) => name)).toContain('help');
  });
});

describe('a server that goes away', () => {
  test('runs after its return what it had acknowledged and not answered', async () => {
    let reached = false;
    world.core.onNext('create', async () => {
      reached = true;
      throw new Error('killed in the middle');
    });
    const { body } = await ann.say('/hailuo a phoenix');
    await eventually(() => expect(reached).toBe(true));
    await world.crash();
    const before = callsOf('create').length;
    await world.start();
    await eventually(() => expect(callsOf('create').length).toBe(before + 1));
    expect(callsOf('create').at(-1)?.origin).toBe(`message:${body.id}`);
    await eventually(async () => {
      const answers = (await ann.messages()).filter(({ thread }) => thread === body.id);
      expect(answers.map(({ body: { kind } }) => kind)).toEqual(['status']);
    });
    await world.stop();
    await world.start();
    expect(callsOf('create').length).toBe(before + 1);
  });

  test('ends its streams when it stops, and takes nothing while it is starting', async () => {
    await using hears = ann.listen();
    await hears.next(({ name }) => name === 'hello');
    await world.stop();
    await hears.ended;
    await expect(ann.say('anybody there?')).rejects.toThrow();
    await world.start();
    expect((await ann.say('good to see you')).status).toBe(202);
  });
});
