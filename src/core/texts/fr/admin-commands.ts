/** What the options of admins are called and what their commands are for, in French. */
import type { adminCommands as english } from '../en/admin-commands.ts';
import type { Wording } from '../wording.ts';

const listActions = { add: 'Ajouter', remove: 'Retirer', list: 'Afficher', all: 'Tout autoriser' };

/** Sentence by sentence as in English. */
export const adminCommands: Wording<typeof english> = {
  limits: { name: 'limits', description: 'Toutes les limites fixées ici', options: {} },
  limit: {
    name: 'limit',
    description: 'Fixe ce qu’une personne, un rôle, un salon ou tout ce lieu peut utiliser',
    options: {
      person: { name: 'personne', description: 'Seulement cette personne' },
      role: { name: 'rôle', description: 'Chaque membre de ce rôle\u202f; de plusieurs, le plus généreux compte' },
      channel: { name: 'salon', description: 'Tous les clips demandés dans ce salon ensemble' },
      everybody: { name: 'tous', description: 'Chaque personne sans limite propre ni limite d’un rôle' },
      clips_per_day: { name: 'clips_par_jour', description: 'Clips par jour\u202f: un nombre, unlimited ou default' },
      at_once: {
        name: 'à_la_fois',
        description: 'Clips en préparation à la fois\u202f: un nombre, unlimited ou default',
      },
      usd_per_month: {
        name: 'dollars_par_mois',
        description: 'Dollars par mois\u202f: un nombre, unlimited ou default',
      },
    },
  },
  block: {
    name: 'block',
    description: 'Empêche une personne de demander des clips ici',
    options: {
      person: { name: 'personne', description: 'Qui' },
      reason: { name: 'raison', description: 'Pourquoi\u202f; la personne le lit aussi' },
    },
  },
  unblock: {
    name: 'unblock',
    description: 'Permet à une personne bloquée de redemander des clips',
    options: { person: { name: 'personne', description: 'Qui' } },
  },
  blocks: { name: 'blocks', description: 'Qui est bloqué ici', options: {} },
  settings: { name: 'settings', description: 'Tout ce qui est choisi pour ce lieu', options: {} },
  channels: {
    name: 'channels',
    description: 'Choisit où l’on peut demander des clips',
    options: {
      action: { name: 'action', description: 'Que faire', choices: listActions },
      channel: { name: 'salon', description: 'Quel salon' },
    },
  },
  roles: {
    name: 'roles',
    description: 'Choisit qui peut demander des clips\u202f; les admins le peuvent toujours',
    options: {
      action: { name: 'action', description: 'Que faire', choices: listActions },
      role: { name: 'rôle', description: 'Quel rôle' },
    },
  },
  admins: {
    name: 'admins',
    description: 'Choisit qui peut administrer ce lieu en plus de ses propres admins',
    options: {
      action: {
        name: 'action',
        description: 'Que faire',
        choices: { add: 'Ajouter', remove: 'Retirer', list: 'Afficher' },
      },
      person: { name: 'personne', description: 'Qui' },
    },
  },
  reactions: {
    name: 'reactions',
    description: 'Choisit si une réaction anime une image, et laquelle',
    options: {
      enabled: { name: 'actif', description: 'Activé ou désactivé' },
      emoji: { name: 'émoji', description: 'Quel émoji\u202f; default pour celui d’usage' },
    },
  },
  threads: {
    name: 'threads',
    description: 'Choisit si chaque clip a son propre fil',
    options: {
      enabled: {
        name: 'actif',
        description: 'Activé\u202f: un fil par clip\u202f; désactivé\u202f: tout dans le salon',
      },
    },
  },
  model: {
    name: 'model',
    description: 'Choisit le modèle de qui n’en indique pas',
    options: { model: { name: 'modèle', description: 'Quel modèle', choices: { any: 'Le choix d’usage' } } },
  },
  words: {
    name: 'words',
    description: 'Choisit quels mots un prompt ne doit pas contenir',
    options: {
      action: {
        name: 'action',
        description: 'Que faire',
        choices: { add: 'Ajouter', remove: 'Retirer', list: 'Afficher' },
      },
      list: {
        name: 'liste',
        description: 'Quelle liste',
        choices: { blocked: 'Interdits partout', mature: 'Seulement dans les salons avec limite d’âge' },
      },
      word: { name: 'mot', description: 'Un mot ou une expression\u202f; plusieurs séparés par des virgules' },
    },
  },
  usage: {
    name: 'usage',
    description: 'Qui a fait et dépensé combien, avec un fichier de tous les clips',
    options: {
      period: {
        name: 'période',
        description: 'Quels jours (UTC)\u202f; ce mois-ci si absent',
        choices: { day: 'Aujourd’hui', week: 'Cette semaine', month: 'Ce mois-ci', 'last-month': 'Le mois dernier' },
      },
    },
  },
  audit: { name: 'audit', description: 'Qui a changé quoi ici dernièrement', options: {} },
};
