import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Parsed, parseArguments } from '../../src/commands/arguments.ts';
import type { Command } from '../../src/commands/command.ts';
import { drawOptions, type OptionSpec } from '../../src/commands/options.ts';
import { requestOptions } from '../../src/core/request.ts';
import { textsFor } from '../../src/core/texts/texts.ts';

function command(name: string, options: readonly OptionSpec[], isListed = true): Command {
  const run = async (): Promise<never> => Promise.reject(new Error('not run here'));
  return { name, description: name, options, isListed, run };
}

const jobOption: OptionSpec = { name: 'job', kind: 'text', description: 'Which one', isRequired: false };
const commands = [
  command('create', drawOptions(requestOptions)),
  command('jobs', []),
  command('cancel', [jobOption]),
  command('quota', []),
  command('models', []),
  command('help', []),
  command('again', [jobOption], false),
];

const { problems: inEnglish } = textsFor('en');

function parse(text: string): Parsed {
  return parseArguments(text, commands);
}

function prompt(text: string, more: Readonly<Record<string, unknown>> = {}) {
  return { command: 'create', values: { prompt: text, ...more } };
}

describe('a prompt', () => {
  it.each([
    ['plain words', 'a paper boat', prompt('a paper boat')],
    ['with the command in front', '/hailuo a paper boat', prompt('a paper boat')],
    ['with the command in capitals', '/Hailuo a paper boat', prompt('a paper boat')],
    ['that names the command itself', '/hailuo create a paper boat', prompt('a paper boat')],
    ['a word that only begins like the command', '/hailuo-style waves', prompt('/hailuo-style waves')],
    ['in quotes', '"a paper boat"', prompt('a paper boat')],
    ['in curly quotes', '“a paper boat”', prompt('a paper boat')],
    ['in German quotes', '„a paper boat“', prompt('a paper boat')],
    ['in French quotes', '«a paper boat»', prompt('a paper boat')],
    ['in quotes, with quotes inside', '"a sign \\"open\\" on a door"', prompt('a sign "open" on a door')],
    ['in quotes, with curly ones inside', '"a sign “open” on a door"', prompt('a sign “open” on a door')],
    ['in quotes, with spaces kept', '"  two  spaces "', prompt('  two  spaces ')],
    ['with quotes of its own', 'a sign "open now" on a door', prompt('a sign "open now" on a door')],
    ['with curly quotes of its own', 'a sign “open” on a door', prompt('a sign “open” on a door')],
    ['with a quote that never ends', 'a 5" nail', prompt('a 5" nail')],
    ['with an apostrophe', "it's a boat", prompt("it's a boat")],
    ['with camera movements', 'a boat [Push in] at sea', prompt('a boat [Push in] at sea')],
    ['with an em dash of its own', 'a boat —storm coming— at sea', prompt('a boat —storm coming— at sea')],
    ['with hyphens of its own', 'a well-known boat - at sea', prompt('a well-known boat - at sea')],
    ['over two lines', 'a boat\nat sea', prompt('a boat at sea')],
    ['with what looks like a number of things', '10 boats = 1 fleet', prompt('10 boats = 1 fleet')],
    ['after --', '-- --duration of a boat', prompt('--duration of a boat')],
    ['a quoted flag is text', 'say "--duration" twice', prompt('say "--duration" twice')],
    ['a quoted word that names a command', '"help"', prompt('help')],
    ['beginning with help', 'help me paint the sky', prompt('help me paint the sky')],
    ['beginning with jobs', 'jobs of the future', prompt('jobs of the future')],
    ['beginning with cancel', 'cancel the storm at sea', prompt('cancel the storm at sea')],
    ['beginning with quota', 'quota fish in a net', prompt('quota fish in a net')],
    [
      'beginning with cancel, with flags of create',
      'cancel the storm --duration 10',
      prompt('cancel the storm', { duration: 10 }),
    ],
    ['a word that only buttons know', 'again', prompt('again')],
  ])('%s', (_name, text, expected) => expect(parse(text)).toEqual(expected));
});

describe('flags', () => {
  it.each([
    ['behind', 'a boat --duration 10', { duration: 10 }],
    ['in front', '--duration 10 a boat', { duration: 10 }],
    ['in the middle', 'a --duration 10 boat', { duration: 10 }],
    ['with =', 'a boat --duration=10', { duration: 10 }],
    ['with a unit', 'a boat --duration=10s', { duration: 10 }],
    ['with a capital unit', 'a boat --duration 6S', { duration: 6 }],
    ['with an em dash', 'a boat —duration 10', { duration: 10 }],
    ['with an en dash', 'a boat –duration=10', { duration: 10 }],
    ['in capitals', 'a boat --Duration 10', { duration: 10 }],
    ['in the case of the choice', 'a boat --resolution 1080p', { resolution: '1080P' }],
    ['with a quoted value', 'a boat --camera "push in"', { camera: 'Push in' }],
    ['with = and a quoted value', 'a boat --camera="push in"', { camera: 'Push in' }],
    ['with = and a curly value', 'a boat --camera=“push in”', { camera: 'Push in' }],
    [
      'with = and a value in which = stands',
      'a boat --image=https://x.example/?a=b',
      { image: 'https://x.example/?a=b' },
    ],
    ['with hyphens or underscores', 'a boat --last-image u --image v', { last_image: 'u', image: 'v' }],
    ['with underscores', 'a boat --last_image u', { last_image: 'u' }],
    ['a switch', 'a boat --enhance', { enhance: true }],
    ['a switch that is off', 'a boat --no-enhance', { enhance: false }],
    ['a switch that is off by an em dash', 'a boat —no-enhance', { enhance: false }],
    ['a switch with a word', 'a boat --enhance off', { enhance: false }],
    ['a switch with = and a word', 'a boat --enhance=no', { enhance: false }],
    ['a switch that is on by a word', 'a boat --enhance yes', { enhance: true }],
    ['a switch before the prompt', '--no-enhance a boat', { enhance: false }],
    ['the last of two counts', 'a boat --duration 6 --duration 10', { duration: 10 }],
    ['what is no choice is left for the check', 'a boat --duration 7', { duration: '7' }],
    ['several', 'a boat --model 2.3-FAST --provider fal', { model: '2.3-fast', provider: 'fal' }],
  ])('%s', (_name, text, values) => expect(parse(text)).toEqual(prompt('a boat', values)));

  it('a switch that is off takes no word of the prompt', () => {
    expect(parse('--no-enhance on the hill')).toEqual(prompt('on the hill', { enhance: false }));
  });

  it('the prompt may be a flag too', () => {
    expect(parse('--prompt "a boat" --duration 10')).toEqual(prompt('a boat', { duration: 10 }));
  });

  it.each([
    ['nobody knows it', 'a boat --colour red', ['--colour', '--duration', '--last-image', '--enhance']],
    ['it needs a value', 'a boat --duration', ['--duration needs a value', '6 or 10']],
    ['it needs a value after =', 'a boat --duration=', ['--duration needs a value', '6 or 10']],
    ['another flag stands where the value should', 'a --duration --model 2.3', ['--duration needs a value']],
    ['a switch is neither on nor off', 'a boat --enhance=perhaps', ['--enhance', 'on or off']],
    ['the command has none', 'jobs --all', ['--all', 'jobs has none']],
    ['the command has others', 'cancel --duration', ['--duration', '--job']],
  ])('%s: said, with what would work', (_name, text, words) => {
    const parsed = parse(text);
    for (const word of words) expect('problem' in parsed && inEnglish.typing(parsed.problem)).toContain(word);
  });
});

describe('commands', () => {
  it.each([
    ['nothing at all', '', { command: 'help', values: {} }],
    ['only spaces', ' \n ', { command: 'help', values: {} }],
    ['only /hailuo', '/hailuo', { command: 'help', values: {} }],
    ['help', 'help', { command: 'help', values: {} }],
    ['in capitals', 'JOBS', { command: 'jobs', values: {} }],
    ['cancel alone', 'cancel', { command: 'cancel', values: {} }],
    ['cancel with an id', 'cancel abc123', { command: 'cancel', values: { job: 'abc123' } }],
    ['cancel with a quoted id', 'cancel "abc123"', { command: 'cancel', values: { job: 'abc123' } }],
    ['cancel with a flag', 'cancel --job abc123', { command: 'cancel', values: { job: 'abc123' } }],
    ['create alone', 'create', { command: 'create', values: {} }],
    ['create of nothing but flags', 'create --duration 10', { command: 'create', values: { duration: 10 } }],
    ['flags alone are for create', '--duration 10', { command: 'create', values: { duration: 10 } }],
  ])('%s', (_name, text, expected) => expect(parse(text)).toEqual(expected));

  it('without create there is no prompt: what there is, is said', () => {
    expect(parseArguments('a boat', [command('jobs', []), command('help', [])])).toEqual({
      problem: { kind: 'no-such-command', commands: ['jobs', 'help'] },
    });
  });
});

describe('for every text', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom('"', '\\', '“', '”', '—', '--', '=', ' ', '\n', '--duration', '--no-enhance', 'help', 'cancel'),
  );
  const text = fc.array(piece, { maxLength: 15 }).map((pieces) => pieces.join(''));

  it('never throws, and answers with a listed command or a sentence', () => {
    fc.assert(
      fc.property(text, (written) => {
        const parsed = parse(written);
        if ('problem' in parsed) expect(inEnglish.typing(parsed.problem)).toMatch(/\.$/);
        else expect(commands.find(({ name }) => name === parsed.command)?.isListed).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  it('a quoted prompt comes out as it went in, whatever stands around it', () => {
    const quoted = (plain: string) => `"${plain.replace(/["\\]/g, '\\$&')}"`;
    fc.assert(
      fc.property(text, fc.constantFrom('', ' --duration 10', ' --no-enhance'), (plain, flags) => {
        expect(parse(quoted(plain) + flags)).toMatchObject(prompt(plain));
        expect(parse(`/hailuo${flags} ${quoted(plain)}`)).toMatchObject(prompt(plain));
      }),
      { numRuns: 5000 },
    );
  });

  it('plain words come out as they went in, one space apart', () => {
    const word = fc.stringMatching(/^[a-zéß纸0-9][a-z“”"'.,!?éß纸0-9]{0,8}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 3, maxLength: 8 }), (words) => {
        expect(parse(words.join('  '))).toEqual(prompt(words.join(' ')));
      }),
    );
  });

  it('takes no longer than the text is long', () => {
    for (const unit of ['"', '"a', '\\"', '“', '--a=', '--camera="', '— ', '\\', '"\\']) {
      const started = performance.now();
      parse(unit.repeat(20_000));
      expect(performance.now() - started, unit).toBeLessThan(1000);
    }
  });
});
