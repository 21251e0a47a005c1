/** What of the machine is an alarm. */
import { coded } from '@branchline/contracts/alarm-detail';
import type { HostReading } from './host.ts';
import type { Alarms } from './alarms.ts';

/** From then on a disk is to be replaced before it fails, percent of its life. */
const WORN_PERCENT = 90;
/** Of the files that the engine may have open: a call takes up to ten. */
const HANDLES_PERCENT = 80;

const CPU = 'cpu';
const ENGINE = 'engine';

/** A fault that nobody can see any more stays as it was. */
export function tellMachineAlarms(
  alarms: Alarms & { keepOnly(code: 'disk-worn' | 'disk-failing', subjects: Iterable<string>): void },
  { cpu, wear, engineProcess }: Pick<HostReading, 'cpu' | 'wear' | 'engineProcess'>,
): void {
  if (cpu.throttled === 'voltage') alarms.raise('cpu-throttled', CPU, '< 4.63 V');
  else if (cpu.throttled === 'temperature') alarms.raise('cpu-throttled', CPU, '°C');
  else if (cpu.throttled === 'no') alarms.clear('cpu-throttled', CPU);
  const worn = wear.filter(
    ({ usedPercent, reserve }) =>
      (usedPercent ?? 0) >= WORN_PERCENT || (reserve !== undefined && reserve !== 'normal'),
  );
  alarms.keepOnly('disk-worn', new Set(worn.map(({ disk }) => disk)));
  for (const { disk, usedPercent } of worn)
    alarms.raise('disk-worn', disk, usedPercent === null ? undefined : `${usedPercent} %`);
  const failing = wear.filter(({ fails, pending = 0 }) => fails === true || pending > 0);
  alarms.keepOnly('disk-failing', new Set(failing.map(({ disk }) => disk)));
  for (const { disk, fails, pending = 0 } of failing)
    alarms.raise(
      'disk-failing',
      disk,
      fails === true ? coded('smart-fails') : coded('smart-pending', pending),
    );
  const { handles = null, mostHandles = null } = engineProcess ?? {};
  if (handles === null || mostHandles === null) return;
  if (handles >= (mostHandles * HANDLES_PERCENT) / 100)
    alarms.raise('engine-handles', ENGINE, `${handles} / ${mostHandles}`);
  else alarms.clear('engine-handles', ENGINE);
}
