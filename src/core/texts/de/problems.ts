/** Why something cannot be had, and what can, in German. */
import type { FileKind } from '../../picture-problem.ts';
import type { ClipSource } from '../../problems.ts';
import type { problems as english } from '../en/problems.ts';
import type { Wording } from '../wording.ts';
import { formats } from './formats.ts';

const { and, or, megabytes, number } = formats;

/** In the nominative for what a file is, and in the dative for what is hidden in it. */
const fileKinds: Record<FileKind, readonly [is: string, within: string]> = {
  'TIFF picture': ['ein TIFF-Bild', 'einem TIFF-Bild'],
  'JPEG XL picture': ['ein JPEG-XL-Bild', 'einem JPEG-XL-Bild'],
  'JPEG 2000 picture': ['ein JPEG-2000-Bild', 'einem JPEG-2000-Bild'],
  'Photoshop document': ['ein Photoshop-Dokument', 'einem Photoshop-Dokument'],
  'icon file': ['eine Symboldatei', 'einer Symboldatei'],
  'BMP picture': ['ein BMP-Bild', 'einem BMP-Bild'],
  'SVG drawing': ['eine SVG-Zeichnung', 'einer SVG-Zeichnung'],
  'PDF document': ['ein PDF-Dokument', 'einem PDF-Dokument'],
  'ZIP archive or office document': [
    'ein ZIP-Archiv oder ein Office-Dokument',
    'einem ZIP-Archiv oder einem Office-Dokument',
  ],
  'ZIP archive': ['ein ZIP-Archiv', 'einem ZIP-Archiv'],
  'RAR archive': ['ein RAR-Archiv', 'einem RAR-Archiv'],
  '7-Zip archive': ['ein 7-Zip-Archiv', 'einem 7-Zip-Archiv'],
  'gzip archive': ['ein gzip-Archiv', 'einem gzip-Archiv'],
  'WebM or Matroska video': ['ein WebM- oder Matroska-Video', 'einem WebM- oder Matroska-Video'],
  'Ogg file': ['eine Ogg-Datei', 'einer Ogg-Datei'],
  'MP3 file': ['eine MP3-Datei', 'einer MP3-Datei'],
  'AVI video': ['ein AVI-Video', 'einem AVI-Video'],
  'RIFF file': ['eine RIFF-Datei', 'einer RIFF-Datei'],
  'QuickTime video': ['ein QuickTime-Video', 'einem QuickTime-Video'],
  'MP4 video': ['ein MP4-Video', 'einem MP4-Video'],
  'Windows program': ['ein Windows-Programm', 'einem Windows-Programm'],
  program: ['ein Programm', 'einem Programm'],
  script: ['ein Skript', 'einem Skript'],
  'web page': ['eine Webseite', 'einer Webseite'],
  'text file': ['eine Textdatei', 'einer Textdatei'],
  'unknown kind': ['eine Datei unbekannter Art', 'einer Datei unbekannter Art'],
};

const sources: Record<ClipSource, string> = {
  text: 'Aus Text',
  picture: 'Aus einem Bild',
  'two-pictures': 'Zwischen zwei Bildern',
};

/** Sentence by sentence as in English. */
export const problems: Wording<typeof english> = {
  request(problem) {
    switch (problem.kind) {
      case 'no-prompt':
        return 'Sag, was im Clip passieren soll.';
      case 'prompt-too-long':
        return `Ein Prompt hat höchstens ${number(problem.most)} Zeichen.`;
      case 'prompt-not-text':
        return 'Der Prompt hat Zeichen, die kein Text sind. Tippe ihn noch einmal als reinen Text.';
      case 'no-room-for-camera':
        return `Mit [${problem.camera}] davor hat der Prompt über ${number(problem.most)} Zeichen: Kürze ihn um ${number(problem.over)}.`;
      case 'unknown-movement':
        return problem.nearest === null
          ? `[${problem.written}] ist keine Kamerabewegung; es gibt ${and(problem.movements)}. Nimm für anderen Text runde Klammern.`
          : `[${problem.written}] ist keine Kamerabewegung. Meintest du [${problem.nearest}]?`;
      case 'too-many-movements':
        return `[${problem.written}] hat zu viele Bewegungen: In eine Klammer passen höchstens ${problem.most}.`;
      case 'unknown-provider': {
        const name = problem.written === null ? 'mit diesem Namen' : `„${problem.written}“`;
        return `Hier gibt es keinen Anbieter ${name}. Nimm ${or(problem.providers)}, oder lass ihn weg.`;
      }
      case 'unknown-option':
        return `Es gibt keine Option ${or(problem.written)}. Es gibt ${and(problem.options)}.`;
      case 'not-a-choice':
        return `${problem.option} ist ${or(problem.choices)}.`;
      case 'not-a-switch':
        return `${problem.option} ist on (an) oder off (aus).`;
      case 'not-a-picture':
        return `${problem.option} ist ein Bild: Hänge eins an, oder gib seine Adresse an.`;
      case 'unreadable':
        return `${problem.option} lässt sich nicht lesen.`;
      case 'wrong-resolution':
        return `${problem.model} rendert in ${or(problem.can)}. Für ${problem.resolution} nimm ${or(problem.others)}.`;
      case 'too-long-for-1080p':
        return `Clips in 1080P sind ${problem.most} Sekunden lang. Für ${problem.seconds} Sekunden nimm 768P.`;
      case 'wrong-length':
        return `${problem.model} macht Clips von ${or(problem.can)} Sekunden.`;
      case 'needs-picture':
        return `${problem.model} animiert ein Bild: Hänge eins an, oder nimm ${or(problem.others)}.`;
      case 'no-last-picture':
        return `${problem.model} nimmt kein letztes Bild. Mit einem nimm ${or(problem.others)}.`;
      case 'last-picture-alone':
        return 'Ein letztes Bild braucht ein erstes: Hänge auch das erste an.';
      case '512p-needs-picture':
        return '512P gibt es nur für ein animiertes Bild: Hänge eins an, oder nimm 768P.';
      case '512p-not-between':
        return 'Zwischen zwei Bildern gibt es kein 512P: Nimm 768P.';
    }
  },

  typing(problem) {
    switch (problem.kind) {
      case 'no-such-command':
        return `So einen Befehl gibt es nicht. Es gibt ${and(problem.commands)}.`;
      case 'not-on-or-off':
        return `${problem.flag} ist on (an) oder off (aus).`;
      case 'no-value':
        return problem.choices.length === 0
          ? `${problem.flag} braucht einen Wert.`
          : `${problem.flag} braucht einen Wert: ${or(problem.choices)}.`;
      case 'takes-no-text':
        return `${problem.command} nimmt keinen Text: Lass „${problem.said}“ weg.`;
      case 'no-such-flag': {
        const known = problem.flags.length === 0 ? `${problem.command} hat keine` : `Es gibt ${and(problem.flags)}`;
        return `Es gibt keine Option ${problem.flag}. ${known}.`;
      }
    }
  },

  picture(problem) {
    switch (problem.kind) {
      case 'empty':
        return 'Die Datei ist leer; schick ein Bild als JPEG, PNG oder WebP.';
      case 'too-heavy':
        return `Die Datei ist größer als ${megabytes(problem.mostBytes)}; schick ein kleineres Bild.`;
      case 'not-a-picture':
        return `Die Datei ist ${fileKinds[problem.what][0]}, kein Bild; schick ein JPEG, PNG oder WebP.`;
      case 'wrong-format':
        return `Die Datei ist ${fileKinds[problem.what][0]} und nicht verwendbar; speichere sie zuerst als JPEG, PNG oder WebP.`;
      case 'unreadable-heic':
        return 'Dieses HEIC-Bild ist hier nicht lesbar; schick es als JPEG.';
      case 'damaged':
        return 'Das Bild ist beschädigt oder abgeschnitten; speichere es neu und schick die ganze Datei.';
      case 'stowaway':
        return `Die Datei ist ein Bild mit ${fileKinds[problem.what][1]} darin versteckt; speichere sie neu als einfaches JPEG oder PNG.`;
      case 'too-many-pixels':
        return `Das Bild hat ${problem.width} × ${problem.height} Pixel und ist zu groß zum Öffnen; verkleinere es auf höchstens ${problem.mostSide} Pixel an der langen Seite.`;
      case 'too-small':
        return `Das Bild hat ${problem.width} × ${problem.height} Pixel und ist zu klein; die kurze Seite braucht mindestens ${problem.leastSide} Pixel, und über 300 sehen besser aus.`;
      case 'too-wide':
        return `Das Bild hat ${problem.width} × ${problem.height} Pixel und ist zu breit; schneide es auf höchstens ${number(problem.most)}-mal so breit wie hoch zu.`;
      case 'too-tall':
        return `Das Bild hat ${problem.width} × ${problem.height} Pixel und ist zu hoch; schneide es auf höchstens ${number(problem.most)}-mal so hoch wie breit zu.`;
      case 'stays-too-heavy':
        return 'Das Bild bleibt zu groß, wie man es auch speichert; schick ein kleineres oder einfacheres.';
      case 'not-an-address':
        return 'Das ist nicht die Adresse eines Bildes; schick einen https-Link oder hänge die Datei an.';
      case 'not-https':
        return 'Nur https-Links lassen sich öffnen; schick so einen oder hänge das Bild an.';
      case 'not-public':
        return 'Diese Adresse liegt nicht im offenen Internet; hänge das Bild stattdessen an.';
      case 'not-handed-out':
        return `Die Seite hat das Bild nicht herausgegeben (HTTP ${problem.status}); hänge es stattdessen an.`;
      case 'too-slow':
        return 'Das Bild hat zu lange gebraucht; hänge es stattdessen an.';
      case 'not-fetched':
        return 'Das Bild konnte von diesem Link nicht geholt werden; hänge es stattdessen an.';
    }
  },

  obstacle(obstacle) {
    switch (obstacle.kind) {
      case 'not-sold': {
        const instead = obstacle.instead.map(({ model, resolution }) =>
          resolution === undefined ? model : `${model} in ${resolution}`,
        );
        return `${obstacle.provider} bietet ${obstacle.model} nicht an; aus einem Bild gibt es dort ${or(instead)}.`;
      }
      case 'not-known-to-sell':
        return `Dass ${obstacle.provider} ${obstacle.model} anbietet, ist nicht bekannt; angefragt werden kann ${or(obstacle.others)}.`;
      case 'picture-only':
        return `${obstacle.provider} rendert ${obstacle.model} nur aus einem Bild; hänge eins an, oder nimm ${or(obstacle.others)}.`;
      case 'not-from-source': {
        const { fromText, fromPicture } = obstacle;
        const from = obstacle.source === 'text' ? 'aus Text' : 'aus einem Bild';
        const parts = [
          ...(fromText.length > 0 ? [`${fromText.join(', ')} aus Text`] : []),
          ...(fromPicture.length > 0 ? [`${fromPicture.join(', ')} aus einem Bild`] : []),
        ];
        const range =
          parts.length === 0
            ? 'zurzeit gibt es dort kein Hailuo-Modell, das dieser Bot versteht'
            : `es gibt dort ${and(parts)}`;
        return `${obstacle.provider} rendert ${obstacle.model} nicht ${from}; ${range}.`;
      }
      case 'other-renders': {
        const renders = obstacle.renders.map(({ seconds, resolution }) => `${seconds} Sekunden in ${resolution}`);
        return `${sources[obstacle.source]} rendert ${obstacle.provider} ${obstacle.model} mit ${or(renders)}.`;
      }
      case 'other-lengths':
        return `${obstacle.provider} macht keine ${obstacle.seconds} Sekunden; anfragen lassen sich nur ${or(obstacle.can)} Sekunden.`;
      case 'other-resolutions':
        return `${obstacle.provider} lässt sich nicht um ${obstacle.resolution} bitten, nur um ${or(obstacle.can)}.`;
      case 'no-last-picture': {
        const instead =
          obstacle.others.length === 0 ? 'lass das letzte Bild weg' : `mit ${and(obstacle.others)} geht es`;
        return `${obstacle.provider} kann einen Clip von ${obstacle.model} nicht auf einem Bild enden lassen; ${instead}.`;
      }
      case 'not-known-to-end':
        return `Dass ${obstacle.provider} einen Clip auf einem Bild enden lässt, ist nicht bekannt; dort gibt es nur ein erstes Bild.`;
      case 'last-picture-alone':
        return `${obstacle.provider} braucht auch ein erstes Bild, wenn es ein letztes gibt.`;
      case 'picture-formats':
        return `${obstacle.provider} nimmt nur Bilder als ${or(obstacle.formats)}; speichere deins in einem dieser Formate.`;
      case 'no-way-for-picture':
        return `Dieses Bild lässt sich ${obstacle.provider} von hier nicht geben; vielleicht geht es mit einem anderen Anbieter oder einem kleineren JPEG.`;
      case 'all-away':
        return 'Das kann gerade niemand rendern; wer diesen Bot betreibt, weiß schon Bescheid. Versuch es später noch einmal.';
    }
  },

  note(note) {
    switch (note.kind) {
      case 'version-unsaid': {
        const unsaid = `${note.provider} sagt nicht, welche Version von Hailuo, welche Länge und welche Größe gerendert wird`;
        const prompt = note.isPromptRewritingUnsaid ? ', auch nicht, ob der Prompt umgeschrieben wird' : '';
        return `${unsaid}${prompt}; der Clip kann anders ausfallen als gewünscht.`;
      }
      case 'length-contradicted':
        return `Auf der Seite von ${note.provider} stehen hier ${note.said} Sekunden; MiniMax macht solche Clips ${note.seconds} Sekunden lang.`;
      case 'resolution-unsaid':
        return `${note.provider} sagt nicht, in welcher Auflösung ${note.model} gerendert wird; anderswo ist es ${note.elsewhere}.`;
    }
  },
};
