/** What is said on Slack alone, in French. The shortcut keeps its name: an app has one for everybody. */
import type { slack as english } from '../en/slack.ts';
import type { Wording } from '../wording.ts';

/** Sentence by sentence as in English. */
export const slack: Wording<typeof english> = {
  bot: {
    broken: 'Une erreur s’est produite de notre côté. Rien n’a été déduit de votre quota\u202f; veuillez réessayer.',
    unknownCommand: 'Ce bot ne connaît plus cette commande. Tapez-la de nouveau, s’il vous plaît.',
    notInChannel:
      'Je ne suis pas dans cette conversation, je ne pourrais donc pas y publier le clip. Invitez-moi avec /invite, ou écrivez-moi directement. Rien n’a été déduit de votre quota.',
    isArchived: 'Ce salon est archivé, plus rien ne peut y être publié. Demandez dans un autre.',
    missingScope: (scope) =>
      `Je n’ai pas le droit de faire cela ici\u202f: l’application a été installée sans l’autorisation ${scope}. La personne qui gère cet espace de travail peut l’installer de nouveau. Rien n’a été déduit de votre quota.`,
    noPictures: 'Il n’y a pas d’image dans ce message.',
    pictureNotReadable:
      'Slack ne me donne pas ce fichier. Publiez l’image dans une conversation où je suis, puis réessayez.',
    pictureNotReady: 'Slack travaille encore sur ce fichier. Veuillez réessayer dans une minute.',
    pictureElsewhere:
      'Cette image est conservée hors de Slack, je ne peux pas la récupérer. Importez-la ici, puis réessayez.',
    readTooOften:
      'Slack ne me laisse lire des messages ici qu’une fois par minute, et d’autres sont passés avant. Choisissez plutôt «\u202fAnimate\u202f» dans le menu du message\u202f: cela marche tout de suite.',
    tooBusy:
      'Slack me demande de ralentir ici. Veuillez réessayer dans quelques minutes. Rien n’a été déduit de votre quota.',
    fileInDirect: 'Le fichier est dans nos messages privés.',
    fileNotTaken:
      'Slack n’accepte pas de fichier de ma part ici, celui qui va avec cette réponse n’a donc pas pu être envoyé.',
    formTooOld: 'Ce formulaire est trop ancien. Veuillez l’ouvrir de nouveau.',
    triggerSpent: 'Slack m’a laissé trop peu de temps pour ouvrir le formulaire. Veuillez réessayer.',
    changeIt: 'Modifier',
    bringPictures:
      'Saisissez /hailuo seul pour un formulaire qui accepte les images, ou mentionnez-moi avec une image. Animate dans le menu d’un message et 🎬 sous une image l’animent aussi.',
    mentionHint: 'Mentionnez-moi avec quelques mots sur le clip, ou avec une image.',
  },
  forms: {
    createTitle: 'Faire un clip',
    animateTitle: 'Animer une image',
    send: 'Faire le clip',
    cancel: 'Fermer',
    whichPicture: 'Quelle image',
    chosenForYou: 'Choisi pour vous',
    pictureHint: 'JPEG, PNG ou WebP, 10 Mo au plus',
    where: 'Où le clip arrive',
    asItIs: 'Laisser tel quel',
    groupHint:
      'L’identifiant d’un groupe d’utilisateurs, comme S0123ABCD. Après /hailuo admin, vous pouvez mentionner le groupe à la place.',
  },
  courier: {
    openClip: 'Ouvrir le clip',
    asked: (when) => `demandé à ${when}`,
    rendering: (when) => `en rendu depuis ${when}`,
    expected: (earliest, latest) => `prêt entre ${earliest} et ${latest}`,
    place: (place) => `numéro ${place} dans la file`,
    askedElsewhere: (where) => `Vous l’avez demandé dans ${where}, où il n’a pas pu être publié.`,
    linkOnly: 'Slack n’accepte pas de fichier ici, voici donc un lien. Il s’ouvre pendant sept jours.',
    noLink:
      'Slack n’accepte pas de fichier ici, et ce bot n’a pas d’adresse publique où aller le chercher. La personne qui le gère a le clip.',
  },
  home: {
    greeting: 'Des clips vidéo à partir de mots et d’images',
    howTo:
      'Tapez /hailuo dans un salon, réagissez à une image avec 🎬, ou choisissez «\u202fAnimate\u202f» dans le menu d’un message.',
    quota: 'Vos clips',
    running: 'En préparation',
    noneRunning: 'Rien n’est en préparation pour vous.',
    recent: 'Vos derniers clips',
    noneYet: 'Vous n’avez pas encore de clips.',
    make: 'Faire un clip',
    settings: 'Réglages de cet espace de travail',
    settingsHint: 'Seuls les admins voient ceci. Tout ce qui est ici peut aussi se taper\u202f: /hailuo admin.',
    change: 'Modifier',
    saved: 'Enregistré.',
    forms: {
      limit: 'Fixer une limite',
      channels: 'Salons',
      model: 'Modèle habituel',
      reactions: 'Réactions',
      words: 'Mots',
      block: 'Bloquer une personne',
      unblock: 'Débloquer une personne',
      admins: 'Admins du bot',
    },
  },
  workflow: {
    failed: (why) => `Aucun clip n’a été fait. ${why}`,
  },
  install: {
    doneTitle: 'Installé',
    done: (workspace) =>
      `Hailuo est installé dans ${workspace}. Allez dans Slack, invitez-le dans un salon et tapez /hailuo.`,
    doneOrganisation: (organisation) =>
      `Hailuo est installé dans ${organisation}. Choisissez les espaces de travail qui l’auront, puis invitez-le dans un salon et tapez /hailuo.`,
    chooseWorkspaces: 'Choisir les espaces de travail',
    openSlack: 'Ouvrir Slack',
    failedTitle: 'Non installé',
    failed: 'Slack n’a pas confirmé l’installation. Recommencez depuis la page d’installation.',
    declined: 'L’installation a été annulée dans Slack. Rien n’a changé.',
    startAgain: 'Recommencer',
  },
};
