/** What the options of admins are called and what their commands are for, in German. */
import type { adminCommands as english } from '../en/admin-commands.ts';
import type { Wording } from '../wording.ts';

const listActions = { add: 'Hinzufügen', remove: 'Entfernen', list: 'Zeigen', all: 'Alle erlauben' };

/** Sentence by sentence as in English. */
export const adminCommands: Wording<typeof english> = {
  limits: { name: 'limits', description: 'Alle Limits, die hier gesetzt sind', options: {} },
  limit: {
    name: 'limit',
    description: 'Legt fest, was eine Person, eine Rolle, ein Kanal oder dieser ganze Ort verbrauchen darf',
    options: {
      person: { name: 'person', description: 'Nur diese Person' },
      role: { name: 'rolle', description: 'Jedes Mitglied dieser Rolle; von mehreren zählt die großzügigste' },
      channel: { name: 'kanal', description: 'Alle Clips zusammen, die in diesem Kanal angefragt werden' },
      everybody: { name: 'alle', description: 'Jede Person ohne eigenes Limit und ohne eins ihrer Rolle' },
      clips_per_day: { name: 'clips_pro_tag', description: 'Clips am Tag: eine Zahl, unlimited oder default' },
      at_once: { name: 'gleichzeitig', description: 'Clips gleichzeitig in Arbeit: eine Zahl, unlimited oder default' },
      usd_per_month: { name: 'dollar_pro_monat', description: 'Dollar im Monat: eine Zahl, unlimited oder default' },
    },
  },
  block: {
    name: 'block',
    description: 'Lässt eine Person hier keine Clips mehr anfragen',
    options: {
      person: { name: 'person', description: 'Wen' },
      reason: { name: 'grund', description: 'Warum; die Person liest es auch' },
    },
  },
  unblock: {
    name: 'unblock',
    description: 'Lässt eine gesperrte Person wieder Clips anfragen',
    options: { person: { name: 'person', description: 'Wen' } },
  },
  blocks: { name: 'blocks', description: 'Wer hier gesperrt ist', options: {} },
  settings: { name: 'settings', description: 'Alles, was für diesen Ort gewählt ist', options: {} },
  channels: {
    name: 'channels',
    description: 'Wählt, wo Clips angefragt werden dürfen',
    options: {
      action: { name: 'aktion', description: 'Was geschehen soll', choices: listActions },
      channel: { name: 'kanal', description: 'Welcher Kanal' },
    },
  },
  roles: {
    name: 'roles',
    description: 'Wählt, wer Clips anfragen darf; Admins dürfen immer',
    options: {
      action: { name: 'aktion', description: 'Was geschehen soll', choices: listActions },
      role: { name: 'rolle', description: 'Welche Rolle' },
    },
  },
  admins: {
    name: 'admins',
    description: 'Wählt, wer diesen Ort neben seinen eigenen Admins verwalten darf',
    options: {
      action: {
        name: 'aktion',
        description: 'Was geschehen soll',
        choices: { add: 'Hinzufügen', remove: 'Entfernen', list: 'Zeigen' },
      },
      person: { name: 'person', description: 'Wen' },
    },
  },
  reactions: {
    name: 'reactions',
    description: 'Wählt, ob eine Reaktion ein Bild animiert, und welche',
    options: {
      enabled: { name: 'aktiv', description: 'An oder aus' },
      emoji: { name: 'emoji', description: 'Welches Emoji; default für das übliche' },
    },
  },
  threads: {
    name: 'threads',
    description: 'Wählt, ob jeder Clip einen eigenen Thread bekommt',
    options: { enabled: { name: 'aktiv', description: 'An: ein Thread für jeden Clip; aus: alles im Kanal' } },
  },
  model: {
    name: 'model',
    description: 'Wählt das Modell für alle, die keins nennen',
    options: { model: { name: 'modell', description: 'Welches Modell', choices: { any: 'Die übliche Wahl' } } },
  },
  words: {
    name: 'words',
    description: 'Wählt, welche Wörter ein Prompt nicht haben darf',
    options: {
      action: {
        name: 'aktion',
        description: 'Was geschehen soll',
        choices: { add: 'Hinzufügen', remove: 'Entfernen', list: 'Zeigen' },
      },
      list: {
        name: 'liste',
        description: 'Welche Liste',
        choices: { blocked: 'Überall gesperrt', mature: 'Nur in Kanälen mit Altersbeschränkung' },
      },
      word: { name: 'wort', description: 'Ein Wort oder eine Wendung; mehrere mit Kommas dazwischen' },
    },
  },
  usage: {
    name: 'usage',
    description: 'Wer wie viel gemacht und ausgegeben hat, mit einer Datei aller Clips',
    options: {
      period: {
        name: 'zeitraum',
        description: 'Welche Tage (UTC); ohne Angabe dieser Monat',
        choices: { day: 'Heute', week: 'Diese Woche', month: 'Dieser Monat', 'last-month': 'Letzter Monat' },
      },
    },
  },
  audit: { name: 'audit', description: 'Wer hier zuletzt was geändert hat', options: {} },
};
