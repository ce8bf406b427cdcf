/** What options are called and what commands are for, in French. Commands keep their names: sentences name them. */
import type { commands as english } from '../en/commands.ts';
import type { Wording } from '../wording.ts';

/** Sentence by sentence as in English. */
export const commands: Wording<typeof english> = {
  create: {
    name: 'create',
    description: 'Fait un clip à partir de mots, d’une image ou entre deux images',
    options: {
      prompt: {
        name: 'prompt',
        description: 'Ce qui se passe dans le clip\u202f; mouvements de caméra entre crochets, comme [Push in]',
      },
      image: { name: 'image', description: 'Image de début' },
      last_image: { name: 'image_fin', description: 'Image de fin (modèle 02)' },
      model: { name: 'modèle', description: 'Quel modèle Hailuo fait le rendu' },
      duration: {
        name: 'durée',
        description: 'Durée en secondes',
        choices: { 6: '6 secondes', 10: '10 secondes' },
      },
      resolution: { name: 'résolution', description: 'Hauteur de l’image' },
      camera: { name: 'caméra', description: 'Un mouvement de caméra pour tout le clip' },
      enhance: { name: 'améliorer', description: 'Laisse le modèle améliorer le prompt' },
      provider: { name: 'fournisseur', description: 'Qui fait le rendu\u202f; choisi pour vous si absent' },
    },
  },
  jobs: { name: 'jobs', description: 'Vos clips, en cours et terminés', options: {} },
  cancel: {
    name: 'cancel',
    description: 'Annule un de vos clips en préparation',
    options: { job: { name: 'clip', description: 'Lequel\u202f; le plus récent si absent' } },
  },
  quota: { name: 'quota', description: 'Ce qu’il vous reste aujourd’hui, et quand le compteur repart', options: {} },
  models: { name: 'models', description: 'Quels modèles existent, et ce que chacun sait faire', options: {} },
  help: { name: 'help', description: 'Comment cela marche', options: {} },
};
