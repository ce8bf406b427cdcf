/**
 * What this bot asks a server for, and nothing more: the one list behind the invite link, the check before anybody is
 * charged, the doctor and docs/discord.md (platforms/discord.md §1). Pure.
 */
import { PermissionFlagsBits } from 'discord.js';

interface NeededPermission {
  /** As Discord's own settings of a channel name it. */
  readonly name: string;
  readonly bit: bigint;
  /** Where a clip cannot be posted without it; `nowhere`: only something beside the clip is missing then. */
  readonly clipsNeedIt: 'everywhere' | 'in channels' | 'in threads' | 'nowhere';
}

/** In the order in which a person is told what is missing. */
export const neededPermissions: readonly NeededPermission[] = [
  { name: 'View Channel', bit: PermissionFlagsBits.ViewChannel, clipsNeedIt: 'everywhere' },
  { name: 'Send Messages', bit: PermissionFlagsBits.SendMessages, clipsNeedIt: 'in channels' },
  // In a thread, Send Messages says nothing.
  { name: 'Send Messages in Threads', bit: PermissionFlagsBits.SendMessagesInThreads, clipsNeedIt: 'in threads' },
  { name: 'Create Public Threads', bit: PermissionFlagsBits.CreatePublicThreads, clipsNeedIt: 'nowhere' },
  { name: 'Attach Files', bit: PermissionFlagsBits.AttachFiles, clipsNeedIt: 'everywhere' },
  { name: 'Embed Links', bit: PermissionFlagsBits.EmbedLinks, clipsNeedIt: 'everywhere' },
  { name: 'Read Message History', bit: PermissionFlagsBits.ReadMessageHistory, clipsNeedIt: 'everywhere' },
];

const allBits = neededPermissions.reduce((all, { bit }) => all | bit, 0n);

/** Puts the bot into a server, with exactly these permissions. @param application its id */
export function inviteLink(application: string): string {
  return `https://discord.com/oauth2/authorize?client_id=${application}&scope=bot+applications.commands&permissions=${allBits}`;
}

/** Puts the app onto one's own account, where it needs no permission of a server. @param application its id */
export function userInstallLink(application: string): string {
  return `https://discord.com/oauth2/authorize?client_id=${application}&scope=applications.commands&integration_type=1`;
}
