/** Modals and Homes by the Web API (platforms/slack.md §1, §7). */
import { z } from 'zod';
import { viewProblems } from './block-limits.ts';
import { id, type Method, read } from './method.ts';
import { isInside } from './places.ts';
import { json } from './read-arguments.ts';
import { Mistake, Refusal } from './refusal.ts';
import type { Installation, State } from './state.ts';
import { drawView, mostViews, openView, type SentView, showView, stackOf } from './views.ts';

/** How long a trigger lives. */
export const triggerMs = 3000;

const view = json(z.looseObject({ type: z.string(), blocks: z.array(z.looseObject({ type: z.string() })) }));

/** @throws view_too_large, invalid_arguments */
export function checkView(sent: SentView, type: 'modal' | 'home'): SentView {
  const problems = viewProblems(sent);
  if (problems[0] === 'view_too_large') throw new Mistake('view_too_large', ['the view has more than 250 kB']);
  if (sent.type !== type) throw new Mistake('invalid_arguments', [`a view of type ${sent.type} cannot be used here`]);
  if (problems.length > 0) throw new Mistake('invalid_arguments', problems);
  return sent;
}

/** Good for three seconds and once. @throws invalid_trigger_id, expired_trigger_id, exchanged_trigger_id */
function useTrigger(state: State, installation: Installation, wanted: string) {
  const trigger = state.triggers.get(wanted);
  if (trigger === undefined || trigger.installation !== installation.id) throw new Refusal('invalid_trigger_id');
  if (state.clock.nowMs() - trigger.createdAtMs > triggerMs) throw new Refusal('expired_trigger_id');
  if (trigger.isUsed) throw new Refusal('exchanged_trigger_id');
  trigger.isUsed = true;
  return trigger;
}

const openModal: Method = (call) => {
  const args = read(call, z.object({ trigger_id: id, view }));
  const sent = checkView(args.view, 'modal');
  const trigger = useTrigger(call.state, call.installation, args.trigger_id);
  if (stackOf(call.state, trigger.person).length > 0) {
    // A second `views.open` from inside a modal is one more on the stack.
    if (trigger.view === null) for (const each of stackOf(call.state, trigger.person)) each.isOpen = false;
  }
  return { view: showView(call.state, openView(call.state, trigger, sent, null)) };
};

const push: Method = (call) => {
  const args = read(call, z.object({ trigger_id: id, view }));
  const sent = checkView(args.view, 'modal');
  const trigger = useTrigger(call.state, call.installation, args.trigger_id);
  const stack = stackOf(call.state, trigger.person);
  const top = stack.at(-1);
  if (top === undefined) throw new Refusal('not_found');
  if (stack.length >= mostViews) throw new Refusal('push_limit_reached');
  return { view: showView(call.state, openView(call.state, trigger, sent, top)) };
};

const update: Method = (call) => {
  const { state, installation } = call;
  const args = read(call, z.object({ view_id: id.optional(), external_id: id.optional(), hash: id.optional(), view }));
  const sent = checkView(args.view, 'modal');
  const stored = state.views
    .values()
    .find(
      (each) =>
        each.id === args.view_id || (args.external_id !== undefined && each.view.external_id === args.external_id),
    );
  if (stored === undefined || stored.installation !== installation.id || !stored.isOpen) throw new Refusal('not_found');
  if (args.hash !== undefined && args.hash !== stored.hash) throw new Refusal('hash_conflict');
  drawView(state, stored, sent);
  return { view: showView(state, stored) };
};

const publish: Method = (call) => {
  const { state, installation } = call;
  const args = read(call, z.object({ user_id: id, hash: id.optional(), view }));
  const sent = checkView(args.view, 'home');
  const person = state.people.get(args.user_id);
  if (person === undefined || person.isDeleted || !isInside(state, installation, person.team))
    throw new Refusal('user_not_found');
  const known = homeOf(state, installation.id, person.id);
  if (args.hash !== undefined && args.hash !== known?.hash) throw new Refusal('hash_conflict');
  const opener = { team: person.team, installation: installation.id, person: person.id, channel: null };
  const stored = known ?? openView(state, opener, sent, null);
  if (known !== undefined) drawView(state, known, sent);
  for (const ring of state.homeDrawn) ring(stored);
  return { view: showView(state, stored) };
};

/** What stands on somebody's Home; undefined while nothing was published. */
export function homeOf(state: State, installation: string, person: string) {
  return state.views
    .values()
    .find((each) => each.view.type === 'home' && each.person === person && each.installation === installation);
}

export const viewMethods: Readonly<Record<string, Method>> = {
  'views.open': openModal,
  'views.push': push,
  'views.update': update,
  'views.publish': publish,
};
