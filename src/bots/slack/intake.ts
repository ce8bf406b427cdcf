/**
 * What people do on Slack. They hear from us first, before any database or other network work; then the call is written
 * down; then it is run. A process that dies in between leaves behind what the next one answers.
 */
import type { App } from '@slack/bolt';
import type { Command } from '../../commands/command.ts';
import { refusal } from '../../commands/replies.ts';
import type { Log } from '../../core/log.ts';
import { textsFor } from '../../core/texts/texts.ts';
import { changeAction } from './answers.ts';
import { findCall, type OpenCall, type OpenForm } from './calls.ts';
import { checkForm } from './check-form.ts';
import { readButton } from './draw/buttons.ts';
import { makeAction } from './draw/home.ts';
import { type FilledForm, readForm } from './draw/read-form.ts';
import {
  type IncomingForm,
  type IncomingPress,
  keyOf,
  readCommand,
  readPress,
  readShortcut,
  readSubmission,
} from './incoming.ts';
import { animateShortcut } from './manifest.ts';
import {
  aboutPictures,
  callOfCommand,
  callOfForm,
  callOfPress,
  eventOfTrigger,
  type Opening,
  placeOfPress,
} from './open-calls.ts';
import type { OpenForms } from './open-forms.ts';
import type { People } from './people.ts';
import { persistently } from './persistently.ts';
import type { Scribe } from './scribe.ts';
import type { SlackDatabase } from './slack-tables.ts';
import { understandSlash } from './understand.ts';

export interface IntakeEdges {
  readonly database: SlackDatabase;
  readonly commands: readonly Command[];
  readonly people: People;
  readonly scribe: Scribe;
  readonly forms: OpenForms;
  readonly log: Log;
  readonly now: () => Date;
}

/** Of an admin's form on Home: the command's name follows. */
const adminAction = 'hailuo-admin:';

const lookPausesMs = [200, 1_000, 5_000];

/** Hears whatever the manifest declares; what else comes asks for nothing. Acknowledged it is by then (`hearing.ts`). */
export function listenToPeople(app: App, edges: IntakeEdges): void {
  const { commands, people, scribe, forms, log, now } = edges;

  // Whatever it was called in the app's settings: there is one.
  app.command(/.*/, async ({ body, context }) => {
    const command = readCommand(body);
    if (command === null) return log.warn('slack.not-understood', { what: 'command' });
    const installation = keyOf(context);
    const opening: Opening = {
      trigger: command.trigger_id,
      installation,
      person: command.user_id,
      place: { installation, channel: command.channel_id, thread: null, request: null },
      isHome: false,
      responseUrl: command.response_url ?? null,
    };
    const asked = understandSlash(command.text, commands);
    switch (asked.kind) {
      case 'empty':
        return forms.create(opening);
      case 'problem':
        return forms.tell(opening, (locale) => refusal(textsFor(locale).problems.typing(asked.problem)));
      case 'call': {
        const event = eventOfTrigger(command.trigger_id);
        return scribe.promised(event, callOfCommand(command, installation, asked, now()));
      }
    }
  });

  app.shortcut(/.*/, async ({ body, context }) => {
    const shortcut = readShortcut(body);
    if (shortcut?.callback_id !== animateShortcut) return log.warn('slack.not-understood', { what: 'shortcut' });
    const installation = keyOf(context);
    const { message, channel, user, trigger_id, response_url } = shortcut;
    const opening: Opening = {
      trigger: trigger_id,
      installation,
      person: user.id,
      place: { installation, channel: channel.id, thread: message.thread_ts ?? null, request: message.ts },
      isHome: false,
      responseUrl: response_url ?? null,
    };
    const about = aboutPictures(shortcut, installation);
    if (about !== null) return forms.animate(opening, about);
    return forms.tell(opening, (locale) => refusal(textsFor(locale).slack.bot.noPictures));
  });

  app.action(/.*/, async ({ body, context }) => {
    const press = readPress(body);
    if (press !== null) await takePress(press, keyOf(context));
  });

  async function takePress(press: IncomingPress, installation: OpenForm['installation']): Promise<void> {
    const action = press.actions[0]?.action_id ?? '';
    const place = placeOfPress(press, installation);
    const opening: Opening = {
      trigger: press.trigger_id,
      installation,
      person: press.user.id,
      place,
      isHome: place === null,
      responseUrl: press.response_url ?? null,
    };
    const button = readButton(action);
    if (button?.action === 'remix') return forms.remix(opening, button.job);
    const call = callOfPress(press, installation, now());
    if (call !== null) return scribe.promised(eventOfTrigger(press.trigger_id), call);
    if (action === makeAction) return forms.create(opening);
    if (action.startsWith(adminAction)) return forms.admin(opening, action.slice(adminAction.length));
    if (action.startsWith(`${changeAction}:`)) return forms.change(opening, action.slice(changeAction.length + 1));
    // A link that was opened is told to us too, and asks for nothing.
    if (!action.startsWith('hailuo')) return;
    await forms.tell(opening, (locale) => refusal(textsFor(locale).slack.bot.unknownCommand));
  }

  app.view({ callback_id: /.*/, type: 'view_submission' }, async ({ ack, body, context }) => {
    const submission = readSubmission(body);
    const filled = readForm(body.view, commands);
    if (submission === null || filled === null) {
      await ack();
      return log.warn('slack.not-understood', { what: 'form' });
    }
    const installation = keyOf(context);
    const blocks = new Set(submission.view.blocks.flatMap(({ block_id }) => block_id ?? []));
    const errors = checkForm(filled, blocks, commands, people.localeAtOnce(installation, submission.user.id));
    if (errors !== null) return ack({ response_action: 'errors', errors });
    await ack();
    await takeForm(submission, filled, installation);
  });

  async function takeForm(submission: IncomingForm, filled: FilledForm, installation: OpenForm['installation']) {
    const person = submission.user.id;
    const opening: Opening = { trigger: '', installation, person, place: null, isHome: false, responseUrl: null };
    const found = await findForm(filled.id);
    if (found === 'unknown') {
      return forms.tell(opening, (locale) => refusal(textsFor(locale).slack.bot.broken));
    }
    if (found?.call.person !== person) {
      return forms.tell(opening, (locale) => refusal(textsFor(locale).slack.bot.formTooOld));
    }
    const { id, hash } = submission.view;
    await scribe.promised(`view:${id}:${hash ?? ''}`, callOfForm(submission, found, filled, now()));
  }

  /** It is written down while it is open, which may take a moment longer than to fill it in. */
  async function findForm(id: string): Promise<(OpenCall & { readonly call: OpenForm }) | null | 'unknown'> {
    try {
      const found = await persistently(lookPausesMs, () => findCall(edges.database, id));
      if (found === null || found.call.kind !== 'form') return null;
      return { ...found, call: found.call };
    } catch (error) {
      log.error('slack.form-not-found', { form: id, error });
      return 'unknown';
    }
  }
}
