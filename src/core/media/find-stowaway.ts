/** Finds the second file in a polyglot: bytes that are a picture to one program and something else to another. */
import type { FileKind } from '../picture-problem.ts';
import type { PictureStructure } from './picture-structure.ts';
import { isText, recogniseFile } from './recognise-file.ts';

/**
 * Names what hides in the picture's comments or after its end, or null. Padding, the second picture of an HDR photo
 * and the film of a motion photo are no stowaways: cameras put them there, and mending leaves them behind.
 */
export function findStowaway(bytes: Buffer, { end, extras }: PictureStructure): FileKind | null {
  if (isScriptHeader(bytes)) return 'script';
  if (hasZipDirectory(bytes)) return 'ZIP archive';
  const after = trimPadding(bytes.subarray(end));
  for (const region of [...extras, after]) {
    const found = findText(region);
    if (found !== null) return found;
  }
  if (after.length < 4) return null;
  if (isScript(after)) return 'script';
  const trailing = recogniseFile(after);
  return trailing.kind === 'no-picture' && !harmlessTrailers.includes(trailing.what) ? trailing.what : null;
}

const harmlessTrailers: readonly FileKind[] = ['MP4 video', 'QuickTime video', 'text file', 'unknown kind'];

/** A header whose first field reads as the start of a comment or an assignment, which makes the file a script. */
function isScriptHeader(bytes: Buffer): boolean {
  const start = bytes.toString('latin1', 0, 8);
  return /^GIF8[79]a(?:\/\*|=|\/\/)/.test(start) || start.startsWith('\xff\xd8\xff\xe0/*');
}

/** Some phones add a line of JSON after the picture; only text that could be run is taken for a script. */
function isScript(after: Buffer): boolean {
  const text = after.toString('latin1');
  return isText(text) && /^#!|\*\/|=>|\b(?:eval|alert|function|document|window|import|require|fetch)\b/.test(text);
}

const textual: readonly (readonly [RegExp, FileKind])[] = [
  [/<(?:script|html|svg|!doctype)[\s>/]/i, 'web page'],
  [/<\?php/i, 'script'],
  [/%PDF-\d/, 'PDF document'],
];

function findText(region: Buffer): FileKind | null {
  if (region.length === 0) return null;
  const latin1 = region.toString('latin1');
  return textual.find(([pattern]) => pattern.test(latin1))?.[1] ?? null;
}

/** A ZIP is read from its end, so it may hide in any block: looked for as an unzipper does, and checked against itself. */
function hasZipDirectory(bytes: Buffer): boolean {
  const earliest = Math.max(0, bytes.length - 22 - 0xffff);
  let at = bytes.lastIndexOf('PK\x05\x06', bytes.length - 22, 'latin1');
  while (at >= earliest) {
    const directoryBytes = bytes.readUInt32LE(at + 12);
    const directoryAt = at - directoryBytes;
    if (directoryAt >= 0 && bytes.toString('latin1', directoryAt, directoryAt + 4) === 'PK\x01\x02') return true;
    if (at === 0) break;
    at = bytes.lastIndexOf('PK\x05\x06', at - 1, 'latin1');
  }
  return false;
}

function trimPadding(bytes: Buffer): Buffer {
  let start = 0;
  let end = bytes.length;
  while (start < end && isPadding(bytes[start])) start += 1;
  while (end > start && isPadding(bytes[end - 1])) end -= 1;
  return bytes.subarray(start, end);
}

const isPadding = (byte: number | undefined): boolean =>
  byte === 0x00 || byte === 0xff || byte === 0x0a || byte === 0x0d;
