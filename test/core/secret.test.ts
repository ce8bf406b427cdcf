import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { createSecret } from '../../src/core/secret.ts';

const value = 'sk-live-0123456789';

it('gives the value to whoever asks for it by name', () => {
  expect(createSecret(value).reveal()).toBe(value);
});

it.each([
  ['String', (secret: unknown) => String(secret)],
  ['a template', (secret: unknown) => `key ${secret}`],
  ['concatenation', (secret: unknown) => `${'key '}${secret as string}`],
  ['JSON', (secret: unknown) => JSON.stringify({ secret })],
  ['JSON inside an array', (secret: unknown) => JSON.stringify([[secret]])],
  ['inspect', (secret: unknown) => inspect(secret)],
  ['inspect with everything shown', (secret: unknown) => inspect({ deep: { secret } }, { showHidden: true, depth: 9 })],
  ['an error message', (secret: unknown) => new Error(`bad ${secret}`).message],
  [
    'its own values',
    (secret: unknown) =>
      Object.values(secret as object)
        .map(String)
        .join(),
  ],
])('%s does not print it', (_name, print) => {
  expect(print(createSecret(value))).not.toContain(value);
});

it('says that there is one', () => {
  expect(`${createSecret(value)}`).toBe('[secret]');
  expect(JSON.stringify(createSecret(value))).toBe('"[secret]"');
});

it('cannot be made to reveal something else', () => {
  const secret = createSecret(value);
  expect(Reflect.set(secret, 'reveal', () => 'other')).toBe(false);
  expect(secret.reveal()).toBe(value);
});
