/** Brings a command's reply to whoever called it, in the way that was promised when the call was acknowledged. */
import { readFile } from 'node:fs/promises';
import type { Card, Reply } from '../../commands/command.ts';
import { refusal } from '../../commands/replies.ts';
import { textsFor } from '../../core/texts/texts.ts';
import { drawCard } from './draw/card.ts';
import type { InteractionApi, Outgoing } from './interaction-api.ts';
import type { AskedCall, OpenCall } from './interaction-calls.ts';
import { escapeLine } from './markdown.ts';
import { noMentions } from './status-message.ts';

/** In UTF-16 units before escaping. */
const longestLabel = 200;

type Asked = OpenCall & { readonly call: AskedCall };

/**
 * What was promised to everybody and is meant for one person is taken back first.
 * @returns false when the token is dead, so that nobody could be told
 */
export async function tell(api: InteractionApi, open: Asked, reply: Reply): Promise<boolean> {
  const { call } = open;
  switch (reply.kind) {
    case 'started':
      // The status message stands where the promise was. Where the bot is no member, the token is its only voice.
      return call.place.isMember || whisper(api, open, textsFor(call.asker.locale).discord.onlyWhileTokenLives);
    case 'form':
      throw new Error(`${call.command} answers with a form, which Discord takes only as the first answer`);
    case 'card': {
      const [first, ...more] = drawCard(reply, call.asker.locale);
      const isTakenBack = call.isPublic && reply.audience === 'asker';
      if (isTakenBack) await api.remove(open);
      let isTold = first === undefined || (await (isTakenBack ? api.whisper : api.edit)(open, first));
      for (const page of more) isTold &&= await api.whisper(open, page);
      for (const clip of reply.card.clips ?? []) isTold &&= await api.whisper(open, await withClip(clip));
      return isTold;
    }
  }
}

async function withClip({ label, name, path }: NonNullable<Card['clips']>[number]): Promise<Outgoing> {
  const content = escapeLine(label, longestLabel);
  return { body: { content, allowed_mentions: noMentions }, files: [{ name, data: await readFile(path) }] };
}

async function whisper(api: InteractionApi, open: Asked, sentence: string): Promise<boolean> {
  const drawn = drawCard({ tone: 'plain', card: { paragraphs: [sentence] } }, open.call.asker.locale);
  let isTold = true;
  for (const page of drawn) isTold &&= await api.whisper(open, page);
  return isTold;
}

/** When the program itself failed, in words for the person. */
export function brokenReply(locale: string): Reply {
  return refusal(textsFor(locale).discord.broken);
}
