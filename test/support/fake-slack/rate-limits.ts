/** How many calls of a method a workspace has in a minute (platforms/slack.md §5). */
import type { State } from './state.ts';

const tiers: Readonly<Record<string, number>> = {
  'chat.update': 50,
  'chat.delete': 50,
  'conversations.history': 50,
  'conversations.replies': 50,
  'conversations.info': 50,
  'conversations.open': 50,
  'files.info': 100,
  'files.getUploadURLExternal': 100,
  'files.completeUploadExternal': 100,
  'users.info': 100,
  'usergroups.list': 20,
  'views.open': 100,
  'views.update': 100,
  'views.publish': 100,
  'chat.postEphemeral': 100,
  'functions.completeSuccess': 50,
  'functions.completeError': 50,
};
const minuteMs = 60_000;

const historical = ['conversations.history', 'conversations.replies'];

/** Null: as many as anybody likes. */
function mostOf(state: State, method: string): number | null {
  if (state.isDistributed && historical.includes(method)) return 1;
  return state.hasRateLimits ? (tiers[method] ?? null) : null;
}

/** Only counts where the test wants limits. */
export function createTiers(state: State) {
  return {
    /** @returns how many seconds to wait; null: go on */
    take(method: string, installation: string): number | null {
      const most = mostOf(state, method);
      if (most === null) return null;
      const since = state.clock.nowMs() - minuteMs;
      const recent = state.calls.filter(
        (call) =>
          call.method === method &&
          call.installation === installation &&
          call.atMs > since &&
          call.answer !== 'ratelimited',
      );
      // The call itself is already among them.
      if (recent.length <= most) return null;
      const oldest = recent[0]?.atMs ?? since;
      return Math.max(1, Math.ceil((oldest - since) / 1000));
    },
  };
}

/** The most calls of a method that one installation made in any minute. */
export function busiestMinute(state: State, method: string): number {
  const calls = state.calls.filter((call) => call.method === method);
  return calls.reduce((most, from) => {
    const inIt = calls.filter(
      (each) => each.installation === from.installation && each.atMs >= from.atMs && each.atMs < from.atMs + minuteMs,
    );
    return Math.max(most, inIt.length);
  }, 0);
}
