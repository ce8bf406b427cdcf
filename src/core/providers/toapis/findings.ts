/** What ToAPIs tells about our account, as sentences for the operator (providers/toapis.md §1). */
import { z } from 'zod';
import type { Failure } from '../../failure.ts';
import type { HttpAnswer } from '../../http.ts';
import { isSuccess, optional } from '../wire.ts';
import { models } from './models.ts';

/** A balance that was told, or why none is: an unknown key is told under HTTP 200. */
export type Balance =
  | { readonly outcome: 'told'; readonly words: string; readonly isEmpty: boolean }
  | { readonly outcome: 'refused'; readonly failure: Failure };

const balanceSchema = z.object({
  success: z.boolean(),
  message: optional.text,
  remain_credits: optional.number,
  used_credits: optional.number,
  credits_per_usd: optional.number,
  unlimited_quota: z.boolean().nullish().catch(null),
});
const modelList = z.object({ data: z.array(z.object({ id: z.string() })) });

/** @returns null for an answer that is no balance */
export function readBalance({ status, json }: HttpAnswer): Balance | null {
  const reply = balanceSchema.safeParse(json);
  if (!reply.success || !isSuccess({ status })) return null;
  const { success, message, remain_credits, used_credits, credits_per_usd, unlimited_quota } = reply.data;
  if (!success) return { outcome: 'refused', failure: unknownKey(message ?? '') };
  if (unlimited_quota) return { outcome: 'told', words: 'no limit of its own', isEmpty: false };
  if (typeof remain_credits !== 'number') return { outcome: 'told', words: 'balance not told', isEmpty: false };
  // Credits, not `remain_balance`: that may be in dollars, yuan or tokens, as the console is set.
  const dollars = (remain_credits / (credits_per_usd || 200)).toFixed(2);
  const words = `${remain_credits} credits (${dollars} USD) left, ${used_credits ?? 0} used`;
  return { outcome: 'told', words, isEmpty: remain_credits <= 0 };
}

/** "Token doesn't exist or has been deleted", says the page of such an answer. */
function unknownKey(message: string): Failure {
  const detail = `no balance for this key: ${message.replace(/\bsk-[\w-]+/g, 'sk-…').slice(0, 200)}`;
  return { kind: 'bad-key', charged: 'no', detail };
}

/** What this key may still spend. */
export function keyFindings({ words }: Extract<Balance, { outcome: 'told' }>): string {
  return `Key: ${words}.`;
}

/** Nothing when the account's own balance is not told to this key. */
export function accountFindings(balance: Balance | null): string[] {
  return balance?.outcome === 'told' ? [`Account: ${balance.words}.`] : [];
}

/** Which of our models this key may use. */
export function saleFinding({ status, json }: HttpAnswer): string {
  const list = modelList.safeParse(json);
  if (!list.success || !isSuccess({ status })) return 'ToAPIs did not say which models are on sale.';
  const listed = new Set(list.data.data.map(({ id }) => id));
  const ours = new Set(Object.values(models).flatMap((model) => model?.id ?? []));
  const [here, missing] = [[...ours].filter((id) => listed.has(id)), [...ours].filter((id) => !listed.has(id))];
  const words = [
    here.length > 0 && `On sale: ${here.join(', ')}.`,
    missing.length > 0 && `Not listed: ${missing.join(', ')}.`,
  ];
  return words.filter(Boolean).join(' ');
}
