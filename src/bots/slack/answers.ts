/** Brings a command's reply to whoever called it, by the first way that still leads to them. */
import { readFile } from 'node:fs/promises';
import type { Card, Reply } from '../../commands/command.ts';
import { refusal } from '../../commands/replies.ts';
import type { Log } from '../../core/log.ts';
import { textsFor } from '../../core/texts/texts.ts';
import type { InstallationKey } from './address.ts';
import { isOurMistake, isUninstalled, readRefusal } from './api-errors.ts';
import type { Direct, OutgoingFile } from './direct.ts';
import { actions, button, type DrawnMessage, limits, message } from './draw/blocks.ts';
import { drawCard } from './draw/card.ts';
import type { HomeBoard } from './home.ts';
import { type ScopeAlarm, scopeMissingIn } from './missing-scope.ts';
import type { Respond } from './response-url.ts';
import { patiently, type SlackApi } from './slack-clients.ts';

/** Whom an answer is for, and how it can come. */
export interface Listener {
  readonly key: InstallationKey;
  readonly person: string;
  readonly locale: string;
  /** Null: they asked on Home, or nowhere. */
  readonly channel: string | null;
  /** The thread, where there is one already: in one that does not exist nobody sees anything (platforms/slack.md §5). */
  readonly thread: string | null;
  readonly responseUrl: string | null;
  /** - `whisper`: they alone see it; `plain`: it is their own conversation with the bot; `home`: it stands there; `step`: a workflow waits. */
  readonly manner: 'whisper' | 'plain' | 'home' | 'step';
  /** The step of a workflow that waits. */
  readonly execution: string | null;
  /** Leads back to the form, as it was filled in. */
  readonly change: string | null;
}

export interface AnswerEdges {
  readonly api: SlackApi;
  readonly direct: Direct;
  readonly respond: Respond;
  readonly home: HomeBoard;
  readonly log: Log;
  readonly missing: ScopeAlarm;
}

export interface Answers {
  /** @throws when nobody knows whether they were told; NotInstalled */
  tell(listener: Listener, reply: Reply): Promise<void>;
}

type CardReply = Extract<Reply, { kind: 'card' }>;
/** @returns false when they were not told: the next way is tried */
type Way = (message: DrawnMessage) => Promise<boolean>;

/** Opens the form again, filled in: whatever stands behind it is the id of the call that was refused. */
export const changeAction = 'hailuo-change';

/** When the program itself failed, in words for the person. */
export function brokenReply(locale: string): Reply {
  return refusal(textsFor(locale).slack.bot.broken);
}

export function createAnswers(edges: AnswerEdges): Answers {
  const { api, direct, respond, home, log, missing } = edges;

  /** @returns false when Slack says no */
  async function unlessRefused(key: InstallationKey, way: string, work: () => Promise<unknown>): Promise<boolean> {
    try {
      return (await work()) !== false;
    } catch (error) {
      const refused = readRefusal(error);
      if (refused === null || isUninstalled(refused)) throw error;
      const scope = scopeMissingIn(error);
      if (scope !== null) missing(key, scope);
      log[isOurMistake(refused) ? 'error' : 'info']('slack.not-told', { way, detail: refused.detail });
      return false;
    }
  }

  function waysTo(listener: Listener, audience: CardReply['audience']): Way[] {
    const { key, person, channel, thread, responseUrl, manner } = listener;
    const isForAll = audience === 'everyone' || manner === 'plain';
    const at = { ...(thread !== null && { thread_ts: thread }) };
    const ways: Way[] = [];
    if (responseUrl !== null) {
      const how = { audience: audience === 'everyone' ? 'in_channel' : 'ephemeral', thread } as const;
      ways.push((message) => respond(responseUrl, message, how));
    }
    if (channel !== null) {
      ways.push(({ text, blocks }) =>
        unlessRefused(key, isForAll ? 'channel' : 'ephemeral', async () => {
          const { api: client } = await api.of(key);
          const body = { channel, text, blocks, ...at };
          await patiently(() =>
            isForAll
              ? client.chat.postMessage({ ...body, unfurl_links: false, unfurl_media: false })
              : client.chat.postEphemeral({ ...body, user: person }),
          );
        }),
      );
    }
    ways.push((message) => unlessRefused(key, 'direct', () => direct.send(key, person, message)));
    return ways;
  }

  async function say(listener: Listener, messages: readonly DrawnMessage[], audience: CardReply['audience']) {
    const ways = waysTo(listener, audience);
    for (const message of messages) {
      // A way that was shut once stays shut.
      while (ways[0] !== undefined && !(await ways[0](message))) ways.shift();
    }
    if (ways.length === 0) log.warn('slack.nobody-told', { person: listener.person });
  }

  async function sendFiles(listener: Listener, { file, clips = [] }: Card): Promise<void> {
    const { key, person, locale, manner } = listener;
    const files = [...(file === undefined ? [] : [asText(file)]), ...clips.map(asClip)];
    if (files.length === 0) return;
    const texts = textsFor(locale).slack.bot;
    let isSent = true;
    for (const each of files) {
      isSent &&= await unlessRefused(key, 'upload', () => direct.upload(key, person, each));
    }
    if (isSent && manner === 'plain') return;
    const words = { paragraphs: [isSent ? texts.fileInDirect : texts.fileNotTaken] };
    const tone = isSent ? 'plain' : 'refusal';
    if (manner === 'home') return home.show(key, person, words.paragraphs[0]);
    await say(listener, drawCard({ card: words, tone }, locale), 'asker');
  }

  async function endStep({ key, locale, execution }: Listener, reply: Reply): Promise<void> {
    if (execution === null) return;
    const texts = textsFor(locale).slack;
    const why = reply.kind === 'card' ? wordsOf(reply.card).join('\n') : texts.bot.triggerSpent;
    await unlessRefused(key, 'step', async () => {
      const { api: client } = await api.of(key);
      const error = texts.workflow.failed(why);
      await patiently(() => client.functions.completeError({ function_execution_id: execution, error }));
    });
  }

  return {
    async tell(listener, reply) {
      const { key, person, locale, manner } = listener;
      if (reply.kind === 'started') {
        // The status message says it; a Home shows it.
        if (manner === 'home') await home.show(key, person);
        return;
      }
      if (manner === 'step') return endStep(listener, reply);
      // A form opens on a trigger only, and whatever brought this here has none.
      const said = reply.kind === 'form' ? noTrigger(locale) : reply;
      if (manner === 'home') await home.show(key, person, wordsOf(said.card).join('\n'));
      else await say(listener, withChange(drawCard(said, locale), said, listener), said.audience);
      await sendFiles(listener, said.card);
    },
  };
}

function noTrigger(locale: string): CardReply {
  const paragraphs = [textsFor(locale).slack.bot.triggerSpent];
  return { kind: 'card', audience: 'asker', tone: 'refusal', card: { paragraphs } };
}

/** A form that was refused can be opened once more, with everything that was typed. */
function withChange(
  messages: readonly DrawnMessage[],
  { tone }: CardReply,
  listener: Listener,
): readonly DrawnMessage[] {
  const { change, locale } = listener;
  const last = messages.at(-1);
  if (tone !== 'refusal' || change === null || last === undefined) return messages;
  const label = textsFor(locale).slack.bot.changeIt;
  const row = actions([button({ actionId: `${changeAction}:${change}`, label, style: 'primary' })]);
  if (row === null) return messages;
  if (last.blocks.length === limits.messageBlocks) return [...messages, message(label, [row])];
  return [...messages.slice(0, -1), { ...last, blocks: [...last.blocks, row] }];
}

/** A card in plain words, for places that draw none. */
function wordsOf({ title, paragraphs, rows = [] }: Card): string[] {
  return [
    ...(title === undefined ? [] : [title]),
    ...paragraphs,
    ...rows.map(({ label, value }) => `${label}: ${value}`),
  ];
}

function asText({ name, text }: NonNullable<Card['file']>): OutgoingFile {
  return { name, title: name, read: async () => Buffer.from(text, 'utf8') };
}

function asClip({ name, label, path }: NonNullable<Card['clips']>[number]): OutgoingFile {
  return { name, title: label, read: () => readFile(path) };
}
