/**
 * From the ledger back to the same decisions. The ACD decides by what it is told, by the document and by nothing else; both are in
 * the ledger (`acd.input`, with the name of the plan in its first event), so whatever it decided can be decided again.
 */
import { knownEvent, type KnownEvent, type LedgerEvent, type NewEvent } from '@branchline/contracts/ledger';
import { acd } from './acd.ts';
import type { AcdPlan } from './plan.ts';
import { emptyAcd, type AcdEffect, type AcdEvent, type AcdState } from './state.ts';

export interface Input {
  readonly at: number;
  readonly event: AcdEvent;
}

export interface Decision {
  readonly at: number;
  readonly effect: AcdEffect;
}

/** The ledger's event of one step's inputs. The caller's number stands with the call already, and is left out. */
export function inputOf(events: readonly AcdEvent[], at: number): Extract<NewEvent, { type: 'acd.input' }> {
  return { type: 'acd.input', at, body: { in: events.map(withoutCustomer) } };
}

function withoutCustomer(event: AcdEvent): AcdEvent {
  if (event.type !== 'enter' || event.customer === undefined) return event;
  const { customer: _, ...rest } = event;
  return rest;
}

/** The inputs of a ledger, in their order, each customer's number filled in from where it stands. */
export function inputsOf(events: Iterable<LedgerEvent>): Input[] {
  const customers = new Map<string, string>();
  const inputs: Input[] = [];
  for (const raw of events) {
    if (raw.type !== 'acd.input' && raw.type !== 'call.offered') continue;
    const event = knownEvent(raw);
    const customer = event && customerOf(event);
    if (customer !== undefined && raw.call !== undefined) customers.set(raw.call, customer);
    if (event?.type !== 'acd.input') continue;
    for (const input of event.body.in as unknown as readonly AcdEvent[])
      inputs.push({ at: Date.parse(event.at), event: withCustomer(input, customers) });
  }
  return inputs;
}

/** The number that the ACD knows a customer by: that of a caller from outside who shows one. */
function customerOf(event: KnownEvent): string | undefined {
  if (event.type !== 'call.offered') return undefined;
  const { from } = event.body;
  return from.kind === 'caller' && from.id !== 'anonymous' ? from.id : undefined;
}

function withCustomer(event: AcdEvent, customers: ReadonlyMap<string, string>): AcdEvent {
  if (event.type !== 'enter') return event;
  const customer = customers.get(event.interaction);
  return customer === undefined ? event : { ...event, customer };
}

/**
 * Decides again. `planOf` gives the plan of a name, as the ledger's 'plan' inputs have them.
 * @throws when the ledger names a plan that is not given: a document of that time is needed
 */
export function replay(
  inputs: Iterable<Input>,
  planOf: (id: string) => AcdPlan | undefined,
  from: AcdState = emptyAcd,
): { state: AcdState; decisions: Decision[] } {
  let state = from;
  let plan = from.plan === '' ? undefined : planOf(from.plan);
  const decisions: Decision[] = [];
  for (const { at, event } of inputs) {
    if (event.type === 'plan') plan = planOf(event.plan);
    if (!plan)
      throw new Error(`no document makes the plan ${event.type === 'plan' ? event.plan : from.plan}`);
    const result = acd(state, event, at, plan);
    state = result.state;
    for (const effect of result.effects) decisions.push({ at, effect });
  }
  return { state, decisions };
}
