import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSealing } from '../../../src/bots/slack/sealing.ts';

const secretKey = 'a secret key of an operator';
const tokens = { token: 'xoxb-1234-abcd', refreshToken: null };

describe('what is sealed', () => {
  it('opens under the same key, for the same row, in any process', () => {
    const sealed = createSealing(secretKey).seal('T1', tokens);
    expect(createSealing(Buffer.from(secretKey)).open('T1', sealed)).toEqual(tokens);
  });

  it('opens as it went in, whatever it was', () => {
    const { seal, open } = createSealing(secretKey);
    fc.assert(
      fc.property(fc.string(), fc.string({ unit: 'grapheme' }), (row, token) => {
        expect(open(row, seal(row, { token }))).toEqual({ token });
      }),
    );
  });

  it('shows nothing of what is in it, and is never the same twice', () => {
    const { seal } = createSealing(secretKey);
    const both = [seal('T1', tokens), seal('T1', tokens)];
    expect(new Set(both).size).toBe(2);
    for (const sealed of both) {
      expect(sealed).toMatch(/^v1\.[\w-]+$/);
      expect(Buffer.from(sealed.slice(3), 'base64url').toString('latin1')).not.toContain('xoxb');
    }
  });

  it.each([
    ['under another key', createSealing('another key'), 'T1', (sealed: string) => sealed],
    ['in another row', createSealing(secretKey), 'T2', (sealed: string) => sealed],
    ['cut', createSealing(secretKey), 'T1', (sealed: string) => sealed.slice(0, -2)],
    ['emptied', createSealing(secretKey), 'T1', () => 'v1.'],
    ['without its version', createSealing(secretKey), 'T1', (sealed: string) => sealed.slice(3)],
    ['as plain text', createSealing(secretKey), 'T1', () => JSON.stringify(tokens)],
  ])('does not open %s, and the error does not say what was in it', (_name, sealing, row, change) => {
    const sealed = createSealing(secretKey).seal('T1', tokens);
    const open = () => sealing.open(row, change(sealed));
    expect(open).toThrow(/^(?:sealed under another SECRET_KEY, or changed since|not sealed by this program)$/);
    expect(open).not.toThrow(/xoxb/);
  });

  it('does not open after any byte of it was changed', () => {
    const { seal, open } = createSealing(secretKey);
    const bytes = Buffer.from(seal('T1', tokens).slice(3), 'base64url');
    for (let index = 0; index < bytes.length; index += 1) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
      expect(() => open('T1', `v1.${changed.toString('base64url')}`)).toThrow('changed since');
    }
  });
});
