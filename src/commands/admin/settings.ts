/** `settings`, and a command for each of them: where, who, how and with which words clips may be asked for. */
import { z } from 'zod';
import type { JobEdges } from '../../core/jobs/edges.ts';
import { modelNames } from '../../core/request.ts';
import type { TenantSettings } from '../../core/settings/settings.ts';
import { changeSettings, readSettings } from '../../core/settings/store.ts';
import { foldWord } from '../../core/settings/words.ts';
import { textsFor } from '../../core/texts/texts.ts';
import type { Asker } from '../../core/values.ts';
import type { Command, Reply } from '../command.ts';
import { cardToAsker, refusal, toAsker } from '../replies.ts';
import { type AdminTexts, adminCommand, idOption } from './admin-command.ts';
import { cutRows, rowAbout, rowOfChange, sayValue } from './rows.ts';

const words = textsFor('en').admin.commands;

/** Enough for any server, and no burden to a request, which reads them all. */
const mostListed = 100;
const longestWord = 100;

export function settingsCommand(edges: JobEdges): Command {
  return adminCommand(edges, {
    name: 'settings',
    options: z.strictObject({}),
    run: async ({ asker, without, t: { admin: t } }) => {
      const settings = await readSettings(edges.database, asker.tenant);
      const all = Object.keys(settings) as (keyof TenantSettings)[];
      const names = all.filter((name) => !without.includes(name));
      const rows = names.map((name) => ({ label: t.what(name), value: sayValue(name, settings[name], t) }));
      return cardToAsker({ title: t.settings.title, paragraphs: [], rows });
    },
  });
}

const allowActions = ['add', 'remove', 'list', 'all'] as const;

export function channelsCommand(edges: JobEdges): Command {
  const { action, channel } = words.channels.options;
  return adminCommand(edges, {
    name: 'channels',
    options: z.strictObject({
      action: z.enum(allowActions).describe(action.description),
      channel: idOption.channel.optional().describe(channel.description),
    }),
    run: ({ options, asker, t: { admin: t } }) =>
      allow({ kind: 'channel', action: options.action, id: options.channel }, asker, t, edges),
  });
}

export function rolesCommand(edges: JobEdges): Command {
  const { action, role } = words.roles.options;
  return adminCommand(edges, {
    name: 'roles',
    options: z.strictObject({
      action: z.enum(allowActions).describe(action.description),
      role: idOption.role.optional().describe(role.description),
    }),
    run: ({ options, asker, t: { admin: t } }) =>
      allow({ kind: 'role', action: options.action, id: options.role }, asker, t, edges),
  });
}

interface Allowance {
  readonly kind: 'channel' | 'role';
  readonly action: (typeof allowActions)[number];
  readonly id: string | undefined;
}

const listOf = { channel: 'channels', role: 'roles' } as const;

/** Adding the first one shuts the others out; removing the last one opens nothing. */
async function allow({ kind, action, id }: Allowance, asker: Asker, t: AdminTexts, edges: JobEdges): Promise<Reply> {
  const name = listOf[kind];
  if (action !== 'list') {
    if (action !== 'all' && id === undefined) return refusal(t.missing(kind));
    const change = (listed: readonly string[] | null): readonly string[] | null => {
      if (action === 'all' || id === undefined) return null;
      const others = (listed ?? []).filter((each) => each !== id);
      // From everywhere nothing can be taken away: that would shut all the others out.
      if (action === 'remove') return listed === null ? null : others;
      return [...others, id].sort();
    };
    const refused = await changeList(name, change, asker, t, edges);
    if (refused !== null) return refused;
  }
  const listed = (await readSettings(edges.database, asker.tenant))[name];
  const s = t.settings;
  if (listed === null) return toAsker(kind === 'channel' ? s.anyChannel : s.anyRole);
  if (listed.length === 0) return toAsker(kind === 'channel' ? s.noChannel : s.noRole);
  const said = kind === 'channel' ? s.allowed : s.allowedRole;
  return cardToAsker({
    title: t.what(name),
    ...cutRows(
      listed.map((each) => rowAbout({ kind, id: each }, said, t)),
      t,
    ),
  });
}

type ListSetting = 'channels' | 'roles' | 'admins' | 'blockedWords' | 'matureWords';

/** Null: it is done, or was so already. */
async function changeList<Name extends ListSetting>(
  name: Name,
  change: (listed: TenantSettings[Name]) => TenantSettings[Name],
  asker: Asker,
  t: AdminTexts,
  { database, now }: JobEdges,
): Promise<Reply | null> {
  let isTooLong = false;
  await changeSettings(database, asker, now(), (settings) => {
    const changed = change(settings[name]);
    isTooLong = (changed?.length ?? 0) > mostListed;
    return isTooLong ? {} : { [name]: changed };
  });
  return isTooLong ? refusal(t.settings.tooMany(mostListed)) : null;
}

/** Those who are listed change everything but this list: nobody gives on what was lent. */
export function adminsCommand(edges: JobEdges): Command {
  const { action, person } = words.admins.options;
  return adminCommand(edges, {
    name: 'admins',
    options: z.strictObject({
      action: z.enum(['add', 'remove', 'list']).describe(action.description),
      person: idOption.person.optional().describe(person.description),
    }),
    async run({ options, asker, t: { admin: t } }) {
      if (options.action !== 'list') {
        if (!asker.isAdmin) return refusal(t.settings.ownAdminsOnly);
        const { person: id } = options;
        if (id === undefined) return refusal(t.missing('person'));
        const change = (listed: readonly string[]): readonly string[] => {
          const others = listed.filter((each) => each !== id);
          return options.action === 'add' ? [...others, id].sort() : others;
        };
        const refused = await changeList('admins', change, asker, t, edges);
        if (refused !== null) return refused;
      }
      const { admins } = await readSettings(edges.database, asker.tenant);
      if (admins.length === 0) return toAsker(t.settings.noListedAdmin);
      return cardToAsker({
        title: t.what('admins'),
        ...cutRows(
          admins.map((id) => rowAbout({ kind: 'person', id }, t.settings.mayAdminister, t)),
          t,
        ),
      });
    },
  });
}

/** A short code, or characters that are no letters: what any platform calls an emoji. */
const emoji = /^(?:<a?:\w{2,32}:\d{15,22}>|:?[a-z0-9_+'-]{2,64}:?|[^\p{L}\s]{1,32})$/iu;

export function reactionsCommand(edges: JobEdges): Command {
  const { enabled, emoji: emojiWords } = words.reactions.options;
  return adminCommand(edges, {
    name: 'reactions',
    options: z.strictObject({
      enabled: z.boolean().optional().describe(enabled.description),
      emoji: z.string().trim().max(100).optional().describe(emojiWords.description),
    }),
    run: async ({ options, asker, t: { admin: t } }) => {
      if (options.emoji !== undefined && !emoji.test(options.emoji)) return refusal(t.settings.notAnEmoji);
      return change(
        {
          ...(options.enabled !== undefined && { hasReactions: options.enabled }),
          ...(options.emoji !== undefined && { emoji: options.emoji === 'default' ? null : options.emoji }),
        },
        asker,
        t,
        edges,
      );
    },
  });
}

export function threadsCommand(edges: JobEdges): Command {
  return adminCommand(edges, {
    name: 'threads',
    options: z.strictObject({ enabled: z.boolean().describe(words.threads.options.enabled.description) }),
    run: ({ options, asker, t: { admin: t } }) =>
      change({ place: options.enabled ? 'thread' : 'channel' }, asker, t, edges),
  });
}

export function modelCommand(edges: JobEdges): Command {
  return adminCommand(edges, {
    name: 'model',
    options: z.strictObject({ model: z.enum(['any', ...modelNames]).describe(words.model.options.model.description) }),
    run: ({ options: { model }, asker, t: { admin: t } }) =>
      change({ model: model === 'any' ? null : model }, asker, t, edges),
  });
}

async function change(
  chosen: Partial<TenantSettings>,
  asker: Asker,
  t: AdminTexts,
  { database, now }: JobEdges,
): Promise<Reply> {
  const changes = await changeSettings(database, asker, now(), () => chosen);
  if (changes.length === 0) return toAsker(t.nothingChanged);
  return cardToAsker({ paragraphs: [t.changed], rows: changes.map((each) => rowOfChange(each, t)) });
}

const wordLists = { blocked: 'blockedWords', mature: 'matureWords' } as const;

export function wordsCommand(edges: JobEdges): Command {
  const { action, list, word } = words.words.options;
  return adminCommand(edges, {
    name: 'words',
    options: z.strictObject({
      action: z.enum(['add', 'remove', 'list']).describe(action.description),
      list: z.enum(['blocked', 'mature']).default('blocked').describe(list.description),
      word: z.string().max(1000).optional().meta({ hasSuggestions: true }).describe(word.description),
    }),
    async run({ options, asker, t: { admin: t } }) {
      const name = wordLists[options.list];
      if (options.action !== 'list') {
        const given = splitWords(options.word ?? '');
        if (given.length === 0) return refusal(t.missing('word'));
        if (given.some((each) => each.length > longestWord)) return refusal(t.settings.wordTooLong(longestWord));
        const folded = new Set(given.map(foldWord));
        const refused = await changeList(
          name,
          (listed) => {
            const others = listed.filter((each) => !folded.has(foldWord(each)));
            return options.action === 'add' ? [...others, ...given].sort() : others;
          },
          asker,
          t,
          edges,
        );
        if (refused !== null) return refused;
      }
      const listed = (await readSettings(edges.database, asker.tenant))[name];
      return cardToAsker({ title: t.what(name), paragraphs: [listed.length === 0 ? t.none : listed.join(', ')] });
    },
    async suggest(_option, typed, asker) {
      const { blockedWords, matureWords } = await readSettings(edges.database, asker.tenant);
      return [...blockedWords, ...matureWords]
        .filter((each) => foldWord(each).startsWith(foldWord(typed)))
        .map((each) => ({ label: each, value: each }));
    },
  });
}

/** Between commas of any script; each spelling once. */
function splitWords(written: string): string[] {
  const given = written.split(/[,，、;；\n]/u).map((each) => each.trim().toLowerCase());
  return [...new Map(given.filter((each) => foldWord(each) !== '').map((each) => [foldWord(each), each])).values()];
}
