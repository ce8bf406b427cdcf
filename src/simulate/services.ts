/** Everyone who is pretended to be, in the order in which the bot asks them. */
import { createFal } from './fal.ts';
import { createMiniMax } from './minimax.ts';
import { createRunbase } from './runbase.ts';
import { createRunComfy } from './runcomfy.ts';
import { createRunningHub } from './runninghub.ts';
import type { SimulatedService, SimulationOptions } from './server.ts';
import { createToAPIs } from './toapis.ts';

/** Makes each of them, all alike. */
export const services: readonly ((options: SimulationOptions) => SimulatedService)[] = [
  createFal,
  createRunComfy,
  createRunningHub,
  createRunbase,
  createToAPIs,
  createMiniMax,
];
