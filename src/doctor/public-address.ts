/** Whether the address the world is told really leads to a bot. */
import { z } from 'zod';
import type { Config } from '../core/config.ts';
import type { Http } from '../core/http.ts';
import { type Quote, reasonOf } from './quote.ts';
import { type Finding, fix, note, ok } from './report.ts';

export type PublicAddressSeen =
  | { readonly kind: 'none' }
  | { readonly kind: 'bot' }
  /** `location`: where a redirect leads. */
  | { readonly kind: 'other'; readonly status: number; readonly location?: string }
  | { readonly kind: 'unreached'; readonly reason: string };

const timeLimitMs = 10_000;
const alive = z.object({ alive: z.literal(true) });

/** Asks from this machine: what the world sees may differ, and only the world can tell. */
export async function lookAtPublicAddress(
  { publicUrl }: Pick<Config, 'publicUrl'>,
  http: Http,
): Promise<PublicAddressSeen> {
  if (publicUrl === '') return { kind: 'none' };
  try {
    const answer = await http({ method: 'GET', url: `${publicUrl}/healthz`, timeoutMs: timeLimitMs });
    if (answer.status === 200 && alive.safeParse(answer.json).success) return { kind: 'bot' };
    const { location } = answer.headers;
    return { kind: 'other', status: answer.status, ...(location !== undefined && { location }) };
  } catch (error) {
    return { kind: 'unreached', reason: reasonOf(error) };
  }
}

type Told = Pick<Config, 'publicUrl' | 'adminToken'>;

/** @param isBotHere whether one runs on this machine: without it, a proxy that finds nobody is no fault */
export function judgePublicAddress(seen: PublicAddressSeen, told: Told, isBotHere: boolean, quote: Quote): Finding[] {
  if (seen.kind === 'none') {
    return [
      note(
        'No PUBLIC_URL: no call-backs (jobs are looked at instead), no links to clips for others.',
        'Set it to the address of your reverse proxy when you want them.',
      ),
    ];
  }
  return [judgeReach(seen, isBotHere, quote), ...judgeSafety(told)];
}

function judgeReach(seen: Exclude<PublicAddressSeen, { kind: 'none' }>, isBotHere: boolean, quote: Quote): Finding {
  const check = 'See that the name leads to your proxy, and that the proxy passes everything on to HOST and PORT.';
  switch (seen.kind) {
    case 'bot':
      return ok('PUBLIC_URL reaches a bot.');
    case 'unreached':
      return fix(`PUBLIC_URL does not answer: ${quote(seen.reason)}`, check);
    case 'other':
      if (seen.location !== undefined && seen.status >= 300 && seen.status < 400) {
        return fix(`PUBLIC_URL leads on to ${quote(seen.location)}.`, 'Set PUBLIC_URL to where it leads.');
      }
      if (!isBotHere && [502, 503, 504].includes(seen.status)) {
        return note(
          `PUBLIC_URL reaches a proxy that finds no bot (${seen.status}).`,
          'Start the bot and run this again.',
        );
      }
      return fix(`PUBLIC_URL does not reach a bot: /healthz answers ${seen.status}.`, check);
  }
}

function judgeSafety({ publicUrl, adminToken }: Told): Finding[] {
  return [
    ...(publicUrl.startsWith('https:')
      ? []
      : [
          note(
            'PUBLIC_URL is not https: links and call-backs can be read on the way.',
            'Give the proxy a certificate.',
          ),
        ]),
    ...(adminToken === undefined
      ? [
          note(
            'PUBLIC_URL without ADMIN_TOKEN: the chat page and /metrics open for nobody.',
            'Set ADMIN_TOKEN, at least 12 characters.',
          ),
        ]
      : []),
  ];
}
