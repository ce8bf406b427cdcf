/** What may go wrong with a call, and how it goes wrong. */
import type { Reply } from './reply.ts';

/**
 * - `cut`: the connection breaks, and nothing was done.
 * - `lose-answer`: it was done, and the connection breaks.
 * - `answer`: this comes instead; `afterwards` when it was done all the same.
 * - `wait`: the answer comes late.
 */
export type Fault =
  | { readonly fault: 'cut' }
  | { readonly fault: 'lose-answer' }
  | { readonly fault: 'answer'; readonly reply: Reply; readonly afterwards?: boolean }
  | { readonly fault: 'wait'; readonly ms: number };

/** What became of a call: an answer, or a connection that breaks before or after it was done. */
export type Outcome = Reply | 'cut' | 'answer-lost';

/** Acts, or not, as the fault would have it. */
export async function meet(fault: Fault | undefined, act: () => Promise<Reply>): Promise<Outcome> {
  switch (fault?.fault) {
    case undefined:
      return act();
    case 'cut':
      return 'cut';
    case 'lose-answer':
      await act();
      return 'answer-lost';
    case 'answer':
      if (fault.afterwards) await act();
      return fault.reply;
    case 'wait':
      await new Promise((done) => setTimeout(done, fault.ms));
      return act();
  }
}

/** From something between the bot and the service: it says nothing about what was done. */
export const gatewayPage: Reply = {
  status: 502,
  headers: { 'content-type': 'text/html' },
  bytes: Buffer.from('<html><body>Bad gateway</body></html>'),
};
