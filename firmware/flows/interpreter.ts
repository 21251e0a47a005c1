/**
 * Runs flows for one caller: `(run, input, now) -> (run, actions)`. A node is come to, asks for something, and when that has
 * happened leads on to the next, until one leads out of the flows.
 */
import type { Flow, FlowNode, LookUpNode, NodeId, Way } from '@branchline/contracts/branch/flows/model';
import type { Branch } from '@branchline/contracts/branch/model';
import { answered, ask, type Place } from './asking.ts';
import { BUILT_IN } from './built-in.ts';
import { holds } from './conditions.ts';
import { filled, withSettings, withTags, withVariables, type FlowContext } from './context.ts';
import { heard, heardName } from './heard.ts';
import { openingState } from './hours.ts';
import type { FlowAction, FlowInput, FlowResult, FlowRun, LookUpRequest, Visit } from './run.ts';

/** Nodes passed without waiting for anything. The check of the document finds rings; this ends what it did not foresee. */
const LONGEST_RUSH = 200;

export function startFlow(branch: Branch, flow: string, context: FlowContext, now: number): FlowResult {
  const run: FlowRun = { flow, version: '', context, lookUps: 0 };
  return follow(run, { to: { kind: 'flow', name: flow } }, branch, now, []);
}

export function continueFlow(run: FlowRun, input: FlowInput, branch: Branch, now: number): FlowResult {
  const flow = flowOf(branch, run.flow);
  const { awaiting, at } = run;
  if (!flow) return { run: out(run), actions: [{ do: 'lost', flow: run.flow }] };
  if (flow.version !== run.version) return beginAgain(run, branch, now);
  const node = at === undefined ? undefined : flow.nodes[at];
  if (!awaiting || at === undefined || !node) return { run, actions: [] };
  const visit = happened(run, node, { flow: run.flow, id: at, context: run.context }, input);
  return visit ? settle(run, at, visit, branch, now, []) : { run, actions: [] };
}

const flowOf = (branch: Branch, name: string): Flow | undefined => branch.flows[name] ?? BUILT_IN[name];

const out = (run: FlowRun): FlowRun => ({
  flow: run.flow,
  version: run.version,
  context: run.context,
  lookUps: run.lookUps,
});

/** The document has another graph by this name: what the caller was at may be no more, what he has said is kept. */
function beginAgain(run: FlowRun, branch: Branch, now: number): FlowResult {
  const playing = run.awaiting?.for === 'prompt' || (run.awaiting && run.awaiting.playing);
  const actions: FlowAction[] = [
    ...(playing ? [{ do: 'stop-playing' } as const] : []),
    { do: 'note', flow: run.flow, step: 'the flow was changed: it begins again' },
  ];
  return follow(out(run), { to: { kind: 'flow', name: run.flow } }, branch, now, actions);
}

function follow(
  run: FlowRun,
  way: Way,
  branch: Branch,
  now: number,
  before: readonly FlowAction[],
): FlowResult {
  const actions = [...before];
  let at = out(run);
  let next: Way | undefined = way;
  for (let passed = 0; next && passed < LONGEST_RUSH; passed += 1) {
    if ('to' in next) {
      const { to }: Extract<Way, { to: unknown }> = next;
      if (to.kind !== 'flow') return { run: at, actions: [...actions, { do: 'go', to }] };
      const flow = flowOf(branch, to.name);
      if (!flow) return { run: at, actions: [...actions, { do: 'lost', flow: to.name }] };
      at = entered(at, flow);
      next = flow.start;
      continue;
    }
    const id: NodeId = next.node;
    const node = flowOf(branch, at.flow)?.nodes[id];
    if (!node) return { run: at, actions: [...actions, { do: 'lost', flow: at.flow }] };
    const visit = visited(node, { flow: at.flow, id, context: at.context }, at.lookUps + 1, branch, now);
    actions.push(...visit.actions);
    at = after(at, id, visit);
    next = visit.next;
  }
  if (!next) return { run: at, actions };
  const note: FlowAction = { do: 'note', flow: at.flow, step: 'too many steps without a pause' };
  return { run: out(at), actions: [...actions, note, { do: 'go', to: { kind: 'hang-up' } }] };
}

const entered = (run: FlowRun, { name, version, language }: Flow): FlowRun => ({
  ...out(run),
  flow: name,
  version,
  context: language === undefined ? run.context : { ...run.context, language },
});

function settle(
  run: FlowRun,
  id: NodeId,
  visit: Visit,
  branch: Branch,
  now: number,
  before: readonly FlowAction[],
): FlowResult {
  const actions = [...before, ...visit.actions];
  const at = after(run, id, visit);
  return visit.next ? follow(at, visit.next, branch, now, actions) : { run: at, actions };
}

function after(run: FlowRun, id: NodeId, { awaiting, context }: Visit): FlowRun {
  const known = { ...out(run), context: context ?? run.context };
  if (!awaiting) return known;
  const lookUps = awaiting.for === 'look-up' ? awaiting.lookUp : run.lookUps;
  return { ...known, at: id, awaiting, lookUps };
}

/** A node is come to. */
function visited(node: FlowNode, place: Place, lookUp: number, branch: Branch, now: number): Visit {
  const { context } = place;
  const { timezone } = branch.site;
  switch (node.kind) {
    case 'play':
      return {
        actions: [
          noted(place, 'play', heardName(node.prompt, context)),
          { do: 'play', prompts: [heard(node.prompt, context)] },
        ],
        awaiting: { for: 'prompt' },
      };
    case 'hours': {
      const hours = branch.hours[node.hours];
      const state = hours ? openingState(hours, timezone, now) : 'closed';
      return { actions: [noted(place, `hours ${node.hours}: ${state}`)], next: node[state] };
    }
    case 'when': {
      const held = holds(node.condition, context, timezone, now);
      return { actions: [noted(place, held ? 'when: yes' : 'when: no')], next: held ? node.then : node.else };
    }
    case 'set':
      return {
        actions: [noted(place, 'set')],
        context: withSettings(context, node.settings),
        next: node.next,
      };
    case 'look-up':
      return lookedFor(node, place, lookUp);
    case 'menu':
    case 'collect':
    case 'survey':
      return ask(node, place);
  }
}

/** Something happens while a node is awaited; undefined when it means nothing there. */
function happened(run: FlowRun, node: FlowNode, place: Place, input: FlowInput): Visit | undefined {
  const { awaiting } = run;
  switch (node.kind) {
    case 'play':
      return input.type === 'played' ? { actions: [], next: node.next } : undefined;
    case 'look-up':
      return awaiting?.for === 'look-up' ? lookUpOver(node, place, awaiting, input) : undefined;
    case 'menu':
    case 'collect':
    case 'survey':
      return awaiting?.for === 'answer' ? answered(node, place, awaiting, input) : undefined;
    default:
      return undefined;
  }
}

const noted = ({ flow, id }: Place, step: string, hears?: string): FlowAction => ({
  do: 'note',
  flow,
  node: id,
  step,
  ...(hears === undefined ? {} : { heard: hears }),
});

function lookedFor(node: LookUpNode, place: Place, lookUp: number): Visit {
  const meanwhile = node.meanwhile && heard(node.meanwhile, place.context);
  return {
    actions: [
      noted(place, 'look-up'),
      ...(meanwhile ? [{ do: 'play', prompts: [meanwhile] } as const] : []),
      { do: 'look-up', lookUp, request: requestOf(node, place.context) },
    ],
    awaiting: { for: 'look-up', lookUp, playing: meanwhile !== undefined },
  };
}

function requestOf(node: LookUpNode, context: FlowContext): LookUpRequest {
  const { method, take, tags, secret, withinMs } = node;
  const body = Object.entries(node.send).map(([field, text]) => [field, filled(text, context)]);
  return {
    method,
    url: filled(node.address, context, encodeURIComponent),
    take,
    withinMs,
    ...(method === 'POST' ? { body: Object.fromEntries(body) as Record<string, string> } : {}),
    ...(tags === undefined ? {} : { tags }),
    ...(secret === undefined ? {} : { secret }),
  };
}

function lookUpOver(
  node: LookUpNode,
  place: Place,
  awaiting: { readonly lookUp: number; readonly playing: boolean },
  input: FlowInput,
): Visit | undefined {
  const stop: FlowAction[] = awaiting.playing ? [{ do: 'stop-playing' }] : [];
  const failed = (because: string): Visit => ({
    actions: [...stop, noted(place, `look-up failed: ${because}`)],
    next: node.failed,
  });
  switch (input.type) {
    case 'played':
      return { actions: [], awaiting: { for: 'look-up', lookUp: awaiting.lookUp, playing: false } };
    case 'waited':
      return failed('no answer in time');
    case 'look-up-failed':
      return input.lookUp === awaiting.lookUp ? failed(input.because) : undefined;
    case 'looked-up': {
      if (input.lookUp !== awaiting.lookUp) return undefined;
      const names = Object.keys(input.variables).join(', ');
      return {
        actions: [...stop, noted(place, `look-up answered: ${names === '' ? 'nothing taken' : names}`)],
        context: withTags(withVariables(place.context, input.variables), input.tags),
        next: node.next,
      };
    }
    case 'digit':
      return undefined;
  }
}
