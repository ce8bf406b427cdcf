import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, test } from 'vitest';
import { createIgnore, type Instruction, parseDockerfile } from '../scripts/dockerfile.ts';
import { providers } from '../src/core/providers/registry.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');

describe('the Dockerfile', () => {
  const text = read('Dockerfile');
  const instructions = parseDockerfile(text);

  function all<Name extends Instruction['name']>(name: Name): Extract<Instruction, { name: Name }>[] {
    return instructions.filter((each): each is Extract<Instruction, { name: Name }> => each.name === name);
  }

  it('starts from a slim image of the Node that the project asks for', () => {
    const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
    expect(all('FROM')).toEqual([{ name: 'FROM', image: `node:${engines.node.replace('>=', '')}-slim` }]);
  });

  it('runs as nobody in particular, and changes nothing as root after that', () => {
    expect(all('USER')).toEqual([{ name: 'USER', value: 'node' }]);
    const after = instructions.slice(instructions.findIndex(({ name }) => name === 'USER'));
    expect(after.filter(({ name }) => name === 'RUN' || name === 'COPY')).toEqual([]);
  });

  it('installs what the lock file says, without what is for development, and leaves no cache', () => {
    const commands = all('RUN').map(({ command }) => command);
    const install = commands.find((command) => command.includes('npm')) ?? '';
    expect(install).toContain('npm ci --omit=dev');
    expect(install).toContain('--ignore-scripts');
    const cache = /--cache (\S+)/.exec(install)?.[1];
    expect(cache).toBeDefined();
    expect(install.endsWith(`&& rm -rf ${cache}`)).toBe(true);
  });

  it('brings no tools that build', () => {
    for (const { command } of all('RUN')) expect(command).not.toMatch(/apt|apk|gcc|g\+\+|make|python|curl|wget/);
    expect(text).not.toMatch(/^FROM.*\bAS\b/im);
  });

  it('takes only the program in', () => {
    expect(all('COPY').flatMap(({ from }) => from)).toEqual(['package.json', 'package-lock.json', 'src']);
  });

  it('listens to the outside, and keeps what it keeps in a volume', () => {
    expect(Object.assign({}, ...all('ENV').map(({ values }) => values))).toMatchObject({
      NODE_ENV: 'production',
      DATA_DIR: '/data',
      HOST: '0.0.0.0',
    });
    expect(all('VOLUME')).toEqual([{ name: 'VOLUME', value: '/data' }]);
  });

  it('gets its stop signal itself, and says whether it is alive', () => {
    expect(all('CMD')).toEqual([{ name: 'CMD', words: ['node', '--max-semi-space-size=4', 'src/start.mjs'] }]);
    expect(all('STOPSIGNAL')).toEqual([{ name: 'STOPSIGNAL', value: 'SIGTERM' }]);
    const [check] = all('HEALTHCHECK');
    expect(check?.words[0]).toBe('node');
    expect(check?.words.join(' ')).toContain('/healthz');
  });

  it.each([
    ['an instruction', 'FROM node:24\nONBUILD RUN true', 'line 2: ONBUILD'],
    ['a second stage', 'FROM node:24 AS build', 'line 1'],
    ['an option of COPY', 'COPY --link a b', 'line 1'],
    ['a command in words', 'CMD node x', 'line 1'],
    ['a variable', 'ENV A=$B', 'line 1'],
    ['a line that never ends', 'RUN true \\', 'line 1'],
  ])('what the rehearsal does not know it refuses: %s', (_name, written, said) => {
    expect(() => parseDockerfile(written)).toThrow(said);
  });
});

describe('.dockerignore', () => {
  const isIgnored = createIgnore(read('.dockerignore'));

  it.each(['src/main.ts', 'src/core/jobs/step.ts', 'package.json', 'package-lock.json'])('lets %s in', (path) => {
    expect(isIgnored(path)).toBe(false);
  });

  it.each(['.env', '.git/config', 'node_modules/zod/index.js', 'data/database/x', 'test/a.ts', 'README.md', 'srcs/x'])(
    'keeps %s out',
    (path) => expect(isIgnored(path)).toBe(true),
  );

  it.each([
    ['*.log', 'a.log', true],
    ['*.log', 'b/a.log', false],
    ['**/*.log', 'b/c/a.log', true],
    ['docs', 'docs/a/b.md', true],
    ['docs/', 'docs/a.md', true],
    ['/docs', 'docs/a.md', true],
    ['a?c', 'abc', true],
    ['docs\n!docs/a.md', 'docs/a.md', false],
    ['# docs', 'docs', false],
  ])('reads %j: %s', (rules, path, expected) => expect(createIgnore(rules)(path)).toBe(expected));
});

describe('docker-compose.yml', () => {
  const text = read('docker-compose.yml');
  const services = new Map(
    (text.split(/^services:$/m)[1] ?? '')
      .split(/^(?=\S)/m)[0]
      ?.split(/^(?= {2}[\w-]+:$)/m)
      .map((block) => [/^ {2}([\w-]+):/.exec(block)?.[1] ?? '', block]),
  );
  const ours = text.split(/^(?=\S)/m).find((block) => block.startsWith('x-hailuo')) ?? '';
  services.delete('');

  it('has one process for each role, and what they share', () => {
    expect([...services.keys()]).toEqual(['bots', 'worker', 'web', 'postgres', 'valkey']);
    for (const role of ['bots', 'worker', 'web']) expect(services.get(role)).toContain(`ROLES: ${role} }`);
  });

  it.each([...services.keys()])('%s cannot write to itself nor gain rights', (name) => {
    const block = services.get(name) ?? '';
    const whole = block.includes('<<: *hailuo') ? ours + block : block;
    expect(whole).toContain('read_only: true');
    expect(whole).toContain('cap_drop: [ALL]');
    expect(whole).toContain('no-new-privileges:true');
    expect(whole).toMatch(/tmpfs: \[\/tmp/);
  });

  it('the worker can be many', () => {
    expect(services.get('worker')).not.toMatch(/container_name|ports:|hostname/);
  });

  it('only the web is to be reached, and from this machine', () => {
    const published = [...services].filter(([, block]) => block.includes('ports:')).map(([name]) => name);
    expect(published).toEqual(['web']);
    expect(services.get('web')).toContain('127.0.0.1:3000');
  });

  it('nobody starts before the database and the alarms answer', () => {
    expect(ours).toMatch(/postgres: \{ condition: service_healthy \}\n\s+valkey: \{ condition: service_healthy \}/);
    for (const name of ['postgres', 'valkey'])
      expect(services.get(name)).toMatch(/healthcheck:\n(?:\s+#.*\n)?\s+test:/);
  });

  it('PostgreSQL is 17, and alarms are never evicted', () => {
    expect(services.get('postgres')).toContain('image: postgres:17');
    expect(services.get('valkey')).toContain('--maxmemory-policy noeviction --appendonly yes --appendfsync everysec');
  });

  it('no secret stands in it', () => {
    expect(text).toContain('env_file: .env');
    for (const [, value] of text.matchAll(/(?:PASSWORD|SECRET_KEY|TOKEN)\w*: (.*)/g)) {
      expect(value).toMatch(/^\$\{\w+:\?/);
    }
  });
});

describe('.env.example', () => {
  const documented = [...read('.env.example').matchAll(/^#?([A-Z][A-Z0-9_]+)=/gm)].map(([, name]) => name);

  it('has every name that the program reads, once', () => {
    const schema = [...read('src/core/config.ts').matchAll(/^ {2}([A-Z][A-Z0-9_]+): /gm)].map(([, name]) => name);
    const ofProviders = providers.flatMap(({ environment }) => Object.keys(environment.shape));
    expect(schema.length).toBeGreaterThan(15);
    expect([...schema, ...ofProviders].filter((name) => !documented.includes(name))).toEqual([]);
    expect(new Set(documented).size).toBe(documented.length);
  });

  it('has no value that anybody could use', () => {
    for (const [, name, value] of read('.env.example').matchAll(/^([A-Z_]+)=(.*)$/gm)) expect(value, name).toBe('');
  });
});

const rehearsal =
  'the Dockerfile, step by step in an empty folder: installs, starts, is healthy, writes nowhere else, stops';
if (process.env.CI === 'true') {
  test(rehearsal, async () => {
    const run = spawn(process.execPath, [`${root}scripts/run-dockerfile.ts`], { stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = '';
    for (const stream of [run.stdout, run.stderr]) {
      stream.on('data', (chunk) => {
        printed += chunk;
      });
    }
    const [code] = await once(run, 'close');
    expect(code, printed).toBe(0);
    expect(printed).toContain('healthy after');
    expect(printed).toMatch(/stopped by SIGTERM in \S+ s with code 0/);
  }, 300_000);
} else {
  test.skip(`${rehearsal}: fetches packages, so only in CI and by \`npm run docker:rehearse\``, () => {});
}
