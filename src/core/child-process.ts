/** One child process: an operation at a time, under a clock and a scale. */
import { type ChildProcess, fork } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import { ChildToolError, type ChildToolErrorKind } from './child-tool-error.ts';
import type { ChildAnswer } from './child-worker.ts';

/** What a child may take. Past any of these it is ended, and its operation rejects as `timeout` or `memory`. */
export interface ChildLimits {
  /** For one operation, waiting in line not counted. Default 120 000. */
  readonly timeoutMs: number;
  /** The JavaScript heap of the child. Default 768. */
  readonly maxHeapMiB: number;
  /** All memory of the child, codecs included; watched where the system has `/proc`. Default 1536. */
  readonly maxRssMiB: number;
}

/**
 * A process that does one operation at a time: the caller asks for the next when the last has settled. What rejects is a
 * `ChildToolError`; after any kind but `failed` the process is gone or on its way.
 */
export interface Child {
  perform(name: string, input: unknown): Promise<unknown>;
  /** Kills it; resolves when it is gone. */
  end(): Promise<void>;
  /** How many it has been given. */
  operations(): number;
}

interface ChildOptions {
  readonly worker: URL;
  readonly limits: ChildLimits;
  readonly holdsProcess: boolean;
  /** Called once, when the process has ended for whatever reason. */
  readonly onGone: () => void;
}

const watchEveryMs = 200;
/** The end of what the child wrote to stderr: enough for a native stack and the sentence above it. */
const lastWordsLength = 8000;
const reasonLength = 300;

/** Keys and tokens of the parent stay with the parent; glibc's arenas would double the codecs' memory. */
const childEnvironment = { MALLOC_ARENA_MAX: '2' };

/** Starts at once and answers when it is ready; a worker that cannot start rejects its first operation. */
export function startChild({ worker, limits, holdsProcess, onGone }: ChildOptions): Child {
  const child = fork(worker, {
    execArgv: [`--max-old-space-size=${limits.maxHeapMiB}`, '--disable-warning=ExperimentalWarning'],
    env: childEnvironment,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const gone = Promise.withResolvers<void>();
  let lastWords = '';
  let count = 0;
  let current: { readonly name: string; settle(answer: ChildAnswer): void; fail(error: ChildToolError): void } | null =
    null;
  let isGone = false;
  let reason: { readonly kind: ChildToolErrorKind; readonly why: string } | null = null;

  function leave(why: string): void {
    if (isGone) return;
    isGone = true;
    const { kind, why: because } = reason ?? explain(why, lastWords);
    current?.fail(new ChildToolError(kind, `${current.name}: ${because}`));
    onGone();
    gone.resolve();
  }

  function kill(kind: ChildToolErrorKind, why: string): void {
    reason ??= { kind, why };
    child.kill('SIGKILL');
  }

  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-lastWordsLength);
  });
  child.on('message', (answer: ChildAnswer) => current?.settle(answer));
  child.on('error', (error) => leave(error.message));
  // `close`, not `exit`: stderr is then complete.
  child.on('close', (code, signal) => leave(signal === null ? `exit code ${code}` : `signal ${signal}`));
  hold(child, false);

  async function weigh(): Promise<void> {
    const rssMiB = await residentMiB(child.pid);
    if (rssMiB > limits.maxRssMiB) kill('memory', `took ${Math.round(rssMiB)} MiB of ${limits.maxRssMiB}`);
  }

  function perform(name: string, input: unknown): Promise<unknown> {
    if (isGone) return Promise.reject(new ChildToolError('crash', `${name}: the child process is gone`));
    count += 1;
    hold(child, holdsProcess);
    const timer = setTimeout(() => kill('timeout', `took longer than ${limits.timeoutMs} ms`), limits.timeoutMs);
    const watch = setInterval(() => void weigh(), watchEveryMs);
    timer.unref();
    watch.unref();
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    current = {
      name,
      settle: (answer) =>
        answer.outcome === 'done' ? resolve(answer.value) : reject(new ChildToolError('failed', answer.message)),
      fail: reject,
    };
    child.send({ name, input }, (error) => {
      if (error !== null) kill('crash', error.message);
    });
    return promise.finally(() => {
      clearTimeout(timer);
      clearInterval(watch);
      current = null;
      hold(child, false);
    });
  }

  return {
    perform,
    end() {
      kill('closed', 'the tool was closed');
      // Somebody waits for this, and a killed process is gone in no time.
      if (!isGone) hold(child, true);
      return gone.promise;
    },
    operations: () => count,
  };
}

function explain(why: string, lastWords: string): { readonly kind: ChildToolErrorKind; readonly why: string } {
  const lines = lastWords.split('\n').filter((line) => line.trim() !== '');
  const reason = lines.find((line) => /error/i.test(line)) ?? lines.at(-1);
  const said = reason === undefined ? '' : `: ${reason.trim().slice(0, reasonLength)}`;
  const kind = lastWords.includes('heap out of memory') ? 'memory' : 'crash';
  return { kind, why: `the child process ended with ${why}${said}` };
}

/** The three handles of a child that can keep its parent alive. */
function hold(child: ChildProcess, isHeld: boolean): void {
  const verb = isHeld ? 'ref' : 'unref';
  child[verb]();
  child.channel?.[verb]();
  if (child.stderr instanceof Socket) child.stderr[verb]();
}

/** 0 where the system does not tell; the heap limit is then what is left. */
async function residentMiB(pid: number | undefined): Promise<number> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
