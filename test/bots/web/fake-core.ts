/** Commands that answer as the real ones do, over jobs that do what the test tells them. */
import type { Command, CommandCall, Reply } from '../../../src/commands/command.ts';
import { drawOptions } from '../../../src/commands/options.ts';
import type { Button, ButtonAction, ClipPost, Courier, StatusView } from '../../../src/core/delivery/delivery.ts';
import type { KeptFile } from '../../../src/core/media/media.ts';
import { requestOptions } from '../../../src/core/request.ts';
import type { Destination, JobId, JsonValue } from '../../../src/core/values.ts';

interface FakeJob {
  readonly destination: Destination;
  view: StatusView;
  message: JsonValue | null;
}

export interface FakeCore {
  readonly commands: readonly Command[];
  /** Every call that ran, in order. */
  readonly calls: readonly { readonly command: string; readonly call: CommandCall }[];
  jobs(): readonly JobId[];
  /** The courier of the process that runs now. */
  use(courier: Courier): void;
  show(job: JobId, change: Partial<StatusView>): Promise<void>;
  deliver(job: JobId, clip: KeptFile, poster: KeptFile): Promise<void>;
  /** The next call of this command does this instead. */
  onNext(command: string, run: (call: CommandCall) => Promise<Reply>): void;
}

const words: Readonly<Record<ButtonAction, string>> = {
  cancel: 'Cancel',
  again: 'Again',
  remix: 'Remix',
  continue: 'Continue',
  retry: 'Retry',
};

export function fakeButtons(job: JobId, ...actions: readonly ButtonAction[]): Button[] {
  return actions.map((action) => ({ action, job, label: words[action] }));
}

export function createFakeCore(now: () => Date): FakeCore {
  const calls: { command: string; call: CommandCall }[] = [];
  const jobs = new Map<JobId, FakeJob>();
  const byOrigin = new Map<string, JobId>();
  const next = new Map<string, (call: CommandCall) => Promise<Reply>>();
  let courier: Courier | null = null;

  function speaker(): Courier {
    if (courier === null) throw new Error('No process runs.');
    return courier;
  }

  function find(job: JobId): FakeJob {
    const found = jobs.get(job);
    if (found === undefined) throw new Error(`There is no job ${job}.`);
    return found;
  }

  async function show(id: JobId, change: Partial<StatusView>): Promise<void> {
    const job = find(id);
    job.view = { ...job.view, ...change };
    job.message = await speaker().showStatus(job.destination, job.message, job.view);
  }

  async function create(call: CommandCall): Promise<Reply> {
    const earlier = byOrigin.get(call.origin);
    if (earlier !== undefined) return { kind: 'started', job: earlier };
    const id = `job-${jobs.size + 1}` as JobId;
    const prompt = String(call.values.prompt ?? 'The picture comes to life');
    if (prompt.includes('forbidden')) return card('refusal', 'That cannot be shown. Say it in other words.');
    byOrigin.set(call.origin, id);
    const view: StatusView = {
      job: id,
      state: 'queued',
      asker: call.asker,
      locale: call.asker.locale,
      prompt,
      summary: '2.3 · 6 s · 768P',
      sentence: 'Waiting for a free place.',
      provider: 'Sandbox',
      acceptedAt: now().getTime() / 1000,
      renderingSince: null,
      expected: null,
      place: 2,
      fraction: null,
      buttons: fakeButtons(id, 'cancel'),
    };
    jobs.set(id, { destination: call.destination, view, message: null });
    await show(id, {});
    return { kind: 'started', job: id };
  }

  const runs: Readonly<Record<string, (call: CommandCall) => Promise<Reply>>> = {
    create,
    again: create,
    continue: create,
    retry: create,
    async jobs() {
      const rows = [...jobs].map(([id, { view }]) => ({
        label: view.prompt,
        value: view.state,
        buttons: fakeButtons(id, 'cancel'),
      }));
      return { kind: 'card', audience: 'asker', tone: 'plain', card: { title: 'Your clips', paragraphs: [], rows } };
    },
    async cancel({ values }) {
      await show(values.job as JobId, { state: 'cancelled', sentence: 'Cancelled. Nothing was taken.', buttons: [] });
      return card('plain', 'Cancelled.');
    },
    async quota() {
      return card('plain', '3 of 10 clips used today. It resets at midnight.');
    },
    async help() {
      return card('plain', 'Type /hailuo and what should happen.');
    },
    async remix(call) {
      if (typeof call.values.prompt === 'string') return create(call);
      const job = find(call.values.job as JobId);
      const [prompt] = drawOptions(requestOptions);
      if (prompt === undefined) throw new Error('The schema has no prompt.');
      return {
        kind: 'form',
        form: {
          title: 'Remix',
          command: 'remix',
          values: { job: job.view.job },
          fields: [{ ...prompt, value: job.view.prompt }],
          submitLabel: 'Make it',
        },
      };
    },
  };

  const commands = Object.entries(runs).map(
    ([name, run]): Command => ({
      name,
      description: `What ${name} does`,
      options: name === 'create' ? drawOptions(requestOptions) : [],
      isListed: ['create', 'jobs', 'quota', 'help'].includes(name),
      async run(call) {
        calls.push({ command: name, call });
        const instead = next.get(name);
        next.delete(name);
        return (instead ?? run)(call);
      },
    }),
  );

  return {
    commands,
    calls,
    jobs: () => [...jobs.keys()],
    use: (current) => {
      courier = current;
    },
    show,
    async deliver(id, clip, poster) {
      const { destination, view, message } = find(id);
      const post: ClipPost = {
        job: id,
        nonce: `n-${id}`,
        asker: view.asker,
        locale: view.locale,
        prompt: view.prompt,
        caption: 'Here is your clip.',
        clip,
        poster,
        as: { kind: 'file', path: '', name: 'clip.mp4' },
        buttons: fakeButtons(id, 'again', 'remix', 'continue'),
        status: message,
      };
      await speaker().post(destination, post);
      await show(id, { state: 'done', sentence: 'Done in 24 seconds.', buttons: [], place: null });
    },
    onNext: (command, run) => void next.set(command, run),
  };
}

export function card(tone: 'plain' | 'refusal', ...paragraphs: readonly string[]): Reply {
  return { kind: 'card', audience: 'asker', tone, card: { paragraphs } };
}
