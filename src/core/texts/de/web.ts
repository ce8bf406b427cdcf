/** What the chat page’s server says by itself, in German. */
import type { web as english } from '../en/web.ts';
import type { Wording } from '../wording.ts';
import { formats } from './formats.ts';

const { count, megabytes, number } = formats;

/** Sentence by sentence as in English. */
export const web: Wording<typeof english> = {
  notUnderstood:
    'Die Seite hat etwas geschickt, das dieser Server nicht versteht. Lade sie neu und versuch es noch einmal.',
  notSettled: 'Dieser Server startet noch. Versuch es gleich noch einmal.',
  pickName: 'Such dir zuerst einen Namen aus.',
  emptyName: 'Ein Name hat mindestens einen Buchstaben.',
  longName: 'Ein Name hat höchstens 40 Zeichen.',
  channelName: 'Der Name eines Kanals hat 1 bis 40 Buchstaben, Ziffern und Striche.',
  channelExists: (name) => `Einen Kanal namens ${name} gibt es schon.`,
  noChannel: (name) => `Einen Kanal namens ${name} gibt es nicht.`,
  noMessage: 'Diese Nachricht ist nicht mehr da.',
  noPicture: 'In dieser Nachricht ist kein Bild.',
  noFile: 'Ein Bild dieser Nachricht ist nicht mehr aufbewahrt. Hänge es noch einmal an.',
  emptyMessage: 'Schreib etwas oder hänge ein Bild an.',
  longMessage: `Eine Nachricht hat höchstens ${number(4000)} Zeichen.`,
  notText: 'Die Nachricht hat Zeichen, die kein Text sind.',
  manyPictures: 'Eine Nachricht nimmt höchstens 4 Bilder.',
  largeFile: `Ein Bild hat höchstens ${megabytes(30_000_000)}.`,
  largeRequest: 'Das ist mehr, als dieser Server auf einmal annimmt.',
  takesPictures: (most) =>
    most === 1
      ? 'Das nimmt höchstens ein Bild.'
      : `Das nimmt höchstens ${count(most, { other: 'Bilder' })}: das erste und das letzte.`,
  takesNoPictures: 'Das nimmt keine Bilder.',
  unknownCommand: (name) => `Einen Befehl namens ${name} gibt es nicht. Versuch /hailuo help.`,
  broken: 'Hier ist etwas schiefgegangen und wurde protokolliert. Versuch es gleich noch einmal.',
};
