/** The app's Home: one page for each person, which follows their quota and their jobs while they look at it. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebAPIPlatformError } from '@slack/web-api';
import { z } from 'zod';
import type { Command } from '../../commands/command.ts';
import type { Log } from '../../core/log.ts';
import { type InstallationKey, tenantOf } from './address.ts';
import { isUninstalled, readRefusal } from './api-errors.ts';
import { drawHome } from './draw/home.ts';
import type { Groups } from './groups.ts';
import { createHomeLinks } from './home-links.ts';
import { readHomeParts } from './home-parts.ts';
import { createHomeRows, type Home } from './home-rows.ts';
import type { People } from './people.ts';
import type { SlackApi } from './slack-clients.ts';
import type { SlackDatabase } from './slack-tables.ts';

export interface HomeBoardEdges {
  readonly database: SlackDatabase;
  readonly api: SlackApi;
  readonly people: People;
  readonly groups: Groups;
  readonly now: () => Date;
  readonly log: Log;
  /** Between two looks at whose jobs have changed; default: ten seconds. */
  readonly everyMs?: number;
}

/** Nothing here rejects: a Home that could not be drawn is logged, and drawn by the next look. */
export interface HomeBoard {
  /** Somebody opened it: it is drawn, and followed for a quarter of an hour. Resolves when it stands there. */
  opened(key: InstallationKey, person: string): Promise<void>;
  /**
   * Something happened to this person: their Home is drawn again where they opened it lately and it has changed.
   * @param notice a plain sentence that is to stand on it for a minute: buttons there have no other place for an answer
   */
  show(key: InstallationKey, person: string, notice?: string): Promise<void>;
  /** Begins to look; keeps no process alive. */
  start(): void;
  /** Resolves when what was being drawn stands there. */
  stop(): Promise<void>;
}

const usualEveryMs = 10_000;
const noticeMs = 60_000;

/** In one look: `views.publish` bears a hundred in a minute for each workspace (platforms/slack.md §5, §7). */
const mostInOneLook = 12;

/** As often as others may come between before somebody is worth giving up on. */
const mostConflicts = 3;
const conflictMs = 300;

/** In place of a fingerprint: nothing is like it, so the next change is drawn. */
const notTaken = 'refused';

const published = z.object({ view: z.object({ hash: z.string().nullish() }).nullish() });

export function createHomeBoard(edges: HomeBoardEdges, commands: readonly Command[]): HomeBoard {
  const { database, api, people, groups, now, log, everyMs = usualEveryMs } = edges;
  const rows = createHomeRows(database);
  const links = createHomeLinks({ database, api });
  const notices = new Map<string, { readonly home: Home; readonly said: string; readonly until: number }>();
  const drawing = new Map<string, { isAskedAgain: boolean; done: Promise<void> }>();
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  let isStopped = false;

  async function publish(home: Home): Promise<void> {
    const { installation, person } = home;
    let refused: string | null = null;
    for (let conflicts = 0; ; conflicts += 1) {
      const at = now();
      const known = await people.know(installation, person);
      if (known.isBot) return;
      const standing = await rows.find(home);
      const who = { ...known, roles: await groups.of(installation, person) };
      const parts = await readHomeParts(home, who, { commands, links, database });
      const notice = notices.get(idOf(home))?.said ?? null;
      const view = drawHome({ ...parts, notice }, known.locale);
      const drawn = fingerprintOf(view);
      if (standing?.drawn === drawn) return;
      // The name we know was refused: nobody wrote down the one that holds, and what is drawn now is the newest.
      const hash: string | null = standing === null || standing.hash === refused ? null : standing.hash;
      try {
        const clients = await api.of(installation);
        const answer = await clients.api.views.publish({ user_id: person, view, ...(hash !== null && { hash }) });
        await rows.drawn(home, { drawn, hash: published.parse(answer).view?.hash ?? null }, at);
        return;
      } catch (error) {
        if (!isConflict(error) || conflicts === mostConflicts) throw error;
        refused = hash;
        // Whoever was first writes down what stands there now: often nothing is left to draw.
        await sleep(conflictMs);
      }
    }
  }

  async function tryPublish(home: Home): Promise<void> {
    try {
      await publish(home);
    } catch (error) {
      await recover(home, error).catch((fault: unknown) => log.warn('slack.home-not-noted', { error: fault }));
    }
  }

  async function recover(home: Home, error: unknown): Promise<void> {
    const refusal = readRefusal(error);
    if (refusal !== null && isUninstalled(refusal)) return rows.forget(home);
    log.warn('slack.home-not-drawn', { tenant: tenantOf(home.installation), person: home.person, error });
    if (refusal === null || isConflict(error)) return rows.undrawn(home, now());
    // What Slack will not have does not become better by being sent again.
    await rows.drawn(home, { drawn: notTaken, hash: null }, now());
  }

  /** One at a time for each person; of several that wait one is enough, as it draws what holds then. */
  function draw(home: Home): Promise<void> {
    const id = idOf(home);
    const underWay = drawing.get(id);
    if (underWay !== undefined) {
      underWay.isAskedAgain = true;
      return underWay.done;
    }
    const state = { isAskedAgain: true, done: Promise.resolve() };
    drawing.set(id, state);
    state.done = (async () => {
      while (state.isAskedAgain) {
        state.isAskedAgain = false;
        await tryPublish(home);
      }
      drawing.delete(id);
    })();
    return state.done;
  }

  async function look(): Promise<void> {
    const at = now();
    for (const [id, { home, until }] of notices) {
      if (until > at.getTime()) continue;
      notices.delete(id);
      await draw(home);
    }
    for (const home of await rows.claim({ at, everyMs, most: mostInOneLook })) {
      if (isStopped) {
        await rows.undrawn(home, at);
        continue;
      }
      await draw(home);
    }
    await rows.sweep(at);
  }

  function lookLater(): void {
    timer = setTimeout(() => {
      looking = look()
        .catch((error: unknown) => log.warn('slack.homes-not-looked-at', { error }))
        .finally(() => {
          if (!isStopped) lookLater();
        });
    }, everyMs);
    timer.unref();
  }

  return {
    async opened(installation, person) {
      const home = { installation, person };
      try {
        await rows.opened(home, now());
      } catch (error) {
        log.warn('slack.home-not-noted', { error });
      }
      await draw(home);
    },

    async show(installation, person, notice) {
      const home = { installation, person };
      try {
        if (notice !== undefined) {
          notices.set(idOf(home), { home, said: notice, until: now().getTime() + noticeMs });
          await rows.opened(home, now());
        } else if ((await rows.find(home)) === null) return;
      } catch (error) {
        log.warn('slack.home-not-noted', { error });
        return;
      }
      await draw(home);
    },

    start() {
      if (!isStopped) lookLater();
    },

    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await looking;
      await Promise.all([...drawing.values()].map(({ done }) => done));
    },
  };
}

function idOf({ installation, person }: Home): string {
  return `${tenantOf(installation)} ${person}`;
}

function isConflict(error: unknown): boolean {
  return error instanceof WebAPIPlatformError && error.data.error === 'hash_conflict';
}

/** Signed links of ours carry the moment they were made: a new signature is no news. */
function fingerprintOf(view: unknown): string {
  const settled = JSON.stringify(view).replace(/(\/media\/\w+)\?[^"|>\\]*/g, '$1');
  return createHash('sha256').update(settled).digest('base64url');
}
