/** What the chat page’s server says by itself, in Spanish. */
import type { web as english } from '../en/web.ts';
import type { Wording } from '../wording.ts';
import { formats } from './formats.ts';

const { count, megabytes, number } = formats;

/** Sentence by sentence as in English. */
export const web: Wording<typeof english> = {
  notUnderstood: 'La página envió algo que este servidor no entiende. Recárgala y vuelve a intentarlo.',
  notSettled: 'Este servidor todavía está arrancando. Vuelve a intentarlo en un momento.',
  pickName: 'Primero elige un nombre.',
  emptyName: 'Un nombre tiene al menos una letra.',
  longName: 'Un nombre tiene como máximo 40 caracteres.',
  channelName: 'El nombre de un canal tiene de 1 a 40 letras, cifras y guiones.',
  channelExists: (name) => `Ya hay un canal llamado ${name}.`,
  noChannel: (name) => `No hay ningún canal llamado ${name}.`,
  noMessage: 'Ese mensaje ya no está.',
  noPicture: 'En ese mensaje no hay ninguna imagen.',
  noFile: 'Una imagen de este mensaje ya no se conserva. Adjúntala otra vez.',
  emptyMessage: 'Escribe algo o adjunta una imagen.',
  longMessage: `Un mensaje tiene como máximo ${number(4000)} caracteres.`,
  notText: 'El mensaje tiene caracteres que no son texto.',
  manyPictures: 'Un mensaje acepta como máximo 4 imágenes.',
  largeFile: `Una imagen pesa como máximo ${megabytes(30_000_000)}.`,
  largeRequest: 'Eso es más de lo que este servidor acepta de una vez.',
  takesPictures: (most) =>
    most === 1
      ? 'Eso acepta como máximo una imagen.'
      : `Eso acepta como máximo ${count(most, { other: 'imágenes' })}: la primera y la última.`,
  takesNoPictures: 'Eso no acepta imágenes.',
  unknownCommand: (name) => `No hay ningún comando llamado ${name}. Prueba /hailuo help.`,
  broken: 'Algo salió mal aquí y quedó anotado en el registro. Vuelve a intentarlo en un momento.',
};
