/** How Discord says no: its codes, each with the HTTP status and the words it comes with (platforms/discord.md §10). */

/** Thrown anywhere inside a route; the HTTP server answers with it. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body: Readonly<Record<string, unknown>>, headers: Readonly<Record<string, string>> = {}) {
    super(String(body.message));
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

const words = {
  0: [401, '401: Unauthorized'],
  10003: [404, 'Unknown Channel'],
  10004: [404, 'Unknown Guild'],
  10007: [404, 'Unknown Member'],
  10008: [404, 'Unknown Message'],
  10013: [404, 'Unknown User'],
  10014: [400, 'Unknown Emoji'],
  10015: [404, 'Unknown Webhook'],
  10062: [404, 'Unknown interaction'],
  10063: [404, 'Unknown application command'],
  30015: [400, 'Maximum number of attachments in a message reached (10)'],
  30046: [429, 'Maximum number of edits to messages older than 1 hour reached. Try again later'],
  40005: [413, 'Request entity too large'],
  40058: [400, 'Cannot message this channel until a post is made'],
  40060: [400, 'Interaction has already been acknowledged.'],
  40094: [403, 'This interaction has reached its maximum number of follow-up messages'],
  40333: [403, 'internal network error'],
  50001: [403, 'Missing Access'],
  50005: [403, 'Cannot edit a message authored by another user'],
  50006: [400, 'Cannot send an empty message'],
  50007: [403, 'Cannot send messages to this user'],
  50013: [403, 'Missing Permissions'],
  50024: [403, 'Cannot execute action on this channel type'],
  50027: [401, 'Invalid Webhook Token'],
  50083: [400, 'Thread is archived'],
  50109: [400, 'The request body contains invalid JSON.'],
  50278: [403, 'Cannot send messages to this user due to having no mutual guilds'],
  160002: [400, 'You cannot reply without permission to read message history'],
  160004: [400, 'A thread has already been created for this message'],
  160005: [400, 'Thread is locked'],
  200000: [400, 'Message was blocked by automatic moderation'],
  400001: [400, 'Uploading attachments has temporarily been limited for this guild.'],
} as const satisfies Readonly<Record<number, readonly [status: number, message: string]>>;

/** The codes this fake knows by heart. */
export type RefusalCode = keyof typeof words;

/** What Discord answers for one of its error codes. */
export function refusal(code: RefusalCode, headers: Readonly<Record<string, string>> = {}): Refusal {
  const [status, message] = words[code];
  return new Refusal(status, { code, message }, headers);
}

/** One thing that is wrong in a body: where, and Discord's word for it. */
export interface Violation {
  readonly path: readonly PropertyKey[];
  readonly code: string;
  readonly message: string;
}

type ErrorTree = { [name: string]: ErrorTree | { code: string; message: string }[] };

/** 50035 with its `errors` tree: one branch for each step of a path, `_errors` at its end. */
export function invalidForm(violations: readonly Violation[]): Refusal {
  const errors: ErrorTree = {};
  for (const { path, code, message } of violations) {
    let branch = errors;
    for (const step of path) {
      const next = branch[String(step)];
      const grown: ErrorTree = next === undefined || Array.isArray(next) ? {} : next;
      branch[String(step)] = grown;
      branch = grown;
    }
    const there = branch._errors;
    branch._errors = [...(Array.isArray(there) ? there : []), { code, message }];
  }
  return new Refusal(400, { code: 50035, message: 'Invalid Form Body', errors });
}
