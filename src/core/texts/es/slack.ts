/** What is said on Slack alone, in Spanish. The shortcut keeps its name: an app has one for everybody. */
import type { slack as english } from '../en/slack.ts';
import type { Wording } from '../wording.ts';

/** Sentence by sentence as in English. */
export const slack: Wording<typeof english> = {
  bot: {
    broken: 'Algo salió mal por nuestra parte. No se ha descontado nada de tu cuota; vuelve a intentarlo, por favor.',
    unknownCommand: 'Este bot ya no conoce eso. Escribe el comando de nuevo, por favor.',
    notInChannel:
      'No estoy en esta conversación, así que no podría publicar el clip aquí. Invítame con /invite o escríbeme directamente. No se ha descontado nada de tu cuota.',
    isArchived: 'Este canal está archivado, así que aquí no se puede publicar nada. Pídelo en otro.',
    missingScope: (scope) =>
      `Aquí no puedo hacer eso: la aplicación se instaló sin el permiso ${scope}. Quien administra este espacio de trabajo puede volver a instalarla. No se ha descontado nada de tu cuota.`,
    noPictures: 'En ese mensaje no hay ninguna imagen.',
    pictureNotReadable:
      'Slack no me da ese archivo. Publica la imagen en una conversación donde esté yo y vuelve a intentarlo.',
    pictureNotReady: 'Slack todavía está procesando ese archivo. Vuelve a intentarlo en un minuto, por favor.',
    pictureElsewhere:
      'Esa imagen está guardada fuera de Slack, así que no puedo obtenerla. Súbela aquí y vuelve a intentarlo.',
    readTooOften:
      'Slack solo me deja leer mensajes aquí una vez por minuto, y otros llegaron antes. Elige mejor «Animate» en el menú del mensaje: eso funciona al momento.',
    tooBusy:
      'Slack me pide que vaya más despacio aquí. Vuelve a intentarlo en unos minutos, por favor. No se ha descontado nada de tu cuota.',
    fileInDirect: 'El archivo está en nuestros mensajes directos.',
    fileNotTaken: 'Slack no me acepta archivos aquí, así que no se pudo enviar el que va con esta respuesta.',
    formTooOld: 'Ese formulario es demasiado antiguo. Ábrelo de nuevo, por favor.',
    triggerSpent: 'Slack me dio muy poco tiempo para abrir el formulario. Inténtalo otra vez, por favor.',
    changeIt: 'Cambiar',
    bringPictures:
      'Escribe solo /hailuo para abrir un formulario que acepta imágenes, o mencióname con una imagen. Animate en el menú de un mensaje y 🎬 debajo de una imagen también la mueven.',
    mentionHint: 'Mencióname con unas palabras sobre el clip, o con una imagen.',
  },
  forms: {
    createTitle: 'Hacer un clip',
    animateTitle: 'Animar una imagen',
    send: 'Hacer el clip',
    cancel: 'Cerrar',
    whichPicture: 'Qué imagen',
    chosenForYou: 'Elegido para ti',
    pictureHint: 'JPEG, PNG o WebP, hasta 10 MB',
    where: 'Adónde va el clip',
    asItIs: 'Dejarlo como está',
    groupHint: 'El id de un grupo de usuarios, como S0123ABCD. Después de /hailuo admin puedes mencionar el grupo.',
  },
  courier: {
    openClip: 'Abrir el clip',
    asked: (when) => `pedido a las ${when}`,
    rendering: (when) => `en render desde las ${when}`,
    expected: (earliest, latest) => `listo entre las ${earliest} y las ${latest}`,
    place: (place) => `número ${place} en la cola`,
    askedElsewhere: (where) => `Lo pediste en ${where}, donde no se pudo publicar.`,
    linkOnly: 'Slack no acepta archivos aquí, así que esto es un enlace. Se abre durante siete días.',
    noLink:
      'Slack no acepta archivos aquí, y este bot no tiene una dirección pública de donde obtenerlo. Quien lo administra tiene el clip.',
  },
  home: {
    greeting: 'Clips de vídeo a partir de palabras e imágenes',
    howTo:
      'Escribe /hailuo en cualquier canal, reacciona con 🎬 a una imagen o elige «Animate» en el menú de un mensaje.',
    quota: 'Tus clips',
    running: 'En preparación',
    noneRunning: 'Ahora no se está haciendo nada para ti.',
    recent: 'Tus últimos clips',
    noneYet: 'Todavía no tienes clips.',
    make: 'Hacer un clip',
    settings: 'Ajustes de este espacio de trabajo',
    settingsHint: 'Esto solo lo ven los administradores. Todo lo de aquí también se puede escribir: /hailuo admin.',
    change: 'Cambiar',
    saved: 'Guardado.',
    forms: {
      limit: 'Fijar un límite',
      channels: 'Canales',
      model: 'Modelo habitual',
      reactions: 'Reacciones',
      words: 'Palabras',
      block: 'Bloquear a alguien',
      unblock: 'Desbloquear a alguien',
      admins: 'Admins del bot',
    },
  },
  workflow: {
    failed: (why) => `No se hizo ningún clip. ${why}`,
  },
  install: {
    doneTitle: 'Instalado',
    done: (workspace) => `Hailuo está instalado en ${workspace}. Ve a Slack, invítalo a un canal y escribe /hailuo.`,
    doneOrganisation: (organisation) =>
      `Hailuo está instalado en ${organisation}. Elige los espacios de trabajo que lo tendrán; luego invítalo a un canal y escribe /hailuo.`,
    chooseWorkspaces: 'Elegir los espacios de trabajo',
    openSlack: 'Abrir Slack',
    failedTitle: 'No instalado',
    failed: 'Slack no confirmó la instalación. Empieza de nuevo desde la página de instalación.',
    declined: 'La instalación se canceló en Slack. No se cambió nada.',
    startAgain: 'Empezar de nuevo',
  },
};
