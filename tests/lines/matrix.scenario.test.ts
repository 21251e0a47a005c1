/** Every fault of the lab alone, and every two: what the trunk is worth, where calls go, and that help is reached. */
import { describe, expect, test } from 'vitest';
import { LAB_FAULTS, type LabFault } from '@branchline/contracts/lab';
import { smallBranch } from '@branchline/firmware/calls/bench';
import { storyOf } from '@branchline/lab/gateways/story';
import { PaperBranch } from './paper-branch.ts';

const MOBILE = '013912345678';
const HELP = '110';
/** Whatever is wrong is known after this, ms. */
const KNOWN_MS = 6_000;
/** A silent line is left after 2 s. */
const ROUND_MS = 2_500;
/** Of an emergency call whose lines are late, or come and go, ms. */
const LONGEST_MS = 20_000;
/** A full way back, after so many falls as there may be here. */
const BACK_MS = 20 * 60_000;
const LIE = { source: 'snmp-poll', line: '1', state: 'bad', what: 'LOS' } as const;
const E1 = 'e1';
const FXO = 'fxo';

const alone = LAB_FAULTS.map((fault): [string, LabFault[]] => [fault, [fault]]);
const pairs = LAB_FAULTS.flatMap((first, index) =>
  LAB_FAULTS.slice(index + 1).map((second): [string, LabFault[]] => [
    `${first} and ${second}`,
    [first, second],
  ]),
);
const onBoth = LAB_FAULTS.flatMap((first) =>
  LAB_FAULTS.map((second): [LabFault, LabFault] => [first, second]),
);

/** Without evidence of calls: what the wire and the answers to OPTIONS say. */
function worthOf(faults: readonly LabFault[]): string {
  const story = storyOf(new Set([...faults, ...(faults.includes('flap') ? ['los' as const] : [])]), 30);
  if (!story.power || !story.dChannel || story.sip.deaf || story.sip.options !== 'pass') return 'down';
  return story.blockedChannels > 0 ? 'degraded' : 'up';
}

type Carries = 'yes' | 'late' | 'no';
function carries(faults: readonly LabFault[]): Carries {
  const { sip } = storyOf(new Set([...faults, ...(faults.includes('flap') ? ['los' as const] : [])]), 30);
  if (sip.deaf || sip.invite !== 'pass') return 'no';
  return sip.lateMs > 0 ? 'late' : 'yes';
}

function branchWith(faults: readonly LabFault[], others: readonly LabFault[] = []): PaperBranch {
  const branch = new PaperBranch(smallBranch);
  for (const fault of faults) branch.fault(E1, fault, true);
  for (const fault of others) branch.fault(FXO, fault, true);
  return branch;
}

describe.each([...alone, ...pairs])('%s on the first line', (_, faults) => {
  const isFlapping = faults.includes('flap');

  test('is known for what it is', () => {
    const branch = branchWith(faults);
    branch.pass(KNOWN_MS);
    expect(branch.book.worth('pstn')).toBe(worthOf(faults));
    expect(branch.book.worth('copper')).toBe('up');
  });

  test.each([0, KNOWN_MS])('a call after %i ms goes out by a line that carries it', (afterMs) => {
    const branch = branchWith(faults);
    branch.pass(afterMs);
    const outcome = branch.call(MOBILE, 30_000);
    expect(outcome?.afterMs).toBeLessThanOrEqual(ROUND_MS);
    if (carries(faults) !== 'yes' && !isFlapping) expect(outcome?.by).toBe('copper');
  });

  test.each([0, KNOWN_MS])('an emergency call after %i ms goes through', (afterMs) => {
    const branch = branchWith(faults);
    branch.pass(afterMs);
    expect(branch.call(HELP, 30_000)?.afterMs).toBeLessThanOrEqual(ROUND_MS);
  });

  test('over, it is as good as before, in few steps', () => {
    const branch = branchWith(faults);
    for (let each = 0; each < 4; each += 1) {
      branch.pass(KNOWN_MS);
      branch.call(MOBILE, 30_000);
    }
    for (const fault of faults) branch.fault(E1, fault, false);
    branch.pass(BACK_MS, 5_000);
    expect(branch.book.worth('pstn')).toBe('up');
    // Down, a part, all: however it was on the way there.
    expect(branch.changes.filter((change) => change.startsWith('pstn')).length).toBeLessThanOrEqual(5);
  });
});

describe.each(onBoth)('%s on the first line, %s on the other', (first, second) => {
  const both = [carries([first]), carries([second])];

  test('an emergency call goes through as soon as any line carries it', () => {
    const branch = branchWith([first], [second]);
    branch.pass(KNOWN_MS);
    const outcome = branch.call(HELP, 60_000);
    if (both.includes('yes') && first !== 'flap' && second !== 'flap')
      expect(outcome?.afterMs).toBeLessThanOrEqual(2 * ROUND_MS + 2_000);
    else if (both.some((each) => each !== 'no') || [first, second].includes('flap'))
      expect(outcome?.afterMs).toBeLessThanOrEqual(LONGEST_MS);
    else expect(outcome).toBeUndefined();
  });

  test('one that waits goes through when a line comes back', () => {
    const branch = branchWith([first], [second]);
    branch.pass(KNOWN_MS);
    branch.dial(HELP);
    branch.pass(7_000);
    branch.fault(FXO, second, false);
    branch.pass(LONGEST_MS);
    expect(branch.bench.bodies('call.answered')).toMatchObject([{ by: { kind: 'number' } }]);
  });
});

test('a gateway that restarts in a loop is tried no more, and calls go out by the other', () => {
  const branch = branchWith([]);
  for (let each = 0; each < 40; each += 1) {
    branch.fault(E1, 'power-off', true);
    branch.pass(9_000);
    branch.fault(E1, 'power-off', false);
    branch.pass(6_000);
    expect(branch.call(MOBILE, 30_000)?.afterMs).toBeLessThanOrEqual(ROUND_MS);
  }
  // Ten minutes of it: tried a few times, less and less often.
  expect(branch.changes.filter((change) => change.startsWith('pstn')).length).toBeLessThan(15);
  expect(branch.call(HELP, 30_000)?.afterMs).toBeLessThanOrEqual(ROUND_MS);
});

test('with every channel taken, and the other line dead, help is reached all the same', () => {
  const branch = new PaperBranch({
    ...smallBranch,
    trunks: { ...smallBranch.trunks, pstn: { ...smallBranch.trunks.pstn, channels: 2 } },
  });
  branch.fault(FXO, 'power-off', true);
  branch.pass(KNOWN_MS);
  branch.dial(MOBILE);
  branch.dial(MOBILE);
  branch.pass(1_000);
  expect(branch.call(HELP, 10_000)).toMatchObject({ by: 'pstn' });
  expect(branch.bench.bodies('call.preempted')).toHaveLength(1);
});

test('a wire that is lied about: called dead it is tried last and not never, called well it is left when it refuses', () => {
  const branch = branchWith([], ['power-off']);
  branch.book.lineEvidence(E1, { ...LIE, at: branch.bench.now });
  expect(branch.book.worth('pstn')).toBe('down');
  expect(branch.call(MOBILE, 30_000)).toMatchObject({ by: 'pstn' });
  expect(branch.call(HELP, 30_000)).toMatchObject({ by: 'pstn' });
  const well = branchWith(['refuse']);
  expect(well.call(HELP, 30_000)).toMatchObject({ by: 'copper' });
});

test('a carrier that answers and sends no sound is asked last after two talks that nobody heard', () => {
  const branch = branchWith(['one-way']);
  for (let each = 0; each < 2; each += 1) {
    branch.dial(MOBILE);
    branch.pass(KNOWN_MS);
  }
  expect(branch.book.worth('pstn')).toBe('degraded');
  expect(branch.call(MOBILE, 30_000)).toMatchObject({ by: 'copper' });
  expect(branch.call(HELP, 30_000)).toMatchObject({ by: 'copper' });
});
