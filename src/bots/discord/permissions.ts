/** What this bot must be allowed to do in a place before anybody is charged for a clip that could not be posted there. Pure. */
import { PermissionFlagsBits } from 'discord.js';
import { neededPermissions } from './needed-permissions.ts';

/**
 * The names of what is missing, in English, as the settings list them; empty when a clip can be posted.
 * @param bits Discord's decimal number, for instance an interaction's `app_permissions`
 */
export function missingPermissions(bits: string | bigint, isThread: boolean): string[] {
  const held = toBits(bits);
  if (has(held, PermissionFlagsBits.Administrator)) return [];
  const counts = ['everywhere', isThread ? 'in threads' : 'in channels'];
  return neededPermissions
    .filter(({ bit, clipsNeedIt }) => counts.includes(clipsNeedIt) && !has(held, bit))
    .map(({ name }) => name);
}

/** The names of everything the invite link asks for and a whole server does not give. */
export function missingInServer(bits: string): string[] {
  const held = toBits(bits);
  if (has(held, PermissionFlagsBits.Administrator)) return [];
  return neededPermissions.filter(({ bit }) => !has(held, bit)).map(({ name }) => name);
}

/** Whether somebody with these may manage the server; checked wherever Discord's own default could have been changed. */
export function mayManage(bits: string | bigint): boolean {
  const held = toBits(bits);
  return has(held, PermissionFlagsBits.Administrator) || has(held, PermissionFlagsBits.ManageGuild);
}

function toBits(bits: string | bigint): bigint {
  if (typeof bits === 'bigint') return bits;
  return /^\d+$/.test(bits) ? BigInt(bits) : 0n;
}

function has(held: bigint, bit: bigint): boolean {
  return (held & bit) === bit;
}
