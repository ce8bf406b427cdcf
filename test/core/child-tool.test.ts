import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { type ChildTool, type ChildToolOptions, createChildTool } from '../../src/core/child-tool.ts';
import type { TestOperations } from './child-tool-worker.ts';

const worker = new URL('./child-tool-worker.ts', import.meta.url);
const open: ChildTool<TestOperations>[] = [];

function createTool(options: Omit<ChildToolOptions, 'worker'> = {}): ChildTool<TestOperations> {
  const tool = createChildTool<TestOperations>({ worker, ...options });
  open.push(tool);
  return tool;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((tool) => tool.close()));
});

describe('a child tool', () => {
  it('runs operations in another process and uses it again', async () => {
    const tool = createTool();
    const first = await tool.run('echo', { text: 'one' });
    const second = await tool.run('echo', { text: 'two' });
    expect(first.text).toBe('one');
    expect(first.pid).not.toBe(process.pid);
    expect(second).toEqual({ text: 'two', pid: first.pid });
  });

  it('tells nothing of its own environment to the child', async () => {
    process.env.CHILD_TOOL_TEST_SECRET = 'hunter2';
    const names = await createTool().run('environment', {} as never);
    delete process.env.CHILD_TOOL_TEST_SECRET;
    expect(names).not.toContain('CHILD_TOOL_TEST_SECRET');
    expect(names).not.toContain('PATH');
  });

  it('passes on what an operation threw, and keeps the child', async () => {
    const tool = createTool();
    const { pid } = await tool.run('echo', { text: '' });
    await expect(tool.run('fail', {} as never)).rejects.toMatchObject({ kind: 'failed', message: 'told to fail' });
    expect((await tool.run('echo', { text: '' })).pid).toBe(pid);
  });

  it.each([
    ['crash', {}, { kind: 'crash', message: expect.stringMatching(/exit code 7.*last words/s) }],
    ['hang', { timeoutMs: 400 }, { kind: 'timeout' }],
    ['spin', { timeoutMs: 400 }, { kind: 'timeout' }],
    ['swellOutside', { maxRssMiB: 400 }, { kind: 'memory' }],
    ['swellInside', { maxHeapMiB: 64 }, { kind: 'memory' }],
  ] as const)(
    'ends a child that does %s, and has a fresh one for the next operation',
    async (name, limits, expected) => {
      const tool = createTool(limits);
      const { pid } = await tool.run('echo', { text: '' });
      await expect(tool.run(name, {} as never)).rejects.toMatchObject({ name: 'ChildToolError', ...expected });
      expect(isAlive(pid)).toBe(false);
      const next = await tool.run('echo', { text: 'well' });
      expect(next.text).toBe('well');
      expect(next.pid).not.toBe(pid);
    },
  );

  it('says so when the worker file cannot even start', async () => {
    const tool = createChildTool<TestOperations>({ worker: new URL('./no-such-worker.ts', import.meta.url) });
    await expect(tool.run('echo', { text: '' })).rejects.toMatchObject({
      kind: 'crash',
      message: expect.stringContaining('no-such-worker'),
    });
    await tool.close();
  });

  it('takes operations in the order they were asked for, no more at once than it may', async () => {
    const tool = createTool({ concurrency: 1 });
    const ended: string[] = [];
    const work = (['a', 'b', 'c'] as const).map(async (name, index) => {
      ended.push((await tool.run('wait', { name, ms: 60 - 20 * index })).name);
    });
    await Promise.all(work);
    expect(ended).toEqual(['a', 'b', 'c']);
  });

  it('runs side by side when it may', async () => {
    const tool = createTool({ concurrency: 2 });
    await Promise.all([tool.run('echo', { text: '' }), tool.run('echo', { text: '' })]);
    const [slow, quick] = await Promise.all([
      tool.run('wait', { name: 'slow', ms: 300 }),
      tool.run('wait', { name: 'quick', ms: 10 }),
    ]);
    expect(quick.endedAt).toBeLessThan(slow.endedAt);
  });

  it('ends a child that rests, and starts another when needed', async () => {
    const tool = createTool({ idleMs: 50 });
    const { pid } = await tool.run('echo', { text: '' });
    await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false);
    expect((await tool.run('echo', { text: '' })).pid).not.toBe(pid);
  });

  it('replaces a child after many operations', async () => {
    const tool = createTool();
    const pids = new Set<number>();
    for (let count = 0; count < 30; count += 1) pids.add((await tool.run('echo', { text: '' })).pid);
    expect(pids.size).toBe(2);
  });

  it('rejects what runs and what waits when it is closed, and takes nothing more', async () => {
    const tool = createTool();
    const { pid } = await tool.run('echo', { text: '' });
    const running = tool.run('hang', {} as never);
    const waiting = tool.run('echo', { text: '' });
    const outcomes = Promise.allSettled([running, waiting]);
    await tool.close();
    expect(await outcomes).toMatchObject([{ reason: { kind: 'closed' } }, { reason: { kind: 'closed' } }]);
    expect(isAlive(pid)).toBe(false);
    await expect(tool.run('echo', { text: '' })).rejects.toMatchObject({ kind: 'closed' });
    await tool.close();
  });

  it.each([
    ['a resting child', "await tool.run('echo', { text: '' });", {}],
    [
      'an operation of a tool that does not hold it',
      "void tool.run('hang', {}).catch(() => {});",
      { holdsProcess: false },
    ],
  ])('lets a process end by itself despite %s', async (_name, statement, options) => {
    const code = `
      import { createChildTool } from ${JSON.stringify(fileURLToPath(new URL('../../src/core/child-tool.ts', import.meta.url)))};
      const tool = createChildTool({ worker: new URL(${JSON.stringify(worker.href)}), ...${JSON.stringify(options)} });
      ${statement}`;
    const host = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'inherit' });
    const ended = new Promise((resolve) => host.on('exit', resolve));
    expect(await Promise.race([ended, sleep(8000, 'still there')])).toBe(0);
  });

  it('leaves no child behind when its process is killed', async () => {
    const code = `
      import { createChildTool } from ${JSON.stringify(fileURLToPath(new URL('../../src/core/child-tool.ts', import.meta.url)))};
      const tool = createChildTool({ worker: new URL(${JSON.stringify(worker.href)}) });
      process.stdout.write(String((await tool.run('echo', { text: '' })).pid));
      await tool.run('hang', {});`;
    const host = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
    const pid = await new Promise<number>((resolve) => host.stdout.once('data', (text) => resolve(Number(text))));
    host.kill('SIGKILL');
    await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false);
  });
});
