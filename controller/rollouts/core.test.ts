/** Single steps of a rollout that the properties do not tell apart. */
import { describe, expect, it } from 'vitest';
import { rolloutGates } from '@branchline/contracts/fleet/rollouts';
import { hinders, step } from './core.ts';
import { PaperFleet, type Fate } from './testing/paper-fleet.ts';

const gates = rolloutGates.parse({ soakS: 100, patienceS: 30 });
const fleet = (...fates: Fate[]): PaperFleet =>
  new PaperFleet(
    { enoughPercent: [100], atOnce: 10, gates },
    fates.map((fate) => ({ wave: 0, fate })),
  );
const stepOf = (paper: PaperFleet, box: string) => paper.state.boxes.get(box)?.step;

/** The box has taken the change and says how it is. */
function watching(fate: Fate): PaperFleet {
  const paper = fleet(fate);
  paper.look();
  paper.deliver(paper.box(0));
  paper.look();
  expect(stepOf(paper, 'b0')).toBe('watching');
  return paper;
}
const later = (paper: PaperFleet, seconds: number, reports = true): void => {
  paper.now += seconds * 1_000;
  if (reports) paper.box(0).reports += 1;
  paper.look();
};

describe('a box that is watched', () => {
  it('proves itself by a report from after the change, not by an older one', () => {
    const paper = watching('good');
    later(paper, 200, false);
    expect(stepOf(paper, 'b0')).toBe('watching');
    later(paper, 0);
    expect(stepOf(paper, 'b0')).toBe('good');
  });

  it('is not judged while it is away, neither good nor bad', () => {
    const paper = watching('loses-phones');
    later(paper, 1);
    paper.box(0).online = false;
    later(paper, 500, false);
    expect(paper.state).toMatchObject({ status: 'running', stop: null });
    paper.box(0).online = true;
    later(paper, 0);
    expect(paper.state.status).toBe('running');
    later(paper, 30);
    expect(paper.state.stop).toMatchObject({ by: 'gate', gate: 'phones' });
  });

  it('fails as soon as a gate was bad for as long as patience lasts, and not when it was good in between', () => {
    const paper = watching('loses-phones');
    later(paper, 1);
    later(paper, 29);
    paper.box(0).fate = 'good';
    later(paper, 1);
    paper.box(0).fate = 'loses-phones';
    later(paper, 1);
    later(paper, 29);
    expect(paper.state.status).toBe('running');
    later(paper, 1);
    expect(paper.state.status).toBe('going-back');
  });
});

describe('going back', () => {
  it('asks a box again that would not take it, five times and no more', () => {
    const paper = watching('loses-phones');
    later(paper, 1);
    later(paper, 30);
    for (let round = 0; round < 10; round += 1) {
      const box = paper.box(0);
      box.seen = { version: box.versions.length, state: 'reverted', because: 'trunks-lost', conflict: false };
      later(paper, 60);
    }
    expect(paper.puts.filter(({ way }) => way === 'back').length).toBe(5);
    expect(paper.state.status).toBe('going-back');
  });

  it('begins anew where the first order was lost', () => {
    const paper = watching('good');
    const { state } = step(
      paper.rules,
      paper.state,
      { is: 'order', order: 'abort', who: 'chen', reason: 'so' },
      paper.now,
    );
    paper.state = state;
    paper.look();
    expect(stepOf(paper, 'b0')).toBe('going-back');
  });

  it('is over when a person has decided for a newer version', () => {
    const paper = watching('good');
    paper.order('abort');
    paper.box(0).seen = { version: 9, state: 'confirmed', because: null, conflict: false };
    paper.look();
    expect(paper.state.status).toBe('gone-back');
  });

  it('with nothing touched is over at once', () => {
    const paper = fleet('good');
    paper.order('abort');
    expect(paper.state).toMatchObject({ status: 'gone-back', stop: { by: 'person', who: 'chen' } });
  });
});

describe('a version that cannot be written', () => {
  it('leaves the box out; the wave goes on without it', () => {
    const paper = fleet('good', 'good');
    paper.happen({ is: 'unfit', box: 'b0', way: 'forward', has: true, note: 'it has these values already' });
    paper.look();
    paper.deliver(paper.box(1));
    paper.look();
    paper.box(1).reports += 1;
    later(paper, 100);
    expect(paper.state.status).toBe('done');
    expect(stepOf(paper, 'b0')).toBe('skipped');
  });

  it('on the way back stays open and says why; a person must decide', () => {
    const paper = watching('good');
    const state = { ...paper.state, status: 'going-back' as const };
    const stuck = {
      is: 'unfit',
      box: 'b0',
      way: 'back',
      has: false,
      note: 'site.country: a country',
    } as const;
    paper.state = step(paper.rules, state, stuck, paper.now).state;
    later(paper, 1_000);
    expect(paper.state.status).toBe('going-back');
    expect(paper.state.boxes.get('b0')?.note).toContain('site.country');
  });
});

describe('orders', () => {
  it('pause keeps new boxes from it, and what is begun is watched', () => {
    const paper = fleet('good', 'good');
    paper.order('pause');
    paper.look();
    expect(paper.puts).toEqual([]);
    paper.order('resume');
    paper.look();
    expect(paper.puts.length).toBe(2);
  });

  it('finish leaves the rest, but not while one is tried', () => {
    const paper = fleet('good', 'good');
    paper.box(1).online = false;
    paper.look();
    expect(hinders(paper.state, 'finish')).toContain("'b0' is asked");
    paper.deliver(paper.box(0));
    paper.look();
    later(paper, 100);
    expect(hinders(paper.state, 'finish')).toBeUndefined();
    paper.order('finish');
    paper.box(1).online = true;
    paper.look();
    expect(paper.state.status).toBe('finished');
    expect(paper.puts.length).toBe(1);
  });

  it.each(['resume', 'finish', 'abort', 'pause'] as const)(
    '%s at a rollout that is over changes nothing',
    (order) => {
      const paper = fleet('good');
      paper.order('abort');
      const before = paper.state;
      paper.order(order);
      expect(paper.state).toBe(before);
      expect(hinders(before, order)).toContain('gone-back');
    },
  );
});
