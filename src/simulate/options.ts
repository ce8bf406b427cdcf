/** What `npm run simulate` is told on its command line. */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { services } from './services.ts';

/** The command line, checked. */
export interface Options {
  readonly queueMs: number;
  readonly renderMs: number;
  /** The share of calls that meets a fault. */
  readonly trouble: number;
  readonly seed: string;
  readonly services: readonly string[];
  /** The first service's; each has its own place after it, whoever else runs. 0: any free ones. */
  readonly port: number;
  readonly printsEnvironment: boolean;
}

/** Thrown with one sentence for whoever typed it. */
export class OptionsError extends Error {
  override readonly name = 'OptionsError';
}

/** Every service's id, in the order of their ports. */
export const serviceIds: readonly string[] = services.map((create) => create({ clip: new Uint8Array() }).id);

/** What `--help` shows. */
export const help = `Simulates the six providers on loopback: npm run simulate -- [options]

  --port <number>          the first of ${serviceIds.length} ports, one for each service (4100); 0: any free ones
  --services <ids>         only these, separated by commas: ${serviceIds.join(',')}
  --queue-seconds <n>      how long a job waits (2)
  --render-seconds <n>     and how long it then renders (6)
  --trouble <share>        from 0 to 1: so many of all calls meet a random fault (0)
  --seed <text>            the same faults again
  --print-env              prints the environment for the bot and ends
  --help                   prints this and ends

Faults and endings can also be ordered while it runs: docs/simulate.md.
`;

const lastFirstPort = 65_536 - serviceIds.length;

function number(least: number, most: number) {
  const rule = `must be a number from ${least} to ${most}`;
  return z
    .string()
    .regex(/^\d+(\.\d+)?$/, rule)
    .pipe(z.coerce.number<string>().min(least, rule).max(most, rule));
}

const schema = z.object({
  port: number(0, lastFirstPort).refine(Number.isInteger, 'must be a whole number'),
  services: z
    .string()
    .transform((text) => text.split(',').map((id) => id.trim()))
    .refine((ids) => ids.every((id) => serviceIds.includes(id)), `can only name ${serviceIds.join(', ')}`),
  'queue-seconds': number(0, 3600),
  'render-seconds': number(0, 3600),
  trouble: number(0, 1),
  seed: z.string(),
  'print-env': z.boolean(),
});

/**
 * @returns null when help is wanted
 * @throws OptionsError
 */
export function readOptions(words: readonly string[]): Options | null {
  const values = parse(words);
  if (values.help) return null;
  const checked = schema.safeParse(values);
  if (!checked.success) {
    const { path, message } = checked.error.issues[0] ?? { path: [], message: 'is wrong' };
    throw new OptionsError(`--${String(path[0])} ${message}.`);
  }
  const { port, services: wanted, trouble, seed, 'print-env': printsEnvironment } = checked.data;
  if (printsEnvironment && port === 0) throw new OptionsError('--print-env needs a --port, and 0 is any free one.');
  return {
    queueMs: checked.data['queue-seconds'] * 1000,
    renderMs: checked.data['render-seconds'] * 1000,
    trouble,
    seed,
    services: wanted,
    port,
    printsEnvironment,
  };
}

function parse(words: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        port: { type: 'string', default: '4100' },
        services: { type: 'string', default: serviceIds.join(',') },
        'queue-seconds': { type: 'string', default: '2' },
        'render-seconds': { type: 'string', default: '6' },
        trouble: { type: 'string', default: '0' },
        seed: { type: 'string', default: `${randomInt(1_000_000)}` },
        'print-env': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    return values;
  } catch (error) {
    const [first = ''] = error instanceof Error ? error.message.split(/\. |\n/) : [];
    throw new OptionsError(`${first.replace(/\.$/, '')}; --help lists what there is.`);
  }
}
