/** What the chat page’s server says by itself, in French. */
import type { web as english } from '../en/web.ts';
import type { Wording } from '../wording.ts';
import { formats } from './formats.ts';

const { count, megabytes, number } = formats;

/** Sentence by sentence as in English. */
export const web: Wording<typeof english> = {
  notUnderstood: 'La page a envoyé quelque chose que ce serveur ne comprend pas. Rechargez-la et réessayez.',
  notSettled: 'Ce serveur démarre encore. Réessayez dans un instant.',
  pickName: 'Choisissez d’abord un nom.',
  emptyName: 'Un nom a au moins une lettre.',
  longName: 'Un nom a au plus 40 caractères.',
  channelName: 'Un nom de salon a de 1 à 40 lettres, chiffres et tirets.',
  channelExists: (name) => `Il y a déjà un salon appelé ${name}.`,
  noChannel: (name) => `Il n’y a pas de salon appelé ${name}.`,
  noMessage: 'Ce message n’est plus là.',
  noPicture: 'Il n’y a pas d’image dans ce message.',
  noFile: 'Une image de ce message n’est plus conservée. Joignez-la à nouveau.',
  emptyMessage: 'Écrivez quelque chose ou joignez une image.',
  longMessage: `Un message a au plus ${number(4000)} caractères.`,
  notText: 'Le message contient des caractères qui ne sont pas du texte.',
  manyPictures: 'Un message prend au plus 4 images.',
  largeFile: `Une image a au plus ${megabytes(30_000_000)}.`,
  largeRequest: 'C’est plus que ce serveur n’accepte en une fois.',
  takesPictures: (most) =>
    most === 1
      ? 'Cette commande prend au plus une image.'
      : `Cette commande prend au plus ${count(most, { other: 'images' })}\u202f: la première et la dernière.`,
  takesNoPictures: 'Cette commande ne prend pas d’image.',
  unknownCommand: (name) => `Il n’y a pas de commande ${name}. Essayez /hailuo help.`,
  broken: 'Une erreur s’est produite ici et a été notée dans le journal. Réessayez dans un instant.',
};
