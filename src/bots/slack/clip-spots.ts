/** Where a clip can be brought, best first: the thread it belongs to, the conversation, a direct message. */
import type { Log } from '../../core/log.ts';
import type { JobId } from '../../core/values.ts';
import type { MessageAddress, SlackAddress } from './address.ts';
import { isOurMistake, isTooLarge, isUninstalled, type Refusal, readRefusal, refusesFiles } from './api-errors.ts';
import { isUnknownFile } from './clip-file.ts';
import { openDirect, type Spot, spotsOf } from './courier-messages.ts';
import type { SlackClients } from './slack-clients.ts';

export interface ClipSpot extends Spot {
  /** The channel it was asked for in, where this is another one. */
  readonly askedIn: string | null;
}

/** Never another channel: whoever asked may see it, and nobody else. @param status the clip goes into its thread */
export async function* clipSpots(
  clients: SlackClients,
  place: SlackAddress,
  status: MessageAddress | null,
): AsyncGenerator<ClipSpot> {
  const ownThread = status?.channel === place.channel ? status.ts : null;
  for (const spot of spotsOf(place, ownThread)) yield { ...spot, askedIn: null };
  if (place.isDirect) return;
  const channel = await orNothing(() => openDirect(clients, place));
  if (channel !== null) yield { channel, thread: null, askedIn: place.channel };
}

/** Says it at the first spot that takes it. @throws what leaves open whether it was said */
export async function climb<Result>(
  spots: AsyncIterable<ClipSpot>,
  say: (spot: ClipSpot) => Promise<Result>,
  { job, log }: { readonly job: JobId; readonly log: Log },
): Promise<{ readonly said: Result } | { readonly refusals: readonly Refusal[] }> {
  const refusals: Refusal[] = [];
  for await (const spot of spots) {
    try {
      return { said: await say(spot) };
    } catch (error) {
      const refusal = readRefusal(error);
      if (refusal === null) throw error;
      if (isOurMistake(refusal)) log.error('slack.bad-form', { job, channel: spot.channel, detail: refusal.detail });
      refusals.push(refusal);
      if (isTheSameEverywhere(refusal)) break;
    }
  }
  return { refusals };
}

/** It is not the place that says no. */
function isTheSameEverywhere(refusal: Refusal): boolean {
  return isUninstalled(refusal) || refusesFiles(refusal) || isTooLarge(refusal) || isUnknownFile(refusal.code);
}

/** Null for a definite no. @throws anything else */
export async function orNothing<Result>(ask: () => Promise<Result>): Promise<Result | null> {
  try {
    return await ask();
  } catch (error) {
    if (readRefusal(error) === null) throw error;
    return null;
  }
}
