/** The check of the box by itself put together: what each of its checks works on. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Branch } from '@branchline/contracts/branch/model';
import type { Part } from '@branchline/runtime/lifecycle';
import { roomLog } from '@branchline/runtime/log';
import type { Around } from './around.ts';
import { rawRecordingsDir } from './engine-site.ts';
import type { Media } from './engine/port.ts';
import { INSIDE } from './engine/settings.ts';
import { localTime } from './flows/hours.ts';
import type { Keeping } from './keeping.ts';
import type { PowerKeeper } from './power/keeper.ts';
import { checkAgents } from './self-check/agents-check.ts';
import { checkFlow } from './self-check/flow-check.ts';
import { NotAsExpected } from './self-check/own-calls.ts';
import type { Check } from './self-check/plan.ts';
import { checkRecording } from './self-check/recording-check.ts';
import { SelfCheck, type KeptSelfCheck } from './self-check/self-check.ts';
import { checkTrunk } from './self-check/trunk-check.ts';
import { wishTaker } from './self-check/wish.ts';
import { failed, notDone, passed, type Verdict } from './self-check/verdict.ts';
import type { Backup } from './store/backup.ts';
import type { Telephony } from './telephony.ts';
import { judgeSound, samplesOf, testTone } from './trunks/tone.ts';

const KEPT = 'self-check';
/** Beneath the engine's spool, where both it and this service may be. */
const TONE = 'self-check/tone';
/** Longer than any recording of a check. */
const TONE_MS = 6_000;

export function makeSelfCheck(
  around: Around,
  keeping: Keeping,
  telephony: Telephony,
  power: Pick<PowerKeeper, 'health'>,
): SelfCheck {
  const { settings, clock, log, documents, changed } = around;
  const { ledger, journal, alarms, append, maintenance } = keeping;
  const { calls, engine } = telephony;
  const selfCheck = new SelfCheck({
    clock,
    log: roomLog(log, 'self-check'),
    branch: () => documents.branch,
    dateAt: (at) => localTime(documents.branch.site.timezone, at),
    here: () => ({
      calls: Object.keys(calls.state.calls).length,
      engineUp: engine.health().state === 'up',
      onBattery: ['battery', 'low'].includes(power.health()?.state ?? ''),
      maintenance: maintenance.inForce().some(({ what }) => what.includes('everything')),
    }),
    check: async (check, signal) => {
      try {
        return await make(check, signal, around, keeping, telephony, toneIn(settings.engineDir));
      } catch (error) {
        if (error instanceof NotAsExpected) return failed(error.because, error.detail);
        throw error;
      }
    },
    append,
    alarms,
    kept: ledger.about(KEPT) as KeptSelfCheck | undefined,
    keep: (kept) => journal.keep(KEPT, kept),
    onChange: changed,
  });
  telephony.onCalls(() => selfCheck.happened());
  return selfCheck;
}

export function checkPart({ settings, wall, log }: Around, selfCheck: SelfCheck): Part {
  const room = roomLog(log, 'self-check');
  const orders = wishTaker({ dataDir: settings.dataDir, clock: wall, log: room, selfCheck });
  return {
    name: 'self-check',
    start: () => {
      selfCheck.start();
      orders.start();
    },
    stop: () => {
      selfCheck.stop();
      // After it: what it gave up is told.
      orders.stop();
    },
  };
}

async function make(
  { check, subject = '' }: Check,
  signal: AbortSignal,
  { settings, clock, documents }: Around,
  { backups }: Keeping,
  { ownCalls, soundsOf, vault, trunks }: Telephony,
  tone: () => Promise<Media>,
): Promise<Verdict> {
  const { branch } = documents;
  switch (check) {
    case 'agents':
      return checkAgents(rulesOf(branch), clock.now());
    case 'flow': {
      const isHeard = (sound: Buffer): boolean => judgeSound(samplesOf(sound), false) === 'heard';
      return checkFlow(branch, subject, clock.now(), signal, { calls: ownCalls, soundsOf, isHeard });
    }
    case 'trunk':
      return checkTrunk(subject, signal, { clock, trunks });
    case 'recording': {
      const isTone = (sound: Int16Array): boolean => judgeSound(sound, true) === 'both-ways';
      const rawDir = rawRecordingsDir(settings);
      return checkRecording(signal, { clock, calls: ownCalls, rawDir, vault, tone, isTone });
    }
    case 'backup': {
      const { date } = localTime(branch.site.timezone, clock.now());
      return verdictOf(await backups.make(date, branch.selfCheck.backups, signal));
    }
  }
}

const rulesOf = ({ queues, people }: Branch): Parameters<typeof checkAgents>[0] => ({
  queues,
  agents: Object.values(people).flatMap(({ id, agent }) => (agent ? [{ id, ...agent }] : [])),
});

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1_000_000)} MB`;

function verdictOf(backup: Backup): Verdict {
  switch (backup.is) {
    case 'good':
      return passed(`${backup.events}, ${megabytes(backup.bytes)}`);
    case 'no-room':
      return notDone('no-room', `${megabytes(backup.freeBytes)} < ${megabytes(backup.neededBytes)}`);
    case 'different':
      return failed('not-the-same', String(backup.seq));
  }
}

/** Made anew each time: what lies in the spool may have been tidied away. */
const toneIn = (engineDir: string) => async (): Promise<Media> => {
  const file = join(engineDir, 'spool', `${TONE}.sln`);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, testTone(TONE_MS), { mode: 0o644 });
  return `sound:${join(INSIDE.spool, TONE)}`;
};
