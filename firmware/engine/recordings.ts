/** Switches recording on at a channel that is in a bridge, and anew when the channel has heard something else in between. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CommandLine } from './command-line.ts';
import type { ChannelId, RecordOrder } from './port.ts';
import { INSIDE } from './settings.ts';

/** Appending, so that a call recorded twice loses nothing; only while bridged; both sides in channels of their own. */
const OPTIONS = 'abD';

/** Long enough for two frames of sound, with which the engine lets go of a recording that was ended. */
const LET_GO_MS = 50;

export interface RecordingsDeps {
  readonly commands: CommandLine;
  /** The engine's own name of a channel. @throws EngineRefused when it is gone. */
  readonly nameOf: (channel: ChannelId) => Promise<string>;
  /** Resolves when everything that was asked of the engine before has been done. */
  readonly settled: () => Promise<void>;
}

export class Recordings {
  readonly #deps: RecordingsDeps;
  /** One after the other: two recordings at once would write into each other. */
  readonly #last = new Map<ChannelId, Promise<void>>();

  constructor(deps: RecordingsDeps) {
    this.#deps = deps;
  }

  /** @throws EngineRefused, EngineSilent */
  record(order: RecordOrder): Promise<void> {
    return this.#inTurn(order.channel, () => this.#record(order));
  }

  /** @throws EngineRefused, EngineSilent */
  stop(channel: ChannelId): Promise<void> {
    return this.#inTurn(channel, async () => this.#tell('stop', await this.#deps.nameOf(channel)));
  }

  #inTurn(channel: ChannelId, work: () => Promise<void>): Promise<void> {
    const before = this.#last.get(channel) ?? Promise.resolve();
    const done = before.catch(() => undefined).then(work);
    this.#last.set(channel, done);
    const forget = (): void => {
      if (this.#last.get(channel) === done) this.#last.delete(channel);
    };
    done.then(forget, forget);
    return done;
  }

  async #record({ channel, file, again }: RecordOrder): Promise<void> {
    if (!/^[\w.-]+\.raw$/.test(file)) throw new Error(`'${file}' is no name for a recording.`);
    await this.#deps.settled();
    const name = await this.#deps.nameOf(channel);
    if (again) {
      await this.#tell('stop', name);
      await sleep(LET_GO_MS);
    }
    await this.#tell('start', name, `${INSIDE.recordings}/${file},${OPTIONS}`);
  }

  /** The engine is silent when it has done it; what it says is why it has not. */
  async #tell(what: 'start' | 'stop', ...words: readonly string[]): Promise<void> {
    const said = await this.#deps.commands.ask(['mixmonitor', what, ...words].join(' '));
    if (said.trim() !== '') throw new Error(`The engine did not ${what} a recording: ${said.trim()}`);
  }
}
