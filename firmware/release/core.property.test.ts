/** The machine beside a root side and a disk that keep their promises, killed wherever it pleases. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { releaseStep } from './core.ts';
import { newReleaseState, type Offer, type ReleaseEvent, type ReleaseHead, RULES } from './state.ts';

const OLD = '1.4.0';
const NEW = '1.5.0';
const schema = { box: 1, access: 1, hq: 1 };
const head = (version: string): ReleaseHead => ({
  ...{ version, architecture: 'x64', engine: '22.10.1' },
  ...{ schema, oldestBack: schema },
});
const offer: Offer = { ...head(NEW), order: 'o1', back: false, bytes: 1, unpackedBytes: 1 };
const WELL = { well: ['headquarters'], phones: 1 };
const ILL = { well: [], phones: 0 };
/** Fails to start so often, unconfirmed, and root goes back. */
const STARTS = 3;

/** What survives a kill: the disk of the box, and what root does. */
class Box {
  state = newReleaseState(OLD);
  running = OLD;
  previous = OLD;
  wish: string | undefined;
  confirmed = true;
  starts = 0;
  archive = false;
  wentBack: { version: string; because: string } | undefined;
  now = 0;

  tell(event: ReleaseEvent, killedAfter = Infinity): void {
    const { state, effects } = releaseStep(this.state, event, (this.now += 1_000), RULES);
    this.state = state;
    for (const effect of effects.slice(0, killedAfter)) {
      if (effect.do === 'fetch') this.archive = true;
      else if (effect.do === 'wish') this.wish = effect.version;
      else if (effect.do === 'take-back-wish') this.wish = undefined;
      else if (effect.do === 'drop-archive') this.archive = false;
      else if (effect.do === 'confirm' && effect.version === this.running) this.confirmed = true;
    }
    if (killedAfter < effects.length) this.start();
  }

  start(killedAfter = Infinity): void {
    if (!this.confirmed && (this.starts += 1) > STARTS) {
      this.wentBack = { version: this.running, because: 'it does not stay up' };
      this.switchTo(this.previous, true);
    }
    const { running, confirmed, wentBack } = this;
    this.tell({ type: 'started', running, confirmed, ...(wentBack && { wentBack }) }, killedAfter);
  }

  root(): void {
    const wish = this.wish;
    this.wish = undefined;
    if (wish === undefined || wish === this.running) return;
    this.wentBack = undefined;
    this.switchTo(wish, wish === this.previous);
    this.start();
  }

  private switchTo(version: string, known: boolean): void {
    this.previous = this.running;
    this.running = version;
    this.confirmed = known;
    this.starts = 0;
  }

  /** Left alone, with what it asks for done: everything comes to an end. */
  settle(wellUnder: readonly string[]): void {
    for (let round = 0; round < 400 && this.state.step.is !== 'settled'; round += 1) {
      this.root();
      const { step } = this.state;
      const here = { running: head(this.running), engine: '22.10.1', room: 10 };
      if (step.is === 'fetching') this.tell({ type: 'fetched' });
      else if (step.is === 'verifying') this.tell({ type: 'verified', head: head(NEW), here });
      this.now += 30_000;
      const now = wellUnder.includes(this.running) ? WELL : ILL;
      this.tell({ type: 'look', now, calls: 0, quiet: true });
    }
    this.root();
  }
}

const act = fc.oneof(
  fc.constant({ act: 'root' } as const),
  fc.record({ act: fc.constant('start' as const), kill: fc.nat(3) }),
  fc.record({
    act: fc.constantFrom('offer', 'fetched', 'verified', 'well', 'ill', 'long', 'withdrawn'),
    kill: fc.option(fc.nat(3), { nil: Infinity, freq: 2 }),
  }),
);
type Act = typeof act extends fc.Arbitrary<infer A> ? A : never;

function play(box: Box, each: Act): void {
  if (each.act === 'root') return box.root();
  if (each.act === 'start') return box.start(each.kill);
  const here = { running: head(box.running), engine: '22.10.1', room: 10 };
  if (each.act === 'offer') return box.tell({ type: 'offered', offer, here }, each.kill);
  if (each.act === 'fetched') return box.tell({ type: 'fetched' }, each.kill);
  if (each.act === 'withdrawn') return box.tell({ type: 'withdrawn' }, each.kill);
  if (each.act === 'verified') return box.tell({ type: 'verified', head: head(NEW), here }, each.kill);
  if (each.act === 'long') box.now += 3_000_000;
  const now = each.act === 'ill' ? ILL : WELL;
  box.tell({ type: 'look', now, calls: 0, quiet: true }, each.kill);
}

it.each([
  ['both are well', [OLD, NEW]],
  ['the new one is not', [OLD]],
])('killed at any step it comes to an end, old or new, when %s', (_, wellUnder) => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
      const box = new Box();
      for (const each of acts) {
        play(box, each);
        expect([OLD, NEW]).toContain(box.running);
      }
      box.settle(wellUnder);
      const { step, good, last } = box.state;
      expect(step.is).toBe('settled');
      expect(good).toBe(box.running);
      if (last?.ended === 'good') expect(last.version).toBe(NEW);
      // What is told of the end is what runs, and a start of it is counted against it no more.
      if (last && last.ended !== 'good') expect(box.running).toBe(OLD);
      box.start();
      expect(box.confirmed).toBe(true);
    }),
    { numRuns: 300 },
  );
});
