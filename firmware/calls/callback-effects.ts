/** What callbacks want: of the ACD, of the ledger, and of the calls that are made of them. */
import { interactionOf, type Callback, type CallbackEffect } from '../acd/callback.ts';
import { dropAnchor } from './ending.ts';
import { CAUSE } from './events.ts';
import type { Step } from './step.ts';

export function carryOutCallback(step: Step, effect: CallbackEffect): void {
  switch (effect.do) {
    case 'enter': {
      const { queue, since, number, tags } = effect.callback;
      const interaction = interactionOf(effect.callback);
      return step.tellAcd({
        type: 'enter',
        interaction,
        kind: 'callback',
        queue,
        since,
        customer: number,
        tags,
      });
    }
    case 'leave':
      return waitsNoMore(step, effect.callback);
    case 'pause':
      tried(step, effect);
      waitsNoMore(step, effect.callback);
      return hereHimself(step, effect.callback);
    case 'end': {
      tried(step, effect);
      const { callback, outcome } = effect;
      const { id, queue, attempts, since } = callback;
      const waitedMs = Math.max(0, step.now - since);
      const call = outcome === 'reached' ? interactionOf(callback) : undefined;
      step.note(call, 'callback.ended', { callback: id, queue, outcome, attempts, waitedMs });
      return outcome === 'reached' ? undefined : waitsNoMore(step, callback);
    }
    // Done by who has told it: `offerCallback`, which knows why that agent, and `askForCallback`.
    case 'dial':
    case 'already':
      return;
  }
}

function tried(step: Step, effect: Extract<CallbackEffect, { do: 'pause' | 'end' }>): void {
  const { callback, because } = effect;
  if (because === undefined) return;
  const { id, queue, attempts: attempt } = callback;
  const next = effect.do === 'pause' ? { nextAt: new Date(effect.until).toISOString() } : {};
  step.note(interactionOf(callback), 'callback.tried', { callback: id, queue, attempt, because, ...next });
}

/** Out of the queue, and the call that was made of it comes to its end unless the customer is in it. */
function waitsNoMore(step: Step, callback: Callback): void {
  const interaction = interactionOf(callback);
  step.tellAcd({ type: 'leave', interaction });
  const call = step.call(interaction);
  if (call && !call.ending && !call.callback?.reached && call.answeredAt === undefined)
    dropAnchor(step, call, CAUSE.normal, 'branch');
}

/** He was not reached as he is calling himself, and waits in the queue already. */
function hereHimself(step: Step, { number, queue }: Callback): void {
  const waits = step.callIds().some((id) => {
    const call = step.peek(id);
    if (call?.customer !== number || call.queue !== queue || call.callback || call.asked) return false;
    return !call.ending && (call.stage.at === 'queue' || call.stage.at === 'talking');
  });
  if (waits) step.tellCallbacks({ type: 'called-again', number });
}
