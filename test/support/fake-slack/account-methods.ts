/** Who the app is, how it connects, how it is installed and how its workflow steps end (platforms/slack.md §2, §8). */
import { z } from 'zod';
import { id, type Method, read } from './method.ts';
import { exchangeCode, refresh, teamOf } from './oauth.ts';
import { teamsOf } from './places.ts';
import { json } from './read-arguments.ts';
import { Refusal } from './refusal.ts';
import type { Execution, State } from './state.ts';

const authTest: Method = ({ state, installation }) => {
  const team = state.teams.get(teamsOf(state, installation)[0] ?? '');
  return {
    url: `https://${team?.domain ?? 'organisation'}.slack.com/`,
    team: team?.name ?? installation.id,
    user: 'hailuo',
    team_id: installation.isEnterpriseInstall ? installation.id : team?.id,
    user_id: installation.botUser,
    bot_id: installation.bot,
    is_enterprise_install: installation.isEnterpriseInstall,
    ...(team?.enterprise === null || team === undefined ? {} : { enterprise_id: team.enterprise }),
  };
};

const revoke: Method = ({ installation, token }) => {
  token.state = 'revoked';
  installation.isAlive = false;
  return { revoked: true };
};

const access: Method = (call) => {
  const args = read(
    call,
    z.object({
      client_id: z.string().optional(),
      client_secret: z.string().optional(),
      grant_type: z.enum(['authorization_code', 'refresh_token']).default('authorization_code'),
      code: z.string().optional(),
      refresh_token: z.string().optional(),
      redirect_uri: z.string().optional(),
    }),
  );
  if (args.client_id !== call.state.clientId) throw new Refusal('invalid_client_id');
  if (args.client_secret !== call.state.clientSecret) throw new Refusal('bad_client_secret');
  return args.grant_type === 'refresh_token'
    ? refresh(call.state, args.refresh_token ?? '')
    : exchangeCode(call.state, args.code ?? '', args.redirect_uri);
};

function runningExecution(state: State, wanted: string): Execution {
  const execution = state.executions.get(wanted);
  if (execution === undefined) throw new Refusal('function_execution_not_found');
  if (execution.outcome !== null) throw new Refusal('execution_not_in_running_state');
  return execution;
}

/** The token of the step dies with it. */
function end(state: State, execution: Execution, outcome: NonNullable<Execution['outcome']>): void {
  execution.outcome = outcome;
  const token = state.tokens.get(execution.token);
  if (token !== undefined) token.state = 'revoked';
  execution.settle(outcome);
}

const completeSuccess: Method = (call) => {
  const args = read(call, z.object({ function_execution_id: id, outputs: json(z.record(z.string(), z.unknown())) }));
  const execution = runningExecution(call.state, args.function_execution_id);
  if (execution.installation !== call.installation.id) throw new Refusal('access_denied');
  end(call.state, execution, { type: 'success', outputs: args.outputs });
  return {};
};

const completeError: Method = (call) => {
  const args = read(call, z.object({ function_execution_id: id, error: id }));
  const execution = runningExecution(call.state, args.function_execution_id);
  if (execution.installation !== call.installation.id) throw new Refusal('access_denied');
  end(call.state, execution, { type: 'error', error: args.error });
  return {};
};

export const accountMethods: Readonly<Record<string, Method>> = {
  'auth.test': authTest,
  'auth.revoke': revoke,
  'team.info': ({ state, installation, demand }) => {
    demand('team:read');
    return { team: teamOf(state, installation) };
  },
  'functions.completeSuccess': completeSuccess,
  'functions.completeError': completeError,
};

/** Those that need no installation's token. */
export const openMethods: Readonly<Record<string, Method>> = { 'oauth.v2.access': access };
