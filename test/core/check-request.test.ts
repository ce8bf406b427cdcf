import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { abilities, checkRequest } from '../../src/core/check-request.ts';
import { cameraDirectives, clipSeconds, modelNames, promptLimit, resolutions } from '../../src/core/request.ts';
import { textsFor } from '../../src/core/texts/texts.ts';

const none = { image: false, lastImage: false };
const first = { image: true, lastImage: false };
const both = { image: true, lastImage: true };
const onlyLast = { image: false, lastImage: true };
const providers = ['fal', 'sandbox'];
const { problems: inEnglish } = textsFor('en');

function check(values: Readonly<Record<string, unknown>>, pictures = none) {
  return checkRequest({ prompt: 'a paper boat', ...values }, pictures, providers);
}

function problemsOf(values: Readonly<Record<string, unknown>>, pictures = none): readonly string[] {
  const checked = check(values, pictures);
  return checked.outcome === 'refused' ? checked.problems.map(inEnglish.request) : [];
}

describe('what is accepted, and what is chosen for the person', () => {
  it.each([
    ['a prompt alone', {}, none, { model: '2.3', seconds: 6, resolution: '768P', enhance: true }],
    ['a picture alone', {}, first, { model: '2.3', resolution: '768P' }],
    ['two pictures', {}, both, { model: '02', resolution: '768P' }],
    ['ten seconds', { duration: 10 }, none, { model: '2.3', seconds: 10, resolution: '768P' }],
    ['1080P', { resolution: '1080P' }, none, { model: '2.3-pro', seconds: 6, resolution: '1080P' }],
    ['1080P of a fast one', { model: '2.3-fast', resolution: '1080P' }, first, { model: '2.3-fast-pro' }],
    ['1080P between two pictures', { resolution: '1080P' }, both, { model: '02-pro', resolution: '1080P' }],
    ['512P from a picture', { resolution: '512P' }, first, { model: '02', resolution: '512P' }],
    ['ten seconds of 512P', { resolution: '512P', duration: 10 }, first, { model: '02', seconds: 10 }],
    ['a model by name', { model: '02-fast' }, first, { model: '02-fast', resolution: '512P' }],
    ['a pro model by name', { model: '2.3-pro' }, none, { model: '2.3-pro', resolution: '1080P' }],
    ['no enhancing', { enhance: false }, none, { enhance: false }],
    ['a provider by name', { provider: 'fal' }, none, { provider: 'fal' }],
  ] as const)('%s', (_name, values, pictures, expected) => {
    expect(check(values, pictures)).toMatchObject({ outcome: 'fine', request: expected });
  });

  it('names no provider unless the person did', () => {
    const checked = check({});
    expect(checked.outcome === 'fine' && Object.keys(checked.request)).not.toContain('provider');
  });

  it.each([
    ['the camera goes in front', { camera: 'Push in' }, '[Push in] a paper boat'],
    ['movements in the prompt stay', { prompt: 'a boat [pan left]', camera: 'Shake' }, '[Shake] a boat [Pan left]'],
    ['spaces around the prompt go', { prompt: '  a boat \n' }, 'a boat'],
    ['two thousand characters fit', { prompt: 'x'.repeat(promptLimit) }, 'x'.repeat(promptLimit)],
    ['any writing is text', { prompt: '纸船 🎬 قارب' }, '纸船 🎬 قارب'],
  ])('%s', (_name, values, prompt) => {
    expect(check(values)).toMatchObject({ outcome: 'fine', request: { prompt } });
  });
});

describe('what is refused, and what is said to be possible', () => {
  it.each([
    ['1080P with ten seconds', { resolution: '1080P', duration: 10 }, none, ['6 seconds', 'choose 768P']],
    ['a pro model with ten seconds', { model: '2.3-pro', duration: 10 }, none, ['6 seconds', 'choose 768P']],
    ['2.3-fast without a picture', { model: '2.3-fast' }, none, ['attach one as image', '2.3-pro, 2.3, 02-pro or 02']],
    ['2.3-fast-pro without a picture', { model: '2.3-fast-pro' }, none, ['attach one as image']],
    ['02-fast without a picture', { model: '02-fast' }, none, ['attach one as image']],
    ['a last image with 2.3', { model: '2.3' }, both, ['no last image', 'choose 02-pro or 02']],
    ['a last image with 2.3-fast', { model: '2.3-fast' }, both, ['choose 02-pro or 02']],
    ['a last image with 02-fast', { model: '02-fast' }, both, ['choose 02-pro or 02']],
    ['a last image without a first', {}, onlyLast, ['attach it as image']],
    ['512P from words', { resolution: '512P' }, none, ['attach one as image', '768P']],
    ['512P between two pictures', { resolution: '512P' }, both, ['choose 768P']],
    ['512P of 2.3', { model: '2.3', resolution: '512P' }, first, ['2.3 renders 768P', 'choose 02 or 02-fast']],
    ['768P of a pro model', { model: '2.3-pro', resolution: '768P' }, none, ['choose 2.3, 2.3-fast or 02']],
    ['1080P of 02-fast', { model: '02-fast', resolution: '1080P' }, first, ['02-fast renders 512P', '2.3-pro']],
    ['a provider nobody has', { provider: 'nobody' }, none, ['"nobody"', 'fal or sandbox', 'leave it out']],
    ['a provider with an endless name', { provider: 'x'.repeat(41) }, none, ['fal or sandbox']],
    ['an option nobody has', { colour: 'red' }, none, ['no option colour', 'prompt, image', 'resolution']],
    ['a model nobody has', { model: '3' }, none, ['2.3-pro', '02-fast']],
    ['seven seconds', { duration: 7 }, none, ['6 or 10']],
    ['seconds as text', { duration: '6' }, none, ['6 or 10']],
    ['4K', { resolution: '4K' }, none, ['512P, 768P or 1080P']],
    ['a movement nobody has', { camera: 'Fly' }, none, ['Truck left', 'Static shot']],
    ['enhance as a word', { enhance: 'perhaps' }, none, ['on or off']],
    ['a picture that is a number', { image: 5 }, none, ['image', 'attach']],
    ['a last picture that is an object', { last_image: {} }, none, ['last_image', 'attach']],
    ['a near miss in a bracket', { prompt: 'a boat [pushin]' }, none, ['[pushin]', 'Did you mean [Push in]?']],
    ['nonsense in a bracket', { prompt: 'a boat [2 of them]' }, none, ['Truck left', 'round brackets']],
    ['four in a bracket', { prompt: '[shake,shake,shake,shake] x' }, none, ['at most 3']],
    ['no prompt', { prompt: undefined }, none, ['Say what should happen']],
    ['an empty prompt', { prompt: '' }, none, ['Say what should happen']],
    ['a prompt of spaces', { prompt: ' \n\t ' }, none, ['Say what should happen']],
    ['a prompt that is a list', { prompt: ['a'] }, none, ['Say what should happen']],
    ['2001 characters', { prompt: 'x'.repeat(promptLimit + 1) }, none, ['2000']],
    ['a NUL', { prompt: 'a\u0000b' }, none, ['not text', 'again']],
    ['half a surrogate pair', { prompt: 'a\ud83c' }, none, ['not text', 'again']],
    ['a camera that pushes it over', { prompt: 'x'.repeat(1995), camera: 'Push in' }, none, ['2000', '5', 'shorte']],
  ] as const)('%s', (_name, values, pictures, words) => {
    const problems = problemsOf(values, pictures);
    expect(problems.length).toBeGreaterThan(0);
    for (const word of words) expect(problems.join(' ')).toContain(word);
  });

  it('everything that is wrong is said at once', () => {
    expect(problemsOf({ prompt: 'a [flyy]', provider: 'nobody', model: '2.3-fast', duration: 10 })).toHaveLength(3);
  });
});

describe('for every request', () => {
  const oneOf = (items: readonly unknown[]) => fc.oneof(fc.constant(undefined), fc.constantFrom(...items), fc.string());
  const pictures = fc.record({ image: fc.boolean(), lastImage: fc.boolean() });
  const plausible = fc.record({
    prompt: fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom(...cameraDirectives.map((name) => `a [${name}]`))),
    model: oneOf(modelNames),
    duration: fc.constantFrom(undefined, ...clipSeconds),
    resolution: oneOf(resolutions),
    camera: oneOf(cameraDirectives),
    enhance: fc.option(fc.boolean(), { nil: undefined }),
    provider: oneOf(providers),
  });

  it('whatever is accepted, some model can do', () => {
    let accepted = 0;
    fc.assert(
      fc.property(plausible, pictures, (values, given) => {
        const checked = checkRequest(values, given, providers);
        if (checked.outcome === 'refused') return;
        accepted += 1;
        const { model, seconds, resolution, prompt, provider } = checked.request;
        const ability = abilities[model];
        expect(ability.resolutions).toContain(resolution);
        expect(ability.seconds).toContain(seconds);
        expect(resolution === '1080P' && seconds === 10).toBe(false);
        if (ability.needsImage) expect(given.image).toBe(true);
        if (given.lastImage) expect(ability.takesLastImage && given.image).toBe(true);
        expect(prompt.length).toBeLessThanOrEqual(promptLimit);
        expect(prompt.isWellFormed()).toBe(true);
        if (values.camera !== undefined) expect(prompt.startsWith(`[${values.camera}]`)).toBe(true);
        if (provider !== undefined) expect(providers).toContain(provider);
      }),
      { numRuns: 2000 },
    );
    expect(accepted).toBeGreaterThan(50);
  });

  it('never throws, and every problem is a sentence', () => {
    const wild = fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom('prompt', 'image', 'model', 'duration', 'camera', 'enhance', 'provider')),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(wild, pictures, (values, given) => {
        const checked = checkRequest(values, given, providers);
        if (checked.outcome === 'fine') return;
        expect(checked.problems.length).toBeGreaterThan(0);
        for (const problem of checked.problems) expect(inEnglish.request(problem)).toMatch(/[.?]$/);
      }),
      { numRuns: 2000 },
    );
  });

  it('what is not an object at all is refused too', () => {
    for (const values of [[], ['a'], null, 'a', 7, true]) {
      expect(checkRequest(values as unknown as Record<string, unknown>, none, providers).outcome).toBe('refused');
    }
  });
});
