/** Why a picture cannot be used, as data: `texts/` says it (docs/decisions/texts.md). */

/** What a file turned out to be, by its bytes. Reads well in a log, too. */
export const fileKinds = [
  'TIFF picture',
  'JPEG XL picture',
  'JPEG 2000 picture',
  'Photoshop document',
  'icon file',
  'BMP picture',
  'SVG drawing',
  'PDF document',
  'ZIP archive or office document',
  'ZIP archive',
  'RAR archive',
  '7-Zip archive',
  'gzip archive',
  'WebM or Matroska video',
  'Ogg file',
  'MP3 file',
  'AVI video',
  'RIFF file',
  'QuickTime video',
  'MP4 video',
  'Windows program',
  'program',
  'script',
  'web page',
  'text file',
  'unknown kind',
] as const;

/** One of them. */
export type FileKind = (typeof fileKinds)[number];

/** Why a picture cannot be used, and what would work. Sides are pixels as people see the picture. */
export type PictureProblem =
  | { readonly kind: 'empty' }
  | { readonly kind: 'too-heavy'; readonly mostBytes: number }
  | { readonly kind: 'not-a-picture'; readonly what: FileKind }
  | { readonly kind: 'wrong-format'; readonly what: FileKind }
  | { readonly kind: 'unreadable-heic' }
  | { readonly kind: 'damaged' }
  | { readonly kind: 'stowaway'; readonly what: FileKind }
  | { readonly kind: 'too-many-pixels'; readonly width: number; readonly height: number; readonly mostSide: number }
  | { readonly kind: 'too-small'; readonly width: number; readonly height: number; readonly leastSide: number }
  /** `most`: how many times as wide as high. */
  | { readonly kind: 'too-wide'; readonly width: number; readonly height: number; readonly most: number }
  /** `most`: how many times as high as wide. */
  | { readonly kind: 'too-tall'; readonly width: number; readonly height: number; readonly most: number }
  | { readonly kind: 'stays-too-heavy' }
  | { readonly kind: 'not-an-address' }
  | { readonly kind: 'not-https' }
  | { readonly kind: 'not-public' }
  | { readonly kind: 'not-handed-out'; readonly status: number | undefined }
  | { readonly kind: 'too-slow' }
  | { readonly kind: 'not-fetched' };
