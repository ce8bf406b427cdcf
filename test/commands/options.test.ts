import { expect, test } from 'vitest';
import { z } from 'zod';
import { drawOptions } from '../../src/commands/options.ts';
import { requestOptions } from '../../src/core/request.ts';

test('the request schema draws the options people know', () => {
  expect(drawOptions(requestOptions).map(({ name, kind }) => `${name}:${kind}`)).toEqual([
    'prompt:text',
    'image:picture',
    'last_image:picture',
    'model:choice',
    'duration:choice',
    'resolution:choice',
    'camera:choice',
    'enhance:switch',
    'provider:text',
  ]);
});

test('numbers, switches and what the platform lets people pick are drawn as such', () => {
  const schema = z.strictObject({
    most: z.int().min(0),
    share: z.number().optional(),
    enabled: z.boolean().optional(),
    person: z.string().meta({ kind: 'person' }).optional().describe('Who'),
    role: z.string().meta({ kind: 'role' }),
    channel: z.string().meta({ kind: 'channel' }),
    word: z.string().meta({ hasSuggestions: true }).optional(),
  });
  expect(drawOptions(schema).map(({ name, kind }) => `${name}:${kind}`)).toEqual([
    'most:number',
    'share:number',
    'enabled:switch',
    'person:person',
    'role:role',
    'channel:channel',
    'word:text',
  ]);
  expect(drawOptions(schema).at(-1)).toMatchObject({ hasSuggestions: true, isRequired: false });
});
