/** Turns whatever picture a person sent into one that every renderer takes, or says why that cannot be. */
import sharp, { type Metadata } from 'sharp';
import type { PictureProblem } from '../picture-problem.ts';
import { findStowaway } from './find-stowaway.ts';
import { pictureRules, planSize, type Size, tooHeavy } from './picture-rules.ts';
import { walkPicture } from './picture-structure.ts';
import { type PictureFormat, recogniseFile } from './recognise-file.ts';

type PictureType = 'image/jpeg' | 'image/png' | 'image/webp';

/** `problem`: for the person. `detail`: for the log. */
export type Mending =
  | ({ readonly outcome: 'mended'; readonly bytes: Uint8Array; readonly type: PictureType } & Size)
  | { readonly outcome: 'refused'; readonly problem: PictureProblem; readonly detail: string };

// Strangers' pictures never come twice in a row, and a wide one would else take every core there is.
sharp.cache(false);
sharp.concurrency(1);

/**
 * Keeps the bytes of a JPEG, PNG or WebP that is in order already and carries nothing but pixels. Everything else
 * becomes an upright 8-bit sRGB JPEG within the rules: first frame only, on white where it was transparent (the
 * renderers know no alpha), without EXIF, so without the place it was taken at. Never throws for what is in the bytes.
 */
export async function mendPicture(input: Uint8Array): Promise<Mending> {
  const bytes = Buffer.from(input.buffer, input.byteOffset, input.byteLength);
  if (bytes.length === 0) return refused({ kind: 'empty' }, 'no bytes');
  if (bytes.length > pictureRules.maxInputBytes) return refused(tooHeavy, `${bytes.length} bytes`);
  const recognised = recogniseFile(bytes);
  switch (recognised.kind) {
    case 'no-picture':
      return refused({ kind: 'not-a-picture', what: recognised.what }, recognised.what);
    case 'unusable-picture':
      return refused({ kind: 'wrong-format', what: recognised.what }, recognised.what);
    case 'picture':
      return mendFormat(bytes, recognised.format);
  }
}

async function mendFormat(bytes: Buffer, format: PictureFormat): Promise<Mending> {
  const structure = walkPicture(bytes, format);
  if (structure === null) return refused({ kind: 'damaged' }, `${format}: blocks end early`);
  const stowaway = findStowaway(bytes, structure);
  if (stowaway !== null) return refused({ kind: 'stowaway', what: stowaway }, `${format} with ${stowaway}`);
  const isBare = structure.extras.length === 0 && structure.end === bytes.length;
  try {
    const seen = await sharp(bytes, { limitInputPixels: false }).metadata();
    // Two readers that disagree about what a file is are how polyglots get in.
    if (seen.format !== (format === 'avif' || format === 'heic' ? 'heif' : format)) {
      return refused({ kind: 'damaged' }, `${format} read as ${seen.format}`);
    }
    const plan = planSize(seen.autoOrient);
    if (plan.outcome === 'refused') return refused(plan.problem, `${format} ${seen.width} × ${seen.height}`);
    const type = keptTypes[format];
    if (type !== null && isBare && plan.outcome === 'fits' && isInOrder(seen) && bytes.length < pictureRules.maxBytes) {
      await open(bytes).raw().toBuffer();
      return { outcome: 'mended', bytes, type, width: plan.width, height: plan.height };
    }
    return await encode(bytes, plan);
  } catch (error) {
    const problem: PictureProblem = { kind: format === 'heic' ? 'unreadable-heic' : 'damaged' };
    return refused(problem, `${format}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const keptTypes: Readonly<Record<PictureFormat, PictureType | null>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: null,
  avif: null,
  heic: null,
};

/** A picture that has to be changed for none of these reasons may stay as it is. */
function isInOrder(seen: Metadata): boolean {
  const isEightBitColour = seen.depth === 'uchar' && (seen.space === 'srgb' || seen.space === 'b-w');
  return isEightBitColour && !seen.hasAlpha && (seen.pages ?? 1) === 1 && (seen.orientation ?? 1) === 1;
}

async function encode(bytes: Buffer, size: Size): Promise<Mending> {
  for (const quality of [92, 82, 70, 55]) {
    const { data, info } = await open(bytes)
      .autoOrient()
      .resize({ width: size.width, height: size.height, fit: 'fill' })
      .flatten({ background: '#ffffff' })
      .toColourspace('srgb')
      .jpeg({ quality, chromaSubsampling: quality > 80 ? '4:4:4' : '4:2:0' })
      .timeout({ seconds: 30 })
      .toBuffer({ resolveWithObject: true });
    if (data.length < pictureRules.maxBytes) {
      return { outcome: 'mended', bytes: data, type: 'image/jpeg', width: info.width, height: info.height };
    }
  }
  return refused({ kind: 'stays-too-heavy' }, `${size.width} × ${size.height} at the lowest quality`);
}

/** `error` refuses a file that ends early and forgives the harmless oddities of cameras. */
function open(bytes: Buffer) {
  return sharp(bytes, { failOn: 'error', limitInputPixels: pictureRules.maxInputPixels });
}

function refused(problem: PictureProblem, detail: string): Mending {
  return { outcome: 'refused', problem, detail: detail.replace(/\s+/g, ' ').slice(0, 300) };
}
