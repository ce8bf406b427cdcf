/** A Slack where the app can be installed, the pages for it, and the tokens that come of it. */
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import type { InstallationKey } from '../../../src/bots/slack/address.ts';
import { createInstallRoutes } from '../../../src/bots/slack/install-routes.ts';
import { createInstallations, type Installations } from '../../../src/bots/slack/installations.ts';
import { slackMigrations } from '../../../src/bots/slack/slack-migrations.ts';
import type { SlackTables } from '../../../src/bots/slack/slack-tables.ts';
import { type OpenDatabase, openDatabase } from '../../../src/core/database.ts';
import { createLog, silentLog } from '../../../src/core/log.ts';
import { createSecret } from '../../../src/core/secret.ts';
import type { JobId } from '../../../src/core/values.ts';
import { openMemoryDatabase } from '../../support/database.ts';
import { startFakeSlack } from '../../support/fake-slack/fake-slack.ts';
import type { FakeTeam } from '../../support/fake-slack/teams.ts';
import { createHandClock } from '../../support/hand-clock.ts';
import { createTestDatabase } from '../../support/services.ts';

export type InstallWorld = Awaited<ReturnType<typeof openInstallWorld>>;

export const hourMs = 3_600_000;

/** Two seconds: once per test file. */
export function openSlackDatabase(): Promise<OpenDatabase> {
  return openMemoryDatabase(slackMigrations);
}

/** The same on a real PostgreSQL, dropped when it is closed. */
export async function openSlackPostgres(): Promise<OpenDatabase> {
  const own = await createTestDatabase();
  const opened = await openDatabase({
    url: own.url,
    dataDirectory: null,
    migrations: slackMigrations,
    log: silentLog,
  });
  const close = async (): Promise<void> => {
    await opened.close();
    await own.drop();
  };
  return { ...opened, close, [Symbol.asyncDispose]: close };
}

export async function openInstallWorld(opened: OpenDatabase, options: { readonly hasTokenRotation?: boolean } = {}) {
  const database = opened.database.withTables<SlackTables>();
  // The OAuth library reads the computer's clock, so that one is where this one begins.
  const clock = createHandClock(new Date().toISOString());
  const slack = await startFakeSlack({
    ...options,
    now: () => clock.now().getTime(),
    team: { name: 'Acme', isInstalled: false },
  });
  const lines: Record<string, unknown>[] = [];
  const log = createLog({ level: 'debug', write: (line) => void lines.push(JSON.parse(line)), secrets: [] });
  const cancelled: JobId[] = [];
  const edges = {
    database,
    secretKey: createSecret('the secret key of the operator'),
    clientId: slack.clientId,
    clientSecret: createSecret(slack.clientSecret),
    apiUrl: slack.apiUrl,
    log,
    now: clock.now,
    async cancelJob(job: JobId) {
      cancelled.push(job);
      await opened.database
        .updateTable('jobs')
        .set({ cancel_requested_at: clock.now() })
        .where('id', '=', job)
        .execute();
    },
  };
  /** As another process has them. */
  const another = (more: Partial<typeof edges> = {}): Installations => createInstallations({ ...edges, ...more });
  const installations = another();
  const server = serve({
    // Another process than the one that knows the tokens: the state is in the address and the cookie alone.
    fetch: (request, env) =>
      createInstallRoutes({ ...edges, publicUrl: url(), store: installations.store }).fetch(request, env),
    hostname: '127.0.0.1',
    port: 0,
  });
  await new Promise((listening) => server.once('listening', listening));
  function url(): string {
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const open = (address: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(new URL(address, url()), { headers, redirect: 'manual' });

  /** What a browser does from the install page to the last one. */
  async function visit(headers: Record<string, string> = {}): Promise<Response> {
    const first = await open('/slack/install', headers);
    const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? '';
    const consent = await open(first.headers.get('location') ?? '');
    return open(consent.headers.get('location') ?? '', { ...headers, cookie });
  }

  return {
    slack,
    team: slack.team,
    database,
    installations,
    another,
    clock,
    lines,
    cancelled,
    open,
    visit,
    url: url(),
    /** Lines of one event. */
    said: (event: string) => lines.filter((line) => line.event === event),
    /** Somebody installs the app, by the pages. */
    async install(team: FakeTeam = slack.team, isEnterpriseInstall = false): Promise<void> {
      slack.nextConsent(team, { isEnterpriseInstall });
      const page = await visit();
      if (page.status !== 200) throw new Error(`not installed: ${await page.text()}`);
    },
    rows: () => database.selectFrom('slack_installations').selectAll().orderBy('id').execute(),
    async [Symbol.asyncDispose]() {
      await installations.settle();
      await new Promise((closed) => server.close(closed));
      await slack.close();
      await database.deleteFrom('slack_installations').execute();
      await database.deleteFrom('slack_calls').execute();
      await database.deleteFrom('slack_homes').execute();
      await database.deleteFrom('jobs').execute();
    },
  };
}

export function keyOf({ id, enterprise }: FakeTeam, isEnterpriseInstall = false): InstallationKey {
  return { team: isEnterpriseInstall ? null : id, enterprise, isEnterpriseInstall };
}
