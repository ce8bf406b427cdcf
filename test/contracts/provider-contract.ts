/**
 * The exam every provider sits. A case is a situation, the verb it tries, and what must hold whoever the provider is;
 * the recording adds what this one must have called and found. A new line in `cases` examines them all.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Failure, FailureKind } from '../../src/core/failure.ts';
import { AnswerLostError, NotSentError } from '../../src/core/http.ts';
import {
  CallRefusedError,
  type Inspection,
  type Progress,
  type SealedProvider,
  type Submission,
} from '../../src/core/providers/provider.ts';
import { reasonOf, said } from '../support/said.ts';
import {
  type Disturbance,
  openStage,
  type Recording,
  recordingSchema,
  requestOf,
  type Scene,
  type Situation,
  type Stage,
  submitScene,
  ticketFor,
} from './provider-recording.ts';

interface Case {
  readonly promise: string;
  /** Plays the scene and checks what always holds; returns what the recording's `expected` is held against. */
  play(stage: Stage, scene: Scene, recording: Recording): Promise<unknown>;
}

const cases: Readonly<Record<Situation, Case>> = {
  'offered-from-text': { promise: 'offers a clip from words', play: async (stage, scene) => offered(stage, scene) },
  'offered-from-picture': {
    promise: 'offers a clip from a picture',
    play: async (stage, scene) => offered(stage, scene),
  },
  'offered-first-and-last': {
    promise: 'offers a clip between two pictures',
    play: async (stage, scene) => offered(stage, scene),
  },
  impossible: {
    promise: 'says in one sentence what it cannot do',
    async play({ provider }, scene) {
      const offer = provider.offer(requestOf(scene));
      if (offer.outcome !== 'impossible') return expect.fail('it was offered');
      expect(reasonOf(offer)).toMatch(/^[^\n]{10,200}\.$/);
      return said(offer);
    },
  },

  accepted: { promise: 'submits once and returns a ticket', play: accepted },
  'accepted-with-pictures': { promise: 'hands over the pictures', play: accepted },
  'accepted-with-call-back': {
    promise: 'asks to be called back, and says so',
    async play(stage, scene) {
      const submission = await accepted(stage, scene);
      expect(submission).toMatchObject({ expectsCallBack: true });
      return submission;
    },
  },
  'refused-moderation': refusal('moderation', (failure) => expect(failure.retryAfterMs).toBeUndefined()),
  'refused-bad-input': refusal('bad-input'),
  'refused-no-credit': refusal('no-credit', (failure) => expect(failure.retryAfterMs).toBeUndefined()),
  'refused-bad-key': refusal('bad-key', (failure) => expect(failure.retryAfterMs).toBeUndefined()),
  'refused-rate-limited': refusal('rate-limited', (failure) => expect(failure.retryAfterMs).toBeGreaterThan(0)),
  'refused-unavailable': refusal('unavailable'),
  'submit-unclear': {
    promise: 'throws when an answer leaves open whether the job was taken',
    async play(stage, scene) {
      stage.expectCalls(scene.exchanges);
      const error = await thrownBy(submitScene(stage, scene));
      expect(error).not.toBeInstanceOf(NotSentError);
      return undefined;
    },
  },

  waiting: look('waiting'),
  rendering: look('rendering'),
  'unknown-word': {
    promise: 'takes an unknown word for rendering, and logs it',
    async play(stage, scene, recording) {
      const progress = await poll(stage, scene, recording);
      expect(progress.status).toBe('rendering');
      expect(stage.logged).toHaveLength(1);
      return progress;
    },
  },
  ready: {
    promise: 'finds the clip',
    async play(stage, scene, recording) {
      const progress = await poll(stage, scene, recording);
      if (progress.status !== 'ready') return expect.fail(inspect(progress));
      if (stage.provider.fetchClip) expect(progress.videoUrl).toBeUndefined();
      else expect(URL.canParse(progress.videoUrl ?? '')).toBe(true);
      return progress;
    },
  },
  failed: ending(),
  'failed-moderation': ending('moderation'),
  'was-cancelled': ending('cancelled'),
  gone: ending('not-found'),
  'clip-missing': ending('clip-unusable'),
  'look-disturbed': {
    promise: 'throws when a look says nothing about the job',
    async play(stage, scene, recording) {
      const ticket = await ticketFor(stage, recording, scene);
      stage.expectCalls(scene.exchanges);
      await thrownBy(stage.provider.poll(ticket));
      return undefined;
    },
  },

  'look-refused': {
    promise: 'says why a look was turned away, which tells nothing of the job',
    async play(stage, scene, recording) {
      const ticket = await ticketFor(stage, recording, scene);
      stage.expectCalls(scene.exchanges);
      return callRefusal(stage.provider.poll(ticket));
    },
  },

  'cancel-stopped': cancelling('stopped'),
  'cancel-asked': cancelling('asked'),
  'cancel-too-late': cancelling('too-late'),

  uploaded: {
    promise: 'gives the picture to the provider',
    async play(stage, scene) {
      const address = await upload(stage, scene);
      expect(URL.canParse(address)).toBe(true);
      return address;
    },
  },
  'upload-disturbed': {
    promise: 'throws when the picture did not arrive',
    async play(stage, scene) {
      await thrownBy(upload(stage, scene));
      return undefined;
    },
  },
  'upload-refused': {
    promise: 'says why a picture was turned away',
    play: (stage, scene) => callRefusal(upload(stage, scene)),
  },
  'looked-up': {
    promise: 'finds a submit whose answer was lost',
    async play(stage, scene, recording) {
      await ticketFor(stage, recording, scene);
      stage.expectCalls(scene.exchanges);
      const lookUp = stage.provider.lookUp ?? expect.fail('it cannot look up');
      return lookUp('01936f2e-7c00-7000-8000-000000000001' as Parameters<typeof lookUp>[0]);
    },
  },

  'called-back': callBack('genuine'),
  'call-back-forged': callBack('forged'),
  'call-back-answered': callBack('answer'),

  inspected: {
    promise: 'finds out for nothing what the account can do',
    async play(stage, scene) {
      const inspection = await inspectIn(stage, scene);
      expect(inspection.failure).toBeUndefined();
      expect(inspection.findings.length).toBeGreaterThan(0);
      for (const finding of inspection.findings) expect(finding).toMatch(/^[^\n]{3,200}$/);
      return inspection;
    },
  },
  'inspected-and-refused': {
    promise: 'finds out for nothing that a submit would be turned away',
    async play(stage, scene) {
      const inspection = await inspectIn(stage, scene);
      expect(inspection.failure).toMatchObject({ charged: 'no', detail: expect.stringMatching(/./) });
      return inspection;
    },
  },
};

/** What no recording needs to show: these answers are nobody's in particular. */
const disturbances: readonly { disturbance: Disturbance; error: new (message: string) => Error }[] = [
  { disturbance: 'not-sent', error: NotSentError },
  { disturbance: 'lost', error: AnswerLostError },
  { disturbance: 'cut', error: AnswerLostError },
  { disturbance: 'gateway-page', error: AnswerLostError },
];

/** @param source the recording as it lies in the file */
export function providerContract(definition: SealedProvider, source: unknown): void {
  const recording = recordingSchema.parse(source);

  describe(`${definition.id} sits the provider exam`, () => {
    test('it is sealed with its own settings, and names its key among them', () => {
      const names = Object.keys(definition.environment.shape);
      if (definition.keyName !== undefined) expect(names).toContain(definition.keyName);
      const stage = openStage(definition, recording);
      expect(stage.provider).toMatchObject({ id: definition.id, title: definition.title });
      for (const { types, maxBytes } of stage.provider.pictures) {
        expect(types.length).toBeGreaterThan(0);
        expect(maxBytes).toBeGreaterThan(0);
      }
      for (const { of, most, perMs } of stage.provider.paces) {
        expect(of.length).toBeGreaterThan(0);
        expect(most >= 1 && perMs >= 1).toBe(true);
      }
      if (typeof stage.provider.slots === 'number') expect(stage.provider.slots).toBeGreaterThanOrEqual(1);
    });

    for (const [situation, { promise, play }] of Object.entries(cases) as [Situation, Case][]) {
      const scenes = recording.scenes.filter((scene) => scene.situation === situation);
      const reason = recording.never[situation];

      if (scenes.length === 0) {
        test(`${promise} — never: ${reason}`, () => {
          expect(reason, `no scene shows "${situation}", and nothing under "never" says why`).toBeTypeOf('string');
        });
        continue;
      }
      test.each(scenes.map((scene) => [scene.note, scene] as const))(`${promise}: %s`, async (_note, scene) => {
        expect(reason, `"${situation}" is shown, and said never to come`).toBeUndefined();
        const stage = openStage(definition, recording);
        const outcome = await play(stage, scene, recording);
        stage.assertPlayed();
        const plain = outcome === undefined ? undefined : JSON.parse(JSON.stringify(outcome));
        if (scene.expected !== undefined) expect({ outcome: plain }).toMatchObject({ outcome: scene.expected });
        expectNoSecrets(definition, recording, [outcome, stage.logged]);
      });
    }

    const submitted = recording.scenes.find(({ situation }) => situation === 'accepted');
    // One without calls has no line that could be bad.
    if (!submitted || submitted.exchanges.length === 0) return;
    describe('over a bad line', () => {
      test.each(disturbances)('a submit disturbed by "$disturbance" throws and is not repeated', async (row) => {
        const stage = openStage(definition, recording);
        stage.expectCalls(submitted.exchanges, row.disturbance);
        const error = await thrownBy(submitScene(stage, submitted));
        expect(error).toBeInstanceOf(row.error);
        stage.assertPlayed();
        expectNoSecrets(definition, recording, [error, stage.logged]);
      });

      const looks = recording.scenes.filter(({ situation }) => situation === 'ready' || situation === 'rendering');
      test.each(
        looks.flatMap((scene) => disturbances.map(({ disturbance }) => [scene.note, disturbance, scene] as const)),
      )('a look (%s) disturbed by "%s" throws: it says nothing about the job', async (_note, disturbance, scene) => {
        const stage = openStage(definition, recording);
        const ticket = await ticketFor(stage, recording, scene);
        stage.expectCalls(scene.exchanges, disturbance);
        const error = await thrownBy(stage.provider.poll(ticket));
        stage.assertPlayed();
        expectNoSecrets(definition, recording, [error, stage.logged]);
      });
    });
  });
}

function offered({ provider }: Stage, scene: Scene): unknown {
  const request = requestOf(scene);
  const offer = provider.offer(request);
  if (offer.outcome !== 'offered') return expect.fail(reasonOf(offer));
  expect(provider.offer(request)).toEqual(offer);
  expect(JSON.parse(JSON.stringify(offer.body))).toEqual(offer.body);
  if (offer.price !== undefined) expect(Number.isSafeInteger(offer.price) && offer.price >= 0).toBe(true);
  return said(offer);
}

async function accepted(stage: Stage, scene: Scene): Promise<Submission> {
  stage.expectCalls(scene.exchanges);
  const submission = await submitScene(stage, scene);
  if (submission.outcome !== 'accepted') return expect.fail(submission.failure.detail);
  expect(JSON.parse(JSON.stringify(submission.ticket))).toEqual(submission.ticket);
  return submission;
}

function refusal(kind: FailureKind, check: (failure: Failure) => void = () => undefined): Case {
  return {
    promise: `reports a refusal (${kind}) that cost nothing`,
    async play(stage, scene) {
      stage.expectCalls(scene.exchanges);
      const submission = await submitScene(stage, scene);
      if (submission.outcome !== 'refused') return expect.fail('it was accepted');
      expect(submission.failure).toMatchObject({ kind, charged: 'no', detail: expect.stringMatching(/./) });
      check(submission.failure);
      return submission;
    },
  };
}

async function poll(stage: Stage, scene: Scene, recording: Recording): Promise<Progress> {
  const ticket = await ticketFor(stage, recording, scene);
  stage.expectCalls(scene.exchanges);
  if (scene.isCancelledFirst) await stage.provider.cancel?.(ticket);
  return stage.provider.poll(ticket);
}

function look(status: 'waiting' | 'rendering'): Case {
  return {
    promise: `sees that it is ${status}`,
    async play(stage, scene, recording) {
      const progress = await poll(stage, scene, recording);
      expect(progress.status).toBe(status);
      expect(stage.logged).toEqual([]);
      return progress;
    },
  };
}

function ending(kind?: FailureKind): Case {
  return {
    promise: `sees that it ended without a clip${kind ? `: ${kind}` : ''}`,
    async play(stage, scene, recording) {
      const progress = await poll(stage, scene, recording);
      if (progress.status !== 'failed') return expect.fail(inspect(progress));
      if (kind) expect(progress.failure.kind).toBe(kind);
      expect(progress.failure.detail).not.toBe('');
      return progress;
    },
  };
}

function cancelling(wanted: 'stopped' | 'asked' | 'too-late'): Case {
  return {
    promise: `cancels: ${wanted}`,
    async play(stage, scene, recording) {
      const ticket = await ticketFor(stage, recording, scene);
      stage.expectCalls(scene.exchanges);
      const cancel = stage.provider.cancel ?? expect.fail('it cannot cancel');
      expect(await cancel(ticket)).toBe(wanted);
      return wanted;
    },
  };
}

function callBack(outcome: 'genuine' | 'forged' | 'answer'): Case {
  return {
    promise: `reads a call-back: ${outcome}`,
    async play(stage, scene) {
      stage.expectCalls(scene.exchanges);
      const { headers, body } = scene.callBack ?? expect.fail('the scene has no call-back');
      const read = stage.provider.readCallBack ?? expect.fail('it reads no call-backs');
      const reading = await read({ headers, rawBody: Buffer.from(body) });
      expect(reading.outcome).toBe(outcome);
      return reading;
    },
  };
}

async function upload(stage: Stage, scene: Scene): Promise<string> {
  const { type, text } = scene.picture ?? expect.fail('the scene has no picture');
  const give = stage.provider.upload ?? expect.fail('it takes no uploads');
  const directory = await mkdtemp(join(tmpdir(), 'provider-exam-'));
  try {
    const path = join(directory, 'picture');
    await writeFile(path, text);
    stage.expectCalls(scene.exchanges);
    return await give({ path, type, bytes: Buffer.byteLength(text) });
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function callRefusal(call: Promise<unknown>): Promise<Failure> {
  const error = await thrownBy(call);
  if (!(error instanceof CallRefusedError)) throw error;
  expect(error.failure).toMatchObject({ charged: 'no', detail: expect.stringMatching(/./) });
  return error.failure;
}

async function inspectIn(stage: Stage, scene: Scene): Promise<Inspection> {
  stage.expectCalls(scene.exchanges);
  const inspect = stage.provider.inspect ?? expect.fail('it cannot be inspected');
  return inspect();
}

async function thrownBy(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => expect.fail(`it should have thrown, and returned ${inspect(value)}`),
    (error: unknown) => error,
  );
}

/** The mocked network quotes headers in its own errors, which is why causes are left out here; http.test.ts reads them. */
function expectNoSecrets({ keyName }: SealedProvider, { environment }: Recording, shown: readonly unknown[]): void {
  const key = keyName && environment[keyName];
  if (!key) return;
  const words = shown.map((value) =>
    value instanceof Error ? value.message : JSON.stringify(value satisfies unknown),
  );
  expect(words.join('\n')).not.toContain(key);
}
