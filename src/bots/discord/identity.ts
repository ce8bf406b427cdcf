/** Who this bot is on Discord, and what the switches in the portal let it do. */
import { ApplicationFlags, type REST, Routes } from 'discord.js';
import { z } from 'zod';
import type { Self } from './resuming.ts';

interface Identity {
  /** @throws when Discord cannot be reached, or does not know the token */
  introduce(): Promise<Self>;
  /** Null before the first introduction. */
  self(): Self | null;
  /** Whether others' words and pictures may be read by REST (platforms/discord.md §6). A minute old at most. */
  maySeeContent(): Promise<boolean>;
}

const application = z.object({ id: z.string(), flags: z.number().nullish() });
const user = z.object({ id: z.string(), username: z.string() });

/** The one flag is for applications that Discord has had a look at, the other for those with too few people for that. */
const contentFlags = ApplicationFlags.GatewayMessageContent | ApplicationFlags.GatewayMessageContentLimited;

/** What an application's flags say of the switch for the Message Content Intent (platforms/discord.md §6). */
export function seesContent(flags: number): boolean {
  return (flags & contentFlags) !== 0;
}

const holdMs = 60_000;

export function createIdentity(rest: REST, now: () => Date): Identity {
  let self: Self | null = null;
  let known: { readonly until: number; readonly isSeeing: boolean } | null = null;

  async function readApplication(): Promise<z.output<typeof application>> {
    const read = application.parse(await rest.get(Routes.currentApplication()));
    known = { until: now().getTime() + holdMs, isSeeing: seesContent(read.flags ?? 0) };
    return read;
  }

  return {
    self: () => self,
    async introduce() {
      const [{ id }, us] = await Promise.all([
        readApplication(),
        rest.get(Routes.user()).then((read) => user.parse(read)),
      ]);
      self = { application: id, user: us };
      return self;
    },
    async maySeeContent() {
      if (known === null || known.until <= now().getTime()) await readApplication();
      return known?.isSeeing ?? false;
    },
  };
}
