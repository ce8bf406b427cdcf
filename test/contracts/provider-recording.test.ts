/** The exam is examined too: a stage that let anything pass would pass everybody. */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { HttpCall } from '../../src/core/http.ts';
import { defineProvider } from '../../src/core/providers/provider.ts';
import { type Exchange, openStage, type Recording, recordingSchema } from './provider-recording.ts';

const url = 'https://api.example/v1/clips?mode=fast';
const headers = { authorization: 'Bearer k', 'x-version': '2' };

/** A provider whose submit makes the given calls, whatever they are. */
function caller(...calls: HttpCall[]) {
  return defineProvider({
    id: 'caller',
    title: 'Caller',
    environment: z.object({}),
    connect: (_settings, { http }) => ({
      id: 'caller',
      title: 'Caller',
      paces: [],
      slots: 'unlimited',
      pictures: [],
      offer: () => ({ outcome: 'offered', model: 'one', body: null }),
      async submit() {
        for (const call of calls) await http(call);
        return { outcome: 'accepted', ticket: null };
      },
      poll: async () => ({ status: 'rendering' }),
    }),
  });
}

const recording: Recording = recordingSchema.parse({
  source: 'none',
  environment: {},
  authorization: 'Bearer k',
  now: '2026-11-20T12:00:00Z',
  never: {},
  scenes: [],
});
const exchange: Exchange = {
  expect: { method: 'POST', url, headers: { 'x-version': '2' }, json: { prompt: 'rain' } },
  answer: { status: 200, json: {} },
};

async function play(exchanges: readonly Exchange[], ...calls: HttpCall[]): Promise<void> {
  const stage = openStage(caller(...calls), recording);
  stage.expectCalls(exchanges);
  const submit = stage.provider.submit({ attempt: 'a' as never, model: 'one', body: null });
  // Even a provider that hides its errors is caught by the stage.
  await submit.catch(() => undefined);
  stage.assertPlayed();
}

const asRecorded: HttpCall = { method: 'POST', url, headers, json: { prompt: 'rain' } };

describe('a stage', () => {
  test('is content with the recorded call', () => play([exchange], asRecorded));

  test('understands bytes and forms, and calls without the key', async () => {
    const form = new FormData();
    form.set('purpose', 'generation');
    form.set('file', new Blob(['pixels'], { type: 'image/png' }), 'picture.png');
    await play(
      [
        { ...exchange, expect: { method: 'POST', url, form: { purpose: 'generation', file: 'image/png pixels' } } },
        {
          ...exchange,
          expect: { method: 'PUT', url: 'https://elsewhere.example/put', isAnonymous: true, text: 'pixels' },
        },
      ],
      { method: 'POST', url, headers, body: form },
      { method: 'PUT', url: 'https://elsewhere.example/put', body: Buffer.from('pixels') },
    );
  });

  test.each<[name: string, call: HttpCall]>([
    ['another method', { ...asRecorded, method: 'PUT' }],
    ['another query', { ...asRecorded, url: 'https://api.example/v1/clips?mode=slow' }],
    ['another host', { ...asRecorded, url: 'https://api.example.com/v1/clips?mode=fast' }],
    ['another scheme of authorization', { ...asRecorded, headers: { ...headers, authorization: 'Key k' } }],
    ['another header', { ...asRecorded, headers: { ...headers, 'x-version': '3' } }],
    ['another type in the body', { ...asRecorded, json: { prompt: 7 } }],
    ['a field too many', { ...asRecorded, json: { prompt: 'rain', seed: 1 } }],
    ['no body', { method: 'POST', url, headers }],
  ])('refuses %s', async (_name, call) => {
    await expect(play([exchange], call)).rejects.toThrow(/differs from its recording/);
  });

  test('refuses a call nobody recorded, and misses one that never came', async () => {
    await expect(play([], asRecorded)).rejects.toThrow(/not recorded/);
    await expect(play([exchange], asRecorded, asRecorded)).rejects.toThrow(/not recorded/);
    await expect(play([exchange, exchange], asRecorded)).rejects.toThrow(/never called/);
  });
});

test('a recording with an unknown word in it is refused', () => {
  const scene = { situation: 'accepted', note: 'x', exchange: [] };
  expect(() => recordingSchema.parse({ ...recording, scenes: [scene] })).toThrow(/exchange/);
});
