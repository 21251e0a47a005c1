/**
 * The root side of an update (systemd/branchline-release.service): has a release run that a key of root's own signed, when the service wishes it, and
 * what ran before again when it does not prove itself. Begun by a wish and with the machine; ends when nothing is left to watch.
 *
 * `main.mjs --releases DIR --service DIR --keys DIR [--start-within-s N] [--prove-within-s N] -- PROGRAM...`: PROGRAM starts the service anew.
 */
import { spawnSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { confirmation, read, start, wish, type RootState } from '../handover.ts';
import { ROOT_RULES, rootStep, type RootEffect, type RootEvent, type RootRules } from './core.ts';
import {
  dropOthers,
  isCurrent,
  link,
  loadState,
  saveState,
  smallFile,
  unpackWished,
  type RootPlaces,
} from './places.ts';

const LOOK_MS = 500;
const RESTART_WITHIN_MS = 60_000;

const say = (text: string): void => console.log(text);

class RootSide {
  readonly #places: RootPlaces;
  readonly #rules: RootRules;
  readonly #restart: readonly string[];
  #state: RootState;
  /** Of the switch, or of this program's begin; ms of a clock that does not jump. */
  #since = performance.now();
  /** Starts of the service that were seen since then. */
  readonly #starts = new Set<string>();

  constructor(places: RootPlaces, rules: RootRules, restart: readonly string[]) {
    this.#places = places;
    this.#rules = rules;
    this.#restart = restart;
    this.#state = loadState(places);
    // The service takes releases where it finds this.
    saveState(places, this.#state);
  }

  async run(): Promise<void> {
    await this.#feed({ is: 'begun' });
    for (;;) {
      const wished = read(wish, smallFile(this.#places, 'wish'));
      if (wished) await this.#feed({ is: 'wished', id: wished.id, version: wished.version });
      if (this.#state.confirmed) return;
      const confirmed = read(confirmation, smallFile(this.#places, 'confirmed'));
      if (confirmed) await this.#feed({ is: 'confirmed', version: confirmed.version });
      this.#countStarts();
      await this.#feed({ is: 'look', sinceMs: performance.now() - this.#since, starts: this.#starts.size });
      await pause(LOOK_MS);
    }
  }

  #countStarts(): void {
    const seen = read(start, smallFile(this.#places, 'running'));
    if (seen?.version === this.#state.current) this.#starts.add(seen.start);
  }

  async #feed(event: RootEvent): Promise<void> {
    const { state, effects } = rootStep(this.#state, event, this.#rules);
    if (state !== this.#state) saveState(this.#places, state);
    if (state.refused && state.refused !== this.#state.refused) say(`refused: ${state.refused.detail}`);
    if (state.confirmed && !this.#state.confirmed && state.current === this.#state.current)
      say(`release ${state.current} has proved itself`);
    if (state.wentBack && state.wentBack !== this.#state.wentBack)
      say(`back from release ${state.wentBack.version}: ${state.wentBack.because}`);
    this.#state = state;
    if (state.confirmed) link(this.#places, state);
    for (const effect of effects) await this.#do(effect);
  }

  async #do(effect: RootEffect): Promise<void> {
    switch (effect.do) {
      case 'unpack':
        return this.#unpack(effect.id, effect.version);
      case 'make-so':
        return this.#isSo() ? undefined : void this.#makeSo();
      case 'switch':
        return void this.#makeSo();
      case 'drop-others':
        return void dropOthers(this.#places, this.#state);
    }
  }

  async #unpack(id: string, version: string): Promise<void> {
    try {
      await unpackWished(this.#places, version);
    } catch (fault) {
      return this.#feed({
        is: 'not-unpacked',
        id,
        detail: fault instanceof Error ? fault.message : String(fault),
      });
    }
    // It takes seconds: the wish may have been taken back meanwhile.
    if (read(wish, smallFile(this.#places, 'wish'))?.id !== id)
      return this.#feed({ is: 'not-unpacked', id, detail: 'the wish was taken back' });
    await this.#feed({ is: 'unpacked', id, version });
  }

  /** The link may be right and the service another: a kill came in between. */
  #isSo(): boolean {
    const seen = read(start, smallFile(this.#places, 'running'));
    const { current } = this.#state;
    return isCurrent(this.#places, current) && (seen === undefined || seen.version === current);
  }

  #makeSo(): void {
    const { current, confirmed } = this.#state;
    link(this.#places, this.#state);
    const [program = '', ...args] = this.#restart;
    // What it wrote before this is a start of another.
    this.#starts.clear();
    this.#since = performance.now();
    say(`release ${current} is to run${confirmed ? '' : ', and to prove itself'}`);
    const done = spawnSync(program, args, { stdio: 'inherit', timeout: RESTART_WITHIN_MS });
    if (done.status !== 0)
      say(`${program}: ${done.error?.message ?? `ended with ${done.status ?? done.signal ?? ''}`}`);
  }
}

const { values, positionals: restart } = parseArgs({
  allowPositionals: true,
  options: {
    releases: { type: 'string' },
    service: { type: 'string' },
    keys: { type: 'string' },
    'start-within-s': { type: 'string' },
    'prove-within-s': { type: 'string' },
  },
});
const { releases, service, keys } = values;
if (releases === undefined || service === undefined || keys === undefined || restart.length === 0)
  throw new Error(
    'give --releases DIR --service DIR --keys DIR -- and the program that starts the service anew',
  );
const msOf = (text: string | undefined, usual: number): number =>
  text === undefined ? usual : Number(text) * 1_000;
await new RootSide(
  { releases, service, keys },
  {
    ...ROOT_RULES,
    startWithinMs: msOf(values['start-within-s'], ROOT_RULES.startWithinMs),
    proveWithinMs: msOf(values['prove-within-s'], ROOT_RULES.proveWithinMs),
  },
  restart,
).run();
