/** `npm run simulate`: the six providers on loopback, for the bot to be rehearsed with. docs/simulate.md says how. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Outcome } from './faults.ts';
import { help, type Options, OptionsError, readOptions, serviceIds } from './options.ts';
import { type ReceivedCall, type SimulatedService, type Simulation, startSimulation } from './server.ts';
import { services } from './services.ts';
import { createTrouble } from './trouble.ts';

interface Seat {
  readonly service: SimulatedService;
  readonly port: number;
  readonly origin: string;
}

async function main(words: readonly string[]): Promise<void> {
  const options = readOptions(words);
  if (options === null) return print(help);
  const seats = seatServices(options);
  return options.printsEnvironment ? print(environmentOf(seats)) : run(seats, options);
}

async function run(seats: readonly Seat[], options: Options): Promise<void> {
  const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  const running = await Promise.all(seats.map((seat) => start(seat, options)));
  const opened = seats.map(({ service }, index) => ({ service, origin: running[index]?.origin ?? '' }));
  print(environmentOf(opened));
  print(`# ${opened.map(({ service, origin }) => `${service.id} ${origin}`).join(', ')}\n`);
  if (options.trouble > 0) print(`# in trouble: a share of ${options.trouble}, with --seed ${options.seed}\n`);
  await stopped;
  await Promise.all(running.map((simulation) => simulation.close()));
  // Not by itself: a late answer or a call-back under way would keep it for a while.
  process.exit(0);
}

/** Each service keeps its own port, whoever else is left out: one environment fits them all. */
function seatServices({ services: wanted, port, queueMs, renderMs }: Options): Seat[] {
  const clip = readFileSync(new URL('./clip.mp4', import.meta.url));
  return services
    .map((create, index) => {
      const own = port === 0 ? 0 : port + index;
      return { service: create({ clip, queueMs, renderMs }), port: own, origin: `http://127.0.0.1:${own}` };
    })
    .filter(({ service }) => wanted.includes(service.id));
}

async function start({ service, port }: Seat, { seed, trouble }: Options): Promise<Simulation> {
  const { id, errors } = service;
  const chance = createTrouble({ seed, share: trouble, service: id, rateLimited: errors.rateLimited });
  const told = (call: ReceivedCall, outcome: Outcome) => print(callLine(id, call, outcome));
  try {
    return await startSimulation(service, port, { chance, told });
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? error.code : error;
    throw new OptionsError(
      reason === 'EADDRINUSE'
        ? `Port ${port}, for ${id}, is taken by another program: choose another --port.`
        : `Port ${port}, for ${id}, cannot be opened: ${String(reason)}.`,
    );
  }
}

/** Lines for a shell and for a `.env` alike. */
function environmentOf(seats: readonly Pick<Seat, 'service' | 'origin'>[]): string {
  const names: Readonly<Record<string, string>> = Object.assign(
    {},
    ...seats.map(({ service, origin }) => service.environment(origin)),
    { FETCH_ALLOW_PRIVATE: seats.map(({ origin }) => new URL(origin).host).join(',') },
  );
  return Object.entries(names)
    .map(([name, value]) => `export ${name}=${value}\n`)
    .join('');
}

/** Without query and headers: keys and signatures stand there. */
function callLine(id: string, { method, path }: ReceivedCall, outcome: Outcome): string {
  const width = Math.max(...serviceIds.map((each) => each.length));
  return `${id.padEnd(width)}  ${typeof outcome === 'string' ? outcome : outcome.status}  ${method} ${path}\n`;
}

function print(text: string): void {
  process.stdout.write(text);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof OptionsError ? error.message : String(error)}\n`);
  process.exit(1);
}
