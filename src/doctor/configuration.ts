/** What the operator has set, by name: roles, names, `.env`. No value is ever printed. */
import { distance } from 'fastest-levenshtein';
import type { Config } from '../core/config.ts';
import { type EnvFile, explainUnreadable } from '../env-file.ts';
import { type Finding, fix, note, ok } from './report.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface ConfigurationSeen {
  /** Every name the bot reads. */
  readonly names: readonly string[];
  /** The environment before `.env` was read into it, and after. */
  readonly before: Environment;
  readonly environment: Environment;
  readonly envFile: EnvFile;
}

/** The sentences the bot itself would end with. */
export function judgeProblems(problems: readonly string[]): Finding[] {
  return [
    ...problems.map((problem) => fix(problem, 'Correct it in .env, or wherever this process gets its environment.')),
    note('Nothing else was looked at, because the bot would not start.'),
  ];
}

export function judgeConfiguration({ roles }: Pick<Config, 'roles'>, seen: ConfigurationSeen): Finding[] {
  return [judgeRoles(roles), judgeNames(seen), ...judgeEnvFile(seen)];
}

function judgeRoles(roles: Config['roles']): Finding {
  const others = (['bots', 'worker', 'web'] as const).filter((role) => !roles.includes(role));
  if (others.length === 0) return ok('Roles: bots, worker, web. One process does everything.');
  return note(`Roles: ${roles.join(', ')}.`, `Other processes must do ${others.join(' and ')}.`);
}

function judgeNames({ names, environment }: ConfigurationSeen): Finding {
  const set = names.filter((name) => isSet(environment[name]));
  return set.length === 0 ? note('Nothing is set: every setting has its default.') : ok(`Set: ${set.join(', ')}.`);
}

function judgeEnvFile(seen: ConfigurationSeen): Finding[] {
  const { envFile } = seen;
  switch (envFile.state) {
    case 'none':
      return [note('There is no .env in this directory: only the environment counts.')];
    case 'unreadable':
      return [fix(explainUnreadable(envFile), 'Make it a file this user may read.')];
    case 'read':
      return [ok('.env is read.'), ...judgeShadowed(envFile.values, seen), ...judgeMisspelt(envFile.values, seen)];
  }
}

/** The environment wins over `.env`, with an empty value too. */
function judgeShadowed(written: Environment, { names, before }: ConfigurationSeen): Finding[] {
  return names
    .filter((name) => isSet(written[name]) && before[name] !== undefined && before[name] !== written[name])
    .map((name) =>
      note(
        isSet(before[name])
          ? `${name} in .env does not count: the environment says something else.`
          : `${name} in .env does not count: it is empty in the environment.`,
        `Take it out of one of the two.`,
      ),
    );
}

/** Names close to one of ours only: what else stands there is not ours, and could be a key on the wrong side of its `=`. */
function judgeMisspelt(written: Environment, { names }: ConfigurationSeen): Finding[] {
  return Object.keys(written).flatMap((name) => {
    if (names.includes(name) || name.length < 6) return [];
    const meant = names.find((candidate) => distance(name.toUpperCase(), candidate) <= 2);
    return meant === undefined ? [] : [note(`${name} in .env is read by nobody.`, `If you meant ${meant}, rename it.`)];
  });
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value.trim() !== '';
}
