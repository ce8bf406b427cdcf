/** Walks the blocks of a picture file without decoding a pixel: where it ends, and what it carries beside pixels. */
import type { PictureFormat } from './recognise-file.ts';

/** What can be told without decoding. AVIF and HEIC list no extras: they are encoded anew whatever they carry. */
export interface PictureStructure {
  /** Offset of the first byte that no longer belongs to the picture. */
  readonly end: number;
  /** Comments, EXIF, XMP, profiles, unknown blocks: whatever is not needed to see the picture. */
  readonly extras: readonly Buffer[];
}

/** Null: the file ends before the picture does, or its blocks make no sense. */
export function walkPicture(bytes: Buffer, format: PictureFormat): PictureStructure | null {
  switch (format) {
    case 'jpeg':
      return walkJpeg(bytes);
    case 'png':
      return walkPng(bytes);
    case 'webp':
      return walkWebp(bytes);
    case 'gif':
      return walkGif(bytes);
    case 'avif':
    case 'heic':
      return walkBoxes(bytes);
  }
}

function walkJpeg(bytes: Buffer): PictureStructure | null {
  const extras: Buffer[] = [];
  let at = 2;
  while (at + 4 <= bytes.length || bytes[at + 1] === 0xd9) {
    if (bytes[at] !== 0xff) return null;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) at += 1;
    else if (marker === 0xd9) return { end: at + 2, extras };
    else if (isBare(marker)) at += 2;
    else {
      const length = bytes.readUInt16BE(at + 2);
      const end = at + 2 + length;
      if (length < 2 || end > bytes.length) return null;
      if (isExtraJpegBlock(marker, length)) extras.push(bytes.subarray(at + 4, end));
      at = marker === 0xda ? endOfScan(bytes, end) : end;
    }
  }
  return null;
}

/** Markers without a length: restarts, `TEM`. */
const isBare = (marker: number): boolean => (marker >= 0xd0 && marker <= 0xd8) || marker === 0x01;

/** JFIF (APP0, without a thumbnail) and Adobe (APP14) say how to read the colours; all other APPn and COM are extras. */
function isExtraJpegBlock(marker: number, length: number): boolean {
  if (marker === 0xe0) return length > 16;
  return marker === 0xfe || (marker > 0xe0 && marker <= 0xef && marker !== 0xee);
}

/** Inside a scan, FF is followed by 00 or a restart; anything else begins the next block. */
function endOfScan(bytes: Buffer, from: number): number {
  let at = bytes.indexOf(0xff, from);
  while (at !== -1) {
    const next = bytes[at + 1];
    if (next === undefined) break;
    if (next !== 0x00 && next !== 0xff && !isBare(next)) return at;
    at = bytes.indexOf(0xff, at + 1);
  }
  return bytes.length;
}

const plainPngChunks = ['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'sBIT', 'bKGD', 'pHYs'];

function walkPng(bytes: Buffer): PictureStructure | null {
  const extras: Buffer[] = [];
  let at = 8;
  while (at + 12 <= bytes.length) {
    const type = bytes.toString('latin1', at + 4, at + 8);
    const end = at + 12 + bytes.readUInt32BE(at);
    if (end > bytes.length) return null;
    if (!plainPngChunks.includes(type)) extras.push(bytes.subarray(at + 8, end - 4));
    if (type === 'IEND') return { end, extras };
    at = end;
  }
  return null;
}

const plainWebpChunks = ['VP8 ', 'VP8L', 'VP8X', 'ALPH'];

function walkWebp(bytes: Buffer): PictureStructure | null {
  if (bytes.length < 20) return null;
  const end = 8 + bytes.readUInt32LE(4);
  if (end > bytes.length) return null;
  const extras: Buffer[] = [];
  let at = 12;
  while (at + 8 <= end) {
    const length = bytes.readUInt32LE(at + 4);
    if (at + 8 + length > end) return null;
    if (!plainWebpChunks.includes(bytes.toString('latin1', at, at + 4))) {
      extras.push(bytes.subarray(at + 8, at + 8 + length));
    }
    at += 8 + length + (length % 2);
  }
  return { end, extras };
}

function walkGif(bytes: Buffer): PictureStructure | null {
  const extras: Buffer[] = [];
  let at = 13 + colourTableBytes(bytes[10]);
  while (at < bytes.length) {
    const block = bytes[at];
    if (block === 0x3b) return { end: at + 1, extras };
    let data: number;
    if (block === 0x21) data = at + 2;
    else if (block === 0x2c) data = at + 11 + colourTableBytes(bytes[at + 9]);
    else return null;
    const end = endOfSubBlocks(bytes, data);
    // 0xf9 is the frame's own timing and transparency.
    if (block === 0x21 && bytes[at + 1] !== 0xf9) extras.push(bytes.subarray(data, end));
    at = end;
  }
  return null;
}

/** @param flags of the screen or the frame: bit 7 says a table follows, the low three how large it is */
function colourTableBytes(flags = 0): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 0x07) + 1) : 0;
}

function endOfSubBlocks(bytes: Buffer, from: number): number {
  let at = from;
  while (at < bytes.length) {
    const length = bytes[at] ?? 0;
    at += 1 + length;
    if (length === 0) return at;
  }
  return bytes.length;
}

function walkBoxes(bytes: Buffer): PictureStructure | null {
  let at = 0;
  while (at + 8 <= bytes.length && /^[\w ]{4}$/.test(bytes.toString('latin1', at + 4, at + 8))) {
    const short = bytes.readUInt32BE(at);
    if (short === 0) return { end: bytes.length, extras: [] };
    if (short === 1 && at + 16 > bytes.length) return null;
    const length = short === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : short;
    if (length < 8 || at + length > bytes.length) return null;
    at += length;
  }
  return at === 0 ? null : { end: at, extras: [] };
}
