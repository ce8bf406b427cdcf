/** What the app says by a `response_url`: five times, for half an hour (platforms/slack.md §1). */
import { z } from 'zod';
import { checkWords, rewrite } from './chat-methods.ts';
import { writeMessage } from './messages.ts';
import { Mistake, Refusal } from './refusal.ts';
import { type Channel, type Message, must, type ResponseUrl, type State } from './state.ts';

const lifeMs = 30 * 60_000;
const mostUses = 5;

/** Makes one; its address is `addressOf`. */
export function issueResponseUrl(
  state: State,
  about: Pick<ResponseUrl, 'team' | 'installation' | 'channel' | 'person' | 'thread' | 'source'>,
): ResponseUrl {
  const made: ResponseUrl = {
    ...about,
    id: state.mint('R'),
    createdAtMs: state.clock.nowMs(),
    uses: 0,
    isExpired: false,
    answers: [],
  };
  state.responseUrls.set(made.id, made);
  return made;
}

export function addressOf(state: State, { id, team, source }: ResponseUrl): string {
  return `${state.origins.http}/${source === null ? 'commands' : 'actions'}/${team}/${id}`;
}

const answer = z.object({
  text: z.string().optional(),
  blocks: z.array(z.looseObject({ type: z.string() })).optional(),
  response_type: z.enum(['ephemeral', 'in_channel']).default('ephemeral'),
  replace_original: z.boolean().default(false),
  delete_original: z.boolean().default(false),
  thread_ts: z.string().optional(),
});

/** One use of it. @throws expired_url, used_url, and what is wrong with the words */
export function respond(state: State, id: string, sent: unknown): void {
  const url = state.responseUrls.get(id);
  if (url === undefined) throw new Refusal('expired_url');
  if (url.isExpired || state.clock.nowMs() - url.createdAtMs > lifeMs) throw new Refusal('expired_url');
  if (url.uses >= mostUses) throw new Refusal('used_url');
  const read = answer.safeParse(sent);
  if (!read.success) throw new Mistake('invalid_payload', [read.error.message]);
  url.uses += 1;
  say(state, url, read.data);
}

/** What came with an acknowledgement is said as if by the address, and is no use of it. */
export function respondAtOnce(state: State, url: ResponseUrl, sent: unknown): void {
  const read = answer.safeParse(sent);
  if (!read.success) return void state.problems.push(`acknowledgement: ${read.error.message}`);
  if (read.data.text !== undefined || read.data.blocks !== undefined) say(state, url, read.data);
}

function say(state: State, url: ResponseUrl, sent: z.output<typeof answer>): void {
  const channel = must(state.channels.get(url.channel), `channel ${url.channel}`);
  const original = originalOf(url);
  if (sent.delete_original) {
    if (original !== undefined) original.isDeleted = true;
    return;
  }
  const words = checkWords(state, 'response_url', sent);
  if (sent.replace_original && original !== undefined) rewrite(state, original, words);
  else url.answers.push(write(state, url, channel, sent, words));
}

/** The message of the button; of a command, what was answered last. */
function originalOf({ source, answers }: ResponseUrl): Message | undefined {
  return source ?? answers.at(-1);
}

function write(
  state: State,
  url: ResponseUrl,
  channel: Channel,
  sent: z.output<typeof answer>,
  words: ReturnType<typeof checkWords>,
): Message {
  const bot = must(state.installations.get(url.installation), `installation ${url.installation}`).botUser;
  return writeMessage(state, channel, {
    ...words,
    user: bot,
    thread: sent.thread_ts ?? null,
    onlyFor: sent.response_type === 'ephemeral' ? url.person : null,
  });
}
