/** When a render is worth a look, and when it is expected. Pure. */

/** Everything the schedule knows of one attempt. Seconds count from when the provider accepted it. */
export interface Looking {
  readonly elapsedSeconds: number;
  /** Looks so far. */
  readonly looks: number;
  /** Seconds that the last renders of this kind took, shortest first. */
  readonly history: readonly number[];
  readonly expectsCallBack: boolean;
}

/** Fewer renders than this say nothing. */
const enoughHistory = 5;

/** Looks a clip gets before it counts as overdue. */
const looksPlanned = 10;

/** The share at either end that says little of the rest: found late, or luck. */
const outliers = 0.05;

/** The last planned look comes this much after the longest known render: hardly one is later still. */
const lastLookMargin = 0.03;

/** How much the counted renders weigh against an even spread. */
const countWeight = 0.3;

const longestGapSeconds = 15;

/**
 * Seconds from now until the next look. Without history: 5 s after the submit, then gaps growing by a quarter up to
 * 15 s. With it: the looks that are left share evenly what is left of the last renders, so the first comes when a tenth
 * of them was done, they are closest where most of them ended, and the tenth comes when all were; after that wider and
 * wider. Four times wider while a call-back is expected (design.md §2; docs/decisions/looking.md says why shares).
 */
export function secondsToNextLook(looking: Looking): number {
  const gap = looking.history.length < enoughHistory ? gapWithoutHistory(looking.looks) : gapByHistory(looking);
  return looking.expectsCallBack ? gap * 4 : gap;
}

function gapWithoutHistory(looks: number): number {
  return Math.min(longestGapSeconds, 5 * 1.25 ** looks);
}

function gapByHistory({ elapsedSeconds, history, looks }: Looking): number {
  const median = quantile(history, 0.5);
  // No two looks closer than this: a share that is dense must not become a burst of requests.
  const closest = Math.min(1, Math.max(0.05, median / 40));
  const latest = quantile(history, 1) * (1 + lastLookMargin);
  if (elapsedSeconds < latest) {
    const done = shareDoneBy(elapsedSeconds, history);
    const left = Math.max(1, looksPlanned - looks);
    const at = left === 1 ? latest : whenDone(done + (1 - done) / left, history);
    return Math.max(closest, at - elapsedSeconds);
  }
  return Math.min(longestGapSeconds, Math.max(closest, median / 15, (elapsedSeconds - latest) / 2));
}

/**
 * The share of renders expected to have ended by then, 0 to 1, never falling. A hundred renders are a coarse count, so
 * it weighs only a part; the rest spreads evenly from the shortest to the longest of them, outliers left out.
 */
function shareDoneBy(seconds: number, history: readonly number[]): number {
  const first = quantile(history, outliers);
  const last = quantile(history, 1 - outliers);
  const even = last > first ? Math.min(1, Math.max(0, (seconds - first) / (last - first))) : Number(seconds >= last);
  const counted = history.filter((known) => known <= seconds).length / history.length;
  return countWeight * counted + (1 - countWeight) * even;
}

/** The moment by which that share is expected to have ended, to a tenth of a percent. */
function whenDone(share: number, history: readonly number[]): number {
  let early = 0;
  let late = quantile(history, 1);
  for (let round = 0; round < 12; round += 1) {
    const middle = (early + late) / 2;
    if (shareDoneBy(middle, history) < share) early = middle;
    else late = middle;
  }
  return late;
}

/** Between which moments, in seconds after acceptance, four in five such renders end; null without history. */
export function expectedSeconds(history: readonly number[]): { from: number; to: number } | null {
  if (history.length < enoughHistory) return null;
  return { from: quantile(history, 0.1), to: quantile(history, 0.9) };
}

/**
 * When a clip found ready at `now` was ready, as well as looking can tell: half-way back to the last look, but not
 * further than a tenth of the render, so that the first look of all does not halve the history.
 */
export function estimateReadyAt(acceptedAt: Date, lastLookAt: Date | null, now: Date): Date {
  const sinceLook = now.getTime() - (lastLookAt ?? acceptedAt).getTime();
  const tenth = (now.getTime() - acceptedAt.getTime()) / 10;
  return new Date(now.getTime() - Math.min(sinceLook / 2, tenth));
}

/** @param sorted at least one value, ascending */
function quantile(sorted: readonly number[], share: number): number {
  const position = share * (sorted.length - 1);
  const below = sorted[Math.floor(position)] ?? 0;
  const above = sorted[Math.ceil(position)] ?? below;
  return below + (above - below) * (position - Math.floor(position));
}
