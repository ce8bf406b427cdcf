/** Slack's "no": HTTP 200 with a word for it. */

/** Thrown by a method; answered as `{ ok: false, error }`. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: string;
  readonly more: Readonly<Record<string, unknown>>;
  constructor(code: string, more: Readonly<Record<string, unknown>> = {}) {
    super(code);
    this.code = code;
    this.more = more;
  }
}

/** A call that Slack cannot read: a mistake of the bot's, which a test should hear of. */
export class Mistake extends Refusal {
  readonly details: readonly string[];
  constructor(code: string, details: readonly string[]) {
    super(code, { response_metadata: { messages: details.map((detail) => `[ERROR] ${detail}`) } });
    this.details = details;
  }
}
