/** Bodies of requests: JSON, or forms with files, read as slowly as a test wants. */
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Fault } from './faults.ts';
import type { NewFile } from './files.ts';
import type { Uploads } from './messages.ts';
import { refusal } from './refusal.ts';

/** The whole body; null when the sender, or an order, broke off. */
export async function readAll(request: IncomingMessage, fault: Fault | null): Promise<Buffer | null> {
  const { socket } = request;
  const chunks: Buffer[] = [];
  const half = Number(request.headers['content-length'] ?? 0) / 2;
  let size = 0;
  try {
    for await (const chunk of request) {
      chunks.push(chunk);
      size += chunk.length;
      if (fault === 'cut-upload' && size >= half) return null;
      if (typeof fault === 'object' && fault !== null && 'bytesPerSecond' in fault) {
        await sleep((chunk.length / fault.bytesPerSecond) * 1000);
      }
    }
  } catch {
    return null;
  }
  const isSlow = typeof fault === 'object' && fault !== null && 'bytesPerSecond' in fault;
  return isSlow && socket.destroyed ? null : Buffer.concat(chunks);
}

const uploadField = /^files\[(\d+)\]$/;

/** JSON, or a form with `payload_json` and `files[n]`. @throws 50109 */
export async function parseBody(
  request: IncomingMessage,
  body: Buffer,
): Promise<{ readonly json: unknown; readonly uploads: Uploads }> {
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) return { json: parse(body.toString()), uploads: new Map() };
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  const uploads = new Map<string, NewFile>();
  for (const [name, value] of form) {
    const index = uploadField.exec(name)?.[1];
    if (index === undefined || typeof value === 'string') continue;
    uploads.set(index, { name: value.name, bytes: new Uint8Array(await value.arrayBuffer()) });
  }
  return { json: parse(z.string().catch('{}').parse(form.get('payload_json'))), uploads };
}

function parse(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    throw refusal(50109);
  }
}
