/** The real program as a process of its own, driven as people drive it: by signals, and through the web page's HTTP API. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { z } from 'zod';
import { type BotVisitor, visit } from './bot-visitor.ts';
import { eventually } from './eventually.ts';

/** A line of the log, as any program would read it. */
export type LogLine = Readonly<Record<string, unknown>> & { readonly event: string };

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface EndedBot extends Exit {
  readonly output: string;
  readonly errors: string;
  readonly lines: readonly LogLine[];
}

export interface SpawnedBot extends AsyncDisposable {
  readonly pid: number;
  /** Every line of the log so far. */
  readonly lines: readonly LogLine[];
  /** Everything it wrote so far, lines of the log included. */
  output(): string;
  errors(): string;
  /** The first line of that event, written before or after this call. Fails when the process ends without one. */
  waitForLine(event: string, fits?: (line: LogLine) => boolean, mostMs?: number): Promise<LogLine>;
  /** Only sends the signal. */
  signal(signal: NodeJS.Signals): void;
  /** Sends the signal, SIGKILL when none is named, and waits for the end. */
  kill(signal?: NodeJS.Signals): Promise<Exit>;
  /** As an orchestrator does. */
  stop(): Promise<Exit>;
  readonly exited: Promise<Exit>;
}

export interface BotProcess extends SpawnedBot {
  /** Where its page is; only a process with the `web` role has one. */
  readonly url: string;
  visitor(name: string): Promise<BotVisitor>;
}

export interface BotOptions {
  /** All that it is told: nothing of the test runner's environment reaches it but the path and the home. */
  readonly env: Readonly<Record<string, string>>;
  /** Default: the directory `DATA_DIR` names, so that no `.env` of the repository is read. */
  readonly directory?: string;
  /** Default: this Node. */
  readonly node?: string;
  /** Default: the program. Another file for a bot that is made to die at a certain line. */
  readonly entry?: string;
  readonly args?: readonly string[];
}

const program = fileURLToPath(new URL('../../src/start.mjs', import.meta.url));
const readyMs = 45_000;

const alive = new Set<ChildProcess>();
const directories = new Set<string>();

// Whatever a test does or fails to do: nothing it started outlives its file.
afterAll(endAll);
process.on('exit', killAll);

async function endAll(): Promise<void> {
  const ends = [...alive].map((child) => new Promise((resolve) => child.once('close', resolve)));
  killAll();
  await Promise.all(ends);
  for (const directory of directories) rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
}

function killAll(): void {
  for (const child of alive) child.kill('SIGKILL');
}

/** An empty directory that is removed when the test file is through. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'hailuo-process-'));
  directories.add(directory);
  return directory;
}

/** Starts the program and waits until it says that it is ready. */
export async function startBot(options: BotOptions): Promise<BotProcess> {
  const spawned = spawnBot(options);
  const ready = await spawned.waitForLine('process.ready', undefined, readyMs);
  const url = typeof ready.url === 'string' ? ready.url.replace(/\/$/, '') : '';
  return { ...spawned, url, visitor: (name) => visit(url, name) };
}

/** Starts the program and waits for its end: for those that should not come to be. */
export async function runBot(options: BotOptions): Promise<EndedBot> {
  const spawned = spawnBot(options);
  const exit = await spawned.exited;
  return { ...exit, output: spawned.output(), errors: spawned.errors(), lines: spawned.lines };
}

/** Only starts it. */
export function spawnBot({
  env,
  directory,
  node = process.execPath,
  entry = program,
  args = [],
}: BotOptions): SpawnedBot {
  const child = spawn(node, [entry, ...args], {
    cwd: directory ?? env.DATA_DIR ?? tmpdir(),
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  alive.add(child);
  const lines: LogLine[] = [];
  let output = '';
  let unfinished = '';
  let errors = '';
  let exit: Exit | null = null;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    const parts = (unfinished + text).split('\n');
    unfinished = parts.pop() ?? '';
    lines.push(...parts.flatMap(readLine));
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once('error', (error) => {
      alive.delete(child);
      reject(error);
    });
    // `close`, not `exit`: all it wrote has then been read.
    child.once('close', (code, signal) => {
      alive.delete(child);
      exit = { code, signal };
      resolve(exit);
    });
  });
  exited.catch(() => {}); // whoever waits for it hears of it

  const spawned: SpawnedBot = {
    pid: child.pid ?? 0,
    lines,
    output: () => output,
    errors: () => errors,
    exited,
    waitForLine: (event, fits = () => true, mostMs = 30_000) =>
      eventually(() => {
        const line = lines.find((candidate) => candidate.event === event && fits(candidate));
        if (line !== undefined) return line;
        const end = exit === null ? '' : ` and it has ended with ${exit.signal ?? exit.code}`;
        const said = `no ${event} was logged${end}\n${output.slice(-3000)}\n${errors.slice(-3000)}`;
        return exit === null ? new Error(said) : Promise.reject(new Error(said));
      }, mostMs),
    signal: (signal) => void child.kill(signal),
    async kill(signal = 'SIGKILL') {
      child.kill(signal);
      return exited;
    },
    stop: () => spawned.kill('SIGTERM'),
    async [Symbol.asyncDispose]() {
      if (exit === null) await spawned.kill();
    },
  };
  return spawned;
}

const logLine = z.looseObject({ event: z.string() });

/** What is not JSON, or names no event, is no line of the log: a greeting, for instance, or a library's own words. */
function readLine(text: string): LogLine[] {
  try {
    return [logLine.parse(JSON.parse(text))];
  } catch {
    return [];
  }
}
