/** From the steps a person writes to the graph that is run. The document has been checked: every name and unit can be read. */
import { dayRange, destination, durationMs, minuteRange } from '../values.ts';
import type { FlowInput, PromptInput, SetInput, StepInput, WayInput } from './input.ts';
import type {
  CollectNode,
  Condition,
  Flow,
  FlowNode,
  LookUpNode,
  MenuNode,
  NodeId,
  Prompt,
  Settings,
  SurveyNode,
  Way,
} from './model.ts';
import { answerDigits, answerPath, callerPattern } from './values.ts';

const HANG_UP: Way = { to: { kind: 'hang-up' } };

export function compileFlow(name: string, input: FlowInput): Flow {
  const { steps, language } = Array.isArray(input) ? { steps: input } : input;
  const nodes: Record<NodeId, FlowNode> = {};
  const start = list(steps, '', HANG_UP, nodes);
  const ordered = Object.fromEntries(Object.entries(nodes).reverse());
  const named = { ...(language === undefined ? {} : { language }), start, nodes: ordered };
  return { name, version: fingerprint(JSON.stringify(named)), ...named };
}

/** Where a list begins. `after` is what 'next' means at its end: the step after the one it is written in. */
function list(steps: readonly StepInput[], prefix: string, after: Way, nodes: Record<NodeId, FlowNode>): Way {
  let follow: Way = HANG_UP;
  for (const [index, step] of [...steps.entries()].reverse()) {
    if ('to' in step) {
      follow = wayTo(step.to, after);
      continue;
    }
    const id = `${prefix}${index + 1}`;
    const then = follow;
    const way = (input: WayInput, at: string): Way =>
      typeof input === 'string' ? wayTo(input, then) : list(input, `${id}.${at}.`, then, nodes);
    nodes[id] = node(step, follow, way);
    follow = { node: id };
  }
  return follow;
}

const wayTo = (text: string, next: Way): Way =>
  text.trim() === 'next' ? next : { to: must(destination(text)) };

type WayOf = (input: WayInput, at: string) => Way;

function node(step: Exclude<StepInput, { to: string }>, next: Way, way: WayOf): FlowNode {
  if ('play' in step) return { kind: 'play', prompt: prompt(step.play), next };
  if ('hours' in step) {
    const closed = way(step.closed, 'closed');
    const holiday = step.holiday === undefined ? closed : way(step.holiday, 'holiday');
    return { kind: 'hours', hours: step.hours, open: next, closed, holiday };
  }
  if ('menu' in step) return menu(step, way);
  if ('collect' in step) return collect(step, next, way);
  if ('when' in step) {
    const otherwise = step.else === undefined ? next : way(step.else, 'else');
    return { kind: 'when', condition: condition(step.when), then: way(step.then, 'then'), else: otherwise };
  }
  if ('look-up' in step) return lookUp(step, next, way);
  if ('set' in step) return { kind: 'set', settings: settings(step.set), next };
  return survey(step, next);
}

type Input<K extends string> = Extract<StepInput, Record<K, unknown>>;

const asking = (step: Input<'menu'> | Input<'collect'>) => ({
  ...(step.wrong === undefined ? {} : { wrong: prompt(step.wrong) }),
  waitMs: must(durationMs(step.wait ?? '5s')),
  tries: step.tries ?? 2,
});

function menu(step: Input<'menu'>, way: WayOf): MenuNode {
  const digits = Object.entries(step.digits).map(([digit, to]) => [digit, way(to, `digits.${digit}`)]);
  return {
    kind: 'menu',
    prompt: prompt(step.menu),
    digits: Object.fromEntries(digits) as MenuNode['digits'],
    none: way(step.none, 'none'),
    ...asking(step),
  };
}

function collect(step: Input<'collect'>, next: Way, way: WayOf): CollectNode {
  const { min, max } = typeof step.digits === 'number' ? { min: step.digits, max: step.digits } : step.digits;
  return {
    kind: 'collect',
    variable: step.collect,
    prompt: prompt(step.ask),
    min,
    max,
    end: step.end ?? '#',
    ...asking(step),
    next,
    none: way(step.none, 'none'),
  };
}

function condition(given: Input<'when'>['when']): Condition {
  const { caller, tag, variable, is, starts, days, time } = given;
  return {
    ...(caller === undefined ? {} : { callers: caller.map((pattern) => must(callerPattern(pattern))) }),
    ...(tag === undefined ? {} : { tag }),
    ...(variable === undefined ? {} : { variable }),
    ...(is === undefined ? {} : { is: typeof is === 'string' ? [is] : is }),
    ...(starts === undefined ? {} : { starts }),
    ...(days === undefined ? {} : { days: must(dayRange(days)) }),
    ...(time === undefined ? {} : { time: must(minuteRange(time)) }),
  };
}

function lookUp(step: Input<'look-up'>, next: Way, way: WayOf): LookUpNode {
  const take = Object.entries(step.take ?? {}).map(([name, path]) => [name, must(answerPath(path))] as const);
  return {
    kind: 'look-up',
    address: step['look-up'],
    method: step.method === 'post' ? 'POST' : 'GET',
    send: step.send ?? {},
    take: Object.fromEntries(take),
    ...(step.tags === undefined ? {} : { tags: must(answerPath(step.tags)) }),
    withinMs: must(durationMs(step.within ?? '2s')),
    ...(step.while === undefined ? {} : { meanwhile: prompt(step.while) }),
    ...(step.secret === undefined ? {} : { secret: step.secret }),
    next,
    failed: way(step.failed, 'failed'),
  };
}

function settings({ variables, tags, priority, needs, language, after }: SetInput['set']): Settings {
  return {
    variables: variables ?? {},
    tags: tags ?? [],
    needs: needs ?? {},
    ...(priority === undefined ? {} : { priority }),
    ...(language === undefined ? {} : { language }),
    ...(after === undefined ? {} : { after: must(destination(after)) }),
  };
}

function survey(step: Input<'survey'>, next: Way): SurveyNode {
  return {
    kind: 'survey',
    survey: step.survey,
    questions: step.questions.map(({ id, ask, digits }) => ({
      id,
      prompt: prompt(ask),
      digits: must(answerDigits(digits)),
    })),
    waitMs: must(durationMs(step.wait ?? '5s')),
    tries: step.tries ?? 2,
    next,
  };
}

export function prompt(input: PromptInput): Prompt {
  if (typeof input === 'string') return { kind: 'prompt', name: input };
  if ('tone' in input) return { kind: 'tone', name: input.tone };
  const { say } = input;
  return { kind: 'say', text: typeof say === 'string' ? { zh: say, en: say } : say };
}

/** FNV-1a, 32 bits: enough to tell one writing of a flow from the next. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a value that the schema let through could not be read');
  return value;
}
