/**
 * Opens forms. What a person pressed lives for three seconds and opens one form (platforms/slack.md §1), so a form is
 * drawn from what is known already, and what it is about is written down beside it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ModalView } from '@slack/types';
import type { Command, Form, Reply, Suggestion } from '../../commands/command.ts';
import { refusal } from '../../commands/replies.ts';
import { describeOptions } from '../../commands/words.ts';
import { within } from '../../core/jobs/within.ts';
import type { Log } from '../../core/log.ts';
import { textsFor } from '../../core/texts/texts.ts';
import type { JobId, JsonValue } from '../../core/values.ts';
import { type Answers, brokenReply } from './answers.ts';
import { isTriggerSpent, readRefusal } from './api-errors.ts';
import { findCall, type OpenForm } from './calls.ts';
import { drawCreateForm } from './draw/create-form.ts';
import { drawForm } from './draw/form.ts';
import type { Groups } from './groups.ts';
import { eventOfTrigger, formIdOf, type Opening, rowOfForm } from './open-calls.ts';
import type { People } from './people.ts';
import { emptyRemix, remixFor } from './remix-form.ts';
import type { Scribe } from './scribe.ts';
import { NotInstalled, type SlackApi } from './slack-clients.ts';
import type { SlackDatabase } from './slack-tables.ts';

export interface OpenFormsEdges {
  readonly database: SlackDatabase;
  readonly api: SlackApi;
  readonly people: People;
  readonly groups: Groups;
  readonly answers: Answers;
  readonly scribe: Scribe;
  readonly commands: readonly Command[];
  readonly log: Log;
  readonly now: () => Date;
}

/** Each resolves when the form is open and written down, or the person was told why not; none rejects. */
export interface OpenForms {
  create(opening: Opening): Promise<void>;
  animate(
    opening: Opening,
    about: { readonly form: OpenForm; readonly pictures: readonly { readonly id: string; readonly name: string }[] },
  ): Promise<void>;
  /** With the words of the job in it, where they are found in time. */
  remix(opening: Opening, job: JobId): Promise<void>;
  /** Once more, as it was filled in: of a call that was refused. */
  change(opening: Opening, refused: string): Promise<void>;
  /** What an admin's command asks for. */
  admin(opening: Opening, command: string): Promise<void>;
  /** Says it to that person alone. Never rejects. */
  tell(opening: Opening, say: (locale: string) => Reply): Promise<void>;
}

/** Of the three seconds there are; the rest is for the way. */
const lookMs = 1_200;
/** In whose language it is drawn: asked of Slack the first time. */
const localeMs = 500;
/** Between two tries; the last one begins before the trigger is spent. */
const pausesMs = [150, 400, 800];

export function createOpenForms(edges: OpenFormsEdges): OpenForms {
  const { database, api, people, groups, answers, scribe, commands, log, now } = edges;
  const suggestions = gatherSuggestions(commands, log);

  /** Of somebody who is not known yet and cannot be asked about now: English. */
  async function localeOf({ installation, person }: Opening): Promise<string> {
    const known = await within(localeMs, people.know(installation, person)).catch(() => null);
    return known?.locale ?? people.localeAtOnce(installation, person);
  }

  async function tell(opening: Opening, say: (locale: string) => Reply): Promise<void> {
    const { installation, person, place, isHome, responseUrl } = opening;
    const locale = await localeOf(opening);
    const listener = {
      key: installation,
      person,
      locale,
      channel: place?.channel ?? null,
      thread: place?.thread ?? null,
      responseUrl,
      manner: isHome ? 'home' : 'whisper',
      execution: null,
      change: null,
    } as const;
    try {
      await answers.tell(listener, say(locale));
    } catch (error) {
      log.error('slack.answer-lost', { person, error });
    }
  }

  async function show({ trigger, installation }: Opening, view: ModalView): Promise<'shown' | 'spent' | 'broken'> {
    for (const pauseMs of [...pausesMs, null]) {
      try {
        const { api: client } = await api.of(installation);
        await client.views.open({ trigger_id: trigger, view });
        return 'shown';
      } catch (error) {
        const refused = readRefusal(error);
        // Another of us opened it, or an earlier try of ours whose answer was lost.
        if (refused !== null && exchanged.has(refused.code)) return 'shown';
        if (refused !== null && isTriggerSpent(refused)) return 'spent';
        log.warn('slack.form-not-opened', { error });
        if (refused !== null || error instanceof NotInstalled) return 'broken';
        if (pauseMs !== null) await sleep(pauseMs);
      }
    }
    return 'spent';
  }

  async function open(opening: Opening, about: OpenForm, draw: (id: string, locale: string) => ModalView) {
    const { trigger, responseUrl } = opening;
    const draws = async () => show(opening, draw(formIdOf(trigger), await localeOf(opening)));
    const [shown, isOurs] = await Promise.all([
      draws(),
      scribe.opened(eventOfTrigger(trigger), rowOfForm(trigger, about, responseUrl, now())),
    ]);
    if (shown === 'shown' || !isOurs) return;
    await tell(opening, shown === 'spent' ? (locale) => refusal(textsFor(locale).slack.bot.triggerSpent) : brokenReply);
  }

  const aboutNothing = ({ person, installation, place }: Opening, command: string): OpenForm => ({
    kind: 'form',
    person,
    installation,
    place,
    command,
    values: {},
    files: [],
  });

  function openCreate(opening: Opening, values: OpenForm['values']): Promise<void> {
    const askChannel = opening.place === null;
    return open(opening, aboutNothing(opening, 'create'), (id, locale) =>
      drawCreateForm({ id, commands, locale, kind: 'create', values, askChannel, suggestions: suggestions() }),
    );
  }

  function openAnimate(opening: Opening, about: Parameters<OpenForms['animate']>[1], values: OpenForm['values'] = {}) {
    return open(opening, about.form, (id, locale) =>
      drawCreateForm({
        id,
        commands,
        locale,
        kind: 'animate',
        values,
        pictures: about.pictures,
        suggestions: suggestions(),
      }),
    );
  }

  /** @param values sent along with what is filled in */
  function openForm(opening: Opening, command: string, values: OpenForm['values'], form: (locale: string) => Form) {
    const about = { ...aboutNothing(opening, command), values };
    return open(opening, about, (id, locale) => drawForm(form(locale), { id, locale }));
  }

  function openAdmin(opening: Opening, name: string, values: OpenForm['values']): Promise<void> {
    const command = commands.find((each) => each.name === name && each.isForAdmins === true);
    if (command === undefined || command.options.length === 0) {
      return tell(opening, (locale) => refusal(textsFor(locale).slack.bot.unknownCommand));
    }
    return openForm(opening, name, {}, (locale) => adminForm(command, values, locale));
  }

  return {
    tell,
    create: (opening) => openCreate(opening, {}),
    animate: (opening, about) => openAnimate(opening, about),
    admin: (opening, command) => openAdmin(opening, command, {}),

    async remix(opening, job) {
      const reply = await remixFor({ people, groups, commands, log }, opening, job, lookMs);
      if (reply.kind === 'card') return tell(opening, () => reply);
      const { form } = reply;
      await openForm(opening, form.command, form.values, () => form);
    },

    async change(opening, refused) {
      const found = await within(lookMs, findCall(database, refused)).catch((error: unknown) => {
        log.warn('slack.form-not-found', { call: refused, error });
        return null;
      });
      const call = found?.call;
      if (call?.kind !== 'command' || call.person !== opening.person) {
        return tell(opening, (locale) => refusal(textsFor(locale).slack.bot.formTooOld));
      }
      const at = { ...opening, place: call.place };
      const { command, values, pictures } = call;
      if (command === 'remix') {
        const { job = '', prompt = '' } = values;
        return openForm(at, 'remix', { job }, (locale) => emptyRemix(job, locale, String(prompt)));
      }
      if (command !== 'create') return openAdmin(at, command, values);
      const { image, last_image: lastImage } = pictures;
      const address = typeof values.image === 'string' ? values.image : null;
      // A form cannot be opened with a file in it. What it was about, or what was put in first, it can go on being about.
      if ((image === undefined && address === null) || lastImage !== undefined) return openCreate(at, values);
      const form = {
        ...aboutNothing(at, 'create'),
        values: address === null ? {} : { image: address },
        files: image === undefined ? [] : [image],
      };
      return openAnimate(at, { form, pictures: [] }, values);
    },
  };
}

const exchanged: ReadonlySet<string> = new Set(['trigger_exchanged', 'exchanged_trigger_id']);

function adminForm(command: Command, values: OpenForm['values'], locale: string): Form {
  const texts = textsFor(locale);
  const titles: Readonly<Record<string, string>> = texts.slack.home.forms;
  return {
    title: titles[command.name] ?? command.name,
    command: command.name,
    values: {},
    fields: describeOptions(texts, command).map((spec) => ({ ...spec, ...filled(values[spec.name]) })),
    submitLabel: texts.slack.home.change,
  };
}

function filled(value: JsonValue | undefined): { readonly value?: string } {
  return value === undefined ? {} : { value: String(value) };
}

/** What can be chosen where otherwise it could only be typed: asked once, so that a form need not wait for it. */
function gatherSuggestions(
  commands: readonly Command[],
  log: Log,
): () => Readonly<Record<string, readonly Suggestion[]>> {
  const create = commands.find(({ name }) => name === 'create');
  const known: Record<string, readonly Suggestion[]> = {};
  const nobody = { tenant: '', person: '', name: '', channel: '', roles: [], locale: 'en', isAdmin: false };
  for (const { name, hasSuggestions } of create?.options ?? []) {
    if (hasSuggestions !== true || create?.suggest === undefined) continue;
    create.suggest(name, '', nobody).then(
      (found) => {
        known[name] = found;
      },
      (error: unknown) => log.warn('slack.no-suggestions', { option: name, error }),
    );
  }
  return () => known;
}
