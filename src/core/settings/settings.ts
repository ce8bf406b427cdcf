/** What the admins of one server or workspace have chosen for it, beside its limits. */

export interface TenantSettings {
  /** Where clips may be asked for; null: everywhere. Ids of channels, never of threads. */
  readonly channels: readonly string[] | null;
  /** Who may ask: whoever has one of these roles; null: everybody. */
  readonly roles: readonly string[] | null;
  /** Who may administer beside those whom the platform itself calls admins. */
  readonly admins: readonly string[];
  /** False: a reaction asks for nothing. */
  readonly hasReactions: boolean;
  /** The emoji that animates, as the platform spells it; null: the operator's. */
  readonly emoji: string | null;
  /** `channel`: the status and the clip stand in the channel; `thread`: each job has a thread of its own. */
  readonly place: 'channel' | 'thread';
  /** What renders when the person names no model; null: the operator's order. */
  readonly model: string | null;
  /** A prompt with one of these words is refused; lower case. */
  readonly blockedWords: readonly string[];
  /** A prompt with one of these words is taken only in an age-restricted channel; lower case. */
  readonly matureWords: readonly string[];
}

/** Until an admin chooses something else. */
export const defaultSettings: TenantSettings = {
  channels: null,
  roles: null,
  admins: [],
  hasReactions: true,
  emoji: null,
  place: 'channel',
  model: null,
  blockedWords: [],
  matureWords: [],
};
