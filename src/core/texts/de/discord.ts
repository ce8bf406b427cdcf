/** What is said on Discord alone, in German. */
import type { discord as english } from '../en/discord.ts';
import type { Wording } from '../wording.ts';

/** Sentence by sentence as in English. */
export const discord: Wording<typeof english> = {
  rootDescription: 'Macht Videoclips aus Worten und Bildern',
  adminRootDescription: 'Limits, Einstellungen und Nutzung dieses Servers',
  animateMenu: 'Animieren',
  animateTitle: 'Dieses Bild animieren',
  animatePrompt: 'Was im Clip passieren soll',
  animatePicture: 'Welches Bild',
  openClip: 'Clip öffnen',
  status: {
    asked: (when) => `angefragt ${when}`,
    rendering: (when) => `Rendern begann ${when}`,
    expected: (earliest, latest) => `fertig frühestens ${earliest}, spätestens ${latest}`,
    place: (place) => `Platz ${place} in der Schlange`,
  },
  askedElsewhere: (where) => `Angefragt hast du ihn in ${where}, wo er nicht gepostet werden konnte.`,
  noLink:
    'Die Datei ist für diesen Ort zu groß, und dieser Bot hat keine öffentliche Adresse, von der man sie holen könnte. Wer ihn betreibt, hat den Clip.',
  unknownCommand: 'Das kennt dieser Bot nicht mehr. Tippe / und wähle noch einmal.',
  broken:
    'Bei uns ist etwas schiefgegangen. Von deinem Kontingent wurde nichts abgezogen; versuch es bitte noch einmal.',
  missingPermissions: (names) =>
    `Ich kann hier keinen Clip posten, weil mir fehlt: ${names.join(', ')}. Wer diesen Kanal verwalten darf, kann das in seinen Einstellungen unter „Berechtigungen“ erlauben. Von deinem Kontingent wurde nichts abgezogen.`,
  onlyWhileTokenLives:
    'Ich bin hier kein Mitglied, deshalb lässt mich Discord nur 15 Minuten lang antworten. Dauert ein Clip länger, kommt er als Direktnachricht oder wartet in /hailuo jobs.',
  noPictures: 'In dieser Nachricht ist kein Bild.',
  formTooOld: 'Dieses Bild lässt sich nicht mehr holen. Wähle im Menü der Nachricht noch einmal „Animieren“.',
  noContentIntent:
    'Jemand hat auf ein Bild reagiert, um es zu animieren, aber ich kann hier die Bilder anderer nicht sehen: Der „Message Content Intent“ ist ausgeschaltet. Wer diesen Bot betreibt, kann ihn im Discord Developer Portal unter „Bot“ einschalten. Bis dahin geht es über das Menü einer Nachricht: Apps, dann Animieren.',
  useTheMenu:
    'Über eine Reaktion kann ich dieses Bild nicht sehen. Öffne stattdessen das Menü der Nachricht: Apps, dann Animieren.',
};
