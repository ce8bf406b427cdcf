/** A provider's call-back: one more way to ring. It never settles a job. */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { CallBack, CallBackReading } from '../providers/provider.ts';
import type { AttemptId, JsonValue } from '../values.ts';
import { type JobEdges, providerOf } from './edges.ts';

/** What to answer the caller. */
export type CallBackAnswer =
  | { readonly status: 200; readonly json: JsonValue }
  | { readonly status: 404 | 401 | 503; readonly json: JsonValue };

/** Makes and knows our call-back addresses. Nothing is stored: one secret key gives the same ones in every process. */
export interface CallBackAddresses {
  /** `/callbacks/<provider>/<attempt id>/<secret>`, the same whenever it is asked for. */
  pathOf(provider: string, attempt: AttemptId): string;
  isGenuine(provider: string, attempt: string, secret: string): boolean;
}

/** An address nobody can guess for every attempt, on top of whatever the provider signs. */
export function createCallBackAddresses(secretKey: string): CallBackAddresses {
  const key = Buffer.from(hkdfSync('sha256', secretKey, '', 'call-back address', 32));
  const secretOf = (provider: string, attempt: string): Buffer =>
    createHmac('sha256', key).update(`${provider}/${attempt}`).digest();
  return {
    pathOf: (provider, attempt) =>
      `/callbacks/${provider}/${attempt}/${secretOf(provider, attempt).toString('base64url')}`,
    isGenuine(provider, attempt, secret) {
      const given = Buffer.from(secret, 'base64url');
      const right = secretOf(provider, attempt);
      return given.length === right.length && timingSafeEqual(given, right);
    },
  };
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Checks the address, then the signature where there is one, and wakes the job. Late, repeated and early call-backs are
 * harmless: they wake a job that finds nothing new.
 */
export async function takeCallBack(
  address: { readonly provider: string; readonly attempt: string; readonly secret: string },
  callBack: CallBack,
  addresses: CallBackAddresses,
  edges: Pick<JobEdges, 'providers' | 'store' | 'queue' | 'now' | 'log'>,
): Promise<CallBackAnswer> {
  const provider = providerOf(edges, address.provider);
  const isOurs = uuid.test(address.attempt) && addresses.isGenuine(address.provider, address.attempt, address.secret);
  if (provider?.readCallBack === undefined || !isOurs) {
    edges.log.warn('call-back.forged', { provider: address.provider, detail: 'the address is not one of ours' });
    return { status: 404, json: { error: 'no such call-back' } };
  }
  const attempt = address.attempt as AttemptId;
  const reading = await readSafely(() => provider.readCallBack?.(callBack), edges.log);
  // Whatever they sign with could not be fetched: they will call again.
  if (reading === undefined) return { status: 503, json: { error: 'not now, please repeat' } };
  switch (reading.outcome) {
    case 'answer':
      return { status: 200, json: reading.json };
    case 'forged':
      edges.log.warn('call-back.forged', { provider: provider.id, attempt, detail: reading.detail });
      return { status: 401, json: { error: 'the signature does not fit' } };
    case 'genuine': {
      const job = await edges.store.calledBack(attempt, provider.id, reading.ticket ?? null);
      if (job !== null) await edges.queue.wake(job, edges.now());
      edges.log.debug('call-back.came', { provider: provider.id, attempt, job });
      return { status: 200, json: { ok: true } };
    }
  }
}

async function readSafely(
  read: () => Promise<CallBackReading> | undefined,
  log: JobEdges['log'],
): Promise<CallBackReading | undefined> {
  try {
    return await read();
  } catch (error) {
    log.warn('call-back.unread', { error });
    return undefined;
  }
}
