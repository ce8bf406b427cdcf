/** Channels that refused us and are left alone for a while: Discord bans whoever asks in vain too often (platforms/discord.md §7). */

export interface QuietChannels {
  has(channel: string): boolean;
  add(channel: string): void;
}

/** Short enough that somebody who gives the right back sees it work. */
const quietMs = 120_000;

const most = 1000;

export function createQuietChannels(now: () => Date): QuietChannels {
  const until = new Map<string, number>();
  return {
    has: (channel) => (until.get(channel) ?? 0) > now().getTime(),
    add(channel) {
      until.delete(channel);
      until.set(channel, now().getTime() + quietMs);
      if (until.size > most) for (const oldest of until.keys().take(1)) until.delete(oldest);
    },
  };
}
