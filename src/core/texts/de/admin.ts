/** What admins hear, and what others hear of their choices, in German. */
import type { admin as english } from '../en/admin.ts';
import type { Wording } from '../wording.ts';
import { adminCommands } from './admin-commands.ts';
import { formats } from './formats.ts';

const { and, count, money, number, or } = formats;

const clips = (many: number): string => count(many, { one: 'Clip', other: 'Clips' });

const pot = { channel: 'Dieser Kanal', tenant: 'Dieser Ort' } as const;

const settingNames: Record<Parameters<typeof english.what>[0], string> = {
  clips: 'Clips am Tag',
  running: 'Clips gleichzeitig',
  usd: 'Geld im Monat',
  block: 'Gesperrt',
  channels: 'Kanäle',
  roles: 'Rollen',
  admins: 'Eingetragene Admins',
  hasReactions: 'Reaktionen',
  emoji: 'Emoji',
  place: 'Ort der Clips',
  model: 'Modell',
  blockedWords: 'Gesperrte Wörter',
  matureWords: 'Wörter für Erwachsene',
};

const periods = { day: 'Heute', week: 'Diese Woche', month: 'Dieser Monat', 'last-month': 'Letzter Monat' } as const;

/** Sentence by sentence as in English. */
export const admin: Wording<typeof english> = {
  commands: adminCommands,
  money,

  notAdmin: 'Das können nur die, die diesen Ort verwalten.',
  wrongOption: (option) => `${option} lässt sich nicht lesen.`,
  oneOf: (option, choices) => `${option} ist ${or(choices)}.`,
  missing: (option) => `Es fehlt: ${option}.`,
  nothingChanged: 'Das war schon so, also hat sich nichts geändert.',
  changed: 'Geändert.',
  more: (many) => `Und ${number(many)} weitere.`,
  none: 'keine',

  subject: ({ kind, id }) => {
    if (id === '*') return 'Alle';
    return { tenant: 'Dieser Ort', person: id, role: `Rolle ${id}`, channel: `Kanal ${id}` }[kind];
  },
  what: (changed) => settingNames[changed],

  help: {
    title: 'Für Admins',
    how: 'Namen werden wie in jeder Nachricht ausgewählt und brauchen kein Kürzel davor, Auswahlwörter auch nicht: /hailuo admin channels add #general. /hailuo admin allein zeigt die Einstellungen.',
  },

  limit: {
    title: 'Limits',
    noneSet: 'Hier ist kein Limit gesetzt; es gelten die Standardwerte.',
    defaults: (choices) => `Standardmäßig hat eine Person ${and(choices)}.`,
    words: (measure, choice) => {
      if (choice === 'unlimited') {
        return { clips: 'beliebig viele Clips am Tag', running: 'beliebig viele gleichzeitig', usd: 'kein Geldlimit' }[
          measure
        ];
      }
      if (choice === 'default') {
        return {
          clips: 'Clips am Tag nach Standard',
          running: 'Clips gleichzeitig nach Standard',
          usd: 'Geld nach Standard',
        }[measure];
      }
      return {
        clips: `${clips(choice)} am Tag`,
        running: `${number(choice)} gleichzeitig`,
        usd: `${money(choice)} im Monat`,
      }[measure];
    },
    oneSubject: 'Nenne eins von Person, Rolle, Kanal und alle – oder keins davon für diesen ganzen Ort.',
    nothingSet: 'Gib mindestens eins an: clips_per_day, at_once oder usd_per_month.',
    notAnAmount: (option) => `${option} ist eine Zahl, unlimited oder default.`,
  },

  block: {
    title: 'Gesperrte Personen',
    nobody: 'Hier ist niemand gesperrt.',
    blocked: 'Gesperrt. Was diese Person in Arbeit hat, läuft weiter.',
    unblocked: 'Diese Person darf wieder Clips anfragen.',
    since: (when) => `Seit: ${when}.`,
    refused: (reason) =>
      reason === ''
        ? 'Du darfst hier keine Clips anfragen. Ein Admin kann das ändern.'
        : `Du darfst hier keine Clips anfragen: ${reason}. Ein Admin kann das ändern.`,
  },

  settings: {
    title: 'Einstellungen',
    everywhere: 'überall',
    nowhere: 'nirgends',
    everybody: 'alle',
    adminsOnly: 'nur Admins',
    on: 'an',
    off: 'aus',
    usual: 'das übliche',
    inThread: 'ein Thread für jeden Clip',
    inChannel: 'im Kanal',
    usualModel: 'die übliche Wahl',
    yes: 'ja',
    no: 'nein',
    noLimit: 'kein Limit',
    byDefault: 'Standard',
    allowed: 'Hier dürfen Clips angefragt werden.',
    allowedRole: 'Darf Clips anfragen.',
    anyChannel: 'Clips dürfen überall angefragt werden.',
    noChannel: 'Clips dürfen nirgends angefragt werden.',
    anyRole: 'Alle dürfen Clips anfragen.',
    noRole: 'Nur Admins dürfen Clips anfragen.',
    mayAdminister: 'Darf diesen Ort verwalten.',
    noListedAdmin: 'Niemand ist eingetragen. Es verwalten ihn die, die auf der Plattform Admins sind.',
    ownAdminsOnly: 'Diese Liste können nur die ändern, die auf der Plattform selbst Admins sind.',
    tooMany: (most) => `Das wären zu viele; höchstens ${number(most)} lassen sich merken.`,
    wordTooLong: (most) => `Ein Wort oder eine Wendung hat höchstens ${number(most)} Zeichen.`,
    notAnEmoji: 'Das ist kein Emoji.',
  },

  refused: {
    channel: 'In diesem Kanal lassen sich keine Clips anfragen.',
    channelInstead: 'Anfragen lassen sie sich in diesen:',
    role: 'Mit deinen Rollen kannst du hier keine Clips anfragen. Ein Admin kann das ändern.',
    blockedWord: (word) => `Prompts mit „${word}“ sind hier nicht erlaubt. Nimm andere Worte.`,
    matureWord: (word) => `Prompts mit „${word}“ sind nur in Kanälen mit Altersbeschränkung erlaubt.`,
    ageRestricted:
      'Dieser Clip kommt aus einem Kanal mit Altersbeschränkung und geht deshalb nur in so einem Kanal weiter.',
  },

  over: {
    off: (scope) =>
      `Clips sind ${scope === 'channel' ? 'in diesem Kanal' : 'hier'} ausgeschaltet. Ein Admin kann das ändern.`,
    clips: (scope, most, resetsAt) =>
      `${pot[scope]} hat ${clips(most)} von heute verbraucht. Mehr gibt es ${resetsAt}.`,
    running: (scope, most) =>
      `${pot[scope]} hat ${clips(most)} in Arbeit, mehr geht nicht auf einmal. Sobald einer fertig ist, kann der nächste beginnen.`,
    budget: (scope, resetsAt) => `${pot[scope]} hat das Budget des Monats ausgegeben. Mehr gibt es ${resetsAt}.`,
    ownBudget: (most, resetsAt) =>
      `Dieser Clip ginge über deine ${money(most)} in diesem Monat. Mehr gibt es ${resetsAt}.`,
    byRole: 'So erlaubt es deine Rolle.',
  },

  quota: {
    name: (scope, measure) => {
      const names = { clips: 'Clips heute', running: 'Gleichzeitig', usd: 'Geld in diesem Monat' };
      return {
        person: names[measure],
        channel: `${names[measure]}, dieser Kanal`,
        tenant: `${names[measure]}, dieser Ort`,
      }[scope];
    },
    moneyOf: (used, most) => (most === null ? `${money(used)}, ohne Grenze` : `${money(used)} von ${money(most)}`),
    setFor: { own: 'für dich gesetzt', role: 'von deiner Rolle', everybody: 'für alle gesetzt' },
    again: (resetsAt) => `beginnt neu ${resetsAt}`,
    withMore: (said, more) => [said, ...more].join(' · '),
  },

  usage: {
    title: (period, from, to) =>
      from === to ? `${periods[period]}, ${from}` : `${periods[period]}, ${from} bis ${to}`,
    nothing: 'In dieser Zeit hat niemand einen Clip angefragt.',
    sums: (people, spent, held, givenBack) =>
      `${count(people, { one: 'Person', other: 'Personen' })}: ${clips(spent)} geliefert, ${number(held)} in Arbeit, ${number(givenBack)} zurückgegeben.`,
    cost: (spent, held) =>
      held === 0 ? `Ausgegeben: ${money(spent)}.` : `Ausgegeben: ${money(spent)}; reserviert sind ${money(held)}.`,
    person: (spent, held, givenBack, usd) =>
      `${money(usd)} · ${number(spent)} geliefert · ${number(held)} in Arbeit · ${number(givenBack)} zurückgegeben`,
    topOf: (shown, people) => `Die ersten ${number(shown)} von ${number(people)}:`,
    cut: (jobs) => `Die Datei hat die neuesten ${number(jobs)} Clips.`,
  },

  audit: {
    title: 'Änderungen',
    nothing: 'Hier wurde noch nie etwas geändert.',
    line: (what, before, after) => `${what}: ${before} → ${after}`,
    by: (said, name, when) => `${said} (${name}, ${when})`,
  },
};
