/** What admins hear, and what others hear of their choices, in French. */
import type { admin as english } from '../en/admin.ts';
import type { Wording } from '../wording.ts';
import { adminCommands } from './admin-commands.ts';
import { formats } from './formats.ts';

const { and, count, money, number, or } = formats;

const clips = (many: number): string => count(many, { one: 'clip', other: 'clips' });

const pot = { channel: 'ce salon', tenant: 'ce lieu' } as const;

const settingNames: Record<Parameters<typeof english.what>[0], string> = {
  clips: 'Clips par jour',
  running: 'Clips à la fois',
  usd: 'Argent par mois',
  block: 'Blocage',
  channels: 'Salons',
  roles: 'Rôles',
  admins: 'Admins ajoutés',
  hasReactions: 'Réactions',
  emoji: 'Émoji',
  place: 'Place des clips',
  model: 'Modèle',
  blockedWords: 'Mots interdits',
  matureWords: 'Mots pour adultes',
};

const periods = {
  day: 'Aujourd’hui',
  week: 'Cette semaine',
  month: 'Ce mois-ci',
  'last-month': 'Le mois dernier',
} as const;

/** Sentence by sentence as in English. */
export const admin: Wording<typeof english> = {
  commands: adminCommands,
  money,

  notAdmin: 'Seules les personnes qui gèrent ce lieu peuvent faire cela.',
  wrongOption: (option) => `${option} est illisible.`,
  oneOf: (option, choices) => `${option} vaut ${or(choices)}.`,
  missing: (option) => `Il manque\u202f: ${option}.`,
  nothingChanged: 'C’était déjà ainsi\u202f: rien n’a changé.',
  changed: 'Modifié.',
  more: (many) => `Et ${number(many)} de plus.`,
  none: 'aucun',

  subject: ({ kind, id }) => {
    if (id === '*') return 'Tout le monde';
    return { tenant: 'Ce lieu', person: id, role: `Rôle ${id}`, channel: `Salon ${id}` }[kind];
  },
  what: (changed) => settingNames[changed],

  help: {
    title: 'Pour les admins',
    how: 'Les noms se choisissent comme dans tout message et n’ont pas besoin d’option devant eux, les mots au choix non plus\u202f: /hailuo admin channels add #general. /hailuo admin seul montre les réglages.',
  },

  limit: {
    title: 'Limites',
    noneSet: 'Aucune limite n’est fixée ici\u202f; les valeurs par défaut s’appliquent.',
    defaults: (choices) => `Par défaut, une personne a ${and(choices)}.`,
    words: (measure, choice) => {
      if (choice === 'unlimited') {
        return {
          clips: 'un nombre libre de clips par jour',
          running: 'un nombre libre à la fois',
          usd: 'un budget libre',
        }[measure];
      }
      if (choice === 'default') {
        return {
          clips: 'clips par jour par défaut',
          running: 'clips à la fois par défaut',
          usd: 'budget par défaut',
        }[measure];
      }
      return {
        clips: `${clips(choice)} par jour`,
        running: `${number(choice)} à la fois`,
        usd: `${money(choice)} par mois`,
      }[measure];
    },
    oneSubject: 'Indiquez une personne, un rôle, un salon ou tout le monde, ou rien de tout cela pour tout ce lieu.',
    nothingSet: 'Indiquez au moins une valeur\u202f: clips_per_day, at_once ou usd_per_month.',
    notAnAmount: (option) => `${option} est un nombre, unlimited ou default.`,
  },

  block: {
    title: 'Personnes bloquées',
    nobody: 'Personne n’est bloqué ici.',
    blocked: 'Bloqué. Ce que cette personne a en préparation continue.',
    unblocked: 'Cette personne peut de nouveau demander des clips.',
    since: (when) => `Depuis\u202f: ${when}.`,
    refused: (reason) =>
      reason === ''
        ? 'Vous ne pouvez pas demander de clips ici. Un admin peut changer cela.'
        : `Vous ne pouvez pas demander de clips ici\u202f: ${reason}. Un admin peut changer cela.`,
  },

  settings: {
    title: 'Réglages',
    everywhere: 'partout',
    nowhere: 'nulle part',
    everybody: 'tout le monde',
    adminsOnly: 'admins seulement',
    on: 'activé',
    off: 'désactivé',
    usual: 'celui d’usage',
    inThread: 'un fil pour chaque clip',
    inChannel: 'dans le salon',
    usualModel: 'le choix d’usage',
    yes: 'oui',
    no: 'non',
    noLimit: 'sans limite',
    byDefault: 'par défaut',
    allowed: 'On peut demander des clips ici.',
    allowedRole: 'Peut demander des clips.',
    anyChannel: 'On peut demander des clips partout.',
    noChannel: 'On ne peut demander de clips nulle part.',
    anyRole: 'Tout le monde peut demander des clips.',
    noRole: 'Seuls les admins peuvent demander des clips.',
    mayAdminister: 'Peut administrer ce lieu.',
    noListedAdmin: 'Personne n’est ajouté. Ce lieu est administré par les admins de la plateforme.',
    ownAdminsOnly: 'Seuls les admins de la plateforme elle-même peuvent changer cette liste.',
    tooMany: (most) => `Ce serait trop\u202f; on peut en garder au plus ${number(most)}.`,
    wordTooLong: (most) => `Un mot ou une expression a au plus ${number(most)} caractères.`,
    notAnEmoji: 'Ce n’est pas un émoji.',
  },

  refused: {
    channel: 'On ne peut pas demander de clips dans ce salon.',
    channelInstead: 'On peut en demander dans ceux-ci\u202f:',
    role: 'Vos rôles ne vous permettent pas de demander des clips ici. Un admin peut changer cela.',
    blockedWord: (word) => `Les prompts avec «\u202f${word}\u202f» ne sont pas permis ici. Utilisez d’autres mots.`,
    matureWord: (word) =>
      `Les prompts avec «\u202f${word}\u202f» ne sont permis que dans les salons avec une limite d’âge.`,
    ageRestricted: 'Ce clip vient d’un salon avec une limite d’âge, il ne peut donc être repris que dans un tel salon.',
  },

  over: {
    off: (scope) =>
      `Les clips sont désactivés ${scope === 'channel' ? 'dans ce salon' : 'ici'}. Un admin peut changer cela.`,
    clips: (scope, most, resetsAt) =>
      `Le compte d’aujourd’hui pour ${pot[scope]} est atteint\u202f: ${clips(most)}. La suite ${resetsAt}.`,
    running: (scope, most) =>
      `Le maximum à la fois pour ${pot[scope]} est atteint\u202f: ${clips(most)} en préparation. Dès qu’un clip est terminé, le suivant peut commencer.`,
    budget: (scope, resetsAt) => `Le budget du mois pour ${pot[scope]} est épuisé. La suite ${resetsAt}.`,
    ownBudget: (most, resetsAt) => `Ce clip dépasserait vos ${money(most)} de ce mois-ci. La suite ${resetsAt}.`,
    byRole: 'C’est ce que permet votre rôle.',
  },

  quota: {
    name: (scope, measure) => {
      const names = { clips: 'Clips aujourd’hui', running: 'À la fois', usd: 'Argent ce mois-ci' };
      return {
        person: names[measure],
        channel: `${names[measure]}, ce salon`,
        tenant: `${names[measure]}, ce lieu`,
      }[scope];
    },
    moneyOf: (used, most) => (most === null ? `${money(used)}, sans limite` : `${money(used)} sur ${money(most)}`),
    setFor: { own: 'fixé pour vous', role: 'par votre rôle', everybody: 'fixé pour tout le monde' },
    again: (resetsAt) => `repart ${resetsAt}`,
    withMore: (said, more) => [said, ...more].join(' · '),
  },

  usage: {
    title: (period, from, to) =>
      from === to ? `${periods[period]}, ${from}` : `${periods[period]}, du ${from} au ${to}`,
    nothing: 'Personne n’a demandé de clip pendant ce temps.',
    sums: (people, spent, held, givenBack) =>
      `${count(people, { one: 'personne', other: 'personnes' })}\u202f: ${count(spent, { one: 'clip livré', other: 'clips livrés' })}, ${number(held)} en préparation, ${number(givenBack)} rendus.`,
    cost: (spent, held) =>
      held === 0
        ? `Dépensé\u202f: ${money(spent)}.`
        : `Dépensé\u202f: ${money(spent)}\u202f; réservé\u202f: ${money(held)}.`,
    person: (spent, held, givenBack, usd) =>
      `${money(usd)} · ${number(spent)} livrés · ${number(held)} en préparation · ${number(givenBack)} rendus`,
    topOf: (shown, people) => `Les ${number(shown)} premiers sur ${number(people)}\u202f:`,
    cut: (jobs) => `Le fichier contient les ${number(jobs)} clips les plus récents.`,
  },

  audit: {
    title: 'Modifications',
    nothing: 'Rien n’a jamais été modifié ici.',
    line: (what, before, after) => `${what}\u202f: ${before} → ${after}`,
    by: (said, name, when) => `${said} (${name}, ${when})`,
  },
};
