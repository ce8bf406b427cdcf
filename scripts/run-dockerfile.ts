/**
 * `npm run docker:rehearse`: what the Dockerfile does, step by step in an empty folder, for machines without Docker.
 * The container's paths are folders within that folder; the program runs from there, under another user when this one is
 * root, so that whatever it may not write is really not writable. Prints a short report.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createIgnore, type Instruction, parseDockerfile } from './dockerfile.ts';

const project = fileURLToPath(new URL('..', import.meta.url));
/** The user `node` of the image. */
const imageUser = 1000;
const healthyWithinMs = 60_000;
const stoppedWithinMs = 10_000;

interface Image {
  /** What `/` is in the container. */
  readonly root: string;
  readonly env: Record<string, string>;
  workdir: string;
  user: string;
  /** Places the container may write to, from its root. */
  readonly writable: string[];
  command: readonly string[];
  healthCheck: readonly string[];
  stopSignal: NodeJS.Signals;
}

async function rehearse(): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'hailuo-image-'));
  try {
    chmodSync(root, 0o755);
    const started = performance.now();
    const image = await build(root);
    const buildSeconds = secondsSince(started);
    const bytes = sizeOf(join(root, 'app'));
    say(
      `built in ${buildSeconds} s: ${inMegabytes(bytes)} beside Node, of it source ${inMegabytes(sizeOf(join(root, 'app/src')))}`,
    );
    await run(image);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

async function build(root: string): Promise<Image> {
  const image: Image = {
    root,
    env: {},
    workdir: '/',
    user: 'root',
    writable: ['/tmp'],
    command: [],
    healthCheck: [],
    stopSignal: 'SIGTERM',
  };
  mkdirSync(join(root, 'tmp'));
  const ignore = existsSync(join(project, '.dockerignore'))
    ? createIgnore(readFileSync(join(project, '.dockerignore'), 'utf8'))
    : () => false;
  for (const instruction of parseDockerfile(readFileSync(join(project, 'Dockerfile'), 'utf8'))) {
    say(`${instruction.name} ${describe(instruction)}`);
    await apply(instruction, image, ignore);
  }
  return image;
}

async function apply(instruction: Instruction, image: Image, ignore: (path: string) => boolean): Promise<void> {
  switch (instruction.name) {
    case 'FROM':
      layBase(instruction.image, image);
      return;
    case 'WORKDIR':
      image.workdir = instruction.value;
      mkdirSync(inside(image, instruction.value), { recursive: true });
      return;
    case 'ENV':
      Object.assign(image.env, instruction.values);
      return;
    case 'COPY':
      for (const from of instruction.from) copy(from, instruction.to, instruction.from.length, image, ignore);
      return;
    case 'RUN':
      await runStep(instruction.command, image);
      return;
    case 'VOLUME':
      image.writable.push(instruction.value);
      return;
    case 'USER':
      image.user = instruction.value;
      return;
    case 'STOPSIGNAL':
      image.stopSignal = instruction.value as NodeJS.Signals;
      return;
    case 'HEALTHCHECK':
      image.healthCheck = instruction.words;
      return;
    case 'CMD':
      image.command = instruction.words;
      return;
    case 'EXPOSE':
      return;
  }
}

/** The image's own Node: ours, when it is of the same line. */
function layBase(name: string, image: Image): void {
  const wanted = /^node:(\d+)\b/.exec(name)?.[1];
  const [major] = process.versions.node.split('.');
  if (wanted !== major) throw new Error(`the image is ${name}, and this is Node ${process.version}`);
  const binaries = join(image.root, 'usr/local/bin');
  mkdirSync(binaries, { recursive: true });
  copyFileSync(process.execPath, join(binaries, 'node'));
  // There are no users in a folder: who owns what is settled when the program starts.
  writeFileSync(join(binaries, 'chown'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
}

function copy(from: string, to: string, sources: number, image: Image, ignore: (path: string) => boolean): void {
  const source = resolve(project, from);
  const given = to.startsWith('/') ? to : join(image.workdir, to);
  const isFolder = statSync(source).isDirectory();
  // As Docker does: a file goes into a place that ends in a slash, the contents of a folder into the place itself.
  const target = inside(image, !isFolder && (sources > 1 || to.endsWith('/')) ? join(given, from) : given);
  let copied = 0;
  cpSync(source, target, {
    recursive: true,
    filter: (path) => {
      if (statSync(path).isDirectory()) return true;
      const isIn = !ignore(relative(project, path).replaceAll('\\', '/'));
      if (isIn) copied += 1;
      return isIn;
    },
  });
  if (copied === 0) throw new Error(`COPY ${from}: nothing of it reaches Docker (.dockerignore)`);
}

async function runStep(command: string, image: Image): Promise<void> {
  const mapped = command.replace(/(?<=^|[\s='":])\/(?=[a-z])[\w./-]*/g, (path) => {
    if (/^\/(?:app|data|tmp)\b/.test(path)) return inside(image, path);
    throw new Error(`RUN uses ${path}, which only the image itself has`);
  });
  // A build reaches the registry as this machine does; the program later knows nothing of this machine.
  await finish(start(['/bin/sh', '-c', mapped], image, {}, undefined, process.env), command);
}

async function run(image: Image): Promise<void> {
  const port = await findFreePort();
  const owner = dropsRoot(image) ? imageUser : undefined;
  for (const place of image.writable) {
    mkdirSync(inside(image, place), { recursive: true });
    if (owner !== undefined) chownSync(inside(image, place), owner, owner);
  }
  const env = { PORT: String(port), TMPDIR: inside(image, '/tmp'), HOME: inside(image, '/tmp'), LOG_FORMAT: 'json' };
  const before = listWritten(image);
  const started = performance.now();
  const program = start(image.command, image, env, owner);
  const ended = once(program, 'exit');
  try {
    await untilHealthy(image, env, owner, () => program.exitCode !== null || program.signalCode !== null);
    say(`healthy after ${secondsSince(started)} s, as ${owner === undefined ? 'the same user' : `user ${owner}`}`);
  } finally {
    const stopping = performance.now();
    program.kill(image.stopSignal);
    const isStopped = await Promise.race([ended.then(() => true), sleep(stoppedWithinMs, false, { ref: false })]);
    if (!isStopped) program.kill('SIGKILL');
    await ended;
    say(`stopped by ${image.stopSignal} in ${secondsSince(stopping)} s with code ${program.exitCode}`);
    if (!isStopped || program.exitCode !== 0) process.exitCode = 1;
  }
  const written = listWritten(image).filter((path) => !before.includes(path));
  if (written.length > 0) throw new Error(`it wrote where it may not: ${written.join(', ')}`);
}

async function untilHealthy(
  image: Image,
  env: Record<string, string>,
  owner: number | undefined,
  hasEnded: () => boolean,
): Promise<void> {
  const until = performance.now() + healthyWithinMs;
  while (performance.now() < until) {
    if (hasEnded()) throw new Error('the program ended before it was healthy');
    const check = start(image.healthCheck, image, env, owner);
    const [code] = (await once(check, 'exit')) as [number | null];
    if (code === 0) return;
    await sleep(250);
  }
  throw new Error(`not healthy within ${healthyWithinMs / 1000} s`);
}

/** @param outside what else it may know of this machine */
function start(
  words: readonly string[],
  image: Image,
  env: Readonly<Record<string, string>>,
  owner?: number,
  outside: NodeJS.ProcessEnv = {},
) {
  const [program = '', ...rest] = words;
  const mapped = Object.fromEntries(
    Object.entries(image.env).map(([name, value]) => [name, value.startsWith('/') ? inside(image, value) : value]),
  );
  const binaries = join(image.root, 'usr/local/bin');
  return spawn(program === 'node' ? join(binaries, 'node') : program, rest, {
    cwd: inside(image, image.workdir),
    env: { ...outside, PATH: `${binaries}:${process.env.PATH}`, ...mapped, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
    ...(owner !== undefined && { uid: owner, gid: owner }),
  });
}

async function finish(step: ReturnType<typeof start>, command: string): Promise<void> {
  const [code] = (await once(step, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`RUN ended with ${code}: ${command}`);
}

function dropsRoot(image: Image): boolean {
  if (image.user === 'root' || image.user === '0') throw new Error('the image runs as root');
  return process.getuid?.() === 0;
}

/** Every file outside the places that may be written to. */
function listWritten(image: Image): string[] {
  return readdirSync(image.root, { recursive: true })
    .map((path) => `/${path}`)
    .filter((path) => !image.writable.some((place) => path === place || path.startsWith(`${place}/`)));
}

function inside({ root }: Pick<Image, 'root'>, path: string): string {
  return join(root, path);
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

function describe(instruction: Instruction): string {
  const { name: _, ...rest } = instruction;
  return Object.values(rest)
    .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
    .join(' ');
}

function inMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function secondsSince(started: number): string {
  return ((performance.now() - started) / 1000).toFixed(1);
}

function say(line: string): void {
  console.log(`· ${line}`);
}

await rehearse();
