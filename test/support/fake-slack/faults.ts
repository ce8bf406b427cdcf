/** Calls that go wrong because a test ordered it. */

/** How an ordered call goes wrong. */
export type Fault =
  /** The connection breaks before anything is taken. */
  | { readonly kind: 'refuse' }
  /** It is done, but nobody hears of it. */
  | { readonly kind: 'lose-answer' }
  | { readonly kind: 'rate-limit'; readonly seconds: number }
  | { readonly kind: 'fail'; readonly error: string; readonly more: Readonly<Record<string, unknown>> }
  /** Not Slack's own words, but those of something before it. */
  | { readonly kind: 'status'; readonly status: number }
  /** Answered only once this resolves. */
  | { readonly kind: 'hold'; readonly until: Promise<void> }
  /** The connection breaks in the middle of the body. */
  | { readonly kind: 'cut' }
  | { readonly kind: 'sign-in'; readonly how: 'page' | 'redirect' }
  | { readonly kind: 'never-share' };

/** A method of the Web API, or one of the other things that are called. */
export type Callee = 'upload' | 'download' | 'response_url' | (string & {});

export interface Orders {
  /** The next such calls go wrong. */
  add(callee: Callee, fault: Fault, times: number): void;
  /** Uses up one order. */
  take(callee: Callee, kinds?: readonly Fault['kind'][]): Fault | null;
  /** How long a share takes to appear. */
  shareAfterMs: number;
  /** The largest file that the workspace takes. */
  mostUploadBytes: number;
}

export function createOrders(): Orders {
  const orders: { readonly callee: Callee; readonly fault: Fault; left: number }[] = [];
  return {
    shareAfterMs: 10,
    mostUploadBytes: Number.POSITIVE_INFINITY,
    add(callee, fault, times) {
      orders.push({ callee, fault, left: times });
    },
    take(callee, kinds) {
      const order = orders.find(
        (each) => each.left > 0 && each.callee === callee && (kinds?.includes(each.fault.kind) ?? true),
      );
      if (order === undefined) return null;
      order.left -= 1;
      return order.fault;
    },
  };
}
