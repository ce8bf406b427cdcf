/** What RunningHub tells of our account for nothing: its key, its renders at once, its money (providers/runninghub.md §1, §10). */
import { z } from 'zod';
import type { Failure } from '../../failure.ts';
import type { HttpAnswer } from '../../http.ts';
import type { Inspection } from '../provider.ts';
import { optional } from '../wire.ts';
import { type Complaint, failureOf } from './failures.ts';
import { readNumber } from './money.ts';

const queueStatus = z.object({
  data: z.object({
    apiKeyType: optional.text,
    concurrentLimit: z.unknown().optional(),
    runningCount: z.unknown().optional(),
    queuedCount: z.unknown().optional(),
  }),
});
const accountStatus = z.object({ data: z.object({ remainMoney: z.unknown().optional(), currency: optional.text }) });

/** Only an "Enterprise – Shared" key may call models (§1); whoever asks with another one gets 1014 at the first submit. */
const keysWithoutModels = ['NORMAL', 'EXCLUSIVE'];

/** @throws when the answer cannot be read */
export function readQueue({ status, json }: Pick<HttpAnswer, 'status' | 'json'>): Inspection {
  const parsed = queueStatus.safeParse(json);
  if (!parsed.success) throw new Error(`RunningHub answered ${status} to a question about its queue, unreadably`);
  const { apiKeyType, concurrentLimit, runningCount, queuedCount } = parsed.data.data;
  const limit = readNumber(concurrentLimit);
  const isLimit = limit !== undefined && Number.isInteger(limit) && limit >= 1;
  return {
    findings: [
      `Key type: ${shown(apiKeyType ?? 'not told')}.`,
      `Renders at once: ${isLimit ? limit : 'not told'}; running ${readNumber(runningCount) ?? '?'}, waiting ${readNumber(queuedCount) ?? '?'}.`,
    ],
    ...(isLimit && { slots: limit }),
    ...(keysWithoutModels.includes(apiKeyType?.toUpperCase() ?? '') && {
      failure: { kind: 'bad-key', charged: 'no', code: '1014', detail: `a key of type ${apiKeyType} calls no models` },
    }),
  };
}

/** The balance is a courtesy: when it is not told, the key may be good all the same. */
export function readBalance(answer: HttpAnswer, complaint: Complaint | null, now: Date): Inspection {
  if (complaint) {
    const failure = failureOf(complaint, 'no', now);
    if (failure.kind === 'bad-key' || failure.kind === 'no-credit') return { findings: [], failure };
    return { findings: [`Balance: not told (${shown(failure.detail)}).`] };
  }
  const { remainMoney, currency } = accountStatus.safeParse(answer.json).data?.data ?? {};
  const amount = readNumber(remainMoney);
  if (amount === undefined) return { findings: ['Balance: not told.'] };
  const balance = `${amount}${currency ? ` ${shown(currency)}` : ''}`;
  return { findings: [`Balance: ${balance}.`], ...(amount <= 0 && { failure: emptyWallet(balance) }) };
}

function emptyWallet(balance: string): Failure {
  return { kind: 'no-credit', charged: 'no', detail: `the wallet has ${balance}` };
}

function shown(text: string): string {
  return text.replaceAll(/\s+/g, ' ').slice(0, 100);
}
