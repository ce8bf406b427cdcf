/**
 * `npm run slack:manifest`: the app's manifest for what is configured, to be pasted into "From a manifest". Before there
 * are any tokens, `--http` and `--many` say what is wanted; without them it is Socket Mode in one workspace.
 */
import { parseArgs } from 'node:util';
import { drawManifest, type ManifestWish, problemsWithManifest } from '../src/bots/slack/manifest.ts';
import { ConfigError, readConfig } from '../src/core/config.ts';
import { providers } from '../src/core/providers/registry.ts';
import { explainUnreadable, readEnvFile } from '../src/env-file.ts';

function main(): void {
  const wish = readWish();
  const problems = problemsWithManifest(wish);
  if (problems.length > 0) throw new ConfigError(problems);
  process.stdout.write(`${JSON.stringify(drawManifest(wish), null, 2)}\n`);
}

function readWish(): ManifestWish {
  const { values: wanted } = parseArgs({ options: { http: { type: 'boolean' }, many: { type: 'boolean' } } });
  const envFile = readEnvFile();
  if (envFile.state === 'unreadable') process.stderr.write(`${explainUnreadable(envFile)}\n`);
  const { slack, publicUrl } = readConfig(
    { ...(envFile.state === 'read' && envFile.values), ...process.env },
    providers,
  );
  return {
    connection: wanted.http === true ? 'http' : (slack?.connection.by ?? 'socket'),
    workspaces: wanted.many === true ? 'many' : (slack?.workspaces.are ?? 'one'),
    publicUrl,
  };
}

try {
  main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
