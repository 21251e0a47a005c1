/**
 * `node tests/bench/acd/main.ts [cost|fairness] [--seeds N]`: the ACD alone, in simulated time; no engine, no network. What the figures mean
 * stands in docs/benchmarks.md.
 */
import { parseArgs } from 'node:util';
import { expectedWaitErrors } from '@branchline/contracts/expected-wait';
import { Centre } from '@branchline/firmware/acd/testing/centre';
import { dayOf, planOfDay } from '@branchline/firmware/acd/testing/day';
import { cost } from './cost.ts';
import { fairness, type Figures, type Pair } from './fairness.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { seeds: { type: 'string', default: '3' } },
});
const wants = (name: string): boolean => positionals.length === 0 || positionals.includes(name);
const seeds = Array.from({ length: Number(values.seeds) }, (_, index) => 101 + index);

function row(...cells: readonly (string | number)[]): void {
  console.log(`| ${cells.join(' | ')} |`);
}

const bothOf =
  ({ ours, peer }: Pair) =>
  (of: (figures: Figures) => number, digits = 1): string =>
    `${of(ours).toFixed(digits)} / ${of(peer).toFixed(digits)}`;

if (wants('cost')) {
  console.log('\nA decision with 500 agents and 50 skills, everybody at work, one becomes free:\n');
  row('waiting', 'decisions', 'CPU µs of 3 steps', 'p50 µs', 'p99 µs', 'most µs', 'bytes written');
  row('---:', '---:', '---:', '---:', '---:', '---:', '---:');
  for (const waiting of [10, 100, 1_000, 10_000]) {
    const figures = cost(waiting, 2_000);
    row(
      waiting,
      figures.decisions,
      figures.meanCpuUs,
      figures.p50Us,
      figures.p99Us,
      figures.maxUs,
      figures.changedBytes,
    );
  }
}

if (wants('fairness')) {
  console.log(`\nA day beside app_queue's rules, mean of ${seeds.length} seeds, ours / peer:\n`);
  row(
    'day',
    'mean wait s',
    'p95 wait s',
    'p99 wait s',
    'VIP p95 s',
    'hung up',
    'occupancy spread',
    'skilled %',
  );
  row('---', '---:', '---:', '---:', '---:', '---:', '---:', '---:');
  const pairs = fairness(seeds);
  for (const pair of pairs) {
    const both = bothOf(pair);
    row(
      pair.title,
      both(({ meanWaitMs }) => meanWaitMs / 1_000),
      both(({ p95WaitMs }) => p95WaitMs / 1_000),
      both(({ p99WaitMs }) => p99WaitMs / 1_000),
      both(({ vipP95WaitMs }) => vipP95WaitMs / 1_000),
      both(({ abandoned }) => abandoned, 0),
      both(({ occupancySpread }) => occupancySpread, 2),
      both(({ skilled }) => skilled),
    );
  }
  console.log('\nThe same days hour by hour:\n');
  row('day', 'p95 of each hour s', 'p95 of the worst hour s', 'longest s', 'within 20 s %', 'uneven by s');
  row('---', '---:', '---:', '---:', '---:', '---:');
  for (const pair of pairs) {
    const both = bothOf(pair);
    row(
      pair.title,
      both(({ hourP95WaitMs }) => hourP95WaitMs / 1_000),
      both(({ worstHourP95WaitMs }) => worstHourP95WaitMs / 1_000),
      both(({ longestWaitMs }) => longestWaitMs / 1_000, 0),
      both(({ serviceLevel }) => serviceLevel),
      both(({ unevenMs }) => unevenMs / 1_000),
    );
  }
}

if (wants('expected-wait')) {
  console.log('\nExpected wait as told on entering, beside the wait that came of it:\n');
  row('seed', 'told', 'mean error s', 'mean of its size s', 'half within s', '90 % within s');
  row('---:', '---:', '---:', '---:', '---:', '---:');
  for (const seed of seeds) {
    const day = dayOf({ seed, agents: 100, callsAnHour: 1_150, talkMs: 180_000 });
    const centre = new Centre(day, planOfDay(day));
    centre.run();
    const errors = expectedWaitErrors(centre.ledger);
    const s = (ms: number): string => (ms / 1_000).toFixed(1);
    row(
      seed,
      errors.told,
      s(errors.meanMs),
      s(errors.meanSizeMs),
      s(errors.halfWithinMs),
      s(errors.mostWithinMs),
    );
  }
}
