/**
 * Every fault at every provider: whole jobs with the real providers' files, each against the strict double of its
 * service. A line in `faults` is a case for all of them; a service in `services` goes through all faults.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { OpenDatabase } from '../src/core/database.ts';
import type { FailureKind } from '../src/core/failure.ts';
import type { Job } from '../src/core/jobs/job.ts';
import { step } from '../src/core/jobs/step.ts';
import { gatewayPage, type Fault as Mishap } from '../src/simulate/faults.ts';
import type { RenderPlan } from '../src/simulate/renders.ts';
import type { SimulatedErrors } from '../src/simulate/server.ts';
import { services as doubles } from '../src/simulate/services.ts';
import { openMemoryDatabase } from './support/database.ts';
import { type Actor, type CreateService, pictureBytes, type Stage, setStage } from './support/provider-stage.ts';

let opened: OpenDatabase;

beforeAll(async () => {
  opened = await openMemoryDatabase();
});
afterAll(() => opened.close());
afterEach(async () => {
  await opened.database.deleteFrom('jobs').execute();
});

/** What a fault can need of a service, and how it is seen whether the service has it. */
const abilities = {
  'a word for moderation': ({ double }: Actor) => double.errors.moderation !== undefined,
  'a word for "not now"': ({ double }: Actor) => double.errors.unavailable !== undefined,
  'a result apart from the look': ({ double }: Actor) => resultOf({ double }) !== undefined,
  'an upload': ({ provider }: Actor) => provider.upload !== undefined,
  'a cancel': ({ provider }: Actor) => provider.cancel !== undefined,
  'call-backs': ({ provider }: Actor) => provider.readCallBack !== undefined,
  'signed call-backs': ({ double }: Actor) => facts(double.id).signsCallBacks,
  'an exact offer': ({ provider }: Actor) => {
    const offer = provider.offer({ prompt: 'x', model: '2.3-pro', seconds: 6, resolution: '1080P', enhance: true });
    return offer.outcome === 'offered' && offer.note === undefined;
  },
} as const satisfies Record<string, (actor: Actor) => boolean>;
type Ability = keyof typeof abilities;

/** Why a service has none of it. A test below compares this with what the services have. */
const reasons: Readonly<Record<Ability, Readonly<Record<string, string>>>> = {
  'a word for moderation': { runcomfy: 'it has no code for it', runbase: 'it has no code for it' },
  'a word for "not now"': {
    runcomfy: 'after a fault it leaves open what was accepted',
    runbase: 'after a fault it leaves open what was accepted',
    minimax: 'after a fault it leaves open what was accepted',
  },
  'a result apart from the look': {
    runninghub: 'the look brings the link',
    runbase: 'the look brings the link',
    toapis: 'the look brings the link',
  },
  'an upload': {
    runcomfy: 'it reads pictures from a link',
    runbase: 'it reads pictures from a link',
    minimax: 'pictures go with the submit',
  },
  'a cancel': {
    runninghub: 'it stops nothing',
    runbase: 'it stops nothing',
    toapis: 'it stops nothing',
    minimax: 'it stops nothing',
  },
  'call-backs': { runcomfy: 'it calls nobody back', runbase: 'it calls nobody back' },
  'signed call-backs': {
    runcomfy: 'it calls nobody back',
    runninghub: 'the address alone is the proof',
    runbase: 'it calls nobody back',
    minimax: 'the address alone is the proof',
  },
  'an exact offer': { runbase: 'it does not say what it renders, so it is never asked before another' },
};

type Stop = 'stopped' | 'asked' | 'too-late' | 'not-offered';

/** What the sheets say of each service beyond what can be seen. */
interface Facts {
  readonly signsCallBacks: boolean;
  /** What a cancel comes to, while the job waits there and while it renders. */
  readonly stops: readonly [waiting: Stop, rendering: Stop];
  /** What a failed render is taken for, and whether another provider may be asked: it must have cost nothing. */
  readonly failedAs: FailureKind;
  readonly failedIsFree: boolean;
}

const noStop = ['not-offered', 'not-offered'] as const;
const sheets: Readonly<Record<string, Facts>> = {
  fal: { signsCallBacks: true, stops: ['asked', 'asked'], failedAs: 'unavailable', failedIsFree: true },
  runcomfy: { signsCallBacks: false, stops: ['stopped', 'too-late'], failedAs: 'other', failedIsFree: false },
  runninghub: { signsCallBacks: false, stops: noStop, failedAs: 'unavailable', failedIsFree: false },
  runbase: { signsCallBacks: false, stops: noStop, failedAs: 'unavailable', failedIsFree: true },
  toapis: { signsCallBacks: true, stops: noStop, failedAs: 'unavailable', failedIsFree: false },
  minimax: { signsCallBacks: false, stops: noStop, failedAs: 'unavailable', failedIsFree: false },
};

function facts(id: string): Facts {
  return sheets[id] ?? expect.fail(`nothing is written down about ${id}`);
}

/** How a job is to end. What is left out is as after a success. */
interface Ending {
  readonly state?: 'done' | 'failed' | 'cancelled';
  readonly kind?: FailureKind;
  /** Words of the last sentence that the person reads. */
  readonly says?: string;
  /** Jobs that the service took: what is paid for. */
  readonly accepted?: 0 | 1;
  /** Paid calls that got through to it. */
  readonly submits?: number;
  /** Jobs that the second provider took; it is there where the fault says so. */
  readonly second?: 0 | 1;
  /** Times that the operator is told of a key or an account. */
  readonly alerts?: number;
  /** What the service's call-backs were answered with. */
  readonly answers?: readonly number[];
  /** Whether the service stopped the render. */
  readonly isStopped?: boolean;
}

interface Fault {
  readonly name: string;
  readonly needs?: readonly Ability[];
  readonly isFromPicture?: boolean;
  /** Call-backs have an address to come to. */
  readonly hasCallBacks?: boolean;
  /** Another provider stands by, which is well. */
  readonly hasSecond?: boolean;
  /** Before the job is asked for. */
  arrange?(actor: Actor): void | Promise<void>;
  /** Once the job is with the service. */
  meanwhile?(stage: Stage, job: Job): Promise<void>;
  readonly ends: Ending | ((actor: Actor) => Ending);
  /** Whatever is particular, at the very end. */
  also?(job: Job, actor: Actor): void | Promise<void>;
}

const order =
  (operation: string, mishap: Mishap, times = 1) =>
  ({ simulation }: Actor) =>
    simulation.order(operation, mishap, times);
const refuse =
  (operation: string, error: keyof SimulatedErrors, times = 1) =>
  ({ simulation, double }: Actor) => {
    const reply = double.errors[error] ?? expect.fail(`${double.id} has no word for ${error}`);
    simulation.order(operation, { fault: 'answer', reply }, times);
  };
const plan =
  (how: RenderPlan) =>
  ({ double }: Actor) =>
    double.renders.plan(how);
const all =
  (...parts: readonly ((actor: Actor) => void)[]) =>
  (actor: Actor) => {
    for (const part of parts) part(actor);
  };

const cut: Mishap = { fault: 'cut' };
const page: Mishap = { fault: 'answer', reply: gatewayPage };
const loseAnswer: Mishap = { fault: 'lose-answer' };

const clip: Ending = {};
const unknown: Ending = { state: 'failed', kind: 'outcome-unknown', says: 'nobody knows whether the render began' };
const declined: Ending = { state: 'failed', kind: 'moderation', says: 'declined' };
const refused = { state: 'failed', accepted: 0 } as const satisfies Ending;
const unreached: Ending = { ...refused, kind: 'unavailable', says: 'could not be reached or had a fault' };
function failedRender(id: string): Ending {
  const { failedAs: kind } = facts(id);
  return { state: 'failed', kind, says: kind === 'other' ? 'refused this render' : 'had a fault' };
}
const fromSecond: Ending = { accepted: 0, second: 1 };

/** A job that was taken is found again where one can ask for it. */
const unlessLookedUp = (ending: Ending) => (actor: Actor) => (actor.provider.lookUp === undefined ? ending : clip);

const stopWords: Readonly<Record<Stop, string>> = {
  stopped: 'Cancelled. Nothing',
  asked: 'was asked to stop',
  'too-late': 'cannot stop a render that has begun',
  'not-offered': 'cannot stop a render that has begun',
};
const cancelled = (how: Stop): Ending => ({
  state: 'cancelled',
  says: stopWords[how],
  isStopped: how === 'stopped' || how === 'asked',
});

async function cancel({ world, clock }: Stage, job: Job): Promise<void> {
  clock.pass(1000);
  await world.call('cancel', { job: job.id });
}

function resultOf({ double }: Pick<Actor, 'double'>): string | undefined {
  return double.routes.find(({ operation }) => ['result', 'retrieve'].includes(operation))?.operation;
}
const atResult = (mishap: Mishap) => (actor: Actor) => order(resultOf(actor) ?? '', mishap, 2)(actor);

const faults: readonly Fault[] = [
  { name: 'none, from words', ends: clip },
  {
    // With our own web server in the same process, as the bot runs.
    name: 'none, from a picture',
    isFromPicture: true,
    hasCallBacks: true,
    ends: ({ provider }) => (provider.readCallBack === undefined ? clip : { answers: [200] }),
    async also(_job, { double, simulation }) {
      const input = JSON.stringify(double.renders.jobs[0]?.input);
      expect(await pictureIn(input, simulation.origin)).toEqual(pictureBytes);
    },
  },

  {
    name: 'submit: taken, and the answer is lost',
    arrange: order('submit', loseAnswer),
    ends: unlessLookedUp(unknown),
  },
  {
    name: 'submit: taken, and a gateway answers',
    arrange: order('submit', { ...page, afterwards: true }),
    ends: unlessLookedUp(unknown),
  },
  { name: 'submit: cut before it is taken', arrange: order('submit', cut), ends: { ...unknown, accepted: 0 } },
  {
    name: 'submit: a gateway answers, nothing is taken',
    arrange: order('submit', page),
    ends: { ...unknown, accepted: 0 },
  },
  { name: 'submit: too many at first', arrange: refuse('submit', 'rateLimited'), ends: { submits: 2 } },
  {
    name: 'submit: not now at first',
    needs: ['a word for "not now"'],
    arrange: refuse('submit', 'unavailable'),
    ends: { submits: 2 },
  },
  {
    name: 'submit: not now, for ever',
    needs: ['a word for "not now"'],
    arrange: refuse('submit', 'unavailable', 100),
    ends: { ...unreached, submits: 8 },
  },
  {
    name: 'submit: nobody listens',
    arrange: ({ simulation }) => simulation.close(),
    ends: { ...unreached, submits: 0 },
  },
  {
    name: 'submit: moderation',
    needs: ['a word for moderation'],
    arrange: refuse('submit', 'moderation'),
    ends: { ...declined, accepted: 0 },
  },
  {
    name: 'submit: bad input',
    arrange: refuse('submit', 'badInput'),
    ends: { ...refused, kind: 'bad-input', says: 'could not use this request' },
  },
  {
    name: 'submit: no credit',
    arrange: refuse('submit', 'noCredit'),
    ends: { ...refused, kind: 'no-credit', says: 'whoever runs this bot has been told', alerts: 1 },
  },
  {
    name: 'submit: a bad key',
    arrange: refuse('submit', 'badKey'),
    ends: { ...refused, kind: 'bad-key', says: 'whoever runs this bot has been told', alerts: 1 },
  },
  { name: 'submit: a slow answer', arrange: order('submit', { fault: 'wait', ms: 50 }), ends: clip },

  { name: 'look: cut', arrange: order('status', cut, 3), ends: clip },
  { name: 'look: cut until looking stops for a while', arrange: order('status', cut, 8), ends: clip },
  { name: 'look: too many', arrange: refuse('status', 'rateLimited', 2), ends: clip },
  { name: 'look: a gateway answers', arrange: order('status', page, 3), ends: clip },
  { name: 'look: a bad key for a while', arrange: refuse('status', 'badKey'), ends: { alerts: 1 } },
  { name: 'look: a word that nobody knows', arrange: plan({ statusWord: 'polishing' }), ends: clip },
  { name: 'result: cut', needs: ['a result apart from the look'], arrange: atResult(cut), ends: clip },
  { name: 'result: a gateway answers', needs: ['a result apart from the look'], arrange: atResult(page), ends: clip },

  {
    name: 'render: failed',
    arrange: plan({ ending: 'failed' }),
    ends: ({ double }) => failedRender(double.id),
  },
  { name: 'render: moderated', arrange: plan({ ending: 'moderated' }), ends: declined },

  { name: 'clip: cut at first', arrange: order('clip', cut, 2), ends: clip },
  { name: 'clip: a gateway answers at first', arrange: order('clip', page, 2), ends: clip },
  {
    name: 'clip: the link has expired, a new one works',
    arrange: order('clip', { fault: 'answer', reply: { status: 404 } }),
    ends: clip,
  },
  {
    name: 'clip: it is fetched only two hours after it was seen to be ready',
    arrange: plan({ queueMs: 0, renderMs: 0 }),
    async meanwhile({ world, clock }, job) {
      clock.pass(6000);
      const { promise: never } = Promise.withResolvers<never>();
      void step(job.id, { ...world.edges, media: { ...world.edges.media, keepClip: () => never } });
      await expect.poll(async () => (await world.job(job.id)).state).toBe('delivering');
      clock.pass(7_200_000);
    },
    ends: clip,
  },
  {
    name: 'clip: every link has expired',
    arrange: plan({ isLinkExpired: true }),
    ends: { state: 'failed', kind: 'clip-unusable', says: 'what it sent is not a clip' },
  },

  {
    name: 'cancelled while it waits there',
    arrange: plan({ queueMs: 60_000 }),
    meanwhile: cancel,
    ends: ({ double }) => cancelled(facts(double.id).stops[0]),
  },
  {
    name: 'cancelled while it renders',
    arrange: plan({ queueMs: 0, renderMs: 60_000 }),
    meanwhile: cancel,
    ends: ({ double }) => cancelled(facts(double.id).stops[1]),
  },
  {
    name: 'cancelled, and it is rendered all the same',
    needs: ['a cancel'],
    arrange: plan({ queueMs: 0, renderMs: 60_000, ignoresCancel: true }),
    meanwhile: cancel,
    ends: ({ double }) => ({ ...cancelled(facts(double.id).stops[1]), isStopped: false }),
  },
  {
    name: 'cancelled, and the cancel is cut',
    needs: ['a cancel'],
    arrange: all(plan({ queueMs: 60_000 }), order('cancel', cut)),
    meanwhile: cancel,
    ends: { ...cancelled('asked'), isStopped: false },
  },
  {
    name: 'cancelled when the clip is ready and not fetched yet',
    arrange: all(plan({ queueMs: 0, renderMs: 0 }), order('clip', cut)),
    async meanwhile(stage, job) {
      stage.clock.pass(6000);
      await stage.world.settle();
      expect(await stage.world.job(job.id)).toMatchObject({ state: 'delivering', faults: 1 });
      await cancel(stage, job);
    },
    ends: { ...cancelled('too-late'), isStopped: false },
  },

  {
    name: 'call-back: genuine',
    needs: ['call-backs'],
    hasCallBacks: true,
    arrange: plan({ queueMs: 0, renderMs: 150_000 }),
    ends: { answers: [200] },
    also(job, { double }) {
      // Woken by it, and not by a look.
      const readyAt = (double.renders.jobs[0]?.acceptedAt ?? 0) + 150_000;
      expect((job.endedAt?.getTime() ?? 0) - readyAt).toBeLessThan(1000);
      expect(job.attempt?.looks).toBeLessThan(6);
    },
  },
  {
    name: 'call-back: three times',
    needs: ['call-backs'],
    hasCallBacks: true,
    arrange: plan({ callBacks: [genuine(), genuine(), genuine({ delayMs: 1000 })] }),
    ends: { answers: [200, 200, 200] },
  },
  {
    name: 'call-back: an hour after the end',
    needs: ['call-backs'],
    hasCallBacks: true,
    arrange: plan({ callBacks: [genuine({ delayMs: 3_600_000 })] }),
    ends: { answers: [200] },
  },
  {
    name: 'call-back: before the submit is answered',
    needs: ['call-backs'],
    hasCallBacks: true,
    arrange: plan({ callBacks: [genuine({ when: 'early' })] }),
    ends: { answers: [200] },
  },
  {
    name: 'call-back: forged, or of another task, then genuine',
    needs: ['call-backs'],
    hasCallBacks: true,
    arrange: plan({ callBacks: [{ signature: 'forged', when: 'early', delayMs: 1000 }, genuine()] }),
    ends: ({ double }) => ({ answers: [facts(double.id).signsCallBacks ? 401 : 200, 200] }),
  },
  {
    name: 'call-back: heals a lost answer',
    needs: ['call-backs'],
    hasCallBacks: true,
    arrange: all(forgetReferences, order('submit', loseAnswer)),
    ends: { answers: [200] },
  },
  {
    name: 'call-back: heals a lost answer before it is lost',
    needs: ['call-backs'],
    hasCallBacks: true,
    arrange: all(forgetReferences, plan({ callBacks: [genuine({ when: 'early' })] }), order('submit', loseAnswer)),
    ends: { answers: [200] },
  },
  {
    name: 'call-back: forged, heals nothing',
    needs: ['signed call-backs'],
    hasCallBacks: true,
    arrange: all(
      forgetReferences,
      plan({ callBacks: [{ signature: 'forged', when: 'early' }] }),
      order('submit', loseAnswer),
    ),
    ends: { ...unknown, answers: [401] },
  },
  {
    name: 'call-back: too late for a lost answer',
    needs: ['call-backs'],
    hasCallBacks: true,
    arrange: all(forgetReferences, plan({ callBacks: [genuine({ delayMs: 3_600_000 })] }), order('submit', loseAnswer)),
    ends: { ...unknown, answers: [200] },
  },

  {
    name: 'with another: nobody listens',
    needs: ['an exact offer'],
    hasSecond: true,
    arrange: ({ simulation }) => simulation.close(),
    ends: { ...fromSecond, submits: 0 },
  },
  {
    name: 'with another: too many',
    needs: ['an exact offer'],
    hasSecond: true,
    arrange: refuse('submit', 'rateLimited'),
    ends: fromSecond,
  },
  {
    name: 'with another: not now',
    needs: ['an exact offer', 'a word for "not now"'],
    hasSecond: true,
    arrange: refuse('submit', 'unavailable'),
    ends: fromSecond,
  },
  {
    name: 'with another: no credit',
    needs: ['an exact offer'],
    hasSecond: true,
    arrange: refuse('submit', 'noCredit'),
    ends: { ...fromSecond, alerts: 1 },
  },
  {
    name: 'with another: a bad key',
    needs: ['an exact offer'],
    hasSecond: true,
    arrange: refuse('submit', 'badKey'),
    ends: { ...fromSecond, alerts: 1 },
  },
  {
    name: 'with another: the picture cannot be handed over',
    needs: ['an exact offer', 'an upload'],
    isFromPicture: true,
    hasSecond: true,
    arrange: order('upload', cut),
    ends: { ...fromSecond, submits: 0 },
  },
  {
    name: 'with another: moderation stays here',
    needs: ['an exact offer', 'a word for moderation'],
    hasSecond: true,
    arrange: refuse('submit', 'moderation'),
    ends: { ...declined, accepted: 0 },
  },
  {
    name: 'with another: a lost answer stays here',
    needs: ['an exact offer'],
    hasSecond: true,
    arrange: order('submit', loseAnswer),
    ends: unlessLookedUp(unknown),
  },
  {
    name: 'with another: a failed render is taken there only where it cost nothing',
    needs: ['an exact offer'],
    hasSecond: true,
    arrange: plan({ ending: 'failed' }),
    ends: ({ double }) => (facts(double.id).failedIsFree ? { second: 1 } : failedRender(double.id)),
  },
];

function genuine(more: Partial<NonNullable<RenderPlan['callBacks']>[number]> = {}) {
  return { signature: 'genuine' as const, ...more };
}

/** So that a call-back alone can heal. */
function forgetReferences({ double }: Actor): void {
  if ('forgetReferences' in double && typeof double.forgetReferences === 'function') double.forgetReferences();
}

/** The bytes that the service would read, wherever the submit says they are. */
async function pictureIn(input: string, origin: string): Promise<Buffer> {
  const data = /data:image\/jpeg;base64,([A-Za-z0-9+/=]+)/.exec(input)?.[1];
  if (data !== undefined) return Buffer.from(data, 'base64');
  // A link of ours leads out of the test; that it is one is all that can be seen.
  if (/"https:\/\/bot\.example\/media\/f{64}\?expires=\d+"/.test(input)) return pictureBytes;
  const uploaded = new RegExp(`"(${origin}/[^"]+)"`).exec(input)?.[1] ?? expect.fail(`no picture in ${input}`);
  return Buffer.from(await (await fetch(uploaded)).arrayBuffer());
}

function isToBePlayed({ needs = [] }: Fault, service: string): boolean {
  return needs.every((ability) => reasons[ability][service] === undefined);
}

const ids = doubles.map((create) => create({ clip: new Uint8Array() }).id);

describe.each(doubles.map((create, index) => ({ id: ids[index] ?? '', create, index })))('$id', (service) => {
  const second = doubles[(service.index + 1) % doubles.length];
  for (const fault of faults) {
    if (isToBePlayed(fault, service.id)) test(fault.name, () => play(fault, service.create, second));
  }

  test('has none of what is said to be missing, and all of the rest', async () => {
    const { actors } = await setStage(opened, [service.create]);
    const [actor] = actors;
    if (actor === undefined) return expect.fail('nobody came');
    for (const [ability, has] of Object.entries(abilities) as [Ability, (actor: Actor) => boolean][]) {
      expect(has(actor), ability).toBe(reasons[ability][service.id] === undefined);
    }
  });
});

test('no reason is superfluous: each ability is needed by a fault, each service is there', () => {
  const needed = new Set(faults.flatMap(({ needs = [] }) => needs));
  expect([...needed].sort()).toEqual(Object.keys(abilities).sort());
  expect(Object.keys(sheets)).toEqual(ids);
  const named = new Set(Object.values(reasons).flatMap((entry) => Object.keys(entry)));
  expect([...named].filter((id) => !ids.includes(id))).toEqual([]);
  expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
});

async function play(fault: Fault, create: CreateService, second: CreateService | undefined): Promise<void> {
  const cast = fault.hasSecond && second !== undefined ? [create, second] : [create];
  const stage = await setStage(opened, cast, { hasCallBacks: fault.hasCallBacks ?? false });
  const { world, actors } = stage;
  const [actor] = actors;
  if (actor === undefined) return expect.fail('nobody came');
  await fault.arrange?.(actor);
  const about = fault.isFromPicture ? { pictures: { image: { from: 'upload', bytes: pictureBytes } as const } } : {};
  const created = await world.create({ prompt: 'a paper boat', model: '2.3-pro' }, about);
  await world.settle();
  await fault.meanwhile?.(stage, await world.job(created.id));
  const job = await world.runUntilEnd(created.id);

  const ending = typeof fault.ends === 'function' ? fault.ends(actor) : fault.ends;
  expectEnding(job, stage, actor, ending);
  await expectBook(stage, ending);

  // Whatever comes later changes nothing.
  await letTheRestCome(stage);
  expectEnding(await world.job(job.id), stage, actor, ending);
  await expectBook(stage, ending);
  expect(actor.double.renders.callBackAnswers).toEqual(ending.answers ?? []);
  await fault.also?.(job, actor);
}

function expectEnding(job: Job, { world, actors }: Stage, { double, calls }: Actor, ending: Ending): void {
  const { state = 'done', accepted = 1, second = 0, submits = 1, alerts = 0, isStopped = false } = ending;
  const clips = state === 'done' ? 1 : 0;
  const event = (name: string) => world.lines.filter((line) => line.event === name).length;
  expect({
    state: job.state,
    wakeAt: job.wakeAt,
    kind: state === 'failed' ? job.failure?.kind : undefined,
    accepted: double.renders.jobs.length,
    submits: calls('submit'),
    second: actors[1]?.double.renders.jobs.length ?? 0,
    clips: world.courier.clips.size,
    posts: world.courier.posts.length,
    alerts: event('provider.alert'),
    suspects: event('money.suspect-charge'),
    isStopped: double.renders.jobs[0]?.isCancelled ?? false,
  }).toEqual({
    state,
    wakeAt: null,
    kind: ending.kind,
    accepted,
    submits,
    second,
    clips,
    posts: clips,
    alerts,
    suspects: ending.kind === 'outcome-unknown' ? 1 : 0,
    isStopped,
  });
  expect(world.courier.statuses.at(-1)?.sentence).toContain(ending.says ?? 'Done in');
}

async function expectBook({ world }: Stage, { state = 'done' }: Ending): Promise<void> {
  const isDone = state === 'done';
  expect(await world.book()).toEqual({ hold: 1, settle: isDone ? 1 : 0, release: isDone ? 0 : 1 });
}

/** Renders that go on there, and call-backs that are still under way. */
async function letTheRestCome({ clock, world }: Stage): Promise<void> {
  clock.pass(7_200_000);
  await clock.ring();
  await world.settle();
}
