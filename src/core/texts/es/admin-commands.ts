/** What the options of admins are called and what their commands are for, in Spanish. */
import type { adminCommands as english } from '../en/admin-commands.ts';
import type { Wording } from '../wording.ts';

const listActions = { add: 'Añadir', remove: 'Quitar', list: 'Mostrar', all: 'Permitir todo' };

/** Sentence by sentence as in English. */
export const adminCommands: Wording<typeof english> = {
  limits: { name: 'limits', description: 'Todos los límites fijados aquí', options: {} },
  limit: {
    name: 'limit',
    description: 'Fija lo que puede usar una persona, un rol, un canal o todo este lugar',
    options: {
      person: { name: 'persona', description: 'Solo esta persona' },
      role: { name: 'rol', description: 'Cada miembro de este rol; de varios roles cuenta el más generoso' },
      channel: { name: 'canal', description: 'Todos los clips pedidos en este canal juntos' },
      everybody: { name: 'todos', description: 'Cada persona sin límite propio ni de un rol' },
      clips_per_day: { name: 'clips_al_día', description: 'Clips al día: un número, unlimited o default' },
      at_once: { name: 'a_la_vez', description: 'Clips en preparación a la vez: un número, unlimited o default' },
      usd_per_month: { name: 'dólares_al_mes', description: 'Dólares al mes: un número, unlimited o default' },
    },
  },
  block: {
    name: 'block',
    description: 'Impide que una persona pida más clips aquí',
    options: {
      person: { name: 'persona', description: 'Quién' },
      reason: { name: 'motivo', description: 'Por qué; la persona también lo lee' },
    },
  },
  unblock: {
    name: 'unblock',
    description: 'Permite que una persona bloqueada vuelva a pedir clips',
    options: { person: { name: 'persona', description: 'Quién' } },
  },
  blocks: { name: 'blocks', description: 'Quién está bloqueado aquí', options: {} },
  settings: { name: 'settings', description: 'Todo lo que está elegido para este lugar', options: {} },
  channels: {
    name: 'channels',
    description: 'Elige dónde se pueden pedir clips',
    options: {
      action: { name: 'acción', description: 'Qué hacer', choices: listActions },
      channel: { name: 'canal', description: 'Qué canal' },
    },
  },
  roles: {
    name: 'roles',
    description: 'Elige quién puede pedir clips; los admins siempre pueden',
    options: {
      action: { name: 'acción', description: 'Qué hacer', choices: listActions },
      role: { name: 'rol', description: 'Qué rol' },
    },
  },
  admins: {
    name: 'admins',
    description: 'Elige quién puede administrar este lugar además de sus propios admins',
    options: {
      action: {
        name: 'acción',
        description: 'Qué hacer',
        choices: { add: 'Añadir', remove: 'Quitar', list: 'Mostrar' },
      },
      person: { name: 'persona', description: 'Quién' },
    },
  },
  reactions: {
    name: 'reactions',
    description: 'Elige si una reacción anima una imagen, y cuál',
    options: {
      enabled: { name: 'activo', description: 'Activado o desactivado' },
      emoji: { name: 'emoji', description: 'Qué emoji; default para el habitual' },
    },
  },
  threads: {
    name: 'threads',
    description: 'Elige si cada clip tiene su propio hilo',
    options: { enabled: { name: 'activo', description: 'Activado: un hilo por clip; desactivado: todo en el canal' } },
  },
  model: {
    name: 'model',
    description: 'Elige el modelo para quienes no indican ninguno',
    options: { model: { name: 'modelo', description: 'Qué modelo', choices: { any: 'La elección habitual' } } },
  },
  words: {
    name: 'words',
    description: 'Elige qué palabras no puede tener un prompt',
    options: {
      action: {
        name: 'acción',
        description: 'Qué hacer',
        choices: { add: 'Añadir', remove: 'Quitar', list: 'Mostrar' },
      },
      list: {
        name: 'lista',
        description: 'Qué lista',
        choices: { blocked: 'Prohibidas en todas partes', mature: 'Solo en canales con restricción de edad' },
      },
      word: { name: 'palabra', description: 'Una palabra o frase; varias separadas por comas' },
    },
  },
  usage: {
    name: 'usage',
    description: 'Quién hizo y gastó cuánto, con un archivo de todos los clips',
    options: {
      period: {
        name: 'periodo',
        description: 'Qué días (UTC); si falta, este mes',
        choices: { day: 'Hoy', week: 'Esta semana', month: 'Este mes', 'last-month': 'El mes pasado' },
      },
    },
  },
  audit: { name: 'audit', description: 'Quién cambió qué aquí últimamente', options: {} },
};
