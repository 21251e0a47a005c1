/**
 * How headquarters grows from one process to two: the fleet of `fleet-N` and the history of `ingest`, through Mosquitto and PostgreSQL with one
 * controller and with two, beside the one that has all inside. All of it on one core: what is compared is the work of the busiest controller.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { brokerCertificate, openAuthority } from '@branchline/controller/enrolment/authority';
import { seededRandom } from '@branchline/lab/traffic/chance';
import { systemClock } from '@branchline/runtime/clock';
import { Herd } from '../fleet/load/herd.ts';
import { papersFor, type Papers } from '../fleet/load/papers.ts';
import { boxName } from './fleet/fan.ts';
import { ARMS, type Arm } from './group/arms.ts';
import { foundOf } from './group/found.ts';
import { measureGroup, type GroupFigures } from './group/measure.ts';
import { durablePostgres, Place } from './group/place.ts';
import { Fleet } from './ingest/fleet.ts';
import { TENANT, type Identities } from './ingest/identities.ts';
import { bringMosquitto } from './ingest/mosquitto.ts';
import type { Bench } from './rig/context.ts';
import { Phase } from './rig/phase.ts';
import { repository } from './rig/programs.ts';
import type { Found } from './rig/report.ts';

const SEED = 20260105;

/** The same bench for any number of boxes. */
export const groupOf =
  (boxes: number, name = `group-${boxes}`) =>
  async (bench: Bench): Promise<Found> => {
    const mosquitto = bringMosquitto(join(repository, '.branchline/mosquitto'));
    const phase = new Phase<Arm, GroupFigures>(name, ARMS);
    const dir = mkdtempSync(join(tmpdir(), 'branchline-bench-group-'));
    const postgres = await durablePostgres();
    try {
      const identityDir = join(dir, 'identity');
      const names = Array.from({ length: boxes }, (_, index) => boxName(index));
      const papers = await papersOf(identityDir, names);
      const identities = identitiesOf(identityDir, names, papers);
      for (let round = 0; round < bench.rounds; round += 1) {
        await phase.round(round, async (arm, watch) => {
          bench.say(`${name}, round ${round + 1} of ${bench.rounds}, ${arm}`);
          const place = await Place.start(arm, {
            ...{ dir: join(dir, `run-${round}-${arm}`), identityDir, mosquitto, postgres },
          });
          const order = { tenant: TENANT, port: () => place.port, names, papers };
          return measureGroup(place, {
            ...{ watch, say: bench.say },
            herd: new Herd({ ...order, speaks: 'contract', random: seededRandom(SEED + round) }),
            fleet: () =>
              Fleet.open({
                port: place.port,
                identities,
                boxes,
                batching: 'live',
                window: 'acked',
                greets: true,
              }),
          });
        });
      }
    } finally {
      await postgres.stop();
      rmSync(dir, { recursive: true, force: true });
    }
    return foundOf({ name, boxes, mosquitto: mosquitto.version }, phase);
  };

async function papersOf(identity: string, names: readonly string[]): Promise<Papers> {
  const authority = await openAuthority(identity, TENANT, systemClock);
  await brokerCertificate(authority, identity, ['127.0.0.1', 'localhost'], systemClock);
  return papersFor(identity, TENANT, names);
}

const identitiesOf = (dir: string, names: readonly string[], { ca, key, cert }: Papers): Identities => ({
  dir,
  boxes: names.map((name) => ({ name, context: createSecureContext({ ca, key, cert: cert(name) }) })),
});
