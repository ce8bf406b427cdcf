/** Pictures and clips in a folder, by their hash, without the guard, the mending and the sweeping of the real thing. */
import { createHash } from 'node:crypto';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { signLink } from '../../../src/core/media/links.ts';
import type { KeptFile, Media } from '../../../src/core/media/media.ts';
import type { MediaId } from '../../../src/core/values.ts';

export interface FakeMedia extends Media {
  /** Keeps a clip that is already a file. */
  adopt(path: string, facts: Omit<KeptFile, 'id' | 'bytes'>): Promise<KeptFile>;
  forget(id: MediaId): void;
}

export function createFakeMedia(directory: string, secretKey: string): FakeMedia {
  const files = new Map<string, KeptFile>();
  const pathOf = ({ id }: Pick<KeptFile, 'id'>): string => join(directory, id);
  const idOf = (bytes: Uint8Array): MediaId => createHash('sha256').update(bytes).digest('hex') as MediaId;
  const unused = async (): Promise<never> => {
    throw new Error('The chat page has no use for this.');
  };
  return {
    async takeIn(picture) {
      if (picture.from === 'url') return unused();
      const found = await sharp(picture.bytes)
        .metadata()
        .catch(() => null);
      if (found === null)
        return { outcome: 'refused', problem: { kind: 'not-a-picture', what: 'text file' }, detail: 'sharp' };
      const { bytes } = picture;
      const file: KeptFile = {
        id: idOf(bytes),
        kind: 'picture',
        type: `image/${found.format}`,
        bytes: bytes.length,
        width: found.width,
        height: found.height,
      };
      await writeFile(pathOf(file), bytes);
      files.set(file.id, file);
      return { outcome: 'kept', picture: file };
    },
    keepClip: unused,
    lastFrame: unused,
    fit: unused,
    async find(id) {
      return files.get(id) ?? null;
    },
    pathOf,
    link: (id, expiresAt) => signLink(secretKey, id, expiresAt),
    async adopt(path, facts) {
      const bytes = await readFile(path);
      const file: KeptFile = { ...facts, id: idOf(bytes), bytes: bytes.length };
      await copyFile(path, pathOf(file));
      files.set(file.id, file);
      return file;
    },
    forget: (id) => void files.delete(id),
  };
}

/** A small picture of one colour. */
export function makePicture(colour: string, width = 480, height = 320): Promise<Buffer<ArrayBuffer>> {
  return sharp({ create: { width, height, channels: 3, background: colour } })
    .png()
    .toBuffer() as Promise<Buffer<ArrayBuffer>>;
}
