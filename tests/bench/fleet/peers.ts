/** Bare brokers under the same fleet: they carry, and know nothing of what they carry. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Herd } from '../../fleet/load/herd.ts';
import type { Watch } from '../rig/phase.ts';
import type { Broker } from './brokers.ts';
import type { FleetFigures } from './figures.ts';

export interface Around {
  readonly herdAt: (port: () => number, speaks: 'contract' | 'bare') => Herd;
  readonly watch: Watch;
}

export const STORM_MS = 600_000;
export const SETTLE_MS = 3_000;
export const REST_MS = 5_000;
/** Of a version of the load generator's branch as headquarters sends it. */
const DOCUMENT_BYTES = 870;

export async function measurePeer(broker: Broker, { herdAt, watch }: Around): Promise<FleetFigures> {
  const herd = herdAt(() => broker.port, 'bare');
  try {
    const emptyMb = broker.rssMb();
    const { readyS, connectCpuMs } = await watch(() => storm(herd, broker));
    await pause(SETTLE_MS);
    const fullMb = broker.rssMb();
    const restShare = await watch(() => atRest(broker));
    const fanS = await watch(async () => {
      const began = performance.now();
      broker.fan(herd.boxes.length, DOCUMENT_BYTES);
      await herd.until((box) => box.documentAt > began, STORM_MS, 'told');
      return secondsSince(began);
    });
    return { readyS, connectCpuMs, emptyMb, fullMb, restShare, fanS };
  } finally {
    herd.stop();
    await broker.programs.stopAll();
  }
}

export async function storm(
  herd: Herd,
  broker: { cpuMs(): number },
): Promise<{ readyS: number; connectCpuMs: number; began: number }> {
  const cpu = broker.cpuMs();
  const began = performance.now();
  herd.start();
  await herd.until((box) => box.isReady, STORM_MS, 'connected');
  const last = Math.max(...herd.boxes.map(({ readyAt }) => readyAt));
  const connectCpuMs = (broker.cpuMs() - cpu) / herd.boxes.length;
  return { readyS: (last - began) / 1_000, connectCpuMs, began };
}

/** Share of a core. */
export async function atRest(broker: { cpuMs(): number }): Promise<number> {
  const before = { cpu: broker.cpuMs(), at: performance.now() };
  await pause(REST_MS);
  return (broker.cpuMs() - before.cpu) / (performance.now() - before.at);
}

export const secondsSince = (began: number): number => (performance.now() - began) / 1_000;
