/** A way by which Slack speaks to us. */
import type { Receiver } from '@slack/bolt';

export interface Transport {
  /** What Bolt's App is made with. */
  readonly receiver: Receiver;
  /** People are heard. */
  isReady(): boolean;
  /** Returns at once; hears people from then on, or as soon as it can. */
  start(): void;
  /** Hears nothing more. Resolves within a few seconds, whatever Slack does, and never rejects. */
  stop(): Promise<void>;
}
