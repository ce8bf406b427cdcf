/** A request's body, read as Slack reads it: form fields whose nested values are JSON, JSON itself, or one part of multipart. */
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';

export type Arguments = Readonly<Record<string, unknown>>;

/** A field that may come as JSON in a string. */
export function json<Value>(schema: z.ZodType<Value>) {
  return z.preprocess((value) => (typeof value === 'string' ? parseOr(value) : value), schema);
}

/** `true`, `1`, or the real thing. */
export const flag = z.preprocess((value) => value === true || value === 'true' || value === '1', z.boolean());

export const amount = z.coerce.number().int().min(0);

/** By its type; the query's fields are there too. */
export async function readArguments(request: IncomingMessage, url: URL, body: Buffer): Promise<Arguments> {
  const type = request.headers['content-type'] ?? '';
  const query = Object.fromEntries(url.searchParams);
  if (type.includes('json')) return { ...query, ...(JSON.parse(body.toString() || '{}') as Arguments) };
  return { ...query, ...Object.fromEntries(new URLSearchParams(body.toString())) };
}

/** With what is JSON parsed, for a test that looks. */
export function toReadable(args: Arguments): Arguments {
  const shown = Object.entries(args).map(([name, value]) => [
    name,
    typeof value === 'string' && /^[[{]/.test(value) ? parseOr(value) : value,
  ]);
  return Object.fromEntries(shown);
}

function parseOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The bytes of an upload, raw or in a form. */
export async function readUpload(request: IncomingMessage, body: Buffer): Promise<Uint8Array> {
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) return body;
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  for (const part of form.values()) if (typeof part !== 'string') return new Uint8Array(await part.arrayBuffer());
  return new Uint8Array();
}

/** Everything, or null when the sender hung up. @param stopAfter bytes after which we hang up ourselves */
export async function readAll(request: IncomingMessage, stopAfter?: number): Promise<Buffer | null> {
  const parts: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      parts.push(part);
      bytes += part.length;
      if (stopAfter !== undefined && bytes > stopAfter) return null;
    }
  } catch {
    return null;
  }
  return Buffer.concat(parts);
}
