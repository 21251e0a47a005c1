/**
 * G11 to G15: a whole fleet at once. Connecting, one change for all, one edit for one, coming back after headquarters was killed, memory; beside
 * bare aedes and mosquitto with the same certificates, the same subscriptions and the same number of bytes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brokerCertificate, openAuthority } from '@branchline/controller/enrolment/authority';
import { seededRandom } from '@branchline/lab/traffic/chance';
import { systemClock } from '@branchline/runtime/clock';
import { Herd } from '../fleet/load/herd.ts';
import { papersFor, type Papers } from '../fleet/load/papers.ts';
import { BareAedes, BareMosquitto, Headquarters } from './fleet/brokers.ts';
import { boxName } from './fleet/fan.ts';
import { foundOf, type Arm } from './fleet/found.ts';
import { measureOurs } from './fleet/ours.ts';
import { measurePeer } from './fleet/peers.ts';
import type { FleetFigures } from './fleet/figures.ts';
import { TENANT } from './ingest/identities.ts';
import { bringMosquitto } from './ingest/mosquitto.ts';
import type { Bench } from './rig/context.ts';
import { Phase } from './rig/phase.ts';
import { repository } from './rig/programs.ts';
import type { Found } from './rig/report.ts';
import { witnessed } from './rig/witness.ts';

const ARMS: readonly Arm[] = ['ours', 'aedes', 'mosquitto'];
const SEED = 20260105;

/** The same bench for any number of boxes. */
export const fleetOf =
  (boxes: number) =>
  async (bench: Bench): Promise<Found> => {
    const mosquitto = bringMosquitto(join(repository, '.branchline/mosquitto'));
    const load = new BusyLoad();
    const phase = new Phase<Arm, FleetFigures>(`fleet-${boxes}`, ARMS, load.witnessed);
    const dir = mkdtempSync(join(tmpdir(), 'branchline-bench-fleet-'));
    try {
      const names = Array.from({ length: boxes }, (_, index) => boxName(index));
      bench.say(`fleet of ${boxes}: certificates`);
      const identity = join(dir, 'identity');
      const papers = await papersOf(identity, names);
      for (let round = 0; round < bench.rounds; round += 1) {
        await phase.round(round, async (arm, watch) => {
          bench.say(`fleet of ${boxes}, round ${round + 1} of ${bench.rounds}, ${arm}`);
          const place = join(dir, `run-${round}-${arm}`);
          const herdAt = (port: () => number, speaks: 'contract' | 'bare'): Herd =>
            new Herd({ tenant: TENANT, port, names, papers, speaks, random: seededRandom(SEED + round) });
          try {
            if (arm === 'ours')
              return await measureOurs(new Headquarters(place, identity), { herdAt, watch, say: bench.say });
            const broker =
              arm === 'aedes'
                ? await BareAedes.start(place, identity)
                : await BareMosquitto.start(place, identity, mosquitto);
            return await measurePeer(broker, { herdAt, watch });
          } finally {
            rmSync(place, { recursive: true, force: true });
          }
        });
      }
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
    return foundOf(boxes, phase, mosquitto.version, load.most);
  };

async function papersOf(identity: string, names: readonly string[]): Promise<Papers> {
  const authority = await openAuthority(identity, TENANT, systemClock);
  await brokerCertificate(authority, identity, ['127.0.0.1', 'localhost'], systemClock);
  return papersFor(identity, TENANT, names);
}

/** A handshake costs both ends the same, so the generator is as busy as what it loads: said under the table, and no reason to drop a round. */
class BusyLoad {
  most = 0;

  readonly witnessed: typeof witnessed = async (measure) => {
    const { value, use } = await witnessed(measure);
    this.most = Math.max(this.most, use.load.busy);
    return { value, use: { ...use, load: { ...use.load, busy: 0 } } };
  };
}
