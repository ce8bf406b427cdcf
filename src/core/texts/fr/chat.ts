/** What is said in a chat, in French. */
import type { ButtonAction } from '../../delivery/delivery.ts';
import type { Failure, FailureKind, Hint } from '../../failure.ts';
import type { JobState } from '../../values.ts';
import type { chat as english } from '../en/chat.ts';
import { createWhen, lengthWords } from '../formats.ts';
import { sayHint } from '../say-hint.ts';
import type { Wording } from '../wording.ts';
import { formats } from './formats.ts';

const { and, count, number, or, seconds: inSeconds } = formats;

const buttons: Record<ButtonAction, string> = {
  cancel: 'Annuler',
  again: 'Encore une fois',
  remix: 'Remixer',
  continue: 'Continuer',
  retry: 'Réessayer',
};

const notTaken = 'Rien n’a été déduit de votre quota.';
const tryAgain = 'Vous pouvez réessayer.';

const hints: Record<Hint, (title: string) => string> = {
  'picture-unreadable': () =>
    'L’image n’a pas pu être lue. Essayez-en une autre, ou réenregistrez-la en JPEG ou en PNG.',
  'picture-too-small': () => 'L’image est trop petite.',
  'picture-too-large': () => 'L’image a trop de pixels.',
  'picture-too-heavy': () => 'Le fichier de l’image est trop lourd.',
  'picture-format': () => 'L’image doit être un JPEG, un PNG ou un WebP.',
  'picture-rules': (title) =>
    `${title} accepte les images JPEG, PNG ou WebP de moins de 20 Mo, avec plus de 300 pixels sur le petit côté et un format entre 2:5 et 5:2.`,
  'picture-not-taken': () => 'Les images de ce type ou de cette taille n’y sont pas acceptées.',
  'real-people': () => 'Les images réalistes de vraies personnes n’y sont pas animées.',
  'prompt-too-long': () => 'Le prompt est trop long.',
  'prompt-odd-characters': () => 'Le prompt a trop de caractères invisibles ou interdits.',
  'prompt-or-picture': (title) =>
    `${title} n’a pas pu utiliser le prompt ou l’image. Essayez d’autres mots ou une autre image.`,
};

const failures: Record<FailureKind, (title: string, failure: Failure) => string> = {
  moderation: (title) =>
    `${title} a refusé ce prompt ou cette image. ${notTaken} Essayez d’autres mots ou une autre image.`,
  'bad-input': (title, { hint }) =>
    `${title} n’a pas pu utiliser cette demande${hint === undefined ? '.' : `\u202f: ${sayHint(hints, hint, title)}`} ${notTaken} Modifiez-la et réessayez.`,
  'no-credit': (title) =>
    `${title} ne peut pas faire de rendu pour l’instant\u202f; la personne qui gère ce bot est prévenue. ${notTaken}`,
  'bad-key': (title) =>
    `${title} ne peut pas faire de rendu pour l’instant\u202f; la personne qui gère ce bot est prévenue. ${notTaken}`,
  'rate-limited': (title) => `${title} est surchargé en ce moment. ${notTaken} Réessayez dans quelques minutes.`,
  unavailable: (title) =>
    `${title} n’a pas pu être joint ou a eu une panne. ${notTaken} Réessayez dans quelques minutes.`,
  'outcome-unknown': (title) =>
    `${title} n’a jamais répondu\u202f: personne ne sait si le rendu a commencé. ${notTaken} ${tryAgain}`,
  'not-found': (title) => `${title} a perdu ce rendu. ${notTaken} ${tryAgain}`,
  cancelled: (title) => `Le rendu a été arrêté chez ${title}. ${notTaken}`,
  'clip-unusable': (title) => `${title} a terminé, mais ce qui a été envoyé n’est pas un clip. ${notTaken} ${tryAgain}`,
  'no-provider': () =>
    `Personne ne peut faire ce rendu pour l’instant. ${notTaken} Réessayez plus tard, ou demandez un autre modèle.`,
  undeliverable: () => 'Le clip est prêt, mais il n’a pas pu être publié ici. Vous le trouverez avec /hailuo jobs.',
  deadline: () => `Cela a pris plus de temps que permis et a été abandonné. ${notTaken} ${tryAgain}`,
  other: (title) => `${title} a refusé ce rendu. ${notTaken} ${tryAgain}`,
};

const stages: Record<Exclude<JobState, 'failed' | 'cancelled'>, (title: string) => string> = {
  opening: () => 'En préparation.',
  queued: () => 'Attend son tour.',
  submitting: (title) => `En cours de remise à ${title}.`,
  rendering: (title) => `${title} fait le rendu.`,
  delivering: () => 'Le clip est prêt et arrive.',
  done: () => 'Terminé.',
};

const switchedOff = 'Les clips sont désactivés pour vous ici. Un admin peut changer cela.';
const clips = { one: 'clip', other: 'clips' };

/** Sentence by sentence as in English. */
export const chat: Wording<typeof english> = {
  button: (action) => buttons[action],

  stage: (state, title) => stages[state](title),
  done: (seconds) => `Terminé en ${lengthWords(seconds, formats)}.`,
  waitsForTurn: (title) => `Attend une place libre chez ${title}.`,
  waitsForProvider: (title) =>
    `${title} ne peut pas s’en charger pour l’instant\u202f; un nouvel essai se fera tout seul.`,
  inLine: (title) => `Dans la file d’attente de ${title}.`,
  answerMissing: (title) =>
    `${title} n’a pas encore répondu. Rien n’est envoyé deux fois\u202f; la situation est en cours d’éclaircissement.`,
  failed: (failure, title) => failures[failure.kind](title, failure),
  cancelled: (how, title) => {
    switch (how) {
      case undefined:
      case 'not-sent':
      case 'stopped':
        return `Annulé. ${notTaken}`;
      case 'asked':
        return `Annulé. ${title} a été prié d’arrêter\u202f; ce qui sera encore rendu sera jeté. ${notTaken}`;
      case 'too-late':
      case 'not-offered':
        return `Annulé. ${title} ne peut pas arrêter un rendu commencé, son clip sera donc jeté. ${notTaken}`;
    }
  },
  summary: ({ model, seconds, resolution }) => `Hailuo ${model} · ${inSeconds(seconds)} · ${resolution}`,
  clipCaption: (name) => `Voici votre clip, ${name}.`,
  clipLink: (until) => `Le fichier est trop lourd pour cet endroit. Le lien fonctionne jusqu’à ${until}.`,

  overClipsPerDay: (most, resetsAt) =>
    most === 0
      ? switchedOff
      : `Vous avez utilisé ${most === 1 ? 'votre clip' : `vos ${count(most, clips)}`} d’aujourd’hui. La suite ${resetsAt}.`,
  overConcurrent: (most) =>
    most === 0
      ? switchedOff
      : `Vous avez déjà ${count(most, clips)} en préparation, le maximum à la fois. Dès qu’un clip est terminé, le suivant peut commencer.`,
  nobodyCan: (reasons) =>
    reasons.length === 0
      ? 'Aucun fournisseur n’est activé ici. La personne qui gère ce bot peut changer cela.'
      : reasons.join(' '),

  animatePrompt: 'L’image prend vie\u202f: tout y bouge doucement et naturellement.',

  remixTitle: 'Remixer ce clip',
  remixPrompt: 'Ce qui doit se passer à la place',
  noSuchJob: 'Vous n’avez pas de clip de ce nom. /hailuo jobs les affiche.',
  nothingRunning: 'Aucun de vos clips n’est en préparation.',
  notYours: 'Seule la personne qui a demandé ce clip peut l’annuler.',
  notYoursToUse: 'Seule la personne qui a demandé ce clip, ou un admin, peut faire cela. Demandez le vôtre.',
  alreadyOver: (id) => `${id} est déjà terminé\u202f: il n’y a rien à annuler.`,
  tooLateToCancel: 'Le clip est en train d’être publié\u202f; il est trop tard pour annuler.',
  cancelling: (id) => `Annulation de ${id}.`,
  clipGone: 'Ce clip n’est plus conservé et ne peut pas être continué. Refaites-le d’abord.',
  pictureGone: 'L’image de ce clip n’est plus conservée. Joignez-la à nouveau.',
  noJobs: (askWith) =>
    `Vous n’avez pas encore fait de clip. Essayez ${askWith}un bateau en papier dans la tempête [Push in]`,
  jobsTitle: 'Vos clips',
  askedFor: (when) => `Demandé ${when}.`,

  quotaTitle: 'Votre quota du jour',
  unlimitedClips: 'Vous pouvez faire autant de clips que vous voulez.',
  clipsLeft: (left, most, resetsAt) =>
    `Il reste ${number(left)} sur ${count(most, clips)}. Le compteur repart ${resetsAt}.`,
  quotaRow: { spent: 'Livrés', held: 'En préparation', givenBack: 'Rendus' },
  usedOf: (used, most) => (most === null ? `${number(used)}, sans limite` : `${number(used)} sur ${number(most)}`),

  helpTitle: 'Faire des clips',
  helpExample: (askWith) =>
    `Dites ce qui doit se passer\u202f: ${askWith}un bateau en papier dans la tempête [Push in]`,
  helpPictures:
    'Joignez une image et elle s’anime\u202f; réagissez avec 🎬 à une image du salon et elle s’anime aussi.',
  helpCamera: (directives) => `La caméra obéit à ${and(directives)}, entre crochets.`,
  modelsTitle: 'Modèles',
  model: ({ resolutions, seconds, needsImage, takesLastImage }) =>
    [
      or(resolutions),
      `${or(seconds)} s`,
      needsImage ? 'à partir d’une image' : 'à partir de mots ou d’une image',
      ...(takesLastImage ? ['aussi entre deux images'] : []),
    ].join(', '),
  renderedBy: (titles) => `Rendu par ${and(titles)}.`,

  when: createWhen(formats, {
    ahead: (span) => `dans ${span}`,
    past: (span) => `il y a ${span}`,
    at: (ahead, clock) => `${ahead} (${clock})`,
    soon: 'dans un instant',
    justNow: 'à l’instant',
  }),
  inARow: (sentences) => sentences.join(' '),
};
