/** What the people hear who look after a server or a workspace, and what others hear of their choices. */
import type { Changed, LimitChoice, Subject } from '../../settings/change.ts';
import { adminCommands } from './admin-commands.ts';
import { formats } from './formats.ts';

const { and, count, number, or } = formats;

const dollars = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });

/** @param micro millionths of a dollar */
const money = (micro: number): string => dollars.format(micro / 1_000_000);

const clips = (many: number): string => count(many, { one: 'clip', other: 'clips' });

type Measure = 'clips' | 'running' | 'usd';
type Pot = 'channel' | 'tenant';
type UsagePeriod = 'day' | 'week' | 'month' | 'last-month';

const pot: Record<Pot, string> = { channel: 'This channel', tenant: 'This place' };

const limitWords: Record<Measure, (most: number) => string> = {
  clips: (most) => `${clips(most)} a day`,
  running: (most) => `${number(most)} at once`,
  usd: (most) => `${money(most)} a month`,
};

const noLimitWords: Record<Measure, string> = {
  clips: 'any number of clips a day',
  running: 'any number at once',
  usd: 'no limit of money',
};

const defaultWords: Record<Measure, string> = {
  clips: 'clips a day by default',
  running: 'clips at once by default',
  usd: 'money by default',
};

const settingNames: Record<Changed, string> = {
  clips: 'Clips a day',
  running: 'Clips at once',
  usd: 'Money a month',
  block: 'Blocked',
  channels: 'Channels',
  roles: 'Roles',
  admins: 'Listed admins',
  hasReactions: 'Reactions',
  emoji: 'Emoji',
  place: 'Place of clips',
  model: 'Model',
  blockedWords: 'Blocked words',
  matureWords: 'Mature words',
};

const periods: Record<UsagePeriod, string> = {
  day: 'Today',
  week: 'This week',
  month: 'This month',
  'last-month': 'Last month',
};

/** One function or text for one sentence, by what it is about. */
export const admin = {
  commands: adminCommands,
  money,

  /** Said to whoever is not an admin. */
  notAdmin: 'Only those who manage this place can do that.',
  wrongOption: (option: string): string => `${option} cannot be read.`,
  oneOf: (option: string, choices: readonly string[]): string => `${option} is ${or(choices)}.`,
  missing: (option: string): string => `Say which ${option}.`,
  nothingChanged: 'It was like that already, so nothing changed.',
  changed: 'Changed.',
  /** After a list that was cut. */
  more: (many: number): string => `And ${number(many)} more.`,
  none: 'none',

  /** Names for platforms and places that cannot show more than an id. */
  subject: ({ kind, id }: Subject): string => {
    if (id === '*') return 'Everybody';
    return { tenant: 'This place', person: id, role: `Role ${id}`, channel: `Channel ${id}` }[kind];
  },
  what: (changed: Changed): string => settingNames[changed],

  /** What `/hailuo admin help` says. */
  help: {
    title: 'For admins',
    how: 'Names are picked as in any message and need no flag, nor do words to choose from: /hailuo admin channels add #general. Nothing after /hailuo admin shows the settings.',
  },

  limit: {
    title: 'Limits',
    noneSet: 'No limit is set here; the defaults hold.',
    defaults: (choices: readonly string[]): string => `By default a person has ${and(choices)}.`,
    words: (measure: Measure, choice: LimitChoice): string => {
      if (choice === 'unlimited') return noLimitWords[measure];
      return choice === 'default' ? defaultWords[measure] : limitWords[measure](choice);
    },
    oneSubject: 'Name one of person, role, channel and everybody, or none of them for this whole place.',
    nothingSet: 'Give at least one of clips_per_day, at_once and usd_per_month.',
    notAnAmount: (option: string): string => `${option} is a number, unlimited or default.`,
  },

  block: {
    title: 'Blocked people',
    nobody: 'Nobody is blocked here.',
    blocked: 'Blocked. What this person has in the making goes on.',
    unblocked: 'This person may ask for clips again.',
    since: (when: string): string => `Since ${when}.`,
    /** To the person who is blocked. */
    refused: (reason: string): string =>
      reason === ''
        ? 'You may not ask for clips here. An admin can change that.'
        : `You may not ask for clips here: ${reason}. An admin can change that.`,
  },

  settings: {
    title: 'Settings',
    everywhere: 'everywhere',
    nowhere: 'nowhere',
    everybody: 'everybody',
    adminsOnly: 'admins only',
    on: 'on',
    off: 'off',
    usual: 'the usual one',
    inThread: 'a thread for each clip',
    inChannel: 'in the channel',
    usualModel: 'the usual choice',
    yes: 'yes',
    no: 'no',
    noLimit: 'no limit',
    byDefault: 'default',
    allowed: 'Clips may be asked for here.',
    allowedRole: 'May ask for clips.',
    anyChannel: 'Clips may be asked for everywhere.',
    noChannel: 'Clips may be asked for nowhere.',
    anyRole: 'Everybody may ask for clips.',
    noRole: 'Only admins may ask for clips.',
    mayAdminister: 'May administer this place.',
    noListedAdmin: 'Nobody is listed. Those whom the platform calls admins administer this place.',
    ownAdminsOnly: 'That list can be changed only by those whom the platform itself calls admins.',
    tooMany: (most: number): string => `That would be too many; at most ${number(most)} can be kept.`,
    wordTooLong: (most: number): string => `A word or phrase has at most ${number(most)} characters.`,
    notAnEmoji: 'That is not an emoji.',
  },

  /** To people who asked for what an admin's choice does not allow. */
  refused: {
    channel: 'Clips cannot be asked for in this channel.',
    channelInstead: 'They can be asked for in these:',
    role: 'Your roles do not let you ask for clips here. An admin can change that.',
    blockedWord: (word: string): string => `Prompts with "${word}" are not allowed here. Use other words.`,
    matureWord: (word: string): string => `Prompts with "${word}" are allowed in age-restricted channels only.`,
    ageRestricted: 'That clip comes from an age-restricted channel, so it goes on only in such a channel.',
  },

  /** A limit that stood in the way; those of one person's clips are in `chat`. */
  over: {
    off: (scope: Pot): string =>
      `Clips are switched off ${scope === 'channel' ? 'in this channel' : 'here'}. An admin can change that.`,
    clips: (scope: Pot, most: number, resetsAt: string): string =>
      `${pot[scope]} has used its ${clips(most)} of today. More ${resetsAt}.`,
    running: (scope: Pot, most: number): string =>
      `${pot[scope]} has ${clips(most)} in the making, as many as it may at once. When one is done, the next can start.`,
    budget: (scope: Pot, resetsAt: string): string =>
      `${pot[scope]} has spent its budget of the month. More ${resetsAt}.`,
    ownBudget: (most: number, resetsAt: string): string =>
      `This clip would go over your ${money(most)} of this month. More ${resetsAt}.`,
    byRole: 'That is what your role allows.',
  },

  /** In `/hailuo quota`, after what is said of everybody. */
  quota: {
    name: (scope: 'person' | Pot, measure: Measure): string => {
      const names = { clips: 'Clips today', running: 'At once', usd: 'Money this month' };
      return {
        person: names[measure],
        channel: `${names[measure]}, this channel`,
        tenant: `${names[measure]}, this place`,
      }[scope];
    },
    moneyOf: (used: number, most: number | null): string =>
      most === null ? `${money(used)}, no limit` : `${money(used)} of ${money(most)}`,
    setFor: { own: 'set for you', role: 'from your role', everybody: 'set for everybody' },
    again: (resetsAt: string): string => `starts again ${resetsAt}`,
    withMore: (said: string, more: readonly string[]): string => `${said} · ${more.join(' · ')}`,
  },

  usage: {
    title: (period: UsagePeriod, from: string, to: string): string =>
      from === to ? `${periods[period]}, ${from}` : `${periods[period]}, ${from} to ${to}`,
    nothing: 'Nobody asked for a clip in that time.',
    sums: (people: number, spent: number, held: number, givenBack: number): string =>
      `${count(people, { one: 'person', other: 'people' })}: ${clips(spent)} delivered, ${number(held)} in the making, ${number(givenBack)} given back.`,
    cost: (spent: number, held: number): string =>
      held === 0 ? `Spent ${money(spent)}.` : `Spent ${money(spent)}, and ${money(held)} is reserved.`,
    person: (spent: number, held: number, givenBack: number, usd: number): string =>
      `${money(usd)} · ${number(spent)} delivered · ${number(held)} in the making · ${number(givenBack)} given back`,
    topOf: (shown: number, people: number): string => `The first ${number(shown)} of ${number(people)}:`,
    cut: (jobs: number): string => `The file has the newest ${number(jobs)} clips.`,
  },

  audit: {
    title: 'Changes',
    nothing: 'Nothing was ever changed here.',
    line: (what: string, before: string, after: string): string => `${what}: ${before} → ${after}`,
    by: (said: string, name: string, when: string): string => `${said} (${name}, ${when})`,
  },
} as const;
