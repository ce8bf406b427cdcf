/** Everyone who renders. A provider is its file, its line here and its recording in `test/fixtures/providers`. */
import { fal } from './fal.ts';
import { minimax } from './minimax.ts';
import type { SealedProvider } from './provider.ts';
import { runbase } from './runbase.ts';
import { runcomfy } from './runcomfy.ts';
import { runninghub } from './runninghub.ts';
import { sandbox } from './sandbox.ts';
import { toapis } from './toapis.ts';

/** In the order they are asked when the operator names none. */
export const providers: readonly SealedProvider[] = [fal, runcomfy, runninghub, runbase, toapis, minimax, sandbox];
