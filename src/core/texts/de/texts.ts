/** German. */
import { admin } from './admin.ts';
import { chat } from './chat.ts';
import { commands } from './commands.ts';
import { discord } from './discord.ts';
import { problems } from './problems.ts';
import { slack } from './slack.ts';
import { web } from './web.ts';

/** Every sentence, in the sections of this folder. */
export const de = { ...chat, commands, problems, web, admin, discord, slack };
