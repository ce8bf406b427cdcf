/** What the commands of admins and their options are called, and what they are for. */
import type { CommandWords } from './commands.ts';

const listActions = { add: 'Add', remove: 'Remove', list: 'Show', all: 'Allow all' };

/** By the name a command is known by. */
export const adminCommands = {
  limits: { name: 'limits', description: 'Every limit that is set here', options: {} },
  limit: {
    name: 'limit',
    description: 'Set what a person, a role, a channel or this whole place may use',
    options: {
      person: { name: 'person', description: 'Only this person' },
      role: { name: 'role', description: 'Each member of this role; the most generous of several roles counts' },
      channel: { name: 'channel', description: 'All clips asked for in this channel together' },
      everybody: { name: 'everybody', description: 'Each person without a limit of their own or of a role' },
      clips_per_day: { name: 'clips_per_day', description: 'Clips a day: a number, unlimited or default' },
      at_once: { name: 'at_once', description: 'Clips in the making at once: a number, unlimited or default' },
      usd_per_month: { name: 'usd_per_month', description: 'Dollars a month: a number, unlimited or default' },
    },
  },
  block: {
    name: 'block',
    description: 'Let a person ask for no more clips here',
    options: {
      person: { name: 'person', description: 'Who' },
      reason: { name: 'reason', description: 'Why; the person reads it too' },
    },
  },
  unblock: {
    name: 'unblock',
    description: 'Let a blocked person ask for clips again',
    options: { person: { name: 'person', description: 'Who' } },
  },
  blocks: { name: 'blocks', description: 'Who is blocked here', options: {} },
  settings: { name: 'settings', description: 'Everything that is chosen for this place', options: {} },
  channels: {
    name: 'channels',
    description: 'Choose where clips may be asked for',
    options: {
      action: { name: 'action', description: 'What to do', choices: listActions },
      channel: { name: 'channel', description: 'Which channel' },
    },
  },
  roles: {
    name: 'roles',
    description: 'Choose who may ask for clips; admins always may',
    options: {
      action: { name: 'action', description: 'What to do', choices: listActions },
      role: { name: 'role', description: 'Which role' },
    },
  },
  admins: {
    name: 'admins',
    description: 'Choose who may administer this place beside its own admins',
    options: {
      action: { name: 'action', description: 'What to do', choices: { add: 'Add', remove: 'Remove', list: 'Show' } },
      person: { name: 'person', description: 'Who' },
    },
  },
  reactions: {
    name: 'reactions',
    description: 'Choose whether a reaction animates a picture, and which',
    options: {
      enabled: { name: 'enabled', description: 'On or off' },
      emoji: { name: 'emoji', description: 'Which emoji; default for the usual one' },
    },
  },
  threads: {
    name: 'threads',
    description: 'Choose whether each clip gets a thread of its own',
    options: { enabled: { name: 'enabled', description: 'On: a thread for each clip; off: all in the channel' } },
  },
  model: {
    name: 'model',
    description: 'Choose the model for those who name none',
    options: { model: { name: 'model', description: 'Which model', choices: { any: 'The usual choice' } } },
  },
  words: {
    name: 'words',
    description: 'Choose which words a prompt may not have',
    options: {
      action: { name: 'action', description: 'What to do', choices: { add: 'Add', remove: 'Remove', list: 'Show' } },
      list: {
        name: 'list',
        description: 'Which list',
        choices: { blocked: 'Blocked everywhere', mature: 'Only in age-restricted channels' },
      },
      word: { name: 'word', description: 'A word or phrase; several with commas between' },
    },
  },
  usage: {
    name: 'usage',
    description: 'Who made and spent how much, with a file of every clip',
    options: {
      period: {
        name: 'period',
        description: 'Which days (UTC); this month if left out',
        choices: { day: 'Today', week: 'This week', month: 'This month', 'last-month': 'Last month' },
      },
    },
  },
  audit: { name: 'audit', description: 'Who changed what here lately', options: {} },
} as const satisfies Record<string, CommandWords>;
