/** Who may see the page and the numbers: this machine, or whoever has the operator's token. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { Secret } from '../core/secret.ts';

const cookieName = 'hailuo_operator';

/** What proxies and tunnels add; nothing on this machine that goes straight to the port sends any of it. */
const proxyHeader = /^(?:x-forwarded-|forwarded$|via$|x-real-ip$|cf-connecting-ip$|true-client-ip$)/;

/**
 * Lets a browser on this machine in, and from anywhere a token: as `Authorization: Bearer …`, or once as `?token=…`,
 * which becomes a cookie. A request that came through a proxy, or under a name that is not this machine's, is not from
 * this machine, whatever address it has: a web site could have made the browser send it.
 * @param trustsThisMachine false where a proxy may be on this machine too: some say nothing of whom they speak for
 */
export function operatorOnly(adminToken: Secret | undefined, trustsThisMachine: boolean): MiddlewareHandler {
  return async (context, next) => {
    if (!isSameSite(context)) return context.text('This request comes from another site.', 403);
    const wanted = adminToken?.reveal();
    const offered = context.req.query('token');
    if (wanted !== undefined && offered !== undefined && isSame(offered, wanted)) {
      const isSecure =
        new URL(context.req.url).protocol === 'https:' || context.req.header('x-forwarded-proto') === 'https';
      setCookie(context, cookieName, fingerprint(wanted), {
        httpOnly: true,
        sameSite: 'Strict',
        secure: isSecure,
        path: '/',
      });
      return context.redirect(new URL(context.req.url).pathname);
    }
    if ((trustsThisMachine && isThisMachine(context)) || (wanted !== undefined && hasToken(context, wanted)))
      return next();
    return context.text(
      wanted === undefined
        ? trustsThisMachine
          ? 'This page opens on the machine the bot runs on. Set ADMIN_TOKEN to open it from elsewhere.'
          : 'With a public address this page opens only with the operator’s token: set ADMIN_TOKEN.'
        : 'This page opens with the operator’s token: add ?token=… to the address once.',
      403,
    );
  };
}

function isThisMachine(context: Context): boolean {
  const { address = '' } = getConnInfo(context).remote;
  const isLocalPeer = address === '::1' || /^(?:::ffff:)?127\./.test(address);
  const isProxied = [...context.req.raw.headers.keys()].some((name) => proxyHeader.test(name));
  return (
    isLocalPeer && !isProxied && /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/.test(context.req.header('host') ?? '')
  );
}

function isSameSite(context: Context): boolean {
  if (context.req.method === 'GET' || context.req.method === 'HEAD') return true;
  const origin = context.req.header('origin');
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === context.req.header('host');
}

function hasToken(context: Context, wanted: string): boolean {
  const [, given = ''] = /^bearer +(.*)$/i.exec(context.req.header('authorization') ?? '') ?? [];
  if (isSame(given, wanted)) return true;
  return isSame(getCookie(context, cookieName) ?? '', fingerprint(wanted));
}

/** What the cookie holds: it opens the page, and the token cannot be read from it. */
function fingerprint(token: string): string {
  return createHash('sha256').update(`hailuo operator cookie ${token}`).digest('base64url');
}

function isSame(given: string, wanted: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(wanted));
}
