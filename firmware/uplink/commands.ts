/** Takes the commands of headquarters, has them done, and says what came of them. */
import {
  commandKinds,
  GOES_ON_OVER_RESTARTS,
  type Command,
  type CommandKind,
  type CommandResult,
  type CommandWith,
} from '@branchline/contracts/fleet/commands';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import {
  nextDue,
  stepCommands,
  type CommandEffect,
  type CommandEnd,
  type CommandEvent,
  type CommandsState,
  type Problem,
} from './commands-core.ts';

/** One command as it is being done. */
export interface Doing {
  readonly id: string;
  /** Who asks, as headquarters knows him. */
  readonly who: string;
  /** 0 to 100. */
  readonly progress: (percent: number) => void;
  /** Aborted when it takes too long, which TOO_LONG as its reason says, and when the service ends. */
  readonly signal: AbortSignal;
}
export const TOO_LONG = 'it takes too long';

export interface Performer<K extends CommandKind> {
  /** Why it cannot be done at all, found before it is begun. */
  problem?(args: CommandWith<K>): Problem | undefined;
  /** Rejects with whatever went wrong: that is 'fault', with its words in the log. */
  perform(args: CommandWith<K>, doing: Doing): Promise<CommandEnd>;
  /** Of a kind that goes on over a restart of the service: the same command, in the next service. */
  goOn?(doing: Doing): Promise<CommandEnd>;
}

export type Performers = { readonly [K in CommandKind]: Performer<K> };

export interface CommandsDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly performers: Performers;
  readonly kept: CommandsState | undefined;
  /** On disk when it returns, or as soon as the disk allows: a restart must find it. */
  readonly keep: (state: CommandsState) => void;
  readonly tell: (result: CommandResult) => void;
  /** Into the box's ledger: who asked for what, and whether it was taken in hand. */
  readonly enter: (command: Command, became: string) => void;
}

export class Commands {
  readonly name = 'commands';
  readonly #deps: CommandsDeps;
  readonly #running = new Map<string, AbortController>();
  #state: CommandsState;
  #timer: Timer | undefined;

  constructor(deps: CommandsDeps) {
    this.#deps = deps;
    this.#state = deps.kept ?? [];
  }

  start(): void {
    this.#feed({ is: 'begun' });
    for (const { id, do: kind, result } of this.#state)
      if (result.state === 'running' && GOES_ON_OVER_RESTARTS.has(kind) && isKind(kind)) this.#goOn(kind, id);
  }

  stop(): void {
    this.#timer?.cancel();
    for (const controller of this.#running.values()) controller.abort();
  }

  asked(command: Command): void {
    this.#feed({ is: 'asked', command, problem: this.#problemOf(command) });
  }

  #problemOf(command: Command): Problem | undefined {
    if (!isKind(command.do)) return { because: 'unknown-command' };
    return this.#checked(command.do, command.with);
  }

  #checked<K extends CommandKind>(kind: K, given: object): Problem | undefined {
    const args = commandKinds[kind].safeParse(given);
    if (!args.success) return { because: 'bad-argument' };
    const performer: Performer<K> = this.#deps.performers[kind];
    return performer.problem?.(args.data as CommandWith<K>);
  }

  #feed(event: CommandEvent): void {
    const before = this.#state;
    const { state, effects } = stepCommands(before, event, this.#deps.clock.now());
    this.#state = state;
    if (state !== before) this.#deps.keep(state);
    for (const effect of effects) this.#do(effect);
    this.#timer?.cancel();
    const due = nextDue(state);
    if (due === undefined) return;
    const ms = Math.max(0, due - this.#deps.clock.now());
    this.#timer = this.#deps.clock.after(ms, () => this.#feed({ is: 'due' }));
  }

  #do(effect: CommandEffect): void {
    switch (effect.do) {
      case 'tell':
        return this.#deps.tell(effect.result);
      case 'enter':
        return this.#deps.enter(effect.command, effect.became);
      case 'give-up':
        return this.#running.get(effect.id)?.abort(TOO_LONG);
      case 'perform':
        return isKind(effect.command.do) ? this.#perform(effect.command.do, effect.command) : undefined;
    }
  }

  #perform<K extends CommandKind>(kind: K, { id, who, with: given }: Command): void {
    const performer: Performer<K> = this.#deps.performers[kind];
    const args = commandKinds[kind].parse(given) as CommandWith<K>;
    void this.#follow(kind, { id, who }, (doing) => performer.perform(args, doing));
  }

  #goOn(kind: CommandKind, id: string): void {
    const performer: Performer<never> = this.#deps.performers[kind];
    void this.#follow(kind, { id, who: '' }, (doing) =>
      performer.goOn ? performer.goOn(doing) : Promise.resolve({ state: 'failed', because: 'interrupted' }),
    );
  }

  async #follow(
    kind: CommandKind,
    { id, who }: Pick<Doing, 'id' | 'who'>,
    does: (doing: Doing) => Promise<CommandEnd>,
  ): Promise<void> {
    const controller = new AbortController();
    this.#running.set(id, controller);
    const progress = (percent: number): void => this.#feed({ is: 'progress', id, percent });
    try {
      this.#feed({ is: 'ended', id, end: await does({ id, who, progress, signal: controller.signal }) });
    } catch (error) {
      if (!controller.signal.aborted) {
        this.#deps.log.error({ err: error, command: kind }, 'a command of headquarters failed');
        this.#feed({ is: 'ended', id, end: { state: 'failed', because: 'fault' } });
      }
    } finally {
      this.#running.delete(id);
    }
  }
}

const isKind = (kind: string): kind is CommandKind => Object.hasOwn(commandKinds, kind);
