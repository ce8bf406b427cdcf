/**
 * A provider that needs no key, costs nothing and renders real clips on this machine, for trying everything out.
 * It remembers nothing in memory: a ticket and the clock tell how far a render is, in any process, after any restart.
 *
 * Words in the prompt make it go wrong on purpose; `sandboxWords` lists them: `sandbox:slow`, `sandbox:stuck`,
 * `sandbox:fail`, `sandbox:refuse`, `sandbox:moderate`, `sandbox:busy`, `sandbox:down`, `sandbox:lost`, `sandbox:broken`.
 */
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Failure } from '../failure.ts';
import { AnswerLostError, NotSentError } from '../http.ts';
import { usd } from '../values.ts';
import { defineProvider, type ProviderEdges, type SubmitCall, type VideoProvider } from './provider.ts';
import type { RenderSpec } from './sandbox/render-clip.ts';
import { createRenders } from './sandbox/renders.ts';
import { createNotes, createPictures } from './sandbox/scratch.ts';
import { readSteering, withoutSteering } from './sandbox/steering.ts';
import { linePlaces, planDelay, progressOf, type SandboxTicket, sandboxBody, sandboxTicket } from './sandbox/ticket.ts';

const pictureTypes = ['image/jpeg', 'image/png', 'image/webp'] as const;
const busyMs = 5000;
const free = usd(0);

/** Wants no key, so it renders where nobody else has one, and wherever `PROVIDERS` names it. */
export const sandbox = defineProvider({
  id: 'sandbox',
  title: 'Sandbox',
  environment: z.object({
    /** How long a render pretends to take, a fifth more or less; 0: at once. */
    SANDBOX_RENDER_SECONDS: z.coerce.number().min(0).max(3600).default(12),
  }),
  connect: ({ SANDBOX_RENDER_SECONDS }, edges) => connectSandbox(SANDBOX_RENDER_SECONDS, edges),
});

function connectSandbox(renderSeconds: number, edges: ProviderEdges): VideoProvider {
  const { scratchDirectory, now } = edges;
  const renders = createRenders(join(scratchDirectory, 'clips'));
  const pictures = createPictures(join(scratchDirectory, 'pictures'));
  const cancelled = createNotes(join(scratchDirectory, 'cancelled'));
  const busySince = createNotes(join(scratchDirectory, 'busy'));
  const lost = createNotes(join(scratchDirectory, 'lost'));

  function specOf({ body, firstFrame, lastFrame }: SandboxTicket): RenderSpec {
    return {
      ...body,
      prompt: withoutSteering(body.prompt),
      ...(firstFrame === undefined ? {} : { firstFrame: pictures.pathOf(firstFrame) }),
      ...(lastFrame === undefined ? {} : { lastFrame: pictures.pathOf(lastFrame) }),
    };
  }

  /** Keyed by what is asked, because whoever is turned away comes back with another attempt. */
  async function isBusy(body: unknown): Promise<boolean> {
    const key = JSON.stringify(body);
    const since = await busySince.read(key);
    if (since === null) await busySince.write(key, String(now().getTime()));
    if (since === null || now().getTime() - Number(since) < busyMs) return true;
    await busySince.forget(key);
    return false;
  }

  /** Started at the submit, so that the clip is there when the pretended time is over. */
  function renderAhead(ticket: SandboxTicket): void {
    const words = readSteering(ticket.body.prompt);
    if ((['fail', 'moderate', 'stuck', 'broken'] as const).some((word) => words.has(word))) return;
    renders.clip(specOf(ticket)).catch((error: unknown) => {
      edges.log('render-failed', { ticket: ticket.id, detail: String(error) });
    });
  }

  return {
    id: 'sandbox',
    title: 'Sandbox',
    paces: [],
    slots: 'unlimited',
    pictures: [{ route: 'upload', maxBytes: 20_000_000, types: pictureTypes }],

    offer({ model, prompt, seconds, resolution }) {
      return { outcome: 'offered', model: `sandbox/${model}`, body: { prompt, seconds, resolution }, price: free };
    },

    upload: ({ path }) => pictures.keep(path),

    async submit(call) {
      const ticket = ticketFor(call, now(), renderSeconds);
      const words = readSteering(ticket.body.prompt);
      if (words.has('down')) throw new NotSentError('the sandbox cannot be reached, on request');
      if (words.has('refuse')) {
        return { outcome: 'refused', failure: failure('moderation', 'sandbox:refuse', 'declined on request') };
      }
      if (words.has('busy') && (await isBusy(call.body))) {
        const turnedAway = failure('rate-limited', 'sandbox:busy', 'busy on request');
        return { outcome: 'refused', failure: { ...turnedAway, retryAfterMs: 2000 } };
      }
      if (words.has('lost')) {
        await lost.write(call.attempt, now().toISOString());
        throw new AnswerLostError('the sandbox took the request and said nothing, on request');
      }
      renderAhead(ticket);
      return { outcome: 'accepted', ticket, charged: free, place: linePlaces };
    },

    /** A render is its ticket: whoever died before keeping one has begun nothing, and may simply ask again. */
    async lookUp(attempt) {
      if ((await lost.read(attempt)) !== null) throw new Error('the sandbox does not say, on request');
      return null;
    },

    async poll(raw) {
      const ticket = sandboxTicket.parse(raw);
      if ((await cancelled.read(ticket.id)) !== null) {
        return { status: 'failed', failure: failure('cancelled', 'sandbox:cancelled', 'cancelled before its end') };
      }
      const progress = progressOf(ticket, now());
      return progress.status === 'ready' ? { ...progress, charged: free } : progress;
    },

    async cancel(raw) {
      const ticket = sandboxTicket.parse(raw);
      const { status } = progressOf(ticket, now());
      if (status === 'ready' || status === 'failed') return 'too-late';
      await cancelled.write(ticket.id, now().toISOString());
      return 'stopped';
    },

    async fetchClip(raw, path) {
      const ticket = sandboxTicket.parse(raw);
      if (readSteering(ticket.body.prompt).has('broken')) {
        await writeFile(path, 'This is not a video, on request.\n');
        return;
      }
      await copyFile(await renders.clip(specOf(ticket)), path);
    },
  };
}

function ticketFor(call: SubmitCall, now: Date, renderSeconds: number): SandboxTicket {
  const body = sandboxBody.parse(call.body);
  return {
    id: call.attempt,
    submittedAt: now.getTime(),
    ...planDelay(call.attempt, body.prompt, renderSeconds),
    body,
    ...(call.firstFrame === undefined ? {} : { firstFrame: call.firstFrame }),
    ...(call.lastFrame === undefined ? {} : { lastFrame: call.lastFrame }),
  };
}

function failure(kind: Failure['kind'], code: string, detail: string): Failure {
  return { kind, charged: 'no', code, detail };
}
