/**
 * Brings the clip, one rung after another. A rung that says no leaves nothing behind; one that does not answer ends the
 * climb, as the clip may be there: it is looked for before anybody climbs again.
 */
import { readFile } from 'node:fs/promises';
import type { ClipPost, Posted } from '../../core/delivery/delivery.ts';
import { createSlots } from '../slots.ts';
import type { DiscordAddress } from './address.ts';
import { isOurMistake, isTooLarge, type Refusal, readRefusal } from './api-errors.ts';
import { describeFile, drawClip, fileName, isFileOf } from './clip-message.ts';
import { createClipRungs, isDirect, type Rung } from './clip-rungs.ts';
import type { CourierEdges } from './courier-edges.ts';
import { addressOf, customIdsOf, type MessageAddress, type OutgoingMessage, type ShownMessage } from './discord-api.ts';
import { readCustomId } from './draw/custom-id.ts';
import { readJobMessages } from './job-messages.ts';
import { threadOf } from './own-thread.ts';
import { findResponseToken } from './response-token.ts';

export interface ClipLadder {
  uploadLimitBytes(place: DiscordAddress): Promise<number>;
  post(place: DiscordAddress, post: ClipPost): Promise<Posted>;
  find(place: DiscordAddress, clip: Pick<ClipPost, 'job' | 'nonce'>): Promise<MessageAddress | null>;
}

/** discord.js holds a file in memory twice while it is sent, and it can have 100 MiB (platforms/discord.md §4, §5). */
const uploadsAtOnce = 3;

/** Enough of a token's life for a look. */
const lookMs = 10_000;

export function createClipLadder(edges: CourierEdges): ClipLadder {
  const { api, database, now, log } = edges;
  const { rungsOf, limitBytes } = createClipRungs(edges);
  const inSlot = createSlots(uploadsAtOnce);

  async function climb(place: DiscordAddress, post: ClipPost): Promise<Posted> {
    const refusals: string[] = [];
    let isSomewhereTooLarge = false;
    // What was too small once is not tried again, nor is a way that takes no more.
    let provedTooSmall = 0;
    for (const rung of await rungsOf(place, post)) {
      if (post.as.kind === 'file' && (post.clip.bytes > rung.limitBytes || rung.limitBytes <= provedTooSmall)) {
        isSomewhereTooLarge = true;
        continue;
      }
      const tried = await tryRung(rung, place, post, edges);
      if ('message' in tried) return { outcome: 'posted', message: tried.message };
      if (isOurMistake(tried)) log.error('discord.bad-form', { job: post.job, detail: tried.detail });
      if (isTooLarge(tried)) provedTooSmall = Math.max(provedTooSmall, rung.limitBytes);
      refusals.push(tried.detail);
    }
    if ((isSomewhereTooLarge || provedTooSmall > 0) && post.as.kind === 'file') return { outcome: 'too-large' };
    return { outcome: 'unreachable', detail: refusals.join('; ') || 'no way to the person is left' };
  }

  /** Wherever a post can be, however long ago it was sent. */
  async function* placesToLook(
    place: DiscordAddress,
    status: MessageAddress | null,
  ): AsyncGenerator<() => Promise<ShownMessage[]>> {
    const thread = threadOf(place, status);
    if (thread !== null) yield () => api.ownMessages(thread);
    if (place.isMember) yield () => api.ownMessages(place.channel);
    const token = await findResponseToken(database, place, now(), lookMs);
    if (token !== null) yield async () => [await api.response(token)];
    if (!isDirect(place)) yield async () => api.ownMessages(await api.directChannel(place.person));
  }

  return {
    uploadLimitBytes: limitBytes,

    async post(place, post) {
      return inSlot(() => climb(place, post));
    },

    async find(place, clip) {
      const { status } = await readJobMessages(database, clip.job);
      for await (const look of placesToLook(place, status)) {
        const found = (await whatIsThere(look)).find((message) => isClipOf(clip, message));
        if (found !== undefined) return addressOf(found);
      }
      return null;
    },
  };
}

async function tryRung(
  rung: Rung,
  place: DiscordAddress,
  post: ClipPost,
  { now, pathOf }: CourierEdges,
): Promise<Refusal | { readonly message: MessageAddress }> {
  const file = await fileOf(post, rung.limitBytes, pathOf);
  const manner = { now: now(), isSpoiler: place.isSpoiler, askedIn: rung.askedIn };
  try {
    const shown = await rung.carry(({ hasPrompt, hasPoster }) => ({
      ...drawClip(post, { ...manner, hasPrompt }),
      ...(file !== null && (post.as.kind === 'file' || hasPoster) && attach(file, place, post, hasPrompt)),
    }));
    return { message: addressOf(shown) };
  } catch (error) {
    const refusal = readRefusal(error);
    if (refusal === null) throw error;
    return refusal;
  }
}

interface LoadedFile {
  readonly data: Buffer;
  readonly type: string;
}

/** The clip, or with a link the poster where it fits. */
async function fileOf(
  { as, clip, poster }: ClipPost,
  limitBytes: number,
  pathOf: CourierEdges['pathOf'],
): Promise<LoadedFile | null> {
  if (as.kind === 'file') return { data: await readFile(as.path), type: clip.type };
  if (poster === null || poster.bytes > limitBytes) return null;
  return { data: await readFile(pathOf(poster)), type: poster.type };
}

function attach(
  file: LoadedFile,
  { isSpoiler }: DiscordAddress,
  post: ClipPost,
  hasPrompt: boolean,
): Pick<OutgoingMessage, 'file'> {
  const name = fileName(post.nonce, file.type, isSpoiler);
  return { file: { ...file, line: describeFile(name, post, hasPrompt) } };
}

/** Nothing can be found where nothing may be seen. @throws where nobody knows */
async function whatIsThere(look: () => Promise<ShownMessage[]>): Promise<ShownMessage[]> {
  try {
    return await look();
  } catch (error) {
    if (readRefusal(error) === null) throw error;
    return [];
  }
}

/** By its file; a link that came without a poster, by the button that only a finished clip has. */
function isClipOf({ job, nonce }: Pick<ClipPost, 'job' | 'nonce'>, message: ShownMessage): boolean {
  if (message.attachments.some(({ filename }) => isFileOf(nonce, filename))) return true;
  const buttons = customIdsOf(message).flatMap((id) => readCustomId(id) ?? []);
  return buttons.some((button) => button.job === job && button.action === 'continue');
}
