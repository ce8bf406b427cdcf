/** Every provider that is switched on, asked at no cost whether it would take a job. */
import type { Config, ProviderSlice } from '../core/config.ts';
import type { Failure } from '../core/failure.ts';
import { within } from '../core/jobs/within.ts';
import { withoutPictures } from '../core/providers/place-picture.ts';
import type { Inspection, SealedProvider, VideoProvider } from '../core/providers/provider.ts';
import { type Quote, reasonOf } from './quote.ts';
import { type Finding, fix, note, ok } from './report.ts';

export interface ProviderSeen {
  readonly provider: VideoProvider;
  /** The name of its key; absent: it needs none. */
  readonly keyName?: string;
  /** Names of its addresses that the operator has set: the first thing to doubt when nobody answers. */
  readonly addressNames: readonly string[];
  readonly answer: Answer;
}

type Answer =
  | { readonly kind: 'inspected'; readonly inspection: Inspection }
  | { readonly kind: 'unreached'; readonly reason: string }
  /** It has nothing that could be asked for nothing. */
  | { readonly kind: 'not-asked' };

const timeLimitMs = 15_000;
const mostFindings = 12;

/** All at once, in the operator's order. */
export function lookAtProviders(
  connected: readonly VideoProvider[],
  known: readonly SealedProvider[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<ProviderSeen[]> {
  return Promise.all(
    connected.map(async (provider) => {
      const sealed = known.find(({ id }) => id === provider.id);
      const addressNames = Object.keys(sealed?.environment.shape ?? {}).filter(
        (name) => name.endsWith('_URL') && (environment[name] ?? '').trim() !== '',
      );
      const keyName = sealed?.keyName;
      return { provider, ...(keyName !== undefined && { keyName }), addressNames, answer: await ask(provider) };
    }),
  );
}

async function ask(provider: VideoProvider): Promise<Answer> {
  if (provider.inspect === undefined) return { kind: 'not-asked' };
  try {
    return { kind: 'inspected', inspection: await within(timeLimitMs, provider.inspect()) };
  } catch (error) {
    return { kind: 'unreached', reason: reasonOf(error) };
  }
}

export function judgeProviders(
  seen: readonly ProviderSeen[],
  { publicUrl }: Pick<Config, 'publicUrl'>,
  quote: Quote,
): Finding[] {
  const stuck = withoutPictures(
    seen.map(({ provider }) => provider),
    publicUrl !== '',
  );
  return seen.flatMap((each) => [
    ...judgeAnswer(each, quote),
    ...(stuck.includes(each.provider) ? [judgePictures(each.provider)] : []),
  ]);
}

/** Those that a key would switch on, and those that have one and are left out by `PROVIDERS`. */
export function judgeUnused(
  inUse: readonly { readonly id: string }[],
  known: readonly ProviderSlice[],
  environment: Readonly<Record<string, string | undefined>>,
): Finding[] {
  const unused = known.filter(({ id }) => !inUse.some((provider) => provider.id === id));
  const keyNames = unused.flatMap(({ keyName }) => keyName ?? []);
  const leftOut = keyNames.filter((name) => (environment[name] ?? '').trim() !== '');
  const missing = keyNames.filter((name) => !leftOut.includes(name));
  return [
    ...leftOut.map((name) =>
      note(`${name} is set, but PROVIDERS leaves its provider out.`, 'Add it to PROVIDERS to use it.'),
    ),
    ...(missing.length === 0
      ? []
      : [note(`Without a key: ${missing.join(', ')}.`, 'Each would switch its provider on.')]),
  ];
}

function judgeAnswer({ provider: { title }, keyName, addressNames, answer }: ProviderSeen, quote: Quote): Finding[] {
  switch (answer.kind) {
    case 'not-asked':
      return keyName === undefined
        ? [ok(`${title}: needs no key and costs nothing.`)]
        : [
            note(
              `${title}: ${keyName} is set. Whether it is good cannot be asked for nothing; the first clip shows it.`,
            ),
          ];
    case 'unreached': {
      const doubt = addressNames.length === 0 ? '' : ` Is ${addressNames.join(' or ')} right?`;
      return [
        fix(
          `${title}: no usable answer. ${quote(answer.reason)}`,
          `See whether this machine gets out to ${title}, and run this again.${doubt}`,
        ),
      ];
    }
    case 'inspected': {
      const { findings, failure } = answer.inspection;
      const told = findings.slice(0, mostFindings).map((finding) => `${title}: ${quote(finding)}`);
      const rest = findings.length - told.length;
      const lines = rest > 0 ? [...told, `${title}: and ${rest} more findings.`] : told;
      if (failure !== undefined) {
        return [...lines.map((line) => note(line)), judgeFailure(title, keyName, failure, quote)];
      }
      return lines.length === 0 ? [ok(`${title}: answers.`)] : lines.map(ok);
    }
  }
}

function judgeFailure(title: string, keyName: string | undefined, failure: Failure, quote: Quote): Finding {
  const words = quote(failure.detail);
  switch (failure.kind) {
    case 'bad-key':
      return fix(
        `${title}: does not accept the key. ${words}`,
        `Copy the key from ${title}’s console into ${keyName ?? 'its setting'} once more, and start the bot again.`,
      );
    case 'no-credit':
      return fix(`${title}: the account is empty or locked. ${words}`, `Top up the account at ${title}.`);
    case 'rate-limited':
    case 'unavailable':
      return fix(`${title}: takes no job right now. ${words}`, 'Wait a minute and run this again.');
    default:
      return fix(`${title}: would take no job. ${words}`, `See what ${title}’s console says about the account.`);
  }
}

function judgePictures({ title, pictures }: VideoProvider): Finding {
  if (pictures.length === 0) return note(`${title}: takes no pictures.`);
  return fix(
    `${title}: takes no picture without PUBLIC_URL: picture requests go to others.`,
    'Set PUBLIC_URL, or keep another provider for pictures.',
  );
}
