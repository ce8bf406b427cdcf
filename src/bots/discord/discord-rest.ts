/** Discord's REST API for whoever has the token: no gateway, so any worker can speak anywhere. */
import { REST, type RESTOptions } from 'discord.js';
import type { Log } from '../../core/log.ts';

export interface DiscordRestSettings {
  readonly token: string;
  /** Without the version: `https://discord.com/api`. */
  readonly apiUrl: string;
  readonly log: Pick<Log, 'error'>;
  /** How long an answer may take. Default 15 s. */
  readonly answerMs?: number;
  /** The same for a request that carries a file. Default 180 s: enough for 100 MiB at 5 Mbit/s. */
  readonly uploadMs?: number;
}

/** After a 401: often enough to come back by itself, seldom enough for Discord's limit on invalid requests. */
const tokenRestMs = 60_000;

/** A wait longer than this is not worth a worker's hand: the call throws, and is made again later. */
const mostWaitMs = 60_000;

/**
 * discord.js' client for REST, with nothing done twice behind our back: left to itself it breaks an upload off after
 * 15 s and sends it again up to three times (platforms/discord.md §5). Rate limits are waited for, a minute at most.
 *
 * A 401 makes that client forget its token, after which every call fails with words about something else: so it is told
 * once in the log what has to be done, and the token is tried again every minute.
 */
export function createDiscordRest({
  token,
  apiUrl,
  log,
  answerMs = 15_000,
  uploadMs = 180_000,
}: DiscordRestSettings): REST {
  let isTold = false;
  const rest: REST = new REST({
    api: apiUrl,
    version: '10',
    retries: 0,
    timeout: uploadMs,
    // Told to wait without being told how long, the client would ask again at once, and again.
    rejectOnRateLimit: ({ retryAfter }) => retryAfter > mostWaitMs || retryAfter <= 0,
    userAgentAppendix: 'hailuo-bot',
    async makeRequest(url, init) {
      const answer = await request(url, init, answerMs);
      const isOurs = init.headers !== undefined && 'Authorization' in init.headers;
      if (answer.status === 401 && isOurs) {
        setTimeout(() => rest.setToken(token), tokenRestMs).unref();
        if (!isTold) {
          log.error('discord.token-refused', {
            advice: 'Discord does not accept DISCORD_TOKEN. Copy a new one from the developer portal and restart.',
          });
        }
        isTold = true;
      }
      return answer;
    },
  });
  return rest.setToken(token);
}

type MakeRequest = RESTOptions['makeRequest'];

/**
 * The platform's own `fetch`. The client's default is an old undici of its own that hands its requests to whichever
 * undici is the process's newest, and that one refuses its forms: every upload would fail.
 */
async function request(
  url: string,
  { method = 'GET', headers = {}, body = null, signal }: Parameters<MakeRequest>[1],
  answerMs: number,
): ReturnType<MakeRequest> {
  // The client's own timeout holds for uploads; whatever brings no file is answered soon or not at all.
  const signals = signal ? [signal] : [];
  if (!(body instanceof FormData)) signals.push(AbortSignal.timeout(answerMs));
  try {
    return await fetch(url, { method, headers: toHeaders(headers), body, signal: AbortSignal.any(signals) });
  } catch (error) {
    throw new Error(`Discord did not answer: ${reasonOf(error)}`, { cause: error });
  }
}

/** The client always makes a plain object of them; the types of two versions of one library do not know that. */
function toHeaders(headers: object): Headers {
  const made = new Headers();
  for (const [name, value] of Object.entries(headers)) made.set(name, String(value));
  return made;
}

/** `fetch` itself only says that it failed. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
