import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkCamera, directivesPerBracket, matchDirectives } from '../../src/core/camera.ts';
import { cameraDirectives } from '../../src/core/request.ts';

describe('camera movements that are there', () => {
  it.each(cameraDirectives)('[%s] is one, however it is cased and spaced', (directive) => {
    const spellings = [
      directive,
      directive.toUpperCase(),
      directive.toLowerCase(),
      ` ${directive.replace(' ', '  ')} `,
      directive.replace(' ', '-'),
      directive.replace(' ', '_'),
    ];
    for (const spelling of spellings) {
      expect(checkCamera(`a boat [${spelling}] at sea`)).toEqual({
        outcome: 'fine',
        prompt: `a boat [${directive}] at sea`,
      });
    }
  });

  it.each([
    ['no bracket at all', 'a paper boat', 'a paper boat'],
    ['two in one bracket', 'a boat [pan left, tilt up]', 'a boat [Pan left,Tilt up]'],
    ['three in one bracket', '[shake,zoom in,push in] a boat', '[Shake,Zoom in,Push in] a boat'],
    ['two brackets', '[push in] a boat, then [pull out]', '[Push in] a boat, then [Pull out]'],
    ['other brackets are text', 'a boat (pan left) {tilt up}', 'a boat (pan left) {tilt up}'],
    ['a bracket that never closes is text', 'a boat [pan left', 'a boat [pan left'],
    ['a bracket that never opened is text', 'a boat pan left]', 'a boat pan left]'],
    ['brackets inside brackets are read from the inside', '[[push in]]', '[[Push in]]'],
  ])('%s', (_name, prompt, expected) => {
    expect(checkCamera(prompt)).toEqual({ outcome: 'fine', prompt: expected });
  });
});

describe('camera movements that are not there', () => {
  it.each([
    ['Pushin', 'Push in'],
    ['push it', 'Push in'],
    ['pul out', 'Pull out'],
    ['truk left', 'Truck left'],
    ['pan lefft', 'Pan left'],
    ['zooom in', 'Zoom in'],
    ['shaek', 'Shake'],
    ['trackin shot', 'Tracking shot'],
    ['sattic shot', 'Static shot'],
    ['pedestal upp', 'Pedestal up'],
  ])('[%s] is nearly [%s]', (written, suggestion) => {
    expect(checkCamera(`a boat [${written}]`)).toEqual({ outcome: 'unknown', written, suggestion });
  });

  it.each(['', 'a', 'fly over the roof', 'xxxxxxxx', '推进'])('[%s] is near nothing', (written) => {
    expect(checkCamera(`a boat [${written}]`)).toEqual({ outcome: 'unknown', written, suggestion: null });
  });

  it('the first wrong one of a bracket is named', () => {
    expect(checkCamera('[Pan left, Pan lift, Nonsense]')).toMatchObject({ written: 'Pan lift' });
  });

  it('a fourth movement in one bracket is one too many', () => {
    const inside = 'Pan left, Tilt up, Zoom in, Shake';
    expect(checkCamera(`a boat [${inside}]`)).toEqual({ outcome: 'too-many', written: inside });
  });
});

describe('for every prompt', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom('[', ']', ',', ' '),
    fc.constantFrom(...cameraDirectives).map((directive) => `[${directive.toLowerCase()}]`),
  );
  const prompt = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));

  it('a fine one is fine again, unchanged, and never longer than it was', () => {
    fc.assert(
      fc.property(prompt, (written) => {
        const first = checkCamera(written);
        if (first.outcome !== 'fine') return;
        expect(checkCamera(first.prompt)).toEqual(first);
        expect(first.prompt.length).toBeLessThanOrEqual(written.length);
      }),
    );
  });

  it('the movements of a fine one are known, and at most three to a bracket', () => {
    fc.assert(
      fc.property(prompt, (written) => {
        const checked = checkCamera(written);
        if (checked.outcome !== 'fine') return;
        for (const [, inside = ''] of checked.prompt.matchAll(/\[([^[\]]*)\]/g)) {
          const names = inside.split(',');
          expect(names.length).toBeLessThanOrEqual(directivesPerBracket);
          for (const name of names) expect(cameraDirectives).toContain(name);
        }
      }),
    );
  });
});

describe('a movement that is being typed', () => {
  it.each([
    ['nothing yet: all of them', '', cameraDirectives],
    ['its beginning', 'PU', ['Push in', 'Pull out']],
    ['a word of it', 'shot', ['Tracking shot', 'Static shot']],
    ['its beginning before a word of it', 'st', ['Static shot']],
    ['without its space', 'pushin', ['Push in']],
    ['with letters the wrong way round', 'zomo', ['Zoom in', 'Zoom out']],
    ['something else', 'explosion', []],
  ] as const)('%s', (_name, typed, expected) => expect(matchDirectives(typed)).toEqual(expected));

  it.each(cameraDirectives)('%s is offered first when it is written out', (directive) => {
    expect(matchDirectives(directive.toLowerCase())[0]).toBe(directive);
  });
});
