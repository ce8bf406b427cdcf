/** Why something cannot be had, and what can, in French. */
import type { FileKind } from '../../picture-problem.ts';
import type { ClipSource } from '../../problems.ts';
import type { problems as english } from '../en/problems.ts';
import type { Wording } from '../wording.ts';
import { formats } from './formats.ts';

const { and, or, megabytes, number } = formats;

const fileKinds: Record<FileKind, string> = {
  'TIFF picture': 'une image TIFF',
  'JPEG XL picture': 'une image JPEG XL',
  'JPEG 2000 picture': 'une image JPEG 2000',
  'Photoshop document': 'un document Photoshop',
  'icon file': 'un fichier d’icône',
  'BMP picture': 'une image BMP',
  'SVG drawing': 'un dessin SVG',
  'PDF document': 'un document PDF',
  'ZIP archive or office document': 'une archive ZIP ou un document bureautique',
  'ZIP archive': 'une archive ZIP',
  'RAR archive': 'une archive RAR',
  '7-Zip archive': 'une archive 7-Zip',
  'gzip archive': 'une archive gzip',
  'WebM or Matroska video': 'une vidéo WebM ou Matroska',
  'Ogg file': 'un fichier Ogg',
  'MP3 file': 'un fichier MP3',
  'AVI video': 'une vidéo AVI',
  'RIFF file': 'un fichier RIFF',
  'QuickTime video': 'une vidéo QuickTime',
  'MP4 video': 'une vidéo MP4',
  'Windows program': 'un programme Windows',
  program: 'un programme',
  script: 'un script',
  'web page': 'une page web',
  'text file': 'un fichier texte',
  'unknown kind': 'un fichier de type inconnu',
};

const sources: Record<ClipSource, string> = {
  text: 'À partir d’un texte',
  picture: 'À partir d’une image',
  'two-pictures': 'Entre deux images',
};

/** Sentence by sentence as in English. */
export const problems: Wording<typeof english> = {
  request(problem) {
    switch (problem.kind) {
      case 'no-prompt':
        return 'Dites ce qui doit se passer dans le clip.';
      case 'prompt-too-long':
        return `Un prompt a au plus ${number(problem.most)} caractères.`;
      case 'prompt-not-text':
        return 'Le prompt contient des caractères qui ne sont pas du texte. Retapez-le en texte simple.';
      case 'no-room-for-camera':
        return `Avec [${problem.camera}] devant, le prompt dépasse ${number(problem.most)} caractères\u202f: raccourcissez-le de ${number(problem.over)}.`;
      case 'unknown-movement':
        return problem.nearest === null
          ? `[${problem.written}] n’est pas un mouvement de caméra\u202f; il y a ${and(problem.movements)}. Pour un autre texte, utilisez des parenthèses.`
          : `[${problem.written}] n’est pas un mouvement de caméra. Vouliez-vous dire [${problem.nearest}]\u202f?`;
      case 'too-many-movements':
        return `[${problem.written}] a trop de mouvements\u202f: un crochet en contient au plus ${problem.most}.`;
      case 'unknown-provider': {
        const name = problem.written === null ? 'de ce nom' : `«\u202f${problem.written}\u202f»`;
        return `Il n’y a pas de fournisseur ${name} ici. Choisissez ${or(problem.providers)}, ou n’en indiquez aucun.`;
      }
      case 'unknown-option':
        return `Il n’y a pas d’option ${or(problem.written)}. Il y a ${and(problem.options)}.`;
      case 'not-a-choice':
        return `${problem.option} vaut ${or(problem.choices)}.`;
      case 'not-a-switch':
        return `${problem.option} vaut on (activé) ou off (désactivé).`;
      case 'not-a-picture':
        return `${problem.option} est une image\u202f: joignez-en une, ou donnez son adresse.`;
      case 'unreadable':
        return `${problem.option} est illisible.`;
      case 'wrong-resolution':
        return `${problem.model} fait du ${or(problem.can)}. Pour du ${problem.resolution}, choisissez ${or(problem.others)}.`;
      case 'too-long-for-1080p':
        return `Les clips en 1080P durent ${problem.most} secondes. Pour ${problem.seconds} secondes, choisissez 768P.`;
      case 'wrong-length':
        return `${problem.model} fait des clips de ${or(problem.can)} secondes.`;
      case 'needs-picture':
        return `${problem.model} anime une image\u202f: joignez-en une, ou choisissez ${or(problem.others)}.`;
      case 'no-last-picture':
        return `${problem.model} ne prend pas d’image de fin. Pour en avoir une, choisissez ${or(problem.others)}.`;
      case 'last-picture-alone':
        return 'Une image de fin demande une image de début\u202f: joignez aussi celle-ci.';
      case '512p-needs-picture':
        return 'Le 512P sert à animer une image\u202f: joignez-en une, ou choisissez 768P.';
      case '512p-not-between':
        return 'Entre deux images, le 512P n’existe pas\u202f: choisissez 768P.';
    }
  },

  typing(problem) {
    switch (problem.kind) {
      case 'no-such-command':
        return `Cette commande n’existe pas. Il y a ${and(problem.commands)}.`;
      case 'not-on-or-off':
        return `${problem.flag} vaut on (activé) ou off (désactivé).`;
      case 'no-value':
        return problem.choices.length === 0
          ? `${problem.flag} demande une valeur.`
          : `${problem.flag} demande une valeur\u202f: ${or(problem.choices)}.`;
      case 'takes-no-text':
        return `${problem.command} ne prend pas de texte\u202f: retirez «\u202f${problem.said}\u202f».`;
      case 'no-such-flag': {
        const known = problem.flags.length === 0 ? `${problem.command} n’en a pas` : `Il y a ${and(problem.flags)}`;
        return `L’option ${problem.flag} n’existe pas. ${known}.`;
      }
    }
  },

  picture(problem) {
    switch (problem.kind) {
      case 'empty':
        return 'Le fichier est vide\u202f; envoyez une image JPEG, PNG ou WebP.';
      case 'too-heavy':
        return `Le fichier dépasse ${megabytes(problem.mostBytes)}\u202f; envoyez une image plus petite.`;
      case 'not-a-picture':
        return `Le fichier est ${fileKinds[problem.what]}, pas une image\u202f; envoyez un JPEG, un PNG ou un WebP.`;
      case 'wrong-format':
        return `Le fichier est ${fileKinds[problem.what]}, qui ne peut pas servir\u202f; enregistrez-le d’abord en JPEG, PNG ou WebP.`;
      case 'unreadable-heic':
        return 'Cette image HEIC ne peut pas être lue ici\u202f; envoyez-la en JPEG.';
      case 'damaged':
        return 'L’image est abîmée ou coupée\u202f; réenregistrez-la et envoyez le fichier entier.';
      case 'stowaway':
        return `Le fichier est une image qui cache ${fileKinds[problem.what]}\u202f; réenregistrez-la en simple JPEG ou PNG.`;
      case 'too-many-pixels':
        return `L’image fait ${problem.width} × ${problem.height} pixels, trop pour être ouverte\u202f; réduisez-la à ${problem.mostSide} pixels au plus sur le grand côté.`;
      case 'too-small':
        return `L’image fait ${problem.width} × ${problem.height} pixels, ce qui est trop petit\u202f; le petit côté demande au moins ${problem.leastSide} pixels, et plus de 300 rendent mieux.`;
      case 'too-wide':
        return `L’image fait ${problem.width} × ${problem.height} pixels, ce qui est trop large\u202f; recadrez-la à une largeur d’au plus ${number(problem.most)} fois la hauteur.`;
      case 'too-tall':
        return `L’image fait ${problem.width} × ${problem.height} pixels, ce qui est trop haut\u202f; recadrez-la à une hauteur d’au plus ${number(problem.most)} fois la largeur.`;
      case 'stays-too-heavy':
        return 'L’image reste trop lourde quelle que soit la façon de l’enregistrer\u202f; envoyez-en une plus petite ou plus simple.';
      case 'not-an-address':
        return 'Ce n’est pas l’adresse d’une image\u202f; envoyez un lien https ou joignez le fichier.';
      case 'not-https':
        return 'Seuls les liens https peuvent être ouverts\u202f; envoyez-en un ou joignez l’image.';
      case 'not-public':
        return 'Cette adresse n’est pas sur l’internet public\u202f; joignez plutôt l’image.';
      case 'not-handed-out':
        return `Le site n’a pas donné l’image (HTTP ${problem.status})\u202f; joignez-la plutôt.`;
      case 'too-slow':
        return 'L’image a mis trop de temps à arriver\u202f; joignez-la plutôt.';
      case 'not-fetched':
        return 'L’image n’a pas pu être récupérée depuis ce lien\u202f; joignez-la plutôt.';
    }
  },

  obstacle(obstacle) {
    switch (obstacle.kind) {
      case 'not-sold': {
        const instead = obstacle.instead.map(({ model, resolution }) =>
          resolution === undefined ? model : `${model} en ${resolution}`,
        );
        return `${obstacle.provider} ne propose pas ${obstacle.model}\u202f; à partir d’une image, il y a ${or(instead)}.`;
      }
      case 'not-known-to-sell':
        return `Rien n’indique que ${obstacle.provider} propose ${obstacle.model}\u202f; on peut y demander ${or(obstacle.others)}.`;
      case 'picture-only':
        return `${obstacle.provider} ne fait ${obstacle.model} qu’à partir d’une image\u202f; joignez-en une, ou prenez ${or(obstacle.others)}.`;
      case 'not-from-source': {
        const { fromText, fromPicture } = obstacle;
        const from = obstacle.source === 'text' ? 'à partir d’un texte' : 'à partir d’une image';
        const parts = [
          ...(fromText.length > 0 ? [`${fromText.join(', ')} à partir d’un texte`] : []),
          ...(fromPicture.length > 0 ? [`${fromPicture.join(', ')} à partir d’une image`] : []),
        ];
        const range =
          parts.length === 0
            ? 'pour l’instant, aucun modèle Hailuo que ce bot comprenne n’y est proposé'
            : `il y a ${and(parts)}`;
        return `${obstacle.provider} ne fait pas ${obstacle.model} ${from}\u202f; ${range}.`;
      }
      case 'other-renders': {
        const renders = obstacle.renders.map(({ seconds, resolution }) => `${seconds} secondes en ${resolution}`);
        return `${sources[obstacle.source]}, ${obstacle.provider} propose pour ${obstacle.model}\u202f: ${or(renders)}.`;
      }
      case 'other-lengths':
        return `On ne peut pas demander ${obstacle.seconds} secondes à ${obstacle.provider}, seulement ${or(obstacle.can)} secondes.`;
      case 'other-resolutions':
        return `On ne peut pas demander ${obstacle.resolution} à ${obstacle.provider}, seulement ${or(obstacle.can)}.`;
      case 'no-last-picture': {
        const instead =
          obstacle.others.length === 0 ? 'retirez l’image de fin' : `c’est possible avec ${and(obstacle.others)}`;
        return `${obstacle.provider} ne peut pas terminer un clip de ${obstacle.model} sur une image\u202f; ${instead}.`;
      }
      case 'not-known-to-end':
        return `Rien n’indique que ${obstacle.provider} puisse terminer un clip sur une image\u202f; il n’y a qu’une image de début.`;
      case 'last-picture-alone':
        return `${obstacle.provider} demande aussi une image de début quand il y en a une de fin.`;
      case 'picture-formats':
        return `${obstacle.provider} ne prend que des images ${or(obstacle.formats)}\u202f; enregistrez la vôtre dans l’un de ces formats.`;
      case 'no-way-for-picture':
        return `Cette image ne peut pas être remise à ${obstacle.provider} d’ici\u202f; un autre fournisseur ou un JPEG plus petit fera peut-être l’affaire.`;
      case 'all-away':
        return 'Personne ne peut faire ce rendu pour l’instant\u202f; la personne qui gère ce bot est prévenue. Réessayez plus tard.';
    }
  },

  note(note) {
    switch (note.kind) {
      case 'version-unsaid': {
        const unsaid = `${note.provider} ne dit pas quelle version de Hailuo, quelle durée ni quelle taille sont rendues`;
        const prompt = note.isPromptRewritingUnsaid ? ', ni si le prompt est réécrit' : '';
        return `${unsaid}${prompt}\u202f; le clip peut différer de ce qui a été demandé.`;
      }
      case 'length-contradicted':
        return `La page de ${note.provider} parle ici de ${note.said} secondes\u202f; MiniMax fait de tels clips en ${note.seconds} secondes.`;
      case 'resolution-unsaid':
        return `${note.provider} ne dit pas dans quelle résolution ${note.model} est rendu\u202f; ailleurs, c’est ${note.elsewhere}.`;
    }
  },
};
