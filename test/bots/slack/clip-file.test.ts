import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebClient } from '@slack/web-api';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { uploadFile } from '../../../src/bots/slack/clip-file.ts';
import type { SlackClients } from '../../../src/bots/slack/slack-clients.ts';

const token = 'xoxb-never-to-be-sent';
const seen: { readonly url: string; readonly headers: IncomingHttpHeaders; readonly body: Buffer }[] = [];
let status = 200;

const server = createServer(async (request, response) => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  seen.push({ url: request.url ?? '', headers: request.headers, body: Buffer.concat(parts) });
  response.writeHead(status, { location: '/elsewhere' }).end('OK');
});

let origin: string;
let directory: string;
let path: string;

beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  directory = await mkdtemp(join(tmpdir(), 'hailuo-upload-'));
  path = join(directory, 'clip');
  await writeFile(path, Buffer.alloc(3_000_000, 5));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
  await rm(directory, { recursive: true });
});
beforeEach(() => {
  seen.length = 0;
  status = 200;
});

function upload(url: string, apiUrl = `${origin}/api/`): Promise<void> {
  const uploads = new WebClient(token, { slackApiUrl: apiUrl });
  const clients: SlackClients = {
    api: uploads,
    edits: uploads,
    uploads,
    identity: { token, bot: 'B1', botUser: 'U1', name: 'hailuo' },
  };
  const file = { path, type: 'video/mp4', name: 'hailuo.mp4', description: '' };
  return uploadFile(clients, { file: 'F1', url }, file);
}

describe('the bytes of a clip', () => {
  test('go out as they are, with their length, and never with the token', async () => {
    await upload(`${origin}/upload/1`);
    const [request] = seen;
    expect(request?.headers).toMatchObject({ 'content-type': 'video/mp4', 'content-length': '3000000' });
    expect(request?.body.equals(Buffer.alloc(3_000_000, 5))).toBe(true);
    expect(JSON.stringify(request?.headers)).not.toContain(token);
  });

  test('go over no open line but that of Slack’s own address', async () => {
    await expect(upload(`${origin}/upload/1`, 'https://slack.com/api/')).rejects.toThrow('open line');
    expect(seen).toEqual([]);
  });

  test.each([302, 307, 500, 503])('follow nobody and are not taken for arrived: %i', async (answered) => {
    status = answered;
    await expect(upload(`${origin}/upload/1`)).rejects.toThrow();
    expect(seen.map(({ url }) => url)).toEqual(['/upload/1']);
  });
});
