/** What is said in a chat, in Spanish. */
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
  cancel: 'Cancelar',
  again: 'Otra vez',
  remix: 'Remezclar',
  continue: 'Continuar',
  retry: 'Reintentar',
};

const notTaken = 'No se ha descontado nada de tu cuota.';
const tryAgain = 'Puedes volver a intentarlo.';

const hints: Record<Hint, (title: string) => string> = {
  'picture-unreadable': () => 'No se pudo leer la imagen. Prueba con otra, o guárdala de nuevo como JPEG o PNG.',
  'picture-too-small': () => 'La imagen es demasiado pequeña.',
  'picture-too-large': () => 'La imagen tiene demasiados píxeles.',
  'picture-too-heavy': () => 'El archivo de la imagen pesa demasiado.',
  'picture-format': () => 'La imagen tiene que ser JPEG, PNG o WebP.',
  'picture-rules': (title) =>
    `${title} acepta imágenes JPEG, PNG o WebP de menos de 20 MB, con más de 300 píxeles en el lado corto y una proporción entre 2:5 y 5:2.`,
  'picture-not-taken': () => 'Allí no se aceptan imágenes de este tipo o tamaño.',
  'real-people': () => 'Allí no se animan imágenes realistas de personas reales.',
  'prompt-too-long': () => 'El prompt es demasiado largo.',
  'prompt-odd-characters': () => 'El prompt tiene demasiados caracteres invisibles o no permitidos.',
  'prompt-or-picture': (title) =>
    `${title} no pudo usar el prompt o la imagen. Prueba con otras palabras o con otra imagen.`,
};

const failures: Record<FailureKind, (title: string, failure: Failure) => string> = {
  moderation: (title) =>
    `${title} rechazó este prompt o esta imagen. ${notTaken} Prueba con otras palabras o con otra imagen.`,
  'bad-input': (title, { hint }) =>
    `${title} no pudo usar esta petición${hint === undefined ? '.' : `: ${sayHint(hints, hint, title)}`} ${notTaken} Cámbiala y vuelve a intentarlo.`,
  'no-credit': (title) => `${title} no puede renderizar ahora mismo; quien administra este bot ya lo sabe. ${notTaken}`,
  'bad-key': (title) => `${title} no puede renderizar ahora mismo; quien administra este bot ya lo sabe. ${notTaken}`,
  'rate-limited': (title) => `${title} está saturado ahora mismo. ${notTaken} Vuelve a intentarlo en unos minutos.`,
  unavailable: (title) =>
    `No se pudo contactar con ${title}, o tuvo un fallo. ${notTaken} Vuelve a intentarlo en unos minutos.`,
  'outcome-unknown': (title) =>
    `${title} nunca respondió, así que nadie sabe si el render empezó. ${notTaken} ${tryAgain}`,
  'not-found': (title) => `${title} perdió este render. ${notTaken} ${tryAgain}`,
  cancelled: (title) => `El render se detuvo en ${title}. ${notTaken}`,
  'clip-unusable': (title) => `${title} terminó, pero lo que envió no es un clip. ${notTaken} ${tryAgain}`,
  'no-provider': () =>
    `Nadie puede renderizar esto ahora mismo. ${notTaken} Vuelve a intentarlo más tarde, o pide otro modelo.`,
  undeliverable: () => 'El clip está listo, pero no se pudo publicar aquí. Lo tienes en /hailuo jobs.',
  deadline: () => `Esto tardó más de lo permitido y se dejó. ${notTaken} ${tryAgain}`,
  other: (title) => `${title} rechazó este render. ${notTaken} ${tryAgain}`,
};

const stages: Record<Exclude<JobState, 'failed' | 'cancelled'>, (title: string) => string> = {
  opening: () => 'Preparando.',
  queued: () => 'Esperando su turno.',
  submitting: (title) => `Entregándolo a ${title}.`,
  rendering: (title) => `${title} lo está renderizando.`,
  delivering: () => 'El clip está listo y va de camino.',
  done: () => 'Listo.',
};

const switchedOff = 'Aquí los clips están desactivados para ti. Un admin puede cambiarlo.';
const clips = { one: 'clip', other: 'clips' };

/** Sentence by sentence as in English. */
export const chat: Wording<typeof english> = {
  button: (action) => buttons[action],

  stage: (state, title) => stages[state](title),
  done: (seconds) => `Listo en ${lengthWords(seconds, formats)}.`,
  waitsForTurn: (title) => `Esperando un hueco libre en ${title}.`,
  waitsForProvider: (title) => `${title} no puede aceptarlo ahora mismo; se volverá a intentar solo.`,
  inLine: (title) => `En la cola de ${title}.`,
  answerMissing: (title) => `${title} aún no ha respondido. No se envía nada dos veces; se está aclarando.`,
  failed: (failure, title) => failures[failure.kind](title, failure),
  cancelled: (how, title) => {
    switch (how) {
      case undefined:
      case 'not-sent':
      case 'stopped':
        return `Cancelado. ${notTaken}`;
      case 'asked':
        return `Cancelado. Se pidió a ${title} que parase; lo que aún renderice se descarta. ${notTaken}`;
      case 'too-late':
      case 'not-offered':
        return `Cancelado. ${title} no puede parar un render ya empezado, así que su clip se descarta. ${notTaken}`;
    }
  },
  summary: ({ model, seconds, resolution }) => `Hailuo ${model} · ${inSeconds(seconds)} · ${resolution}`,
  clipCaption: (name) => `Aquí tienes tu clip, ${name}.`,
  clipLink: (until) => `El archivo es demasiado grande para este sitio. El enlace funciona hasta ${until}.`,

  overClipsPerDay: (most, resetsAt) =>
    most === 0
      ? switchedOff
      : `Has gastado ${most === 1 ? 'tu clip' : `tus ${count(most, clips)}`} de hoy. Más ${resetsAt}.`,
  overConcurrent: (most) =>
    most === 0
      ? switchedOff
      : `Ya tienes ${count(most, clips)} en preparación, el máximo a la vez. Cuando acabe uno, puede empezar el siguiente.`,
  nobodyCan: (reasons) =>
    reasons.length === 0
      ? 'Aquí no hay ningún proveedor activado. Quien administra este bot puede cambiarlo.'
      : reasons.join(' '),

  animatePrompt: 'La imagen cobra vida: todo en ella se mueve con suavidad y naturalidad.',

  remixTitle: 'Remezclar este clip',
  remixPrompt: 'Qué debe pasar en su lugar',
  noSuchJob: 'No tienes ningún clip así. /hailuo jobs los muestra.',
  nothingRunning: 'Ninguno de tus clips está en preparación.',
  notYours: 'Solo quien pidió este clip puede cancelarlo.',
  notYoursToUse: 'Solo quien pidió este clip, o un admin, puede hacer eso. Pide uno tuyo.',
  alreadyOver: (id) => `${id} ya ha terminado, así que no hay nada que cancelar.`,
  tooLateToCancel: 'El clip se está publicando en este momento; es tarde para cancelarlo.',
  cancelling: (id) => `Cancelando ${id}.`,
  clipGone: 'Ese clip ya no se conserva, así que no se puede continuar. Hazlo de nuevo primero.',
  pictureGone: 'La imagen de ese clip ya no se conserva. Adjúntala otra vez.',
  noJobs: (askWith) => `Todavía no has hecho ningún clip. Prueba ${askWith}un barco de papel en la tormenta [Push in]`,
  jobsTitle: 'Tus clips',
  askedFor: (when) => `Pedido ${when}.`,

  quotaTitle: 'Tu cuota de hoy',
  unlimitedClips: 'Puedes hacer tantos clips como quieras.',
  clipsLeft: (left, most, resetsAt) => `Quedan ${number(left)} de ${count(most, clips)}. Empieza de nuevo ${resetsAt}.`,
  quotaRow: { spent: 'Entregados', held: 'En preparación', givenBack: 'Devueltos' },
  usedOf: (used, most) => (most === null ? `${number(used)}, sin límite` : `${number(used)} de ${number(most)}`),

  helpTitle: 'Hacer clips',
  helpExample: (askWith) => `Di qué debe pasar: ${askWith}un barco de papel en la tormenta [Push in]`,
  helpPictures: 'Adjunta una imagen y se moverá; reacciona con 🎬 a una imagen del canal y también se moverá.',
  helpCamera: (directives) => `La cámara obedece a ${and(directives)}, entre corchetes.`,
  modelsTitle: 'Modelos',
  model: ({ resolutions, seconds, needsImage, takesLastImage }) =>
    [
      or(resolutions),
      `${or(seconds)} s`,
      needsImage ? 'a partir de una imagen' : 'a partir de palabras o de una imagen',
      ...(takesLastImage ? ['también entre dos imágenes'] : []),
    ].join(', '),
  renderedBy: (titles) => `Renderizado por ${and(titles)}.`,

  when: createWhen(formats, {
    ahead: (span) => `dentro de ${span}`,
    past: (span) => `hace ${span}`,
    at: (ahead, clock) => `${ahead} (${clock})`,
    soon: 'en un momento',
    justNow: 'ahora mismo',
  }),
  inARow: (sentences) => sentences.join(' '),
};
