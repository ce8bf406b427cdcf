/** What the admins of a place decided about who may ask for clips, where, and with which words. */
import type { JobEdges } from '../core/jobs/edges.ts';
import { findBlock } from '../core/settings/blocks.ts';
import type { TenantSettings } from '../core/settings/settings.ts';
import { readSettings } from '../core/settings/store.ts';
import { findWord } from '../core/settings/words.ts';
import { textsFor } from '../core/texts/texts.ts';
import type { Asker } from '../core/values.ts';
import type { CommandCall, Reply } from './command.ts';
import { refusal } from './replies.ts';
import { isAdminHere } from './rights.ts';

type Entry =
  | { readonly outcome: 'open'; readonly settings: TenantSettings }
  | { readonly outcome: 'answered'; readonly reply: Reply };

/** Channels that a refusal names: enough to find one. */
const mostNamed = 10;

/**
 * Asked before anything is taken in, of every command and button that makes a job. What made one before is answered as it
 * was then. Roles do not bind admins, who could change them; the choice of channels binds everybody.
 */
export async function enter(
  { origin, asker }: Pick<CommandCall, 'origin' | 'asker'>,
  { database, store }: Pick<JobEdges, 'database' | 'store'>,
): Promise<Entry> {
  const earlier = await store.findByOrigin(origin);
  if (earlier !== null) return { outcome: 'answered', reply: { kind: 'started', job: earlier.id } };
  const [block, settings] = await Promise.all([
    findBlock(database, asker.tenant, asker.person),
    readSettings(database, asker.tenant),
  ]);
  const { admin: t } = textsFor(asker.locale);
  if (block !== null) return { outcome: 'answered', reply: refusal(t.block.refused(block.reason)) };
  const { channels, roles } = settings;
  if (channels !== null && !channels.includes(asker.channel)) {
    return { outcome: 'answered', reply: refuseChannel(channels, asker) };
  }
  if (roles !== null && !isAdminHere(asker, settings) && !asker.roles.some((role) => roles.includes(role))) {
    return { outcome: 'answered', reply: refusal(t.refused.role) };
  }
  return { outcome: 'open', settings };
}

function refuseChannel(channels: readonly string[], asker: Asker): Reply {
  const { admin: t } = textsFor(asker.locale);
  if (channels.length === 0) return refusal(t.settings.noChannel);
  return {
    kind: 'card',
    audience: 'asker',
    tone: 'refusal',
    card: {
      paragraphs: [t.refused.channel, t.refused.channelInstead],
      rows: channels.slice(0, mostNamed).map((id) => ({
        label: t.subject({ kind: 'channel', id }),
        subject: { kind: 'channel', id },
        value: t.settings.allowed,
      })),
    },
  };
}

/** Null: the prompt has none of the words that are not allowed there. */
export function refuseWords(prompt: string, asker: Asker, settings: TenantSettings): Reply | null {
  const { refused: t } = textsFor(asker.locale).admin;
  const blocked = findWord(prompt, settings.blockedWords);
  if (blocked !== null) return refusal(t.blockedWord(blocked));
  const mature = asker.isAgeRestricted === true ? null : findWord(prompt, settings.matureWords);
  return mature === null ? null : refusal(t.matureWord(mature));
}
