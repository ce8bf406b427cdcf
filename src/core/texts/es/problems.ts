/** Why something cannot be had, and what can, in Spanish. */
import type { FileKind } from '../../picture-problem.ts';
import type { ClipSource } from '../../problems.ts';
import type { problems as english } from '../en/problems.ts';
import type { Wording } from '../wording.ts';
import { formats } from './formats.ts';

const { and, or, megabytes, number } = formats;

const fileKinds: Record<FileKind, string> = {
  'TIFF picture': 'una imagen TIFF',
  'JPEG XL picture': 'una imagen JPEG XL',
  'JPEG 2000 picture': 'una imagen JPEG 2000',
  'Photoshop document': 'un documento de Photoshop',
  'icon file': 'un archivo de icono',
  'BMP picture': 'una imagen BMP',
  'SVG drawing': 'un dibujo SVG',
  'PDF document': 'un documento PDF',
  'ZIP archive or office document': 'un archivo ZIP o un documento de oficina',
  'ZIP archive': 'un archivo ZIP',
  'RAR archive': 'un archivo RAR',
  '7-Zip archive': 'un archivo 7-Zip',
  'gzip archive': 'un archivo gzip',
  'WebM or Matroska video': 'un vídeo WebM o Matroska',
  'Ogg file': 'un archivo Ogg',
  'MP3 file': 'un archivo MP3',
  'AVI video': 'un vídeo AVI',
  'RIFF file': 'un archivo RIFF',
  'QuickTime video': 'un vídeo QuickTime',
  'MP4 video': 'un vídeo MP4',
  'Windows program': 'un programa de Windows',
  program: 'un programa',
  script: 'un script',
  'web page': 'una página web',
  'text file': 'un archivo de texto',
  'unknown kind': 'un archivo de tipo desconocido',
};

const sources: Record<ClipSource, string> = {
  text: 'A partir de texto',
  picture: 'A partir de una imagen',
  'two-pictures': 'Entre dos imágenes',
};

/** Sentence by sentence as in English. */
export const problems: Wording<typeof english> = {
  request(problem) {
    switch (problem.kind) {
      case 'no-prompt':
        return 'Di qué debe pasar en el clip.';
      case 'prompt-too-long':
        return `Un prompt tiene como máximo ${number(problem.most)} caracteres.`;
      case 'prompt-not-text':
        return 'El prompt tiene caracteres que no son texto. Escríbelo otra vez como texto sin formato.';
      case 'no-room-for-camera':
        return `Con [${problem.camera}] delante, el prompt pasa de ${number(problem.most)} caracteres: acórtalo en ${number(problem.over)}.`;
      case 'unknown-movement':
        return problem.nearest === null
          ? `[${problem.written}] no es un movimiento de cámara; hay ${and(problem.movements)}. Para otro texto usa paréntesis.`
          : `[${problem.written}] no es un movimiento de cámara. ¿Querías decir [${problem.nearest}]?`;
      case 'too-many-movements':
        return `[${problem.written}] tiene demasiados movimientos: en un corchete caben como máximo ${problem.most}.`;
      case 'unknown-provider': {
        const name = problem.written === null ? 'con ese nombre' : `«${problem.written}»`;
        return `Aquí no hay ningún proveedor ${name}. Elige ${or(problem.providers)}, o no indiques ninguno.`;
      }
      case 'unknown-option':
        return `No existe la opción ${or(problem.written)}. Existen ${and(problem.options)}.`;
      case 'not-a-choice':
        return `${problem.option} es ${or(problem.choices)}.`;
      case 'not-a-switch':
        return `${problem.option} es on (activado) u off (desactivado).`;
      case 'not-a-picture':
        return `${problem.option} es una imagen: adjunta una, o da su dirección.`;
      case 'unreadable':
        return `${problem.option} no se puede leer.`;
      case 'wrong-resolution':
        return `${problem.model} renderiza en ${or(problem.can)}. Para ${problem.resolution} elige ${or(problem.others)}.`;
      case 'too-long-for-1080p':
        return `Los clips en 1080P duran ${problem.most} segundos. Para ${problem.seconds} segundos elige 768P.`;
      case 'wrong-length':
        return `${problem.model} hace clips de ${or(problem.can)} segundos.`;
      case 'needs-picture':
        return `${problem.model} anima una imagen: adjunta una, o elige ${or(problem.others)}.`;
      case 'no-last-picture':
        return `${problem.model} no acepta una imagen final. Si quieres una, elige ${or(problem.others)}.`;
      case 'last-picture-alone':
        return 'Una imagen final necesita una inicial: adjunta también esa.';
      case '512p-needs-picture':
        return '512P es para animar una imagen: adjunta una, o elige 768P.';
      case '512p-not-between':
        return 'Entre dos imágenes no hay 512P: elige 768P.';
    }
  },

  typing(problem) {
    switch (problem.kind) {
      case 'no-such-command':
        return `No existe ese comando. Existen ${and(problem.commands)}.`;
      case 'not-on-or-off':
        return `${problem.flag} es on (activado) u off (desactivado).`;
      case 'no-value':
        return problem.choices.length === 0
          ? `${problem.flag} necesita un valor.`
          : `${problem.flag} necesita un valor: ${or(problem.choices)}.`;
      case 'takes-no-text':
        return `${problem.command} no acepta texto: quita «${problem.said}».`;
      case 'no-such-flag': {
        const known =
          problem.flags.length === 0 ? `${problem.command} no tiene ninguna` : `Existen ${and(problem.flags)}`;
        return `No existe la opción ${problem.flag}. ${known}.`;
      }
    }
  },

  picture(problem) {
    switch (problem.kind) {
      case 'empty':
        return 'El archivo está vacío; envía una imagen JPEG, PNG o WebP.';
      case 'too-heavy':
        return `El archivo pesa más de ${megabytes(problem.mostBytes)}; envía una imagen más pequeña.`;
      case 'not-a-picture':
        return `El archivo es ${fileKinds[problem.what]}, no una imagen; envía un JPEG, PNG o WebP.`;
      case 'wrong-format':
        return `El archivo es ${fileKinds[problem.what]} y no sirve; guárdalo antes como JPEG, PNG o WebP.`;
      case 'unreadable-heic':
        return 'Esta imagen HEIC no se puede leer aquí; envíala como JPEG.';
      case 'damaged':
        return 'La imagen está dañada o cortada; guárdala de nuevo y envía el archivo entero.';
      case 'stowaway':
        return `El archivo es una imagen que esconde ${fileKinds[problem.what]}; guárdala de nuevo como un simple JPEG o PNG.`;
      case 'too-many-pixels':
        return `La imagen mide ${problem.width} × ${problem.height} píxeles, demasiado para abrirla; redúcela a ${problem.mostSide} píxeles como máximo en el lado largo.`;
      case 'too-small':
        return `La imagen mide ${problem.width} × ${problem.height} píxeles y es demasiado pequeña; el lado corto necesita al menos ${problem.leastSide} píxeles, y con más de 300 queda mejor.`;
      case 'too-wide':
        return `La imagen mide ${problem.width} × ${problem.height} píxeles y es demasiado ancha; recórtala a un ancho de como máximo ${number(problem.most)} veces el alto.`;
      case 'too-tall':
        return `La imagen mide ${problem.width} × ${problem.height} píxeles y es demasiado alta; recórtala a un alto de como máximo ${number(problem.most)} veces el ancho.`;
      case 'stays-too-heavy':
        return 'La imagen sigue pesando demasiado se guarde como se guarde; envía una más pequeña o más sencilla.';
      case 'not-an-address':
        return 'Esa no es la dirección de una imagen; envía un enlace https o adjunta el archivo.';
      case 'not-https':
        return 'Solo se pueden abrir enlaces https; envía uno de esos o adjunta la imagen.';
      case 'not-public':
        return 'Esa dirección no está en la internet pública; mejor adjunta la imagen.';
      case 'not-handed-out':
        return `El sitio no entregó la imagen (HTTP ${problem.status}); mejor adjúntala.`;
      case 'too-slow':
        return 'La imagen tardó demasiado en llegar; mejor adjúntala.';
      case 'not-fetched':
        return 'No se pudo obtener la imagen de ese enlace; mejor adjúntala.';
    }
  },

  obstacle(obstacle) {
    switch (obstacle.kind) {
      case 'not-sold': {
        const instead = obstacle.instead.map(({ model, resolution }) =>
          resolution === undefined ? model : `${model} en ${resolution}`,
        );
        return `${obstacle.provider} no ofrece ${obstacle.model}; a partir de una imagen hay ${or(instead)}.`;
      }
      case 'not-known-to-sell':
        return `No consta que ${obstacle.provider} ofrezca ${obstacle.model}; se le puede pedir ${or(obstacle.others)}.`;
      case 'picture-only':
        return `${obstacle.provider} renderiza ${obstacle.model} solo a partir de una imagen; añade una, o usa ${or(obstacle.others)}.`;
      case 'not-from-source': {
        const { fromText, fromPicture } = obstacle;
        const from = obstacle.source === 'text' ? 'a partir de texto' : 'a partir de una imagen';
        const parts = [
          ...(fromText.length > 0 ? [`${fromText.join(', ')} a partir de texto`] : []),
          ...(fromPicture.length > 0 ? [`${fromPicture.join(', ')} a partir de una imagen`] : []),
        ];
        const range =
          parts.length === 0
            ? 'de momento no ofrece ningún modelo de Hailuo que este bot entienda'
            : `hay ${and(parts)}`;
        return `${obstacle.provider} no renderiza ${obstacle.model} ${from}; ${range}.`;
      }
      case 'other-renders': {
        const renders = obstacle.renders.map(({ seconds, resolution }) => `${seconds} segundos en ${resolution}`);
        return `${sources[obstacle.source]}, ${obstacle.provider} ofrece para ${obstacle.model}: ${or(renders)}.`;
      }
      case 'other-lengths':
        return `A ${obstacle.provider} no se le pueden pedir ${obstacle.seconds} segundos, solo ${or(obstacle.can)} segundos.`;
      case 'other-resolutions':
        return `A ${obstacle.provider} no se le puede pedir ${obstacle.resolution}, solo ${or(obstacle.can)}.`;
      case 'no-last-picture': {
        const instead =
          obstacle.others.length === 0 ? 'quita la imagen final' : `con ${and(obstacle.others)} sí se puede`;
        return `${obstacle.provider} no puede acabar un clip de ${obstacle.model} en una imagen; ${instead}.`;
      }
      case 'not-known-to-end':
        return `No consta que ${obstacle.provider} pueda acabar un clip en una imagen; solo acepta una imagen inicial.`;
      case 'last-picture-alone':
        return `${obstacle.provider} necesita también una imagen inicial cuando hay una final.`;
      case 'picture-formats':
        return `${obstacle.provider} solo acepta imágenes ${or(obstacle.formats)}; guarda la tuya en uno de esos formatos.`;
      case 'no-way-for-picture':
        return `Desde aquí no se le puede dar esta imagen a ${obstacle.provider}; quizá sirva otro proveedor o un JPEG más pequeño.`;
      case 'all-away':
        return 'Nadie puede renderizar esto ahora mismo; quien administra este bot ya lo sabe. Vuelve a intentarlo más tarde.';
    }
  },

  note(note) {
    switch (note.kind) {
      case 'version-unsaid': {
        const unsaid = `${note.provider} no dice qué versión de Hailuo, qué duración ni qué tamaño renderiza`;
        const prompt = note.isPromptRewritingUnsaid ? ', ni si reescribe el prompt' : '';
        return `${unsaid}${prompt}; el clip puede ser distinto de lo que se pidió.`;
      }
      case 'length-contradicted':
        return `La página de ${note.provider} habla aquí de ${note.said} segundos; MiniMax hace esos clips de ${note.seconds} segundos.`;
      case 'resolution-unsaid':
        return `${note.provider} no dice en qué resolución renderiza ${note.model}; en otros sitios es ${note.elsewhere}.`;
    }
  },
};
