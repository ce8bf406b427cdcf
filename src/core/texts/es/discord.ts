/** What is said on Discord alone, in Spanish. */
import type { discord as english } from '../en/discord.ts';
import type { Wording } from '../wording.ts';

/** Sentence by sentence as in English. */
export const discord: Wording<typeof english> = {
  rootDescription: 'Hace clips de vídeo a partir de palabras e imágenes',
  adminRootDescription: 'Límites, ajustes y uso de este servidor',
  animateMenu: 'Animar',
  animateTitle: 'Animar esta imagen',
  animatePrompt: 'Qué debe pasar en el clip',
  animatePicture: 'Qué imagen',
  openClip: 'Abrir el clip',
  status: {
    asked: (when) => `pedido ${when}`,
    rendering: (when) => `el render empezó ${when}`,
    expected: (earliest, latest) => `listo ${earliest} como pronto, ${latest} como tarde`,
    place: (place) => `número ${place} en la cola`,
  },
  askedElsewhere: (where) => `Lo pediste en ${where}, donde no se pudo publicar.`,
  noLink:
    'El archivo es demasiado grande para este sitio, y este bot no tiene una dirección pública de donde obtenerlo. Quien lo administra tiene el clip.',
  unknownCommand: 'Este bot ya no conoce eso. Escribe / y elige de nuevo.',
  broken: 'Algo salió mal por nuestra parte. No se ha descontado nada de tu cuota; vuelve a intentarlo, por favor.',
  missingPermissions: (names) =>
    `No puedo publicar un clip aquí porque me falta: ${names.join(', ')}. Alguien que pueda gestionar este canal puede permitirlo en sus ajustes, en «Permisos». No se ha descontado nada de tu cuota.`,
  onlyWhileTokenLives:
    'Aquí no soy miembro, así que Discord solo me deja responder durante 15 minutos. Un clip que tarde más llega por mensaje directo, o espera en /hailuo jobs.',
  noPictures: 'En ese mensaje no hay ninguna imagen.',
  formTooOld: 'Esa imagen ya no se puede obtener. Elige otra vez «Animar» en el menú de su mensaje.',
  noContentIntent:
    'Alguien reaccionó a una imagen para animarla, pero aquí no puedo ver las imágenes de otros: el «Message Content Intent» está desactivado. Quien administra este bot puede activarlo en el portal de desarrolladores de Discord, en «Bot». Mientras tanto funciona el menú de un mensaje: Aplicaciones, luego Animar.',
  useTheMenu:
    'No puedo ver esa imagen a través de una reacción. Abre mejor el menú de su mensaje: Aplicaciones, luego Animar.',
};
