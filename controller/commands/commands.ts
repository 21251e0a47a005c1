/**
 * What boxes are told to do: kept until it is answered or its time is over, said again whenever a box comes back. What a box
 * says of it is kept; every command and its end stand in the audit log.
 */
import { randomUUID } from 'node:crypto';
import {
  commandKinds,
  GOES_ON_OVER_RESTARTS,
  type Command,
  type CommandKind,
  type CommandResult,
} from '@branchline/contracts/fleet/commands';
import type { newCommand, SentCommand } from '@branchline/contracts/http/commands';
import type { Clock, Timer } from '@branchline/runtime/clock';
import { inBackground } from '@branchline/runtime/background';
import type { Log } from '@branchline/runtime/log';
import { Turns } from '@branchline/runtime/turns';
import { HttpProblem } from '@branchline/runtime/web/problem';
import type { z } from 'zod';
import type { NewAudit } from '../store/document-versions.ts';
import type { SentCommands } from '../store/commands.ts';

export interface CommandsDeps {
  readonly clock: Clock;
  readonly store: SentCommands;
  readonly send: (box: string, command: Command) => void;
  readonly note: (audit: NewAudit) => Promise<void>;
  /** Told of each that has come to its end. */
  readonly ended?: (command: SentCommand) => void;
  readonly log: Log;
}

/** A box that took a command in hand and is not heard of for so long never says what came of it. */
const SILENT_MS = 24 * 3_600_000;
const LOOK_MS = 5_000;

/** As the route of commands takes it, and what has a route of its own. */
type Asked = Omit<z.output<typeof newCommand>, 'do'> & { readonly do: CommandKind };

export interface Asker {
  readonly who: string;
  readonly address: string;
  /** Of the command, where the same may be asked for twice; drawn when left out. */
  readonly id?: string;
}

export class Commands {
  readonly #deps: CommandsDeps;
  /** Not at their end, by id. */
  readonly #open = new Map<string, SentCommand>();
  readonly #turns = new Turns();
  #timer: Timer | undefined;
  #stopped = false;

  constructor(deps: CommandsDeps) {
    this.#deps = deps;
  }

  async load(): Promise<void> {
    for (const each of await this.#deps.store.open()) this.#open.set(each.id, each);
    this.#arm();
    await this.#expire();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#turns.idle();
  }

  /** @throws HttpProblem when the command does not say what its kind needs */
  async ask(box: string, asked: Asked, { who, address, id = randomUUID() }: Asker): Promise<SentCommand> {
    const { clock, store, note } = this.#deps;
    const args = commandKinds[asked.do].safeParse(asked.with);
    if (!args.success) throw badArguments(args.error.issues[0], asked.with);
    const at = clock.now();
    const command: SentCommand = {
      ...{ id, box, do: asked.do, with: { ...args.data }, who },
      at: stamp(at),
      expiresAt: stamp(at + asked.withinS * 1_000),
      ...{
        state: 'waiting',
        percent: null,
        because: null,
        calls: null,
        answer: null,
        endedAt: null,
        file: null,
      },
    };
    const detail = `${command.id}: ${JSON.stringify(args.data)}`;
    await store.together(async () => {
      await store.add(command);
      await note({ at, who, address, action: `command ${asked.do}`, box, detail });
    });
    // It may be part of what somebody else writes: the box is told once all of that is on disk.
    store.afterwards(() => {
      this.#open.set(command.id, command);
      this.#send(command);
      this.#arm();
    });
    return command;
  }

  /** The box is there: it hears again of all that it has not answered, and answers what it has done already. */
  async online(box: string): Promise<void> {
    for (const command of this.#open.values()) if (command.box === box) this.#send(command);
    await this.#expire();
  }

  async heard(box: string, said: CommandResult): Promise<void> {
    const { clock } = this.#deps;
    const ended = said.state !== 'running';
    await this.#news(said.id, (command) =>
      command.box === box
        ? {
            state: said.state,
            percent: said.percent ?? command.percent,
            because: said.because ?? null,
            calls: said.calls ?? null,
            answer: said.answer ?? null,
            endedAt: ended ? stamp(clock.now()) : null,
          }
        : false,
    );
  }

  #send(command: SentCommand): void {
    const left = Date.parse(command.expiresAt) - this.#deps.clock.now();
    // One that was taken in hand is only asked after.
    const withinS = Math.max(left / 1_000, command.state === 'running' ? 1 : 0);
    const { id, box, who } = command;
    if (withinS > 0) this.#deps.send(box, { v: 1, id, do: command.do, with: command.with, who, withinS });
  }

  /** What there is to say of a command, by what is known of it when its turn has come; false for nothing. */
  #news(id: string, said: (command: SentCommand) => Partial<SentCommand> | false): Promise<void> {
    return this.#turns.take(id, async () => {
      const known = this.#open.get(id);
      const news = known && said(known);
      if (news) await this.#keep({ ...known, ...news });
    });
  }

  async #keep(command: SentCommand): Promise<void> {
    const { clock, store, note } = this.#deps;
    const endedAt = command.endedAt === null ? null : Date.parse(command.endedAt);
    const became = command.because === null ? command.state : `${command.state}, ${command.because}`;
    const isKept = await store.together(async () => {
      if (!(await store.news(command.id, { ...command, endedAt }))) return false;
      if (endedAt === null) return true;
      await note({
        ...{ at: clock.now(), who: command.who, address: '', action: `command ${command.do} ended` },
        ...{ box: command.box, detail: `${command.id}: ${became}` },
      });
      return true;
    });
    if (isKept && endedAt === null) return void this.#open.set(command.id, command);
    // Where another controller has written its end, that one is the end.
    const ended = isKept ? command : await store.one(command.box, command.id);
    this.#open.delete(command.id);
    if (ended) this.#deps.ended?.(ended);
  }

  async #expire(): Promise<void> {
    const now = this.#deps.clock.now();
    for (const id of [...this.#open.keys()]) await this.#news(id, (command) => outOfTime(command, now));
  }

  #arm(): void {
    this.#timer?.cancel();
    if (this.#stopped || this.#open.size === 0) return;
    const background = inBackground(this.#deps.log);
    this.#timer = this.#deps.clock.after(LOOK_MS, () => {
      this.#arm();
      background('commands', this.#expire());
    });
  }
}

function outOfTime(
  { do: kind, state, expiresAt, at }: SentCommand,
  now: number,
): Partial<SentCommand> | false {
  if (state === 'waiting' && now >= Date.parse(expiresAt)) return { state: 'expired', endedAt: stamp(now) };
  // What may wait for its hour is under way for as long as it may wait.
  const since = GOES_ON_OVER_RESTARTS.has(kind) ? expiresAt : at;
  if (state === 'running' && now >= Date.parse(since) + SILENT_MS)
    return { state: 'silent', endedAt: stamp(now) };
  return false;
}

function badArguments(
  issue: { readonly path: readonly PropertyKey[]; readonly message: string } | undefined,
  given: Readonly<Record<string, unknown>>,
): HttpProblem {
  const path = issue?.path.map(String).join('.') ?? '';
  return new HttpProblem(400, {
    code: 'bad-request',
    message: `body.with${path === '' ? '' : `.${path}`}: ${issue?.message ?? 'does not fit'}`,
    field: path === '' ? 'body.with' : `body.with.${path}`,
    value: JSON.stringify(path === '' ? given : (given[path] ?? null)).slice(0, 100),
    remedy: 'Give what this kind of command needs: see its schema in docs/reference/topics.md.',
  });
}

const stamp = (at: number): string => new Date(at).toISOString();
