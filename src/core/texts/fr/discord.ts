/** What is said on Discord alone, in French. */
import type { discord as english } from '../en/discord.ts';
import type { Wording } from '../wording.ts';

/** Sentence by sentence as in English. */
export const discord: Wording<typeof english> = {
  rootDescription: 'Fait des clips vidéo à partir de mots et d’images',
  adminRootDescription: 'Limites, réglages et utilisation de ce serveur',
  animateMenu: 'Animer',
  animateTitle: 'Animer cette image',
  animatePrompt: 'Ce qui doit se passer dans le clip',
  animatePicture: 'Quelle image',
  openClip: 'Ouvrir le clip',
  status: {
    asked: (when) => `demandé ${when}`,
    rendering: (when) => `rendu commencé ${when}`,
    expected: (earliest, latest) => `prêt ${earliest} au plus tôt, ${latest} au plus tard`,
    place: (place) => `numéro ${place} dans la file`,
  },
  askedElsewhere: (where) => `Vous l’avez demandé dans ${where}, où il n’a pas pu être publié.`,
  noLink:
    'Le fichier est trop lourd pour cet endroit, et ce bot n’a pas d’adresse publique où aller le chercher. La personne qui le gère a le clip.',
  unknownCommand: 'Ce bot ne connaît plus cette commande. Tapez / et choisissez à nouveau.',
  broken: 'Une erreur s’est produite de notre côté. Rien n’a été déduit de votre quota\u202f; veuillez réessayer.',
  missingPermissions: (names) =>
    `Je ne peux pas publier de clip ici, car il me manque\u202f: ${names.join(', ')}. Une personne qui peut gérer ce salon peut l’autoriser dans ses paramètres, sous «\u202fPermissions\u202f». Rien n’a été déduit de votre quota.`,
  onlyWhileTokenLives:
    'Je ne suis pas membre ici, Discord ne me laisse donc répondre que pendant 15 minutes. Un clip plus long à faire arrive en message privé, ou attend dans /hailuo jobs.',
  noPictures: 'Il n’y a pas d’image dans ce message.',
  formTooOld:
    'Cette image ne peut plus être récupérée. Choisissez encore une fois «\u202fAnimer\u202f» dans le menu de son message.',
  noContentIntent:
    'Quelqu’un a réagi à une image pour l’animer, mais je ne vois pas ici les images des autres\u202f: le «\u202fMessage Content Intent\u202f» est désactivé. La personne qui gère ce bot peut l’activer dans le portail développeur de Discord, sous «\u202fBot\u202f». D’ici là, le menu d’un message fonctionne\u202f: Applications, puis Animer.',
  useTheMenu:
    'Je ne vois pas cette image par une réaction. Ouvrez plutôt le menu de son message\u202f: Applications, puis Animer.',
};
