import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createDownload, type DownloadOrder } from '../../../src/core/media/download.ts';
import { createStrangerGuard, type StrangerGuardEdges } from '../../../src/core/stranger-guard.ts';

let directory: string;
const open: { close(done: () => void): unknown; closeAllConnections?(): void }[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'download-'));
});
afterEach(async () => {
  for (const server of open.splice(0)) {
    server.closeAllConnections?.();
    await new Promise<void>((done) => server.close(done));
  }
});
afterAll(() => rm(directory, { recursive: true }));

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<string> {
  open.push(server);
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const serve = (listener: RequestListener): Promise<string> => listen(createServer(listener));

function order(url: string, more: Partial<DownloadOrder> = {}): DownloadOrder {
  return { url, maxBytes: 1000, timeoutMs: 5000, ...more };
}

const unasked = async (): Promise<readonly string[]> => {
  throw new Error('nothing should be resolved');
};

function fetchFrom(url: string, edges: Partial<StrangerGuardEdges> = {}, more: Partial<DownloadOrder> = {}) {
  return createDownload(createStrangerGuard({ allowPrivate: [], resolve: unasked, ...edges })).toMemory(
    order(url, more),
  );
}

describe('a good file', () => {
  it('comes into memory with its hash', async () => {
    const place = await serve((request, response) => {
      expect(request.headers['accept-encoding']).toBe('identity');
      response.setHeader('content-type', 'image/png').end('hello');
    });
    const fetched = await fetchFrom(`http://${place}/a?token=t#x`, { allowPrivate: [place] });
    expect(fetched).toMatchObject({
      outcome: 'fetched',
      bytes: 5,
      sha256: createHash('sha256').update('hello').digest('hex'),
      claimedType: 'image/png',
      finalUrl: `http://${place}/a?token=t`,
    });
    expect(fetched.outcome === 'fetched' && Buffer.from(fetched.content).toString()).toBe('hello');
  });

  it('comes into a new file', async () => {
    const body = Buffer.alloc(900_000, 'clip');
    const place = await serve((_request, response) => response.end(body));
    const path = join(directory, 'clip.mp4');
    const download = createDownload(createStrangerGuard({ allowPrivate: [place] }));
    const fetched = await download.toFile(order(`http://${place}/`, { maxBytes: 900_000 }), path);
    expect(fetched).toMatchObject({ outcome: 'fetched', bytes: 900_000 });
    expect((await readFile(path)).equals(body)).toBe(true);
  });

  it('is not unpacked: what a server compressed stays compressed', async () => {
    const place = await serve((_request, response) => response.setHeader('content-encoding', 'gzip').end('raw'));
    const fetched = await fetchFrom(`http://${place}/`, { allowPrivate: [place] });
    expect(fetched).toMatchObject({ outcome: 'fetched', bytes: 3 });
  });
});

describe('the guard', () => {
  const publicName = (...addresses: string[]) => ({ resolve: async () => addresses });

  it.each([
    ['plain http', 'http://example.com/', {}, 'not-https'],
    ['another scheme', 'file:///etc/passwd', {}, 'not-https'],
    ['a data URL', 'data:text/plain,hello', {}, 'not-https'],
    ['no URL', 'hello', {}, 'bad-url'],
    ['a password', 'https://user:secret@example.com/', {}, 'bad-url'],
    ['another port', 'https://example.com:8443/', {}, 'bad-port'],
    ['a port named as allowed elsewhere', 'https://example.com:22/', { allowPrivate: ['example.org:22'] }, 'bad-port'],
    ['loopback', 'https://127.0.0.1/', {}, 'private-address'],
    ['loopback as one number', 'https://2130706433/', {}, 'private-address'],
    ['loopback in hexadecimal', 'https://0x7f000001/', {}, 'private-address'],
    ['loopback in octal', 'https://0177.0.0.1/', {}, 'private-address'],
    ['loopback, shortened', 'https://127.1/', {}, 'private-address'],
    ['loopback in wide digits', 'https://①②⑦.0.0.1/', {}, 'private-address'],
    ['IPv6 loopback', 'https://[::1]/', {}, 'private-address'],
    ['IPv4 in IPv6', 'https://[::ffff:127.0.0.1]/', {}, 'private-address'],
    ['IPv4-compatible IPv6', 'https://[::127.0.0.1]/', {}, 'private-address'],
    ['NAT64', 'https://[64:ff9b::a9fe:a9fe]/', {}, 'private-address'],
    ['unspecified', 'https://0.0.0.0/', {}, 'private-address'],
    ['cloud metadata', 'https://169.254.169.254/latest/meta-data/', {}, 'private-address'],
    ['a name on a private address', 'https://evil.example/', publicName('10.0.0.1'), 'private-address'],
    ['a name on metadata', 'https://evil.example/', publicName('169.254.169.254'), 'private-address'],
    ['a name with one bad address', 'https://evil.example/', publicName('8.8.8.8', '127.0.0.1'), 'private-address'],
    ['a name on a zoned address', 'https://evil.example/', publicName('fe80::1%eth0'), 'private-address'],
    ['a name with no address', 'https://evil.example/', publicName(), 'unreachable'],
    [
      'an allowed name that moved to a public address, over http',
      'http://files.intranet:80/',
      { allowPrivate: ['files.intranet:80'], ...publicName('8.8.8.8') },
      'private-address',
    ],
    [
      'an allowed name that moved to metadata',
      'http://files.intranet:80/',
      { allowPrivate: ['files.intranet:80'], ...publicName('169.254.169.254') },
      'private-address',
    ],
  ] as const)('refuses %s', async (_name, url, edges, reason) => {
    expect(await fetchFrom(url, edges)).toMatchObject({ outcome: 'refused', reason });
  });

  it('connects only to the addresses it checked, whatever the name resolves to later', async () => {
    const place = await serve((_request, response) => response.end('inside'));
    const [, port] = place.split(':');
    const answers = [['127.0.0.1'], ['169.254.169.254']];
    let asked = 0;
    const resolve = async () => answers[asked++] ?? [];
    const fetched = await fetchFrom(`http://files.intranet:${port}/`, {
      allowPrivate: [`files.intranet:${port}`],
      resolve,
    });
    expect(fetched.outcome).toBe('fetched');
    expect(asked).toBe(1);
  });

  it('resolves and checks again at a redirect to the same name', async () => {
    const place = await serve((_request, response) => response.writeHead(302, { location: '/again' }).end());
    const [, port] = place.split(':');
    const answers = [['127.0.0.1'], ['169.254.169.254']];
    const resolve = async () => answers.shift() ?? [];
    const fetched = await fetchFrom(`http://files.intranet:${port}/`, {
      allowPrivate: [`files.intranet:${port}`],
      resolve,
    });
    expect(fetched).toMatchObject({ outcome: 'refused', reason: 'private-address' });
  });

  it.each([
    ['http://169.254.169.254/latest', 'not-https'],
    ['https://169.254.169.254/latest', 'private-address'],
    ['https://[::ffff:10.0.0.1]/', 'private-address'],
    ['file:///etc/passwd', 'not-https'],
    ['//user:secret@127.0.0.1/', 'bad-url'],
    ['https://inside.example/', 'private-address'],
  ])('refuses a redirect to %s', async (location, reason) => {
    const place = await serve((_request, response) => response.writeHead(302, { location }).end());
    const fetched = await fetchFrom(`http://${place}/`, { allowPrivate: [place], resolve: async () => ['10.0.0.1'] });
    expect(fetched).toMatchObject({ outcome: 'refused', reason });
  });

  it('follows four redirects and no more', async () => {
    const place = await serve((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left === 0) response.end('there');
      else response.writeHead(307, { location: `/${left - 1}` }).end('a body nobody reads');
    });
    expect(await fetchFrom(`http://${place}/4`, { allowPrivate: [place] })).toMatchObject({ outcome: 'fetched' });
    expect(await fetchFrom(`http://${place}/5`, { allowPrivate: [place] })).toMatchObject({
      reason: 'too-many-redirects',
    });
  });

  it('does not believe a certificate nobody vouches for', async () => {
    const place = await listen(createTlsServer(selfSigned, (_request, response) => response.end('hello')));
    const fetched = await fetchFrom(`https://${place}/`, { allowPrivate: [place] });
    expect(fetched).toMatchObject({ outcome: 'refused', reason: 'unreachable' });
    expect(fetched.outcome === 'refused' && fetched.detail).toContain('DEPTH_ZERO_SELF_SIGNED_CERT');
  });
});

describe('headers', () => {
  it('go to the first origin, and no more once a redirect has left it', async () => {
    const seen: (string | undefined)[] = [];
    const away: string = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(302, { location: `http://${home}/back` }).end();
    });
    const home: string = await serve((request, response) => {
      seen.push(request.headers.authorization);
      if (request.url === '/start') response.writeHead(302, { location: '/step' }).end();
      else if (request.url === '/step') response.writeHead(302, { location: `http://${away}/` }).end();
      else response.end('done');
    });
    const headers = { authorization: 'Bearer xoxb-1' };
    const fetched = await fetchFrom(`http://${home}/start`, { allowPrivate: [home, away] }, { headers });
    expect(fetched.outcome).toBe('fetched');
    expect(seen).toEqual(['Bearer xoxb-1', 'Bearer xoxb-1', undefined, undefined]);
  });
});

describe('limits', () => {
  it('refuses a file that says it is too large, without reading it', async () => {
    const place = await serve((_request, response) => response.setHeader('content-length', '1001').write('x'));
    expect(await fetchFrom(`http://${place}/`, { allowPrivate: [place] })).toMatchObject({ reason: 'too-large' });
  });

  it('stops counting at the limit when no length was claimed', async () => {
    const place = await serve((_request, response) => {
      response.on('error', () => {});
      const pump = setInterval(() => response.write('x'.repeat(100)), 1);
      response.on('close', () => clearInterval(pump));
    });
    expect(await fetchFrom(`http://${place}/`, { allowPrivate: [place] })).toMatchObject({ reason: 'too-large' });
  });

  it('takes no more than the claimed length', async () => {
    const lying = createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => socket.end(`HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n${'x'.repeat(5000)}`));
    });
    const place = await listen(lying);
    const fetched = await fetchFrom(`http://${place}/`, { allowPrivate: [place] });
    expect(fetched.outcome === 'refused' || fetched.bytes === 4).toBe(true);
  });

  it.each([
    ['length', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly this'],
    ['last chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\nonly this\r\n'],
  ])('a body that ends before its %s is cut short', async (_name, text) => {
    const place = await listen(
      createTcpServer((socket) => {
        socket.on('error', () => {});
        socket.once('data', () => socket.end(text));
      }),
    );
    expect(await fetchFrom(`http://${place}/`, { allowPrivate: [place] })).toMatchObject({ reason: 'cut-short' });
  });

  it.each([
    ['never answers', () => {}],
    [
      'drips its body',
      (_request, response) => {
        const drip = setInterval(() => response.write('x'), 20);
        response.on('close', () => clearInterval(drip));
      },
    ],
  ] as const satisfies readonly (readonly [string, RequestListener])[])(
    'gives up on a server that %s',
    async (_name, listener) => {
      const place = await serve(listener);
      const path = join(directory, 'slow');
      const download = createDownload(createStrangerGuard({ allowPrivate: [place] }));
      const startedAt = performance.now();
      const fetched = await download.toFile(order(`http://${place}/`, { timeoutMs: 300 }), path);
      expect(fetched).toMatchObject({ outcome: 'refused', reason: 'too-slow' });
      expect(performance.now() - startedAt).toBeLessThan(2000);
      expect(await readdir(directory)).not.toContain('slow');
    },
  );

  it('gives up on a resolver that never answers', async () => {
    const resolve = () => new Promise<never>(() => {});
    expect(await fetchFrom('https://example.com/', { resolve }, { timeoutMs: 100 })).toMatchObject({
      reason: 'too-slow',
    });
  });
});

describe('what goes wrong on the other side', () => {
  it.each([404, 403, 500, 503, 204, 206, 304])('HTTP %i is said with its status', async (status) => {
    const place = await serve((_request, response) => response.writeHead(status).end());
    expect(await fetchFrom(`http://${place}/`, { allowPrivate: [place] })).toMatchObject({
      outcome: 'refused',
      reason: 'http-status',
      status,
    });
  });

  it.each([
    ['refused', 'http://127.0.0.1:1/', ['127.0.0.1:1'], 'unreachable'],
    ['no such name', 'https://nowhere.example/', [], 'unreachable'],
  ] as const)('%s', async (_name, url, allowPrivate, reason) => {
    expect(await fetchFrom(url, { allowPrivate })).toMatchObject({ outcome: 'refused', reason });
  });

  it('never repeats a path, a query or a header in its detail', async () => {
    const place = await serve((request, response) => {
      if (request.url?.startsWith('/hop'))
        response.writeHead(302, { location: 'https://10.0.0.1/p?token=SECRET' }).end();
      else if (request.url?.startsWith('/cut')) response.destroy();
      else response.writeHead(500).end();
    });
    for (const path of ['/hop', '/cut', '/other']) {
      const headers = { authorization: 'SECRET' };
      const fetched = await fetchFrom(`http://${place}${path}/SECRET?a=SECRET`, { allowPrivate: [place] }, { headers });
      expect(fetched.outcome).toBe('refused');
      expect(JSON.stringify(fetched)).not.toContain('SECRET');
    }
  });
});

describe('our own disk', () => {
  it('throws when the file cannot be written, and leaves a file that was there alone', async () => {
    const place = await serve((_request, response) => response.end('new'));
    const path = join(directory, 'taken');
    await writeFile(path, 'old');
    const download = createDownload(createStrangerGuard({ allowPrivate: [place] }));
    await expect(download.toFile(order(`http://${place}/`), path)).rejects.toThrow('EEXIST');
    expect(await readFile(path, 'utf8')).toBe('old');
  });
});

/** For 127.0.0.1, signed by itself, good until 2126: made once with openssl for this test. */
const selfSigned = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgyPnMHxA0pkzx7ioa
MkXwfxwAxOwb2JtC9wghehqAqmmhRANCAAQii8M36HT0Lh7iL/teQ92X47nYwNlG
XPeS+/ChK6nRNO6gNQ5dpk8/h8y0lzNgDJ2MGGjsSxy2cyTaXYj6LkN3
-----END PRIVATE KEY-----`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBjzCCATagAwIBAgIUdsdcrtzYrg32FkPtG/sG4jclz1cwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTI3LjAuMC4xMCAXDTI2MTEyMTA5MTMyMFoYDzIxMjYxMDI4
MDkxMzIwWjAUMRIwEAYDVQQDDAkxMjcuMC4wLjEwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQii8M36HT0Lh7iL/teQ92X47nYwNlGXPeS+/ChK6nRNO6gNQ5dpk8/
h8y0lzNgDJ2MGGjsSxy2cyTaXYj6LkN3o2QwYjAdBgNVHQ4EFgQUT+TLa4r5Vh1Q
P2/0Vf6v79fEQD4wHwYDVR0jBBgwFoAUT+TLa4r5Vh1QP2/0Vf6v79fEQD4wDwYD
VR0TAQH/BAUwAwEB/zAPBgNVHREECDAGhwR/AAABMAoGCCqGSM49BAMCA0cAMEQC
ICULhdmsPES7vvjg0XjwtedBBjoztk96/4+vHPJuO/JXAiAzjqRbmA374qQcvRBX
HHGIqtYvwC0zpUfYyIKsifkYnw==
-----END CERTIFICATE-----`,
};
