/** The form behind Remix, with the words of the job in it where they are found in time: nothing can be promised before a form. */
import { InteractionResponseType } from 'discord.js';
import type { Command, Form, Reply } from '../../commands/command.ts';
import { within } from '../../core/jobs/within.ts';
import type { Log } from '../../core/log.ts';
import { promptLimit } from '../../core/request.ts';
import { textsFor } from '../../core/texts/texts.ts';
import type { JobId } from '../../core/values.ts';
import { toDestination } from './address.ts';
import { answerAtOnce } from './at-once.ts';
import { drawForm } from './draw/form.ts';
import type { AskedCall } from './interaction-calls.ts';

/** Of the three seconds there are (platforms/discord.md §1); the rest is for the way. */
const readMs = 1_200;

interface PressedRemix {
  readonly job: JobId;
  readonly call: AskedCall;
}

/** @returns the whole acknowledgement: a form, empty where the job could not be read in time, or a no for this person alone */
export async function remixFormFor(
  commands: readonly Command[],
  origin: string,
  { job, call }: PressedRemix,
  log: Log,
): Promise<object> {
  const reply = await askCommand(commands, origin, call).catch((error: unknown) => {
    log.warn('discord.empty-form', { call: origin, error });
    return null;
  });
  if (reply?.kind === 'card') return answerAtOnce(reply, call.asker.locale);
  const form = reply?.kind === 'form' ? reply.form : emptyForm(job, call.asker.locale);
  return { type: InteractionResponseType.Modal, data: drawForm(form) };
}

async function askCommand(commands: readonly Command[], origin: string, call: AskedCall): Promise<Reply | null> {
  const remix = commands.find(({ name }) => name === call.command);
  if (remix === undefined) return null;
  const asked = remix.run({
    origin,
    asker: { ...call.asker, isAgeRestricted: call.asker.isAgeRestricted ?? false },
    // It only asks for words yet: nothing is sent there.
    destination: toDestination({ ...call.place, hasOwnThread: false }),
    values: call.values,
    pictures: {},
  });
  return within(readMs, asked);
}

function emptyForm(job: JobId, locale: string): Form {
  const texts = textsFor(locale);
  return {
    title: texts.remixTitle,
    command: 'remix',
    values: { job },
    fields: [
      { name: 'prompt', kind: 'text', description: texts.remixPrompt, isRequired: true, maxLength: promptLimit },
    ],
    submitLabel: texts.button('remix'),
  };
}
