import { describe, expect, it } from 'vitest';
import { type Texts, textsFor } from '../../../src/core/texts/texts.ts';
import { samples } from './samples.ts';

const english = textsFor('en');
const languages = ['de', 'fr', 'es', 'ja', 'zh'] as const;

interface Line {
  readonly path: string;
  readonly said: string;
  readonly english: string;
  readonly given: readonly unknown[];
}

/** Every sentence there is, said with each of its samples. */
function everything(texts: Texts): Line[] {
  const lines: Line[] = [];
  const walk = (here: unknown, there: unknown, sample: unknown, path: string): void => {
    if (typeof there === 'function') {
      for (const given of sample as readonly unknown[][]) {
        const call = typeof here === 'function' ? here(...given) : here;
        lines.push({ path: `${path}(${JSON.stringify(given)})`, said: call, english: there(...given), given });
      }
    } else if (typeof there === 'object' && there !== null) {
      for (const [name, value] of Object.entries(there)) {
        const inside = (each: unknown): unknown => (each as Record<string, unknown> | undefined)?.[name];
        walk(inside(here), value, inside(sample), path === '' ? name : `${path}.${name}`);
      }
    } else {
      lines.push({ path, said: here as string, english: String(there), given: [] });
    }
  };
  walk(texts, english, samples, '');
  return lines;
}

/** What a sample puts into a sentence: anything with a capital or a digit; other words are the program's own. */
function valuesIn(given: unknown): string[] {
  // One may be a word.
  if (typeof given === 'number') return given === 1 ? [] : [String(given)];
  if (typeof given === 'string') return /[A-Z0-9]/.test(given) ? [given] : [];
  if (typeof given !== 'object' || given === null) return [];
  return Object.entries(given).flatMap(([name, value]) => (name === 'kind' || name === 'what' ? [] : valuesIn(value)));
}

/** Read the same in several languages, or are names. */
const alike = new Set([
  'Remix',
  'Emoji',
  'Roles',
  'Limits',
  'no',
  'A1 · B2 · C3',
  'A1: B2 → C3',
  'A1 (Ann, Later)',
  'Acme. Bolt.',
  '$1.50',
  'in 5 h 12 min (17:12 UTC)',
]);

/** Words that none of the five has. */
const englishWords =
  /\b(?:the|this|that|with|your|you|cannot|nothing|please|there|again|only|which|what|where|how|choose|attach|picture|pictures)\b/i;

describe.each(languages)('%s', (language) => {
  const lines = everything(textsFor(language));

  it('says everything, and nothing empty', () => {
    expect(lines.length).toBeGreaterThan(400);
    const odd = lines.filter(
      ({ said }) => typeof said !== 'string' || said.trim() === '' || /\b(?:undefined|null|NaN)\b|\[object/.test(said),
    );
    expect(odd).toEqual([]);
  });

  it('leaves nothing in English', () => {
    const isWordy = (text: string) => /\p{L}{2}/u.test(text.replaceAll(/Acme|Bolt|Core|Ann|Later|Hailuo/g, ''));
    const same = lines
      .filter(({ path }) => !/commands\..*\.name$/.test(path))
      .filter(({ said, english: there }) => said === there && isWordy(said) && !alike.has(said));
    expect(same.map(({ path, said }) => `${path}: ${said}`)).toEqual([]);
    const mixed = lines.filter(({ said }) => englishWords.test(said));
    expect(mixed.map(({ path, said }) => `${path}: ${said}`)).toEqual([]);
  });

  it('puts in all that English puts in', () => {
    const lost = lines.flatMap(({ path, said, english: there, given }) =>
      valuesIn(given)
        .filter((value) => there.includes(value))
        .filter((value) => !said.includes(value) && !said.includes(value.replace('.', ',')))
        .map((value) => `${path} without ${value}: ${said}`),
    );
    expect(lost).toEqual([]);
  });

  it('names the same commands, as they are typed', () => {
    const typed = (text: string) => (text.match(/\/hailuo (?:jobs|help)\b/g) ?? []).toSorted();
    const wrong = lines.filter(({ said, english: there }) => typed(said).join() !== typed(there).join());
    expect(wrong).toEqual([]);
  });

  it('keeps within what platforms show', () => {
    const texts = textsFor(language);
    for (const action of ['cancel', 'again', 'remix', 'continue', 'retry'] as const) {
      expect(texts.button(action).length).toBeLessThanOrEqual(80);
    }
    const { animateTitle, animatePrompt, animatePicture, animateMenu } = texts.discord;
    for (const title of [texts.remixTitle, texts.remixPrompt, animateTitle, animatePrompt, animatePicture]) {
      expect(title.length).toBeLessThanOrEqual(45);
    }
    expect(animateMenu.length).toBeLessThanOrEqual(32);
    expect(texts.discord.rootDescription.length).toBeLessThanOrEqual(100);
    expect(texts.discord.adminRootDescription.length).toBeLessThanOrEqual(100);
  });
});

describe.each(['en', ...languages])('the commands in %s', (language) => {
  const { commands, admin } = textsFor(language);
  interface Words {
    readonly name: string;
    readonly description: string;
    readonly options?: Readonly<Record<string, Words & { readonly choices?: Readonly<Record<string, string>> }>>;
  }
  const all: [string, Words][] = [...Object.entries(commands), ...Object.entries(admin.commands)];

  it.each(all)('%s is called and described as Discord takes it', (known, words) => {
    // Sentences name commands as they are typed, so that they are the same on every platform.
    expect(words.name).toBe(known);
    const options = Object.values<Words>(words.options ?? {});
    for (const { name, description } of [words, ...options]) {
      expect(name).toMatch(/^[-_'\p{L}\p{N}]{1,32}$/u);
      expect(name).toBe(name.toLowerCase());
      expect(description.length).toBeGreaterThan(0);
      expect(description.length).toBeLessThanOrEqual(100);
    }
    expect(new Set(options.map(({ name }) => name)).size).toBe(options.length);
    const labels = Object.values(words.options ?? {}).flatMap(({ choices }) => Object.values(choices ?? {}));
    for (const label of labels) expect(label.length).toBeLessThanOrEqual(100);
  });
});

describe.each(['en', ...languages])('on Slack in %s', (language) => {
  const texts = textsFor(language);
  const { bot, forms, courier, home } = texts.slack;

  it('titles and buttons of forms fit, since Slack refuses a longer one', () => {
    const made = [forms.createTitle, forms.animateTitle, forms.send, forms.cancel, texts.remixTitle];
    for (const title of [...made, ...Object.values(home.forms), home.change]) {
      expect(title.length).toBeLessThanOrEqual(24);
    }
  });

  it('buttons can be read whole: about 30 characters are shown', () => {
    const actions = (['cancel', 'again', 'remix', 'continue', 'retry'] as const).map((action) => texts.button(action));
    for (const label of [
      ...actions,
      bot.changeIt,
      courier.openClip,
      home.make,
      home.change,
      ...Object.values(home.forms),
    ]) {
      expect(label.length).toBeLessThanOrEqual(30);
    }
  });

  it('the shortcut is called what the app calls it, in every language', () => {
    expect(home.howTo).toContain('Animate');
  });
});

describe('each is written as it is written there', () => {
  const wrongIn = (language: string, pattern: RegExp) =>
    everything(textsFor(language))
      .map(({ said }) => said.replaceAll(/<[t#][^>]*>/g, ''))
      .filter((said) => pattern.test(said));

  it('French has narrow spaces before ? ! ; : and within « »', () => {
    expect(wrongIn('fr', /(?<!\u202f)[?!;»]|(?<!\u202f):(?=\s|$)|«(?!\u202f)|'/)).toEqual([]);
  });
  it('German quotes like „this“', () => {
    expect(wrongIn('de', /"|”|»|„[^“]*$/)).toEqual([]);
  });
  it('Spanish opens its questions', () => {
    expect(wrongIn('es', /^[^¿]*\?|"|“/)).toEqual([]);
  });
  it.each(['ja', 'zh'])('%s has full-width punctuation', (language) => {
    expect(
      wrongIn(language, /[\u3040-\u30ff\u4e00-\u9fff][,.;:?!()]|[,.;:?!()](?=[\u3040-\u30ff\u4e00-\u9fff])/),
    ).toEqual([]);
  });
  it('Chinese is simplified', () => {
    expect(wrongIn('zh', /[這圖後說會個們時國為無]/)).toEqual([]);
  });
});

describe('which language', () => {
  it.each([
    ['de', 'de'],
    ['de-AT', 'de'],
    ['DE_ch', 'de'],
    ['fr', 'fr'],
    ['es-ES', 'es'],
    ['es-419', 'es'],
    ['ja', 'ja'],
    ['ja-JP', 'ja'],
    ['zh-CN', 'zh'],
    ['zh_Hant', 'zh'],
    ['zh-TW', 'zh'],
    ['en-GB', 'en'],
    ['en-US', 'en'],
    ['pt-BR', 'en'],
    ['deutsch', 'en'],
    ['constructor', 'en'],
    ['', 'en'],
    ['*', 'en'],
    ['🎬', 'en'],
  ])('%j reads %s', (locale, language) => {
    expect(textsFor(locale)).toBe(textsFor(language));
    expect(textsFor(locale) === english).toBe(language === 'en');
  });
});

describe('one and many', () => {
  it.each([
    ['en', 1, 'your 1 clip of'],
    ['en', 2, 'your 2 clips of'],
    ['de', 1, 'deinen einen Clip'],
    ['de', 2, 'deine 2 Clips'],
    ['fr', 1, 'votre clip'],
    ['fr', 2, 'vos 2 clips'],
    ['es', 1, 'tu clip'],
    ['es', 2, 'tus 2 clips'],
    ['ja', 2, '2本'],
    ['zh', 2, '2 个短片'],
  ])('%s: %d', (language, most, words) => {
    expect(textsFor(language).overClipsPerDay(most, 'x')).toContain(words);
  });

  it('French counts nought as one', () => {
    expect(textsFor('fr').clipsLeft(0, 0, 'x')).toContain('0 clip.');
  });
});

describe('when', () => {
  const now = new Date('2026-11-21T18:48:00Z');
  const at = (minutes: number) => new Date(now.getTime() + minutes * 60_000);

  it.each([
    ['de', 312, 'in 5 h 12 min (00:00 UTC)'],
    ['de', 60, 'in 1 h (19:48 UTC)'],
    ['de', -3, 'vor 3 min'],
    ['de', -3 * 1440, 'vor 3 Tagen'],
    ['de', 9 * 1440, 'in 9 Tagen (18:48 UTC)'],
    ['de', 0.3, 'gleich'],
    ['de', 0, 'gerade eben'],
    ['fr', 312, 'dans 5 h 12 min (00:00 UTC)'],
    ['fr', -3, 'il y a 3 min'],
    ['fr', 9 * 1440, 'dans 9 jours (18:48 UTC)'],
    ['fr', 0.3, 'dans un instant'],
    ['fr', 0, 'à l’instant'],
    ['es', 312, 'dentro de 5 h 12 min (00:00 UTC)'],
    ['es', -3, 'hace 3 min'],
    ['es', -3 * 1440, 'hace 3 días'],
    ['es', 0.3, 'en un momento'],
    ['es', 0, 'ahora mismo'],
    ['ja', 312, '5時間12分後（00:00 UTC）'],
    ['ja', -3, '3分前'],
    ['ja', 9 * 1440, '9日後（18:48 UTC）'],
    ['ja', 0.3, 'まもなく'],
    ['ja', 0, 'たった今'],
    ['zh', 312, '5小时12分钟后（00:00 UTC）'],
    ['zh', -3, '3分钟前'],
    ['zh', 9 * 1440, '9天后（18:48 UTC）'],
    ['zh', 0.3, '马上'],
    ['zh', 0, '刚刚'],
  ])('%s, %d minutes away', (language, minutes, words) => {
    // No-break spaces hold a number and its unit together.
    expect(
      textsFor(language)
        .when(at(minutes), now)
        .replaceAll(/[\u00a0\u202f]/g, ' '),
    ).toBe(words);
  });

  it.each([
    ['en', 'Done in 45 seconds.', 'Done in 2 min 5 s.'],
    ['de', 'Fertig nach 45 Sekunden.', 'Fertig nach 2 min 5 s.'],
    ['fr', 'Terminé en 45 secondes.', 'Terminé en 2 min 5 s.'],
    ['es', 'Listo en 45 segundos.', 'Listo en 2 min 5 s.'],
    ['ja', '45秒で完了しました。', '2分5秒で完了しました。'],
    ['zh', '已完成，用时 45秒钟。', '已完成，用时 2分钟5秒。'],
  ])('how long it took in %s', (language, short, long) => {
    const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ');
    expect(plain(textsFor(language).done(45))).toBe(short);
    expect(plain(textsFor(language).done(125))).toBe(long);
  });
});
