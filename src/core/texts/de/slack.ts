/** What is said on Slack alone, in German. The shortcut keeps its name: an app has one for everybody. */
import type { slack as english } from '../en/slack.ts';
import type { Wording } from '../wording.ts';

/** Sentence by sentence as in English. */
export const slack: Wording<typeof english> = {
  bot: {
    broken:
      'Bei uns ist etwas schiefgegangen. Von deinem Kontingent wurde nichts abgezogen; versuch es bitte noch einmal.',
    unknownCommand: 'Das kennt dieser Bot nicht mehr. Tippe den Befehl bitte noch einmal.',
    notInChannel:
      'Ich bin nicht in dieser Unterhaltung und könnte den Clip hier nicht posten. Lade mich mit /invite ein, oder schreib mir direkt. Von deinem Kontingent wurde nichts abgezogen.',
    isArchived: 'Dieser Kanal ist archiviert, hier lässt sich nichts mehr posten. Frag in einem anderen.',
    missingScope: (scope) =>
      `Das darf ich hier nicht: Die App wurde ohne die Berechtigung ${scope} installiert. Wer diesen Workspace verwaltet, kann sie neu installieren. Von deinem Kontingent wurde nichts abgezogen.`,
    noPictures: 'In dieser Nachricht ist kein Bild.',
    pictureNotReadable:
      'Slack gibt mir diese Datei nicht. Poste das Bild in einer Unterhaltung, in der ich bin, und versuch es noch einmal.',
    pictureNotReady: 'Slack arbeitet noch an dieser Datei. Versuch es bitte in einer Minute noch einmal.',
    pictureElsewhere:
      'Dieses Bild liegt außerhalb von Slack, ich kann es nicht holen. Lade es hier hoch und versuch es noch einmal.',
    readTooOften:
      'Slack lässt mich hier nur einmal in der Minute Nachrichten lesen, und andere waren schneller. Wähle stattdessen „Animate“ im Menü der Nachricht: Das geht sofort.',
    tooBusy:
      'Slack bittet mich hier, langsamer zu machen. Versuch es bitte in ein paar Minuten noch einmal. Von deinem Kontingent wurde nichts abgezogen.',
    fileInDirect: 'Die Datei ist in unseren Direktnachrichten.',
    fileNotTaken: 'Slack nimmt hier keine Datei von mir an, deshalb ließ sich die zu dieser Antwort nicht schicken.',
    formTooOld: 'Dieses Formular ist zu alt. Öffne es bitte noch einmal.',
    triggerSpent: 'Slack hat mir zu wenig Zeit gelassen, das Formular zu öffnen. Versuch es bitte noch einmal.',
    changeIt: 'Ändern',
    bringPictures:
      '/hailuo allein öffnet ein Formular, das Bilder annimmt; oder erwähne mich mit einem Bild. Auch Animate im Menü einer Nachricht und 🎬 unter einem Bild bringen es in Bewegung.',
    mentionHint: 'Erwähne mich mit ein paar Worten über den Clip, oder mit einem Bild.',
  },
  forms: {
    createTitle: 'Clip machen',
    animateTitle: 'Bild animieren',
    send: 'Clip machen',
    cancel: 'Schließen',
    whichPicture: 'Welches Bild',
    chosenForYou: 'Wird für dich gewählt',
    pictureHint: 'JPEG, PNG oder WebP, bis 10 MB',
    where: 'Wohin der Clip kommt',
    asItIs: 'So lassen',
    groupHint:
      'Die ID einer Benutzergruppe, etwa S0123ABCD. Nach /hailuo admin kannst du die Gruppe stattdessen erwähnen.',
  },
  courier: {
    openClip: 'Clip öffnen',
    asked: (when) => `angefragt um ${when}`,
    rendering: (when) => `rendert seit ${when}`,
    expected: (earliest, latest) => `fertig zwischen ${earliest} und ${latest}`,
    place: (place) => `Platz ${place} in der Schlange`,
    askedElsewhere: (where) => `Angefragt hast du ihn in ${where}, wo er nicht gepostet werden konnte.`,
    linkOnly: 'Slack nimmt hier keine Datei an, deshalb ist das ein Link. Er öffnet sich sieben Tage lang.',
    noLink:
      'Slack nimmt hier keine Datei an, und dieser Bot hat keine öffentliche Adresse, von der man sie holen könnte. Wer ihn betreibt, hat den Clip.',
  },
  home: {
    greeting: 'Videoclips aus Worten und Bildern',
    howTo: 'Tippe /hailuo in einem Kanal, reagiere mit 🎬 auf ein Bild, oder wähle „Animate“ im Menü einer Nachricht.',
    quota: 'Deine Clips',
    running: 'In Arbeit',
    noneRunning: 'Für dich ist gerade nichts in Arbeit.',
    recent: 'Deine letzten Clips',
    noneYet: 'Du hast noch keine Clips.',
    make: 'Clip machen',
    settings: 'Einstellungen dieses Workspace',
    settingsHint: 'Das sehen nur Admins. Alles hier lässt sich auch tippen: /hailuo admin.',
    change: 'Ändern',
    saved: 'Gespeichert.',
    forms: {
      limit: 'Limit setzen',
      channels: 'Kanäle',
      model: 'Übliches Modell',
      reactions: 'Reaktionen',
      words: 'Wörter',
      block: 'Person sperren',
      unblock: 'Person entsperren',
      admins: 'Admins des Bots',
    },
  },
  workflow: {
    failed: (why) => `Es wurde kein Clip gemacht. ${why}`,
  },
  install: {
    doneTitle: 'Installiert',
    done: (workspace) =>
      `Hailuo ist in ${workspace} installiert. Geh zu Slack, lade es in einen Kanal ein und tippe /hailuo.`,
    doneOrganisation: (organisation) =>
      `Hailuo ist in ${organisation} installiert. Wähle die Workspaces, die es bekommen, lade es dann in einen Kanal ein und tippe /hailuo.`,
    chooseWorkspaces: 'Workspaces wählen',
    openSlack: 'Slack öffnen',
    failedTitle: 'Nicht installiert',
    failed: 'Slack hat die Installation nicht bestätigt. Beginne noch einmal auf der Installationsseite.',
    declined: 'Die Installation wurde in Slack abgebrochen. Geändert wurde nichts.',
    startAgain: 'Noch einmal beginnen',
  },
};
