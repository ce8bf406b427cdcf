import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { usualPace } from '../../src/bots/discord/usual-pace.ts';
import { createEditPacer, type Edit, type EditPacer } from '../../src/bots/edit-pacer.ts';

describe('edits keep a pace', () => {
  let pacer: EditPacer;
  let sent: { text: string; atMs: number }[];
  let startedMs: number;

  beforeEach(() => {
    vi.useFakeTimers();
    pacer = createEditPacer(usualPace);
    sent = [];
    startedMs = performance.now();
  });
  afterEach(async () => {
    await pacer.stop();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  function says(text: string, of: Partial<Edit> = {}): Edit {
    return {
      lane: 'c',
      message: 'm',
      gapMs: 5000,
      isLast: false,
      async send() {
        sent.push({ text, atMs: performance.now() - startedMs });
        return { again: false };
      },
      ...of,
    };
  }
  const texts = (): string[] => sent.map(({ text }) => text);

  test('the first goes at once, the next waits for its gap, and only the newest is sent', async () => {
    await pacer.edit(says('one'));
    expect(texts()).toEqual(['one']);
    await pacer.edit(says('two'));
    await pacer.edit(says('three'));
    expect(texts()).toEqual(['one']);
    await vi.advanceTimersByTimeAsync(5000);
    expect(sent).toEqual([
      { text: 'one', atMs: 0 },
      { text: 'three', atMs: 5000 },
    ]);
  });

  test('a lane bears one a second over all its messages; other lanes are not held up', async () => {
    for (const number of [1, 2, 3, 4]) await pacer.edit(says(`${number}`, { message: `m${number}` }));
    await pacer.edit(says('elsewhere', { lane: 'd', message: 'm9' }));
    expect(texts()).toEqual(['1', 'elsewhere']);
    await vi.advanceTimersByTimeAsync(3000);
    expect(sent.filter(({ text }) => text !== 'elsewhere').map(({ atMs }) => atMs)).toEqual([0, 1000, 2000, 3000]);
  });

  test('a last word goes before what waits, whenever its message was edited last, and takes its place', async () => {
    await pacer.edit(says('one'));
    await pacer.edit(says('other', { message: 'n' }));
    await pacer.edit(says('two'));
    const last = pacer.edit(says('over', { isLast: true }));
    await vi.advanceTimersByTimeAsync(1000);
    await last;
    expect(texts()).toEqual(['one', 'over']);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(texts()).toEqual(['one', 'over', 'other']);
  });

  test('what somebody slow says does not push a last word out of the line', async () => {
    await pacer.edit(says('another job', { message: 'n' }));
    const last = pacer.edit(says('over', { isLast: true }));
    await pacer.edit(says('late'));
    await vi.advanceTimersByTimeAsync(1000);
    await last;
    expect(texts()).toEqual(['another job', 'over']);
  });

  test('a last word whose turn is far ties up nobody: it is sent all the same, and asking again loses no turn', async () => {
    const asked = [...Array(12).keys()].map((number) =>
      pacer.edit(says(`${number}`, { message: `m${number}`, isLast: true })).then(
        () => 'sent',
        () => 'far',
      ),
    );
    await expect(pacer.edit(says('over', { message: 'm5', isLast: true }))).rejects.toThrow('no turn');
    await vi.advanceTimersByTimeAsync(12_000);
    expect(await Promise.all(asked)).toEqual([...Array(4).fill('sent'), ...Array(8).fill('far')]);
    expect(texts()).toEqual(['0', '1', '2', '3', '4', 'over', '6', '7', '8', '9', '10', '11']);
  });

  test('two who say the same last word both hear when it was sent', async () => {
    await pacer.edit(says('another job', { message: 'n' }));
    const both = Promise.all([pacer.edit(says('over', { isLast: true })), pacer.edit(says('over', { isLast: true }))]);
    await vi.advanceTimersByTimeAsync(1000);
    await both;
    expect(texts()).toEqual(['another job', 'over']);
  });

  test('one that moves by itself comes again after its gap, until something newer is said', async () => {
    const moving = says('bar', {
      async send() {
        sent.push({ text: 'bar', atMs: performance.now() - startedMs });
        return { again: true };
      },
    });
    await pacer.edit(moving);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(sent.map(({ atMs }) => atMs)).toEqual([0, 5000, 10_000]);
    await pacer.edit(says('news'));
    await vi.advanceTimersByTimeAsync(30_000);
    expect(texts()).toEqual(['bar', 'bar', 'bar', 'news']);
  });

  test('a failure is heard by whoever waited for it, and breaks nothing for the next', async () => {
    const failing = says('x', { send: () => Promise.reject(new Error('reset')) });
    await expect(pacer.edit(failing)).rejects.toThrow('reset');
    await pacer.edit(failing);
    await vi.advanceTimersByTimeAsync(5000);
    await pacer.edit(says('fine'));
    await vi.advanceTimersByTimeAsync(5000);
    expect(texts()).toEqual(['fine']);
  });

  test('stopped, it drops what waits and tells whoever waited', async () => {
    await pacer.edit(says('one'));
    await pacer.edit(says('two'));
    const last = pacer.edit(says('over', { isLast: true }));
    const heard = expect(last).rejects.toThrow('stops');
    await pacer.stop();
    await heard;
    await expect(pacer.edit(says('three'))).rejects.toThrow('stops');
    expect(texts()).toEqual(['one']);
  });
});
