/** A place on the chat page, as it is stored with a job. */
import { z } from 'zod';
import type { Destination } from '../../core/values.ts';

export const platformName = 'web';

const address = z.strictObject({
  channel: z.string(),
  /** The thread the request was made in; null when the request began one. */
  thread: z.string().nullable(),
  /** The message that asked: a `/hailuo` message, a picture that was reacted to, a message whose button was pressed. */
  request: z.string(),
  visitor: z.string(),
});
export type WebAddress = z.output<typeof address>;

export function toDestination(place: WebAddress): Destination {
  return { platform: platformName, address: place };
}

/** @throws when the destination is not one of ours: that is a bug, not a fact of the world */
export function toAddress(destination: Destination): WebAddress {
  return address.parse(destination.address);
}

/** The message all answers to a request stand under. */
export function rootOf({ thread, request }: Pick<WebAddress, 'thread' | 'request'>): string {
  return thread ?? request;
}
