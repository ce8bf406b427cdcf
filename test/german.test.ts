/** One person's whole way in German: whatever is said to them, by whichever part of the program, is theirs to read. */
import { v7 as newId } from 'uuid';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Reply } from '../src/commands/command.ts';
import type { OpenDatabase } from '../src/core/database.ts';
import type { Asker } from '../src/core/values.ts';
import { openMemoryDatabase } from './support/database.ts';
import { ann, createScriptedProvider, createWorld, readyProgress, type World } from './support/world.ts';

const jana = { ...ann, person: 'jana', name: 'Jana', locale: 'de-AT' };

let german: { readonly asker: Asker };
let opened: OpenDatabase;
let world: World;

beforeAll(async () => {
  opened = await openMemoryDatabase();
});
afterAll(() => opened.close());
beforeEach(() => {
  // Counters outlive their jobs: each test has a place of its own.
  german = { asker: { ...jana, tenant: `test:${newId()}` } };
});
afterEach(async () => {
  await opened.database.deleteFrom('jobs').execute();
});

/** Everything a reply shows but what people typed themselves. */
function wordsOf(reply: Reply): string {
  switch (reply.kind) {
    case 'started':
      return '';
    case 'form':
      return [
        reply.form.title,
        reply.form.submitLabel,
        ...reply.form.fields.map(({ description }) => description),
      ].join('\n');
    case 'card': {
      const { title = '', paragraphs, rows = [] } = reply.card;
      const told = rows.flatMap(({ label, value, buttons = [] }) => [
        label,
        value,
        ...buttons.map((button) => button.label),
      ]);
      return [title, ...paragraphs, ...told].join('\n');
    }
  }
}

function shown(): string[] {
  const statuses = world.courier.statuses.flatMap(({ sentence, summary, buttons }) => [
    sentence,
    summary,
    ...buttons.map(({ label }) => label),
  ]);
  const posts = world.courier.posts.flatMap(({ caption, buttons }) => [caption, ...buttons.map(({ label }) => label)]);
  return [...statuses, ...posts];
}

/** Words of every English sentence there is, and of no German one. */
const englishWords =
  /\b(?:the|this|that|with|your|you|is|are|it|not|nothing|please|again|only|which|what|where|how|clip is|ready|waiting|done|cancel(?:led)?|retry|pictures?|seconds?)\b/i;

function expectGerman(text: string): void {
  // Commands, camera movements and the prompt stay as they are typed.
  const prose = text.replaceAll(/\/hailuo\S*(?: (?:jobs|cancel|quota|models|help))?|\[[^\]]*\]|ein Papierboot/g, '');
  expect(prose).not.toMatch(englishWords);
}

test('a clip, from the first word to the last', async () => {
  world = createWorld(opened);
  world.provider.onPoll({ status: 'waiting', place: 3 }, { status: 'rendering', fraction: 0.5 }, readyProgress);
  const created = await world.create({ prompt: 'ein Papierboot [Push in]' }, german);
  await world.runUntilEnd(created.id);
  expect(shown()).toEqual(
    expect.arrayContaining([
      'Wird vorbereitet.',
      'Abbrechen',
      'Steht bei Provider scripted in der Schlange.',
      'Provider scripted rendert gerade.',
      'Hailuo 2.3 · 6 s · 768P',
      'Hier ist dein Clip, Jana.',
      'Noch einmal',
      'Fortsetzen',
    ]),
  );
  expect(world.courier.statuses.at(-1)?.sentence).toMatch(/^Fertig nach .+\.$/);
  for (const text of shown()) expectGerman(text);
});

test.each([
  [{ prompt: '' }, 'Sag, was im Clip passieren soll.'],
  [{ prompt: 'x [Psh in]' }, '[Psh in] ist keine Kamerabewegung. Meintest du [Push in]?'],
  [{ prompt: 'x', duration: 10, resolution: '1080P' }, 'Für 10 Sekunden nimm 768P.'],
  [{ prompt: 'x', model: '2.3-fast' }, '2.3-fast animiert ein Bild'],
  [{ prompt: 'x', provider: 'niemand' }, 'keinen Anbieter „niemand“'],
  [{ prompt: 'x', image: 'https://example.com/a.txt' }, 'Die Datei ist eine Textdatei, kein Bild'],
])('%j is refused in German', async (values, words) => {
  world = createWorld(opened);
  const said = wordsOf(await world.call('create', values, german));
  expect(said).toContain(words);
  expectGerman(said);
});

test('what no provider can do is said in German, in the words of each provider’s own reason', async () => {
  const provider = createScriptedProvider('scripted', {
    offer: ({ model }) => ({
      outcome: 'impossible',
      obstacle: { kind: 'picture-only', provider: 'Acme', model, others: ['02'] },
    }),
  });
  world = createWorld(opened, { providers: [provider] });
  const said = wordsOf(await world.call('create', { prompt: 'ein Papierboot' }, german));
  expect(said).toContain('Acme rendert 2.3 nur aus einem Bild; hänge eins an, oder nimm 02.');
});

test('what may come out differently is said while it renders, and with the clip', async () => {
  const provider = createScriptedProvider('scripted', {
    offer: ({ model }) => ({
      outcome: 'offered',
      model,
      body: {},
      note: { kind: 'version-unsaid', provider: 'Acme', isPromptRewritingUnsaid: false },
    }),
  });
  world = createWorld(opened, { providers: [provider] });
  provider.onPoll({ status: 'rendering' }, readyProgress);
  await world.runUntilEnd((await world.create({ prompt: 'ein Papierboot' }, german)).id);
  expect(world.courier.posts[0]?.caption).toMatch(/^Hier ist dein Clip, Jana\. Acme sagt nicht, .* gewünscht\.$/);
  for (const text of shown()) expectGerman(text);
});

test('a failure, its hint and its buttons', async () => {
  world = createWorld(opened);
  world.provider.onSubmit({
    outcome: 'refused',
    failure: { kind: 'bad-input', charged: 'no', detail: 'too small, said the API', hint: 'picture-too-small' },
  });
  const created = await world.create({ prompt: 'ein Papierboot' }, german);
  await world.runUntilEnd(created.id);
  expect(world.courier.statuses.at(-1)?.sentence).toBe(
    'Provider scripted konnte diese Anfrage nicht verwenden: Das Bild ist zu klein. Von deinem Kontingent wurde nichts abgezogen. Ändere sie und versuch es noch einmal.',
  );
  expect(world.courier.statuses.at(-1)?.buttons.map(({ label }) => label)).toEqual(['Erneut versuchen', 'Remix']);
  for (const text of shown()) expectGerman(text);
});

test('everything one can ask for', async () => {
  world = createWorld(opened);
  expect(wordsOf(await world.call('jobs', {}, german))).toContain('Du hast noch keine Clips gemacht.');
  const created = await world.create({ prompt: 'ein Papierboot' }, german);
  const answers = new Map<string, string>();
  for (const [command, values] of [
    ['jobs', {}],
    ['quota', {}],
    ['models', {}],
    ['help', {}],
    ['remix', { job: created.id }],
    ['cancel', { job: 'nichts' }],
    ['cancel', {}],
  ] as const) {
    answers.set(`${command} ${JSON.stringify(values)}`, wordsOf(await world.call(command, values, german)));
  }
  expect(answers.get('jobs {}')).toMatch(/Wird|Wartet/);
  expect(answers.get('jobs {}')).toContain('Angefragt');
  expect(answers.get('quota {}')).toContain('Dein Kontingent heute');
  expect(answers.get('models {}')).toContain('768P, 6 oder 10 s, aus Worten oder einem Bild');
  expect(answers.get('help {}')).toContain('Bricht einen deiner Clips ab');
  expect(answers.get(`remix ${JSON.stringify({ job: created.id })}`)).toContain('Was stattdessen passieren soll');
  expect(answers.get('cancel {"job":"nichts"}')).toContain('So einen Clip hast du nicht.');
  expect(answers.get('cancel {}')).toContain('wird abgebrochen.');
  for (const text of answers.values()) expectGerman(text);

  await world.runUntilEnd(created.id);
  expect(world.courier.statuses.at(-1)?.sentence).toMatch(/^Abgebrochen\./);
});

test('over the limit', async () => {
  world = createWorld(opened, { settings: { limits: { clipsPerDay: 1, concurrent: null, usdPerMonth: null } } });
  await world.create({ prompt: 'ein Papierboot' }, german);
  const said = wordsOf(await world.call('create', { prompt: 'noch eins' }, german));
  expect(said).toContain('Du hast deinen einen Clip von heute verbraucht. Mehr gibt es in 12 h (00:00 UTC).');
});

test('who asks reads their own language, whoever made the clip', async () => {
  world = createWorld(opened);
  const { tenant } = german.asker;
  const created = await world.create({ prompt: 'a paper boat' }, { asker: { ...ann, tenant } });
  const admin = { ...german.asker, isAdmin: true };
  const said = wordsOf(await world.call('cancel', { job: created.id }, { asker: admin }));
  expect(said).toContain('wird abgebrochen.');
  await world.runUntilEnd(created.id);
  expect(world.courier.statuses.at(-1)?.sentence).toMatch(/^Cancelled\./);
});
