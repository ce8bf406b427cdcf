/** The real program as a process of its own, used through the HTTP side of its page. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

export interface Program {
  readonly url: string;
  /** From spawning to `/readyz` saying yes. */
  readonly readyMs: number;
  /** Resident memory, in bytes; only where `/proc` tells. */
  memory(): number;
  stop(): Promise<void>;
}

const readyLine = z.object({ event: z.literal('process.ready'), url: z.string() });

/** @param entry a TypeScript or JavaScript file that logs `process.ready` with its `url` */
export async function startProgram(entry: string, environment: Readonly<Record<string, string>>): Promise<Program> {
  const started = performance.now();
  // The flag that `npm start` and the image give.
  const child = spawn(process.execPath, ['--max-semi-space-size=4', entry], {
    env: { PATH: process.env.PATH ?? '', CI: 'true', PORT: '0', LOG_FORMAT: 'json', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await readUrl(child);
  await whenReady(new URL('readyz', url));
  const readyMs = performance.now() - started;
  return {
    url,
    readyMs,
    memory: () => residentBytes(child.pid ?? 0),
    async stop() {
      if (child.exitCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

async function whenReady(url: URL): Promise<void> {
  const until = performance.now() + 30_000;
  for (;;) {
    const answer = await fetch(url);
    if (answer.ok) return;
    if (performance.now() > until) throw new Error(`not ready: ${await answer.text()}`);
    await sleep(20);
  }
}

async function readUrl(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the program has no output');
  const lines = createInterface({ input: child.stdout });
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the program ended with ${code}`)));
    lines.on('line', (line) => {
      const parsed = readyLine.safeParse(JSON.parse(line));
      if (parsed.success) resolve(parsed.data.url);
    });
  });
}

function residentBytes(pid: number): number {
  const found = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(found?.[1] ?? Number.NaN) * 1024;
}

/** Somebody on the page. */
export interface Visitor {
  /** Sends a message; resolves with how long the acknowledgement took, in milliseconds. */
  say(text: string): Promise<number>;
}

let messages = 0;

export async function welcome(url: string, name: string): Promise<Visitor> {
  const answer = await fetch(new URL('api/visitors', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
  });
  const { id } = z.object({ id: z.string() }).parse(await answer.json());
  const cookie = answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const headers = { 'content-type': 'application/json', 'x-visitor': id, cookie };
  return {
    async say(text) {
      messages += 1;
      const body = JSON.stringify({
        id: `bench-${process.pid}-${messages}`,
        channel: 'general',
        thread: null,
        text,
        pictures: [],
      });
      const sent = performance.now();
      const reply = await fetch(new URL('api/messages', url), { method: 'POST', headers, body });
      await reply.arrayBuffer();
      if (!reply.ok) throw new Error(`the page said ${reply.status}`);
      return performance.now() - sent;
    },
  };
}

/** Sends at an even pace, whatever the answers do. */
export async function sayEvenly(
  visitors: readonly Visitor[],
  text: string,
  perSecond: number,
  seconds: number,
): Promise<number[]> {
  const answers: Promise<number>[] = [];
  const started = performance.now();
  for (let index = 0; index < perSecond * seconds; index += 1) {
    const dueMs = (index * 1000) / perSecond - (performance.now() - started);
    if (dueMs > 0) await new Promise((resolve) => setTimeout(resolve, dueMs));
    const visitor = visitors[index % visitors.length];
    if (visitor !== undefined) answers.push(visitor.say(text));
  }
  return Promise.all(answers);
}
