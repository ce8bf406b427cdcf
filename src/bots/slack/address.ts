/** A place on Slack, as it is stored with a job. Ids are as Slack gives them and are never told apart by their first letter. */
import { z } from 'zod';
import type { Destination } from '../../core/values.ts';

export const platformName = 'slack';

/** Whose token speaks there: a workspace's, or a whole organisation's where the app is installed for all of it. */
export const installationKey = z.strictObject({
  team: z.string().nullable(),
  enterprise: z.string().nullable(),
  isEnterpriseInstall: z.boolean(),
});
export type InstallationKey = z.output<typeof installationKey>;

/** As it stands in the ledger. Times of messages (`ts`) are Slack's ids for them and stay text. */
export const slackAddress = z.strictObject({
  installation: installationKey,
  channel: z.string(),
  /** The thread in which everything is said; null: the status opens one of its own in the channel. */
  thread: z.string().nullable(),
  /** The message that was asked about (a reaction, Animate, a mention, a button); null for a command. */
  request: z.string().nullable(),
  person: z.string(),
  /** A direct conversation of this person with the bot. */
  isDirect: z.boolean(),
  /** The step of a workflow that waits for the clip; null: nobody but people waits. */
  execution: z.string().nullable(),
});
export type SlackAddress = z.output<typeof slackAddress>;

/** Where a message of ours stands, as the ledger keeps it. */
export const messageAddress = z.object({ channel: z.string(), ts: z.string() });
export type MessageAddress = z.output<typeof messageAddress>;

/** The id under which an installation is kept (platforms/slack.md §2). */
export function installationId({ team, enterprise, isEnterpriseInstall }: InstallationKey): string {
  const id = isEnterpriseInstall ? enterprise : team;
  if (id === null) throw new Error('an installation has neither a workspace nor an organisation');
  return id;
}

/** Whose limits and settings hold: an organisation's people are the same in all its workspaces (platforms/slack.md §2). */
export function tenantOf({ team, enterprise }: InstallationKey): string {
  return `slack:${enterprise ?? team}`;
}

export function toDestination(place: SlackAddress): Destination {
  return { platform: platformName, address: place };
}

/** @throws when the destination is not one of ours: that is a bug, not a fact of the world */
export function toAddress(destination: Destination): SlackAddress {
  return slackAddress.parse(destination.address);
}
