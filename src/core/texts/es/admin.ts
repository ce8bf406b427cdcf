/** What admins hear, and what others hear of their choices, in Spanish. */
import type { admin as english } from '../en/admin.ts';
import type { Wording } from '../wording.ts';
import { adminCommands } from './admin-commands.ts';
import { formats } from './formats.ts';

const { and, count, money, number, or } = formats;

const clips = (many: number): string => count(many, { one: 'clip', other: 'clips' });

const pot = { channel: 'Este canal', tenant: 'Este lugar' } as const;

const settingNames: Record<Parameters<typeof english.what>[0], string> = {
  clips: 'Clips al día',
  running: 'Clips a la vez',
  usd: 'Dinero al mes',
  block: 'Bloqueo',
  channels: 'Canales',
  roles: 'Roles',
  admins: 'Admins de la lista',
  hasReactions: 'Reacciones',
  emoji: 'Emoji',
  place: 'Lugar de los clips',
  model: 'Modelo',
  blockedWords: 'Palabras prohibidas',
  matureWords: 'Palabras para adultos',
};

const periods = { day: 'Hoy', week: 'Esta semana', month: 'Este mes', 'last-month': 'El mes pasado' } as const;

/** Sentence by sentence as in English. */
export const admin: Wording<typeof english> = {
  commands: adminCommands,
  money,

  notAdmin: 'Solo pueden hacerlo quienes gestionan este lugar.',
  wrongOption: (option) => `${option} no se puede leer.`,
  oneOf: (option, choices) => `${option} es ${or(choices)}.`,
  missing: (option) => `Falta: ${option}.`,
  nothingChanged: 'Ya estaba así, de modo que nada ha cambiado.',
  changed: 'Cambiado.',
  more: (many) => `Y ${number(many)} más.`,
  none: 'ninguno',

  subject: ({ kind, id }) => {
    if (id === '*') return 'Todos';
    return { tenant: 'Este lugar', person: id, role: `Rol ${id}`, channel: `Canal ${id}` }[kind];
  },
  what: (changed) => settingNames[changed],

  help: {
    title: 'Para admins',
    how: 'Los nombres se eligen como en cualquier mensaje y no necesitan opción delante, tampoco las palabras a elegir: /hailuo admin channels add #general. /hailuo admin a solas muestra los ajustes.',
  },

  limit: {
    title: 'Límites',
    noneSet: 'Aquí no hay ningún límite fijado; valen los predeterminados.',
    defaults: (choices) => `De forma predeterminada, una persona tiene ${and(choices)}.`,
    words: (measure, choice) => {
      if (choice === 'unlimited') {
        return {
          clips: 'cualquier número de clips al día',
          running: 'cualquier número a la vez',
          usd: 'dinero sin límite',
        }[measure];
      }
      if (choice === 'default') {
        return {
          clips: 'los clips al día predeterminados',
          running: 'los clips a la vez predeterminados',
          usd: 'el dinero predeterminado',
        }[measure];
      }
      return {
        clips: `${clips(choice)} al día`,
        running: `${number(choice)} a la vez`,
        usd: `${money(choice)} al mes`,
      }[measure];
    },
    oneSubject: 'Indica una persona, un rol, un canal o todos, o nada de eso para todo este lugar.',
    nothingSet: 'Indica al menos uno: clips_per_day, at_once o usd_per_month.',
    notAnAmount: (option) => `${option} es un número, unlimited o default.`,
  },

  block: {
    title: 'Personas bloqueadas',
    nobody: 'Aquí no hay nadie bloqueado.',
    blocked: 'Bloqueado. Lo que esta persona tiene en preparación sigue adelante.',
    unblocked: 'Esta persona puede volver a pedir clips.',
    since: (when) => `Desde: ${when}.`,
    refused: (reason) =>
      reason === ''
        ? 'Aquí no puedes pedir clips. Un admin puede cambiarlo.'
        : `Aquí no puedes pedir clips: ${reason}. Un admin puede cambiarlo.`,
  },

  settings: {
    title: 'Ajustes',
    everywhere: 'en todas partes',
    nowhere: 'en ninguna parte',
    everybody: 'todos',
    adminsOnly: 'solo admins',
    on: 'activado',
    off: 'desactivado',
    usual: 'el habitual',
    inThread: 'un hilo por clip',
    inChannel: 'en el canal',
    usualModel: 'la elección habitual',
    yes: 'sí',
    no: 'no',
    noLimit: 'sin límite',
    byDefault: 'predeterminado',
    allowed: 'Aquí se pueden pedir clips.',
    allowedRole: 'Puede pedir clips.',
    anyChannel: 'Se pueden pedir clips en todas partes.',
    noChannel: 'No se pueden pedir clips en ninguna parte.',
    anyRole: 'Todos pueden pedir clips.',
    noRole: 'Solo los admins pueden pedir clips.',
    mayAdminister: 'Puede administrar este lugar.',
    noListedAdmin: 'No hay nadie en la lista. Lo administran quienes son admins en la plataforma.',
    ownAdminsOnly: 'Esa lista solo la pueden cambiar quienes son admins en la propia plataforma.',
    tooMany: (most) => `Serían demasiados; se pueden guardar como máximo ${number(most)}.`,
    wordTooLong: (most) => `Una palabra o frase tiene como máximo ${number(most)} caracteres.`,
    notAnEmoji: 'Eso no es un emoji.',
  },

  refused: {
    channel: 'En este canal no se pueden pedir clips.',
    channelInstead: 'Se pueden pedir en estos:',
    role: 'Tus roles no te permiten pedir clips aquí. Un admin puede cambiarlo.',
    blockedWord: (word) => `Aquí no se permiten prompts con «${word}». Usa otras palabras.`,
    matureWord: (word) => `Los prompts con «${word}» solo se permiten en canales con restricción de edad.`,
    ageRestricted:
      'Ese clip viene de un canal con restricción de edad, así que solo se puede seguir usando en un canal así.',
  },

  over: {
    off: (scope) =>
      `Los clips están desactivados ${scope === 'channel' ? 'en este canal' : 'aquí'}. Un admin puede cambiarlo.`,
    clips: (scope, most, resetsAt) => `${pot[scope]} ha gastado ${clips(most)} de hoy. Más ${resetsAt}.`,
    running: (scope, most) =>
      `${pot[scope]} tiene ${clips(most)} en preparación, el máximo a la vez. Cuando acabe uno, puede empezar el siguiente.`,
    budget: (scope, resetsAt) => `${pot[scope]} ha gastado su presupuesto del mes. Más ${resetsAt}.`,
    ownBudget: (most, resetsAt) => `Este clip superaría tus ${money(most)} de este mes. Más ${resetsAt}.`,
    byRole: 'Es lo que permite tu rol.',
  },

  quota: {
    name: (scope, measure) => {
      const names = { clips: 'Clips hoy', running: 'A la vez', usd: 'Dinero este mes' };
      return {
        person: names[measure],
        channel: `${names[measure]}, este canal`,
        tenant: `${names[measure]}, este lugar`,
      }[scope];
    },
    moneyOf: (used, most) => (most === null ? `${money(used)}, sin límite` : `${money(used)} de ${money(most)}`),
    setFor: { own: 'fijado para ti', role: 'de tu rol', everybody: 'fijado para todos' },
    again: (resetsAt) => `empieza de nuevo ${resetsAt}`,
    withMore: (said, more) => [said, ...more].join(' · '),
  },

  usage: {
    title: (period, from, to) =>
      from === to ? `${periods[period]}, ${from}` : `${periods[period]}, del ${from} al ${to}`,
    nothing: 'Nadie pidió un clip en ese tiempo.',
    sums: (people, spent, held, givenBack) =>
      `${count(people, { one: 'persona', other: 'personas' })}: ${count(spent, { one: 'clip entregado', other: 'clips entregados' })}, ${number(held)} en preparación, ${number(givenBack)} devueltos.`,
    cost: (spent, held) =>
      held === 0 ? `Gastado: ${money(spent)}.` : `Gastado: ${money(spent)}; reservado: ${money(held)}.`,
    person: (spent, held, givenBack, usd) =>
      `${money(usd)} · ${number(spent)} entregados · ${number(held)} en preparación · ${number(givenBack)} devueltos`,
    topOf: (shown, people) => `Los primeros ${number(shown)} de ${number(people)}:`,
    cut: (jobs) => `El archivo tiene los ${number(jobs)} clips más recientes.`,
  },

  audit: {
    title: 'Cambios',
    nothing: 'Aquí nunca se ha cambiado nada.',
    line: (what, before, after) => `${what}: ${before} → ${after}`,
    by: (said, name, when) => `${said} (${name}, ${when})`,
  },
};
