/** The parts of docs/providers.md that follow from the code: settings, what is on sale, and how the services compare. */

import { checkRequest } from '../src/core/check-request.ts';
import { firstSlots } from '../src/core/jobs/traffic/line.ts';
import { spacing } from '../src/core/jobs/traffic/paces.ts';
import type { KeptFile } from '../src/core/media/media.ts';
import type {
  Offer,
  Pace,
  PacedCall,
  PictureRoute,
  SealedProvider,
  VideoProvider,
} from '../src/core/providers/provider.ts';
import { providers } from '../src/core/providers/registry.ts';
import { clipSeconds, modelNames, resolutions, type VideoRequest } from '../src/core/request.ts';
import { textsFor } from '../src/core/texts/texts.ts';
import type { MediaId, MicroUsd } from '../src/core/values.ts';

/** What the code cannot know of a provider; each date is its fact sheet's. */
interface Told {
  /** Where its prices stand, and as of when. */
  readonly prices: string;
  /** For printing prices that the code has in another currency: settings under which it tells them one to one. */
  readonly currency?: { readonly sign: string; readonly settings: Readonly<Record<string, string>> };
  /** One setting that adds an ability: its name and a value. */
  readonly extra?: readonly [string, string];
  /** A word below the table of what is on sale. */
  readonly more?: string;
}

const told: Readonly<Record<string, Told>> = {
  fal: {
    prices:
      '2.3-pro: an article of fal’s own, 2026-06-12. All others: the model pages, undated, as stored on 2026-11-20; the prices at 512P are “about”.',
  },
  runcomfy: {
    prices: 'None is published; the catalogue has them.',
    extra: ['RUNCOMFY_DATA_URIS', 'true'],
    more: 'This is the one id that RunComfy documents. All others are read from its catalogue when the bot starts and every hour after, with their prices: `npm run doctor` and the log line `provider.inspected` list them.',
  },
  runninghub: {
    prices:
      'The Chinese site’s list of 2026-04-29, in yuan. For the international site none is published. The bot counts them only at the Chinese site, and only with `RUNNINGHUB_CNY_PER_USD`.',
    currency: {
      sign: '¥',
      settings: { RUNNINGHUB_API_URL: 'https://www.runninghub.cn/openapi/v2', RUNNINGHUB_CNY_PER_USD: '1' },
    },
  },
  runbase: { prices: 'None is published; each accepted run tells what it cost (providers/runbase.md §12).' },
  toapis: {
    prices: 'None is published in money; 200 credits are one dollar (providers/toapis.md §12).',
    extra: ['TOAPIS_WEBHOOK_SECRET', 'secret'],
  },
  minimax: {
    prices:
      'MiniMax’s page for paying as you go, read on 2026-07-10, in dollars at the global address. At the mainland’s address the bot counts none.',
  },
};

/** What each setting is for. */
const meanings: Readonly<Record<string, string>> = {
  FAL_KEY: 'switches fal on; may look like `id:secret`, and goes in as one string',
  FAL_QUEUE_URL: 'where jobs are sent and looked at',
  FAL_REST_URL: 'where pictures go, and where the keys for signatures are read',
  FAL_CONCURRENCY: 'renders at once: 2 for a new account, up to 40 as credit is bought',
  RUNCOMFY_API_TOKEN: 'switches RunComfy on',
  RUNCOMFY_API_URL: 'the Model API',
  RUNCOMFY_DATA_URIS:
    '`true` lets PNG pictures go inside the request when there is no `PUBLIC_URL`; untried with Hailuo',
  RUNNINGHUB_API_KEY: 'switches RunningHub on',
  RUNNINGHUB_API_URL: 'the Chinese site is `https://www.runninghub.cn/openapi/v2`',
  RUNNINGHUB_CNY_PER_USD: 'yuan for a dollar, for prices and charges at the Chinese site; unset: they are not counted',
  RUNBASE_API_KEY: 'switches Runbase on',
  RUNBASE_API_URL: 'where runs are made and looked at',
  RUNBASE_MODEL: 'the model string that is sent',
  TOAPIS_API_KEY: 'switches ToAPIs on',
  TOAPIS_API_URL: 'where tasks are made and looked at',
  TOAPIS_WEBHOOK_SECRET: 'checks call-backs; unset: none are asked for',
  TOAPIS_GROUP: 'the account’s group, `default`, `vip` or `svip`: how many calls it may make',
  MINIMAX_API_KEY: 'switches MiniMax on',
  MINIMAX_API_URL: 'mainland China is `https://api.minimaxi.com`; keys of one region do not work in the other',
  MINIMAX_CREATES_PER_MINUTE: 'clips begun in a minute: 5 or 20 without a package, 20 to 50 with one',
};

const sold = providers.flatMap((sealed) => (sealed.keyName === undefined ? [] : [toSold(sealed, sealed.keyName)]));

interface Sold {
  readonly sealed: SealedProvider;
  readonly keyName: string;
  readonly told: Told;
}

function toSold(sealed: SealedProvider, keyName: string): Sold {
  const words = told[sealed.id];
  if (words === undefined)
    throw new Error(`scripts/provider-docs.ts does not know where the prices of ${sealed.id} stand`);
  return { sealed, keyName, told: words };
}

/** The document with every generated part as it should be. Throws when a marker is missing or nobody's. */
export function fillIn(document: string): string {
  const parts = generatedParts();
  const seen = new Set<string>();
  const filled = document.replace(
    /(<!-- generated: (.+?) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_all, opening: string, name: string, closing: string) => {
      const part = parts.get(name);
      if (part === undefined) throw new Error(`docs/providers.md has a part that nobody generates: ${name}`);
      seen.add(name);
      return `${opening}\n${part}\n\n${closing}`;
    },
  );
  const missing = [...parts.keys()].filter((name) => !seen.has(name));
  if (missing.length > 0) throw new Error(`docs/providers.md has no place for: ${missing.join(', ')}`);
  return filled;
}

function generatedParts(): ReadonlyMap<string, string> {
  return new Map([
    ['comparison', comparison()],
    ...sold.flatMap((each): [string, string][] => [
      [`settings of ${each.sealed.id}`, settings(each)],
      [`offers of ${each.sealed.id}`, offers(each)],
    ]),
  ]);
}

function settings({ sealed: { environment }, keyName }: Sold): string {
  const defaults = environment.parse({ [keyName]: 'key' });
  const rows = Object.keys(environment.shape).map((name) => {
    const meaning = meanings[name];
    if (meaning === undefined) throw new Error(`scripts/provider-docs.ts does not know what ${name} is for`);
    const value = name === keyName ? undefined : defaults[name];
    return [`\`${name}\``, value === undefined ? '–' : `\`${String(value)}\``, meaning];
  });
  return table(['name', 'default', 'meaning'], rows);
}

const sources = ['text', 'a picture', 'two pictures'] as const;
const sizes = resolutions.flatMap((resolution) => clipSeconds.map((seconds) => ({ resolution, seconds })));

type Offered = Extract<Offer, { outcome: 'offered' }>;

/** One row for each model and wire id; sources that are sold alike share it. */
function offers(each: Sold): string {
  const sign = each.told.currency?.sign ?? '$';
  const provider = connect(each, each.told.currency?.settings);
  const lines = modelNames.flatMap((model) =>
    sources.flatMap((source) => {
      const byColumn = sizes.map((size) => offerOf(provider, { model, source, ...size }));
      const first = byColumn.find((offer) => offer !== null);
      if (first == null) return [];
      return [
        { model, source, wire: first.model, cells: byColumn.map((offer) => priced(offer, sign)), note: noteOf(first) },
      ];
    }),
  );
  const used = sizes.map((_, column) => lines.some(({ cells }) => cells[column] !== '–'));
  const inUse = <T>(row: readonly T[]): T[] => row.filter((_, column) => used[column]);
  const rows = [...Map.groupBy(lines, ({ model, wire, cells }) => [model, wire, ...cells].join(' ')).values()].map(
    (alike) => {
      const [{ model, wire, cells }] = alike as [(typeof lines)[number]];
      return [model, alike.map(({ source }) => source).join(', '), ...inUse(cells), `\`${wire}\``];
    },
  );
  const columns = inUse(sizes.map(({ resolution, seconds }) => `${resolution}, ${seconds} s`));
  const notes = [...Map.groupBy(lines, ({ note }) => note)].flatMap(([note, noted]) =>
    note === undefined ? [] : [`People are told, with ${modelsIn(noted)}: *${note}*`],
  );
  return [
    table(['model', 'from', ...columns, 'wire id'], rows),
    `Prices: ${each.told.prices}`,
    ...(each.told.more === undefined ? [] : [each.told.more]),
    ...notes,
  ].join('\n\n');
}

function noteOf({ note }: Offered): string | undefined {
  return note && textsFor('en').problems.note(note);
}

function modelsIn(lines: readonly { readonly model: string; readonly source: string }[]): string {
  const byModel = Map.groupBy(lines, ({ model }) => model);
  if (byModel.size > 1) return 'every clip';
  return lines.map(({ model, source }) => `${model} from ${source}`).join(' and ');
}

function priced(offer: Offered | null, sign: string): string {
  if (offer === null) return '–';
  return offer.price === undefined ? 'not published' : sign + inUnits(offer.price);
}

/** Two decimals, and more only where there are more. */
function inUnits(price: MicroUsd): string {
  const [, whole, decimals] = /^(\d+)\.(\d{2}\d*?)0*$/.exec((price / 1_000_000).toFixed(6)) ?? [];
  return `${whole}.${decimals}`;
}

interface Wish extends Pick<VideoRequest, 'model' | 'seconds' | 'resolution'> {
  readonly source: (typeof sources)[number];
}

const picture: KeptFile = {
  id: 'ab'.repeat(32) as MediaId,
  kind: 'picture',
  type: 'image/jpeg',
  bytes: 1000,
  width: 1280,
  height: 720,
};

/** Null too for what nobody can ask for here, whoever would sell it. */
function offerOf(provider: VideoProvider, { source, ...wish }: Wish): Offered | null {
  const { model, seconds: duration, resolution } = wish;
  const pictures = { image: source !== 'text', lastImage: source === 'two pictures' };
  const checked = checkRequest({ prompt: 'A paper boat', model, duration, resolution }, pictures, []);
  // 02 in 1080P is taken for 02-pro, which has a row of its own.
  if (checked.outcome === 'refused' || checked.request.model !== model) return null;
  const offer = provider.offer({
    ...checked.request,
    ...(pictures.image && { firstFrame: picture }),
    ...(pictures.lastImage && { lastFrame: picture }),
  });
  return offer.outcome === 'offered' ? offer : null;
}

function comparison(): string {
  const rows = sold.map((each) => {
    const usual = connect(each);
    const full = each.told.extra === undefined ? usual : connect(each, Object.fromEntries([each.told.extra]));
    const withExtra = each.told.extra === undefined ? '' : ` with \`${each.told.extra[0]}\``;
    return [
      each.sealed.title,
      picturesIn(usual, full, withExtra),
      usual.readCallBack ? 'yes' : full.readCallBack ? withExtra.trim() : '–',
      usual.cancel ? 'yes' : '–',
      usual.lookUp ? 'yes' : '–',
      usual.paces.map(inWords).join('; ') || 'none known',
      usual.slots === 'learned' ? `learned, from ${firstSlots}` : String(usual.slots),
      usual.inspect ? 'yes' : '–',
    ];
  });
  return table(
    [
      '',
      'pictures, best way first',
      'call-backs',
      'cancel',
      'look-up',
      'calls it bears',
      'renders at once',
      'inspected',
    ],
    rows,
  );
}

function picturesIn(usual: VideoProvider, full: VideoProvider, withExtra: string): string {
  const ways = full.pictures.map((way) => {
    const isUsual = usual.pictures.some(({ route }) => route === way.route);
    return `${inBytes(way)}${isUsual ? '' : withExtra}`;
  });
  return ways.join('; ');
}

const routeWords: Readonly<Record<PictureRoute['route'], string>> = {
  upload: 'upload',
  'data-uri': 'inside the request',
  link: 'link',
};

function inBytes({ route, maxBytes, types }: PictureRoute): string {
  const kinds = types.map((type) =>
    type
      .replace('image/', '')
      .replace('webp', 'WebP')
      .replace(/^(jpeg|png)$/, upper),
  );
  return `${routeWords[route]} (${kinds.join(', ')}; ${size(maxBytes)})`;
}

function upper(word: string): string {
  return word.toUpperCase();
}

function size(bytes: number): string {
  if (bytes % 1_048_576 === 0) return `${bytes / 1_048_576} MiB`;
  return bytes % 1_000_000 === 0 ? `${bytes / 1_000_000} MB` : `under ${Math.ceil(bytes / 1_000_000)} MB`;
}

const callWords: Readonly<Record<PacedCall, string>> = { submit: 'submits', look: 'looks', upload: 'uploads' };

/** The service's figure, and how it is kept to. */
function inWords(pace: Pace): string {
  const { burst, everyMs } = spacing(pace);
  const calls = pace.of.map((call) => callWords[call]).join(' and ');
  return `${pace.most} ${calls} in ${pace.perMs / 1000} s (kept as ${burst} at once, then one every ${everyMs / 1000} s)`;
}

/** Calls nobody: the key is none. */
function connect({ sealed, keyName }: Sold, more: Readonly<Record<string, string>> = {}): VideoProvider {
  return sealed.connect(
    { [keyName]: 'key', ...more },
    {
      http: () => Promise.reject(new Error('documents are written without a call')),
      now: () => new Date(0),
      scratchDirectory: '',
      log: () => undefined,
    },
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
