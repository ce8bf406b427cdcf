import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AnswerLostError, NotSentError } from '../../../src/core/http.ts';
import { createClipTool } from '../../../src/core/media/clip-tool.ts';
import type { Submission, SubmitCall, VideoProvider } from '../../../src/core/providers/provider.ts';
import { poseAt, readDirectives } from '../../../src/core/providers/sandbox/camera.ts';
import { drawable, drawLine } from '../../../src/core/providers/sandbox/letters.ts';
import { keepNewest } from '../../../src/core/providers/sandbox/scratch.ts';
import { sandboxWords, withoutSteering } from '../../../src/core/providers/sandbox/steering.ts';
import { sandbox } from '../../../src/core/providers/sandbox.ts';
import { cameraDirectives, clipSeconds, modelNames, resolutions } from '../../../src/core/request.ts';
import type { AttemptId, JsonValue } from '../../../src/core/values.ts';
import { colorAt, findRed, makePicture } from '../clip-fixtures.ts';

const directory = await mkdtemp(join(tmpdir(), 'sandbox-'));
const at = (name: string): string => join(directory, name);
const clips = createClipTool();
const logged: string[] = [];
let clock = Date.UTC(2026, 0, 1);
let attempts = 0;

/** One more process, as far as the sandbox can tell: nothing is shared but the directory and the clock. */
function connect(seconds: number | undefined = undefined): VideoProvider {
  return sandbox.connect(seconds === undefined ? {} : { SANDBOX_RENDER_SECONDS: seconds }, {
    http: () => Promise.reject(new Error('the sandbox has no network')),
    now: () => new Date(clock),
    scratchDirectory: at('scratch'),
    log: (event) => logged.push(event),
  });
}

function callFor(
  prompt: string,
  more: Partial<SubmitCall> & { seconds?: number; resolution?: string } = {},
): SubmitCall {
  const { seconds = 1, resolution = '512P', ...rest } = more;
  attempts += 1;
  return {
    attempt: `attempt-${attempts}` as AttemptId,
    model: 'sandbox/2.3',
    body: { prompt, seconds, resolution },
    ...rest,
  };
}

function ticketOf(submission: Submission): JsonValue {
  if (submission.outcome !== 'accepted') throw new Error(`refused: ${submission.failure.detail}`);
  return submission.ticket;
}

async function submit(provider: VideoProvider, ...call: Parameters<typeof callFor>): Promise<JsonValue> {
  return ticketOf(await provider.submit(callFor(...call)));
}

async function render(name: string, ...call: Parameters<typeof callFor>): Promise<string> {
  const provider = connect(0);
  const path = at(`${name}.mp4`);
  await provider.fetchClip?.(await submit(provider, ...call), path);
  return path;
}

async function endFrames(path: string): Promise<{ readonly first: string; readonly last: string }> {
  const [first, last] = [`${path}.first.png`, `${path}.last.png`];
  await clips.frame(path, 'first', first);
  await clips.frame(path, 'last', last);
  return { first, last };
}

let picture: string;
let portrait: string;
let blue: string;

beforeAll(async () => {
  await makePicture(at('picture.png'), 800, 600);
  await makePicture(at('portrait.png'), 450, 800);
  await makePicture(at('blue.png'), 800, 600, '#2030e0');
  const upload = async (name: string): Promise<string> => {
    const { size } = await stat(at(name));
    return (await connect().upload?.({ path: at(name), type: 'image/png', bytes: size })) ?? '';
  };
  [picture, portrait, blue] = [await upload('picture.png'), await upload('portrait.png'), await upload('blue.png')];
});

beforeEach(() => {
  logged.length = 0;
});

afterAll(async () => {
  await clips.close();
  await rm(directory, { recursive: true });
});

describe('what it offers', () => {
  it('everything a person may ask for, for nothing', () => {
    for (const model of modelNames)
      for (const seconds of clipSeconds)
        for (const resolution of resolutions)
          expect(connect().offer({ prompt: 'x', model, seconds, resolution, enhance: true })).toEqual({
            outcome: 'offered',
            model: `sandbox/${model}`,
            body: { prompt: 'x', seconds, resolution },
            price: 0,
          });
  });

  it('an address for a picture that nobody else can read, the same for the same picture', async () => {
    const again = await connect().upload?.({ path: at('picture.png'), type: 'image/png', bytes: 1 });
    expect(picture).toMatch(/^sandbox-picture:[0-9a-f]{64}$/);
    expect(again).toBe(picture);
    expect(portrait).not.toBe(picture);
  });

  it('no way to another file', async () => {
    const provider = connect(0);
    const outside = submit(provider, 'x', { firstFrame: 'sandbox-picture:../../../etc/passwd' });
    await expect(outside).rejects.toThrow('not a picture');
  });
});

describe('the pretended render', () => {
  it('waits in line, renders and is ready, told by the clock alone', async () => {
    const ticket = await submit(connect(), 'sandbox:broken a render in time');
    const seen: string[] = [];
    for (let second = 0; second <= 15; second += 0.25) {
      const progress = await connect().poll(ticket);
      if (progress.status === 'waiting') seen.push(`waiting ${progress.place}`);
      else if (progress.status === 'rendering') seen.push(`rendering ${Math.floor((progress.fraction ?? 0) * 4)}`);
      else seen.push(progress.status);
      clock += 250;
    }
    expect(seen.filter((line, index) => line !== seen[index - 1])).toEqual([
      'waiting 3',
      'waiting 2',
      'waiting 1',
      'rendering 0',
      'rendering 1',
      'rendering 2',
      'rendering 3',
      'ready',
    ]);
    const renderedFor = seen.filter((line) => line !== 'ready').length / 4;
    expect(renderedFor).toBeGreaterThan(12 * 0.8 - 0.5);
    expect(renderedFor).toBeLessThan(12 * 1.2 + 0.5);
  });

  it('is ready at once when no time is set', async () => {
    const provider = connect(0);
    const ticket = await submit(provider, 'sandbox:broken now');
    expect(await provider.poll(ticket)).toEqual({ status: 'ready', charged: 0, endedAt: new Date(clock) });
  });

  it('takes a little more or less each time', async () => {
    const tickets = await Promise.all([1, 2, 3, 4].map(() => submit(connect(), 'sandbox:broken dice')));
    expect(new Set(tickets.map((ticket) => JSON.stringify(Object(ticket).renderMs))).size).toBeGreaterThan(1);
  });

  it('gives a ticket that survives being stored', async () => {
    const ticket = await submit(connect(), 'sandbox:broken x', { firstFrame: picture });
    expect(JSON.parse(JSON.stringify(ticket))).toEqual(ticket);
  });

  it('stops when cancelled, for every process', async () => {
    const ticket = await submit(connect(), 'sandbox:broken x');
    expect(await connect().cancel?.(ticket)).toBe('stopped');
    clock += 60_000;
    expect(await connect().poll(ticket)).toMatchObject({
      status: 'failed',
      failure: { kind: 'cancelled', charged: 'no' },
    });
  });

  it('cannot be cancelled once it is ready', async () => {
    const ticket = await submit(connect(), 'sandbox:broken x');
    clock += 60_000;
    expect(await connect().cancel?.(ticket)).toBe('too-late');
    expect(await connect().poll(ticket)).toMatchObject({ status: 'ready' });
  });
});

describe('the words that steer it', () => {
  it('are all explained', () => {
    expect(sandboxWords.map(({ effect }) => effect)).not.toContain('');
    expect(withoutSteering('a boat sandbox:slow at sea Sandbox:FAIL')).toBe('a boat at sea');
  });

  it('sandbox:refuse declines before anything is rendered', async () => {
    expect(await connect().submit(callFor('sandbox:refuse'))).toMatchObject({
      outcome: 'refused',
      failure: { kind: 'moderation', charged: 'no' },
    });
  });

  it('sandbox:fail fails half way', async () => {
    const ticket = await submit(connect(), 'sandbox:fail');
    clock += 4500;
    expect(await connect().poll(ticket)).toMatchObject({ status: 'rendering' });
    clock += 8000;
    expect(await connect().poll(ticket)).toMatchObject({ status: 'failed', failure: { charged: 'no' } });
  });

  it('sandbox:moderate declines at the end', async () => {
    const ticket = await submit(connect(), 'sandbox:moderate');
    clock += 9000;
    expect(await connect().poll(ticket)).toMatchObject({ status: 'rendering' });
    clock += 9000;
    expect(await connect().poll(ticket)).toMatchObject({ status: 'failed', failure: { kind: 'moderation' } });
  });

  it('sandbox:slow takes five times as long', async () => {
    const ticket = await submit(connect(), 'sandbox:slow sandbox:broken');
    clock += 45_000;
    expect(await connect().poll(ticket)).toMatchObject({ status: 'rendering' });
    clock += 30_000;
    expect(await connect().poll(ticket)).toMatchObject({ status: 'ready' });
  });

  it('sandbox:stuck never ends', async () => {
    const ticket = await submit(connect(), 'sandbox:stuck');
    clock += 86_400_000;
    expect(await connect().poll(ticket)).toEqual({ status: 'rendering', fraction: 0.99 });
    expect(await connect().cancel?.(ticket)).toBe('stopped');
  });

  it('sandbox:down was never sent, sandbox:lost may have been', async () => {
    await expect(connect().submit(callFor('sandbox:down'))).rejects.toBeInstanceOf(NotSentError);
    const call = callFor('sandbox:lost');
    await expect(connect().submit(call)).rejects.toBeInstanceOf(AnswerLostError);
    await expect(connect().lookUp?.(call.attempt)).rejects.toThrow('does not say');
  });

  it('has begun nothing for a caller who died before keeping the ticket', async () => {
    expect(await connect().lookUp?.('attempt-of-the-dead' as AttemptId)).toBeNull();
  });

  it('sandbox:busy turns away for five seconds, whoever asks, and then begins anew', async () => {
    const ask = (): Promise<Submission> => connect().submit(callFor('sandbox:busy sandbox:broken'));
    const turnedAway = { outcome: 'refused', failure: { kind: 'rate-limited', charged: 'no', retryAfterMs: 2000 } };
    expect(await ask()).toMatchObject(turnedAway);
    clock += 2000;
    expect(await ask()).toMatchObject(turnedAway);
    clock += 4000;
    expect(await ask()).toMatchObject({ outcome: 'accepted' });
    expect(await ask()).toMatchObject(turnedAway);
  });

  it('sandbox:broken hands over something that is not a video', async () => {
    expect(await clips.inspect(await render('broken', 'sandbox:broken'))).toHaveProperty('unusable');
  });
});

describe('the clip', () => {
  it.each([
    ['words alone', 'a paper boat on a pond', {}, { width: 910, height: 512 }],
    ['words in a script that has no letters here', '池の上の紙の船', {}, { width: 910, height: 512 }],
    ['a picture', 'it moves', { firstFrame: 'picture' }, { width: 682, height: 512 }],
    ['an upright picture', 'it moves', { firstFrame: 'portrait' }, { width: 288, height: 512 }],
    ['ten seconds', 'the same pond', { seconds: 10 }, { width: 910, height: 512, seconds: 10 }],
    ['more lines', 'the same pond', { resolution: '768P' }, { width: 1366, height: 768 }],
  ] as const)('from %s is a real H.264 film that starts at once', async (name, prompt, more, expected) => {
    const firstFrame = 'firstFrame' in more ? { firstFrame: { picture, portrait }[more.firstFrame] } : {};
    const { seconds, ...size } = { seconds: 6, ...expected };
    const path = await render(name, prompt, { seconds, ...more, ...firstFrame });
    const seen = await clips.inspect(path);
    expect(seen).toMatchObject({ ...size, type: 'video/mp4', codec: expect.stringMatching(/^avc1\./) });
    expect('seconds' in seen && Math.abs(seen.seconds - seconds)).toBeLessThan(0.2);
    const head = (await readFile(path)).subarray(0, 200).toString('latin1');
    expect(head).toContain('moov');
    await clips.frame(path, 'poster', `${path}.jpg`);
    const { channels } = await sharp(`${path}.jpg`).stats();
    expect(Math.max(...channels.map(({ mean }) => mean))).toBeGreaterThan(40);
    expect(logged).toEqual([]);
  });

  it('depends on the words', async () => {
    const night = await endFrames(await render('night', 'the moon over the hills'));
    const snow = await endFrames(await render('snow', 'snow on the mountains'));
    const [nightSky, snowSky] = [await colorAt(night.first, 0.5, 0.02), await colorAt(snow.first, 0.5, 0.02)];
    expect(snowSky[2] - nightSky[2]).toBeGreaterThan(60);
  });

  it('shows the words, and none when there are none to draw', async () => {
    const lightest = async (path: string): Promise<number> => {
      const { width = 0, height = 0 } = await sharp(path).metadata();
      const strip = {
        left: Math.round(width / 4),
        top: Math.round(height * 0.84),
        width: Math.round(width / 2),
        height: 60,
      };
      const { channels } = await sharp(await sharp(path).extract(strip).toBuffer()).stats();
      return Math.min(...channels.map(({ max }) => max));
    };
    const { last } = await endFrames(await render('captioned', 'a dragon in a desert of dark sand [Static shot]'));
    const { last: bare } = await endFrames(await render('bare', '[Static shot]'));
    expect(await lightest(last)).toBeGreaterThan(235);
    expect(await lightest(bare)).toBeLessThan(235);
  });

  it('begins with the first picture and ends with the last', async () => {
    const { first, last } = await endFrames(
      await render('faded', 'from red to blue', { firstFrame: picture, lastFrame: blue }),
    );
    const [redAtFirst, , blueAtFirst] = await colorAt(first, 0.5, 0.5);
    const [redAtLast, , blueAtLast] = await colorAt(last, 0.5, 0.5);
    expect(redAtFirst - blueAtFirst).toBeGreaterThan(120);
    expect(blueAtLast - redAtLast).toBeGreaterThan(120);
  });

  it('keeps the colours of the picture', async () => {
    const { first } = await endFrames(await render('still', '[Static shot]', { firstFrame: picture }));
    const [red, green, blueness] = await colorAt(first, 0.5, 0.5);
    expect([Math.abs(red - 0xe0), Math.abs(green - 0x20), Math.abs(blueness - 0x20)].every((off) => off < 10)).toBe(
      true,
    );
    const { x, y, share } = await findRed(first);
    expect([x, y]).toEqual([expect.closeTo(0.5, 1), expect.closeTo(0.5, 1)]);
    expect(share).toBeCloseTo(0.03, 2);
  });

  it('is rendered once for everybody who asks for the same', async () => {
    const before = await readdir(at('scratch/clips')).catch(() => []);
    const provider = connect(0);
    const tickets = await Promise.all([1, 2, 3].map(() => submit(provider, 'shared by three')));
    await Promise.all(tickets.map((ticket, index) => provider.fetchClip?.(ticket, at(`shared-${index}.mp4`))));
    expect(await readdir(at('scratch/clips'))).toHaveLength(before.length + 1);
    expect(await readFile(at('shared-0.mp4'))).toEqual(await readFile(at('shared-2.mp4')));
  });

  it('comes from any process, also when its cached copy was swept', async () => {
    const ticket = await submit(connect(0), 'swept away');
    await connect(0).fetchClip?.(ticket, at('early.mp4'));
    await rm(at('scratch/clips'), { recursive: true });
    await connect(0).fetchClip?.(ticket, at('late.mp4'));
    expect((await stat(at('late.mp4'))).size).toBeGreaterThan(20_000);
  });
});

describe('the camera', () => {
  it.each([
    ['Pan right', (from, to) => to.x < from.x - 0.1 && Math.abs(to.y - from.y) < 0.03],
    ['Pan left', (from, to) => to.x > from.x + 0.1],
    ['Tilt up', (from, to) => to.y > from.y + 0.1 && Math.abs(to.x - from.x) < 0.03],
    ['Push in', (from, to) => to.share > from.share * 1.8 && Math.abs(to.x - 0.5) < 0.03],
    ['Pull out', (from, to) => to.share < from.share * 0.6],
    ['Static shot', (from, to) => Math.abs(to.share - from.share) < 0.002 && Math.abs(to.x - from.x) < 0.01],
    ['Push in, Pan right', (from, to) => to.share > from.share * 1.8 && to.x < from.x - 0.1],
  ] as [string, (from: Red, to: Red) => boolean][])('[%s] moves the frame', async (name, isRight) => {
    const { first, last } = await endFrames(await render(name, `[${name}] a wall`, { firstFrame: picture }));
    const [from, to] = [await findRed(first), await findRed(last)];
    expect(isRight(from, to), JSON.stringify({ from, to })).toBe(true);
  });

  it('understands every directive of the model, in any case, and no others', () => {
    for (const name of cameraDirectives) expect(readDirectives(`a [${name.toLowerCase()}] b`)).toEqual([name]);
    expect(readDirectives('[Push in, pan left] and [Fly] Shake')).toEqual(['Push in', 'Pan left']);
  });

  it('never shows what is outside of the picture', () => {
    for (const one of cameraDirectives) {
      for (const other of cameraDirectives) {
        for (let time = 0; time <= 1; time += 0.05) {
          const { zoom, x, y } = poseAt([one, other], time, 'gentle');
          for (const middle of [x, y]) {
            expect(middle - 0.5 / zoom, `${one}, ${other} at ${time}`).toBeGreaterThan(-1e-9);
            expect(middle + 0.5 / zoom, `${one}, ${other} at ${time}`).toBeLessThan(1 + 1e-9);
          }
        }
      }
    }
  });
});

type Red = Awaited<ReturnType<typeof findRed>>;

describe('letters', () => {
  it('draws Latin text in capitals, without accents, and leaves the rest out', () => {
    expect(drawable('Crème brûlée — “sí”! 🍮 船')).toBe('CREME BRULEE - "SI"!');
    expect(drawLine('AB').match(/<path/g)).toHaveLength(2);
  });
});

it('keeps only the newest files of a scratch directory', async () => {
  const notes = await mkdtemp(join(directory, 'notes-'));
  for (const name of ['a', 'b', 'c']) {
    await makePicture(join(notes, name), 10, 10);
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
  await keepNewest(notes, 2);
  expect((await readdir(notes)).sort()).toEqual(['b', 'c']);
});
