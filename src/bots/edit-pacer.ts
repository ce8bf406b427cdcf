/**
 * How often messages are edited, over all jobs of this process. A lane is what a platform counts: Discord a channel
 * (platforms/discord.md §7), Slack a workspace (platforms/slack.md §5); one message bears far fewer. Other processes have
 * pacers of their own; should they together go too fast, the platform's 429 makes its client wait, so the figures here
 * keep peace and are not what safety rests on.
 */

/** One edit of one message. */
export interface Edit {
  readonly lane: string;
  readonly message: string;
  /** How long after its last edit this message may be edited again. */
  readonly gapMs: number;
  /** The last word: it goes before all others, whenever this message was edited last, and is never dropped. */
  readonly isLast: boolean;
  /** @returns whether to send again after the gap, unless something newer was said until then */
  send(): Promise<{ readonly again: boolean }>;
}

export interface EditPacer {
  /**
   * Of several edits that wait for the same message only the newest is sent. Resolves when it was sent; at once when
   * it has to wait, as then it goes later or is replaced. A last word is waited for where its turn is near.
   * @throws what `send` threw; of a last word also that its turn is far: it stays in line all the same
   */
  edit(edit: Edit): Promise<void>;
  /** What waits is dropped; resolves when what was being sent has been. */
  stop(): Promise<void>;
}

/** At first people look on, later they come back. */
export interface Pace {
  /** Between two edits in one lane. */
  readonly laneMs: number;
  /** Between two edits of one message in its job's first minute. */
  readonly earlyMs: number;
  /** The same later. */
  readonly lateMs: number;
  /** The longest a caller waits for a last word's turn: a worker's hands are not to be tied by one busy lane. */
  readonly patienceMs: number;
}

/** Longer than any gap. */
const rememberedMs = 60_000;

interface Waiting extends Edit {
  dueAt: number;
  readonly sent: PromiseWithResolvers<void>;
}

interface Lane {
  freeAt: number;
  /** By message. */
  readonly waiting: Map<string, Waiting>;
  timer: NodeJS.Timeout | undefined;
}

export function createEditPacer({ laneMs, patienceMs }: Pick<Pace, 'laneMs' | 'patienceMs'>): EditPacer {
  const lanes = new Map<string, Lane>();
  const lastEdits = new Map<string, number>();
  const sending = new Set<Promise<unknown>>();
  /** The newest edit asked for of each message that is being sent: an older one does not come again. */
  const newest = new Map<string, Waiting>();
  let isStopped = false;
  let forgetAt = 0;

  function laneOf(name: string): Lane {
    const lane = lanes.get(name) ?? { freeAt: 0, waiting: new Map(), timer: undefined };
    lanes.set(name, lane);
    return lane;
  }

  function put(edit: Waiting, lane: Lane): void {
    const replaced = lane.waiting.get(edit.message);
    if (replaced?.isLast === true && !edit.isLast) return;
    if (replaced?.isLast === true) edit.dueAt = replaced.dueAt;
    // Whoever waits for the one that is replaced is told when this one was sent.
    if (replaced !== undefined) edit.sent.promise.then(replaced.sent.resolve, replaced.sent.reject);
    lane.waiting.set(edit.message, edit);
    newest.set(edit.message, edit);
  }

  function pump(lane: Lane): void {
    clearTimeout(lane.timer);
    const now = performance.now();
    const [next] = inOrder(lane.waiting);
    if (next !== undefined && Math.max(next.dueAt, lane.freeAt) <= now) {
      lane.waiting.delete(next.message);
      lane.freeAt = now + laneMs;
      lastEdits.set(next.message, now);
      const sent = send(next).finally(() => sending.delete(sent));
      sending.add(sent);
    }
    const [following] = inOrder(lane.waiting);
    if (following !== undefined) {
      lane.timer = setTimeout(() => pump(lane), Math.max(0, Math.max(following.dueAt, lane.freeAt) - now));
      // What waits for a turn keeps no process alive.
      lane.timer.unref();
    }
  }

  async function send(edit: Waiting): Promise<void> {
    try {
      const { again } = await edit.send();
      edit.sent.resolve();
      if (again && !isStopped && newest.get(edit.message) === edit) {
        const lane = laneOf(edit.lane);
        put({ ...edit, dueAt: performance.now() + edit.gapMs, sent: silent() }, lane);
        pump(lane);
        return;
      }
    } catch (error) {
      edit.sent.reject(error);
    }
    if (newest.get(edit.message) === edit) newest.delete(edit.message);
    forgetOld();
  }

  function forgetOld(): void {
    const now = performance.now();
    if (now < forgetAt) return;
    forgetAt = now + rememberedMs;
    for (const [message, at] of lastEdits) if (now - at > rememberedMs) lastEdits.delete(message);
    for (const [name, lane] of lanes) if (lane.waiting.size === 0 && lane.freeAt < now) lanes.delete(name);
  }

  function turnMs(edit: Waiting, { freeAt, waiting }: Lane): number {
    return freeAt - performance.now() + inOrder(waiting).indexOf(edit) * laneMs;
  }

  return {
    async edit(edit) {
      if (isStopped) throw new Error('no edits are sent any more: this process stops');
      const lane = laneOf(edit.lane);
      const now = performance.now();
      const lastAt = lastEdits.get(edit.message);
      const dueAt = edit.isLast || lastAt === undefined ? now : lastAt + edit.gapMs;
      const asked: Waiting = { ...edit, dueAt, sent: silent() };
      put(asked, lane);
      pump(lane);
      if (!lane.waiting.has(edit.message)) return asked.sent.promise;
      if (!edit.isLast) return;
      if (turnMs(asked, lane) > patienceMs) throw new Error('the lane has no turn for this edit yet');
      return asked.sent.promise;
    },

    async stop() {
      isStopped = true;
      for (const lane of lanes.values()) {
        clearTimeout(lane.timer);
        for (const { sent } of lane.waiting.values()) sent.reject(new Error('not sent: this process stops'));
        lane.waiting.clear();
      }
      await Promise.allSettled(sending);
    },
  };
}

/** Last words first, then whoever is due first; of two alike the one that came first. */
function inOrder(waiting: Lane['waiting']): Waiting[] {
  return [...waiting.values()].toSorted(
    (one, other) => Number(other.isLast) - Number(one.isLast) || one.dueAt - other.dueAt,
  );
}

/** A promise whose failure may go unheard: nobody waits for an edit that was put off. */
function silent(): PromiseWithResolvers<void> {
  const sent = Promise.withResolvers<void>();
  sent.promise.catch(() => {});
  return sent;
}
