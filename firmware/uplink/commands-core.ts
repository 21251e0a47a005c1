/**
 * What becomes of the commands of headquarters at the box: `(state, event, now) -> (state, effects)`. Pure; `now` is ms of
 * the machine's clock, and only differences of it count.
 *
 * A command is done once however often it is heard; what came of it is kept over a restart and told again whenever it is
 * asked for again. Of each kind one runs at a time, but those that are done at once, and those in which a newer one takes the
 * place of one that is under way.
 */
import {
  DONE_AT_ONCE,
  GOES_ON_OVER_RESTARTS,
  type Command,
  type CommandReason,
  type CommandResult,
} from '@branchline/contracts/fleet/commands';
import { RELEASE_TAKES_MS } from '@branchline/contracts/fleet/releases';

/** A command that was taken in hand, or refused. */
export interface KnownCommand {
  readonly id: string;
  readonly do: string;
  /** What was said of it last. */
  readonly result: CommandResult;
  /** Of one that runs: given up then. */
  readonly until: number;
  /** Its service was to end for it, and that it is here again is the answer. */
  readonly endsWithService: boolean;
}

/** In the order in which they came. */
export type CommandsState = readonly KnownCommand[];

export type CommandEvent =
  /** `problem`: why it cannot be done at all, as far as that is known before it is begun. */
  | { readonly is: 'asked'; readonly command: Command; readonly problem?: Problem | undefined }
  | { readonly is: 'progress'; readonly id: string; readonly percent: number }
  | { readonly is: 'ended'; readonly id: string; readonly end: CommandEnd }
  /** The service has begun: what ran is not running any more, but what goes on over that. */
  | { readonly is: 'begun' }
  | { readonly is: 'due' };

export interface Problem {
  readonly because: CommandReason;
  readonly calls?: number;
}

export type CommandEnd =
  | { readonly state: 'done'; readonly answer?: Readonly<Record<string, unknown>> }
  | ({
      readonly state: 'refused' | 'failed';
      /** What more there is to say of it. */
      readonly answer?: Readonly<Record<string, unknown>>;
    } & Problem);

export type CommandEffect =
  | { readonly do: 'perform'; readonly command: Command }
  | { readonly do: 'tell'; readonly result: CommandResult }
  | { readonly do: 'enter'; readonly command: Command; readonly became: string }
  | { readonly do: 'give-up'; readonly id: string };

export interface CommandStep {
  readonly state: CommandsState;
  readonly effects: readonly CommandEffect[];
}

/** So many are remembered: headquarters asks again for a few at most. */
export const MOST_KNOWN = 50;
/** The longest that a command may take, ms, unless it says itself for how long it is. */
export const LONGEST_MS = 10 * 60_000;

/** What is told of these at most so often is left to the end: progress is not worth a message each. */
const PERCENT_STEP = 10;

export function stepCommands(state: CommandsState, event: CommandEvent, now: number): CommandStep {
  switch (event.is) {
    case 'asked':
      return asked(state, event.command, event.problem, now);
    case 'progress':
      return progress(state, event.id, event.percent);
    case 'ended':
      return ended(state, event.id, event.end);
    case 'begun':
      return all(
        state,
        (one) => one.result.state === 'running' && !GOES_ON_OVER_RESTARTS.has(one.do),
        (one) => ({
          ...(one.endsWithService
            ? { state: 'done' as const }
            : { state: 'failed' as const, because: 'interrupted' as const }),
        }),
      );
    case 'due':
      return givenUp(state, now);
  }
}

/** When to look again; undefined while nothing runs. */
export function nextDue(state: CommandsState): number | undefined {
  const running = state.filter(({ result }) => result.state === 'running').map(({ until }) => until);
  return running.length > 0 ? Math.min(...running) : undefined;
}

function asked(
  state: CommandsState,
  command: Command,
  problem: Problem | undefined,
  now: number,
): CommandStep {
  const known = state.find(({ id }) => id === command.id);
  if (known) return { state, effects: [{ do: 'tell', result: known.result }] };
  // Its end has come on the way; headquarters will say so.
  if (command.withinS <= 0) return { state, effects: [] };
  const busy =
    !DONE_AT_ONCE.has(command.do) &&
    !GOES_ON_OVER_RESTARTS.has(command.do) &&
    state.some((one) => one.do === command.do && one.result.state === 'running');
  const refused = problem ?? (busy ? { because: 'already-running' as const } : undefined);
  const { id } = command;
  const result: CommandResult = refused
    ? { v: 1, id, state: 'refused', ...refused }
    : { v: 1, id, state: 'running' };
  const endsWithService = command.do === 'restart' && command.with['what'] === 'service';
  const one: KnownCommand = { id, do: command.do, result, until: now + longestOf(command), endsWithService };
  return {
    state: [...state, one].slice(-MOST_KNOWN),
    effects: [
      { do: 'enter', command, became: refused ? `refused, ${refused.because}` : 'taken in hand' },
      { do: 'tell', result },
      ...(refused ? [] : [{ do: 'perform' as const, command }]),
    ],
  };
}

/** One that is to last for a stated time has a minute to end; a release may wait for its hour. */
function longestOf({ do: kind, withinS, with: { forS } }: Command): number {
  if (GOES_ON_OVER_RESTARTS.has(kind)) return withinS * 1_000 + RELEASE_TAKES_MS;
  return typeof forS === 'number' ? Math.max(LONGEST_MS, forS * 1_000 + 60_000) : LONGEST_MS;
}

function progress(state: CommandsState, id: string, percent: number): CommandStep {
  const known = state.find((one) => one.id === id);
  const rounded = Math.floor(percent / PERCENT_STEP) * PERCENT_STEP;
  if (known?.result.state !== 'running' || (known.result.percent ?? 0) >= rounded)
    return { state, effects: [] };
  return said(state, { ...known, result: { ...known.result, percent: rounded } });
}

function ended(state: CommandsState, id: string, end: CommandEnd): CommandStep {
  const known = state.find((one) => one.id === id);
  if (known?.result.state !== 'running') return { state, effects: [] };
  return said(state, { ...known, result: { v: 1, id, ...end } });
}

function givenUp(state: CommandsState, now: number): CommandStep {
  const late = state.filter(({ result, until }) => result.state === 'running' && until <= now);
  const step = all(
    state,
    (one) => late.includes(one),
    () => ({ state: 'failed', because: 'took-too-long' }),
  );
  return { ...step, effects: [...late.map(({ id }) => ({ do: 'give-up' as const, id })), ...step.effects] };
}

function all(
  state: CommandsState,
  which: (one: KnownCommand) => boolean,
  end: (one: KnownCommand) => CommandEnd,
): CommandStep {
  return state.filter(which).reduce<CommandStep>(
    (step, one) => {
      const next = ended(step.state, one.id, end(one));
      return { state: next.state, effects: [...step.effects, ...next.effects] };
    },
    { state, effects: [] },
  );
}

function said(state: CommandsState, known: KnownCommand): CommandStep {
  return {
    state: state.map((one) => (one.id === known.id ? known : one)),
    effects: [{ do: 'tell', result: known.result }],
  };
}
