/** What is said in a chat, in German. */
import type { ButtonAction } from '../../delivery/delivery.ts';
import type { Failure, FailureKind, Hint } from '../../failure.ts';
import type { JobState } from '../../values.ts';
import type { chat as english } from '../en/chat.ts';
import { createWhen, lengthWords } from '../formats.ts';
import { sayHint } from '../say-hint.ts';
import type { Wording } from '../wording.ts';
import { formats } from './formats.ts';

const { and, count, number, or } = formats;

const buttons: Record<ButtonAction, string> = {
  cancel: 'Abbrechen',
  again: 'Noch einmal',
  remix: 'Remix',
  continue: 'Fortsetzen',
  retry: 'Erneut versuchen',
};

const notTaken = 'Von deinem Kontingent wurde nichts abgezogen.';
const tryAgain = 'Du kannst es noch einmal versuchen.';

const hints: Record<Hint, (title: string) => string> = {
  'picture-unreadable': () =>
    'Das Bild konnte nicht gelesen werden. Nimm ein anderes, oder speichere es neu als JPEG oder PNG.',
  'picture-too-small': () => 'Das Bild ist zu klein.',
  'picture-too-large': () => 'Das Bild hat zu viele Pixel.',
  'picture-too-heavy': () => 'Die Bilddatei ist zu groß.',
  'picture-format': () => 'Das Bild muss ein JPEG, PNG oder WebP sein.',
  'picture-rules': (title) =>
    `${title} nimmt Bilder als JPEG, PNG oder WebP unter 20 MB, mit über 300 Pixeln an der kurzen Seite und zwischen 2:5 und 5:2.`,
  'picture-not-taken': () => 'Bilder dieser Art oder Größe werden dort nicht angenommen.',
  'real-people': () => 'Realistische Bilder echter Menschen werden dort nicht animiert.',
  'prompt-too-long': () => 'Der Prompt ist zu lang.',
  'prompt-odd-characters': () => 'Der Prompt hat zu viele unsichtbare oder unzulässige Zeichen.',
  'prompt-or-picture': (title) =>
    `${title} konnte mit dem Prompt oder dem Bild nichts anfangen. Versuch es mit anderen Worten oder einem anderen Bild.`,
};

const failures: Record<FailureKind, (title: string, failure: Failure) => string> = {
  moderation: (title) =>
    `${title} hat diesen Prompt oder dieses Bild abgelehnt. ${notTaken} Versuch es mit anderen Worten oder einem anderen Bild.`,
  'bad-input': (title, { hint }) =>
    `${title} konnte diese Anfrage nicht verwenden${hint === undefined ? '.' : `: ${sayHint(hints, hint, title)}`} ${notTaken} Ändere sie und versuch es noch einmal.`,
  'no-credit': (title) =>
    `${title} kann gerade nicht rendern; wer diesen Bot betreibt, weiß schon Bescheid. ${notTaken}`,
  'bad-key': (title) => `${title} kann gerade nicht rendern; wer diesen Bot betreibt, weiß schon Bescheid. ${notTaken}`,
  'rate-limited': (title) => `${title} ist gerade überlastet. ${notTaken} Versuch es in ein paar Minuten noch einmal.`,
  unavailable: (title) =>
    `${title} war nicht erreichbar oder hatte eine Störung. ${notTaken} Versuch es in ein paar Minuten noch einmal.`,
  'outcome-unknown': (title) =>
    `${title} hat nie geantwortet, also weiß niemand, ob das Rendern begonnen hat. ${notTaken} ${tryAgain}`,
  'not-found': (title) => `${title} hat diesen Clip verloren. ${notTaken} ${tryAgain}`,
  cancelled: (title) => `Das Rendern wurde bei ${title} angehalten. ${notTaken}`,
  'clip-unusable': (title) => `${title} ist fertig, aber was geschickt wurde, ist kein Clip. ${notTaken} ${tryAgain}`,
  'no-provider': () =>
    `Das kann gerade niemand rendern. ${notTaken} Versuch es später noch einmal, oder nimm ein anderes Modell.`,
  undeliverable: () => 'Der Clip ist fertig, konnte hier aber nicht gepostet werden. Mit /hailuo jobs bekommst du ihn.',
  deadline: () => `Das hat länger gedauert, als es darf, und wurde aufgegeben. ${notTaken} ${tryAgain}`,
  other: (title) => `${title} hat das abgelehnt. ${notTaken} ${tryAgain}`,
};

const stages: Record<Exclude<JobState, 'failed' | 'cancelled'>, (title: string) => string> = {
  opening: () => 'Wird vorbereitet.',
  queued: () => 'Wartet, bis es dran ist.',
  submitting: (title) => `Wird an ${title} übergeben.`,
  rendering: (title) => `${title} rendert gerade.`,
  delivering: () => 'Der Clip ist fertig und unterwegs.',
  done: () => 'Fertig.',
};

const switchedOff = 'Clips sind hier für dich ausgeschaltet. Ein Admin kann das ändern.';
const clips = { one: 'Clip', other: 'Clips' };

/** Sentence by sentence as in English. */
export const chat: Wording<typeof english> = {
  button: (action) => buttons[action],

  stage: (state, title) => stages[state](title),
  done: (seconds) => `Fertig nach ${lengthWords(seconds, formats)}.`,
  waitsForTurn: (title) => `Wartet auf einen freien Platz bei ${title}.`,
  waitsForProvider: (title) => `${title} kann es gerade nicht annehmen; es wird von selbst noch einmal versucht.`,
  inLine: (title) => `Steht bei ${title} in der Schlange.`,
  answerMissing: (title) =>
    `${title} hat noch nicht geantwortet. Nichts wird doppelt abgeschickt; das wird gerade geklärt.`,
  failed: (failure, title) => failures[failure.kind](title, failure),
  cancelled: (how, title) => {
    switch (how) {
      case undefined:
      case 'not-sent':
      case 'stopped':
        return `Abgebrochen. ${notTaken}`;
      case 'asked':
        return `Abgebrochen. ${title} wurde gebeten aufzuhören; was noch gerendert wird, wird verworfen. ${notTaken}`;
      case 'too-late':
      case 'not-offered':
        return `Abgebrochen. ${title} kann nicht anhalten, was schon rendert, also wird der Clip verworfen. ${notTaken}`;
    }
  },
  summary: ({ model, seconds, resolution }) => `Hailuo ${model} · ${seconds} s · ${resolution}`,
  clipCaption: (name) => `Hier ist dein Clip, ${name}.`,
  clipLink: (until) => `Die Datei ist für diesen Ort zu groß. Der Link gilt bis ${until}.`,

  overClipsPerDay: (most, resetsAt) =>
    most === 0
      ? switchedOff
      : `Du hast ${most === 1 ? 'deinen einen Clip' : `deine ${count(most, clips)}`} von heute verbraucht. Mehr gibt es ${resetsAt}.`,
  overConcurrent: (most) =>
    most === 0
      ? switchedOff
      : `Du hast schon ${most === 1 ? 'einen Clip' : count(most, clips)} in Arbeit, mehr geht nicht auf einmal. Sobald einer fertig ist, kann der nächste beginnen.`,
  nobodyCan: (reasons) =>
    reasons.length === 0
      ? 'Hier ist kein Anbieter eingeschaltet. Wer diesen Bot betreibt, kann das ändern.'
      : reasons.join(' '),

  animatePrompt: 'Das Bild erwacht zum Leben: Alles darin bewegt sich sanft und natürlich.',

  remixTitle: 'Remix dieses Clips',
  remixPrompt: 'Was stattdessen passieren soll',
  noSuchJob: 'So einen Clip hast du nicht. /hailuo jobs zeigt deine.',
  nothingRunning: 'Von deinen Clips ist keiner in Arbeit.',
  notYours: 'Nur wer um diesen Clip gebeten hat, kann ihn abbrechen.',
  notYoursToUse: 'Das kann nur, wer um diesen Clip gebeten hat, oder ein Admin. Bitte um einen eigenen.',
  alreadyOver: (id) => `${id} ist schon zu Ende, da gibt es nichts abzubrechen.`,
  tooLateToCancel: 'Der Clip wird in diesem Moment gepostet; zum Abbrechen ist es zu spät.',
  cancelling: (id) => `${id} wird abgebrochen.`,
  clipGone: 'Dieser Clip ist nicht mehr aufbewahrt und lässt sich nicht fortsetzen. Mach ihn erst noch einmal.',
  pictureGone: 'Das Bild dieses Clips ist nicht mehr aufbewahrt. Hänge es noch einmal an.',
  noJobs: (askWith) => `Du hast noch keine Clips gemacht. Versuch ${askWith}ein Papierboot im Sturm [Push in]`,
  jobsTitle: 'Deine Clips',
  askedFor: (when) => `Angefragt ${when}.`,

  quotaTitle: 'Dein Kontingent heute',
  unlimitedClips: 'Du darfst so viele Clips machen, wie du willst.',
  clipsLeft: (left, most, resetsAt) =>
    `Noch ${number(left)} von ${count(most, { one: 'Clip', other: 'Clips' })}. Neu geht es los ${resetsAt}.`,
  quotaRow: { spent: 'Geliefert', held: 'In Arbeit', givenBack: 'Zurückgegeben' },
  usedOf: (used, most) => (most === null ? `${number(used)}, ohne Grenze` : `${number(used)} von ${number(most)}`),

  helpTitle: 'Clips machen',
  helpExample: (askWith) => `Sag, was passieren soll: ${askWith}ein Papierboot im Sturm [Push in]`,
  helpPictures:
    'Hänge ein Bild an, und es bewegt sich; reagiere mit 🎬 auf ein Bild im Kanal, und auch das bewegt sich.',
  helpCamera: (directives) => `Die Kamera hört auf ${and(directives)}, in eckigen Klammern.`,
  modelsTitle: 'Modelle',
  model: ({ resolutions, seconds, needsImage, takesLastImage }) =>
    [
      or(resolutions),
      `${or(seconds)} s`,
      needsImage ? 'aus einem Bild' : 'aus Worten oder einem Bild',
      ...(takesLastImage ? ['auch zwischen zwei Bildern'] : []),
    ].join(', '),
  renderedBy: (titles) => `Gerendert von ${and(titles)}.`,

  when: createWhen(formats, {
    ahead: (span) => `in ${span}`,
    past: (span) => `vor ${span}`,
    at: (ahead, clock) => `${ahead} (${clock})`,
    soon: 'gleich',
    justNow: 'gerade eben',
  }),
  inARow: (sentences) => sentences.join(' '),
};
