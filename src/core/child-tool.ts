/** Heavy or dangerous work, done in a child process that may be ended at any moment without harm to this one. */
import { type Child, type ChildLimits, startChild } from './child-process.ts';
import { ChildToolError } from './child-tool-error.ts';
import type { ChildOperations } from './child-worker.ts';

/** Operations wait in line in the order they were asked for; one that brings its child down harms no other. */
export interface ChildTool<Operations extends ChildOperations> extends AsyncDisposable {
  /**
   * Runs one operation, after those asked for earlier.
   * Rejects with a `ChildToolError`; the next operation then gets a fresh child.
   */
  run<Name extends keyof Operations & string>(
    name: Name,
    input: Parameters<Operations[Name]>[0],
  ): Promise<Awaited<ReturnType<Operations[Name]>>>;
  /** Rejects what waits and what runs, and resolves when every child is gone. */
  close(): Promise<void>;
}

/** Which worker, and what it may take; limits that are left out have the defaults named at `ChildLimits`. */
export interface ChildToolOptions extends Partial<ChildLimits> {
  /** The file that calls `serveChild`. */
  readonly worker: URL;
  /** How many operations run at once. Default 1: a transcode takes half a gigabyte. */
  readonly concurrency?: number;
  /** A child that rests this long is ended. Default 10 000. */
  readonly idleMs?: number;
  /** Whether a running operation keeps this process alive. Default true; a resting child never does. */
  readonly holdsProcess?: boolean;
}

/** Native codecs leak a little; a child is replaced after this many operations. */
const operationsPerChild = 25;

interface Task {
  readonly name: string;
  readonly input: unknown;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
}

/** Children are started on demand and reused; nothing is started before the first `run`. */
export function createChildTool<Operations extends ChildOperations>(options: ChildToolOptions): ChildTool<Operations> {
  const { concurrency = 1, idleMs = 10_000, holdsProcess = true } = options;
  const limits: ChildLimits = {
    timeoutMs: options.timeoutMs ?? 120_000,
    maxHeapMiB: options.maxHeapMiB ?? 768,
    maxRssMiB: options.maxRssMiB ?? 1536,
  };
  const line: Task[] = [];
  const children = new Set<Child>();
  const resting = new Map<Child, NodeJS.Timeout>();
  let running = 0;
  let isClosed = false;

  function wakeUp(child: Child): void {
    clearTimeout(resting.get(child));
    resting.delete(child);
  }

  function forget(child: Child): void {
    children.delete(child);
    wakeUp(child);
  }

  function dismiss(child: Child): Promise<void> {
    wakeUp(child);
    return child.end();
  }

  function takeChild(): Child {
    const [rested] = resting.keys();
    if (rested !== undefined) {
      wakeUp(rested);
      return rested;
    }
    const child = startChild({ worker: options.worker, limits, holdsProcess, onGone: () => forget(child) });
    children.add(child);
    return child;
  }

  function putBack(child: Child): void {
    if (!children.has(child)) return;
    if (isClosed || child.operations() >= operationsPerChild) {
      void dismiss(child);
      return;
    }
    const timer = setTimeout(() => void dismiss(child), idleMs);
    timer.unref();
    resting.set(child, timer);
  }

  async function perform(task: Task): Promise<void> {
    running += 1;
    try {
      const child = takeChild();
      try {
        // Both ends of the channel are ours, and the worker's type says what comes back.
        task.resolve((await child.perform(task.name, task.input)) as never);
      } finally {
        putBack(child);
      }
    } catch (error) {
      task.reject(error);
    } finally {
      running -= 1;
      startNext();
    }
  }

  function startNext(): void {
    while (running < concurrency) {
      const task = line.shift();
      if (task === undefined) return;
      void perform(task);
    }
  }

  async function close(): Promise<void> {
    isClosed = true;
    for (const task of line.splice(0)) task.reject(new ChildToolError('closed', `${task.name}: the tool was closed`));
    await Promise.all([...children].map(dismiss));
  }

  return {
    run(name, input) {
      if (isClosed) return Promise.reject(new ChildToolError('closed', `${name}: the tool was closed`));
      return new Promise((resolve, reject) => {
        line.push({ name, input, resolve, reject });
        startNext();
      });
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
