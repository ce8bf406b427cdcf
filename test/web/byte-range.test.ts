import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseByteRange } from '../../src/web/byte-range.ts';

const whole = { kind: 'whole' };
const none = { kind: 'unsatisfiable' };
const part = (first: number, last: number) => ({ kind: 'part', first, last });

describe('parseByteRange of 100 bytes', () => {
  it.each([
    [undefined, whole],
    ['', whole],
    ['bytes=0-', part(0, 99)],
    ['bytes=0-0', part(0, 0)],
    ['bytes=10-19', part(10, 19)],
    ['Bytes = 10 - 19', part(10, 19)],
    ['bytes=90-200', part(90, 99)],
    ['bytes=99-', part(99, 99)],
    ['bytes=-1', part(99, 99)],
    ['bytes=-100', part(0, 99)],
    ['bytes=-500', part(0, 99)],
    ['bytes=100-', none],
    ['bytes=100-200', none],
    ['bytes=-0', none],
    ['bytes=20-10', whole],
    ['bytes=-', whole],
    ['bytes=a-b', whole],
    ['bytes=0-1,5-6', whole],
    ['items=0-1', whole],
    ['bytes=99999999999999999999999-', none],
  ])('%s', (header, expected) => expect(parseByteRange(header, 100)).toEqual(expected));

  it('is always inside the file', () => {
    const header = fc.tuple(fc.option(fc.nat(300)), fc.option(fc.nat(300)));
    fc.assert(
      fc.property(header, fc.integer({ min: 1, max: 200 }), ([from, to], size) => {
        const range = parseByteRange(`bytes=${from ?? ''}-${to ?? ''}`, size);
        if (range.kind === 'part')
          expect(0 <= range.first && range.first <= range.last && range.last < size).toBe(true);
      }),
    );
  });
});
