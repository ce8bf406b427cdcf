/** Tells what a file is by its bytes; names and claimed types are not asked. */
import type { FileKind } from '../picture-problem.ts';

/** Those that can be opened here; other kinds of picture are known only to be called by their name. */
export type PictureFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif' | 'heic';

/** `what`: for the person and for the log. */
export type Recognised =
  | { readonly kind: 'picture'; readonly format: PictureFormat }
  | { readonly kind: 'unusable-picture'; readonly what: FileKind }
  | { readonly kind: 'no-picture'; readonly what: FileKind };

const picture = (format: PictureFormat): Recognised => ({ kind: 'picture', format });
const unusable = (what: FileKind): Recognised => ({ kind: 'unusable-picture', what });
const other = (what: FileKind): Recognised => ({ kind: 'no-picture', what });

/** Each begins with these bytes, written as Latin-1. Longer and surer ones first. */
const beginnings: readonly (readonly [string, Recognised])[] = [
  ['\x89PNG\r\n\x1a\n', picture('png')],
  ['\xff\xd8\xff', picture('jpeg')],
  ['GIF87a', picture('gif')],
  ['GIF89a', picture('gif')],
  ['II*\0', unusable('TIFF picture')],
  ['MM\0*', unusable('TIFF picture')],
  ['II+\0', unusable('TIFF picture')],
  ['MM\0+', unusable('TIFF picture')],
  ['\0\0\0\x0cJXL \r\n\x87\n', unusable('JPEG XL picture')],
  ['\xff\x0a', unusable('JPEG XL picture')],
  ['\0\0\0\x0cjP  \r\n\x87\n', unusable('JPEG 2000 picture')],
  ['8BPS', unusable('Photoshop document')],
  ['\0\0\x01\0', unusable('icon file')],
  ['BM', unusable('BMP picture')],
  ['%PDF-', other('PDF document')],
  ['PK\x03\x04', other('ZIP archive or office document')],
  ['PK\x05\x06', other('ZIP archive')],
  ['Rar!', other('RAR archive')],
  ['7z\xbc\xaf\x27\x1c', other('7-Zip archive')],
  ['\x1f\x8b', other('gzip archive')],
  ['\x1a\x45\xdf\xa3', other('WebM or Matroska video')],
  ['OggS', other('Ogg file')],
  ['ID3', other('MP3 file')],
  ['MZ', other('Windows program')],
  ['\x7fELF', other('program')],
];

/** `ftyp` brands of ISO base media files; any other brand is a video. */
const brands: Readonly<Record<string, Recognised>> = {
  avif: picture('avif'),
  avis: picture('avif'),
  heic: picture('heic'),
  heix: picture('heic'),
  heim: picture('heic'),
  heis: picture('heic'),
  hevc: picture('heic'),
  hevx: picture('heic'),
  mif1: picture('heic'),
  msf1: picture('heic'),
};

/** By the first 4096 bytes at most: what the file claims to be, not that it can be decoded. */
export function recogniseFile(bytes: Uint8Array): Recognised {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 4096)).toString('latin1');
  if (start.startsWith('RIFF')) {
    if (start.startsWith('WEBP', 8)) return picture('webp');
    return other(start.startsWith('AVI ', 8) ? 'AVI video' : 'RIFF file');
  }
  if (start.startsWith('ftyp', 4)) return recogniseBrand(start);
  const known = beginnings.find(([beginning]) => start.startsWith(beginning));
  return known === undefined ? recogniseText(start) : known[1];
}

/** `mif1` says only "some HEIF": AVIF files may lead with it and name themselves among the compatible brands. */
function recogniseBrand(start: string): Recognised {
  const major = start.slice(8, 12);
  const found = brands[major];
  if (found === undefined) return other(major === 'qt  ' ? 'QuickTime video' : 'MP4 video');
  const isGeneric = major === 'mif1' || major === 'msf1';
  return isGeneric && /avi[fs]/.test(start.slice(16, 64)) ? picture('avif') : found;
}

function recogniseText(start: string): Recognised {
  const text = start.replace(/^\xef\xbb\xbf/, '').trimStart();
  if (text.startsWith('<') && /<svg[\s>]/i.test(text) && !isWebPage(text)) return unusable('SVG drawing');
  if (isWebPage(text)) return other('web page');
  return isText(start) ? other('text file') : other('unknown kind');
}

const isWebPage = (text: string): boolean => /^<(?:!doctype html|html|head|body|script)/i.test(text);

/** No control characters but white space. UTF-8 counts as text, UTF-16 only by its mark. */
export function isText(latin1: string): boolean {
  if (latin1.startsWith('\xff\xfe') || latin1.startsWith('\xfe\xff')) return true;
  for (let index = 0; index < latin1.length; index += 1) {
    const code = latin1.charCodeAt(index);
    if (code === 0x7f || (code < 0x20 && !(code >= 0x09 && code <= 0x0d))) return false;
  }
  return true;
}
