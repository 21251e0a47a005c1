/** What every bed test of the lab starts from: a plan on free ports, and its instance in a directory of its own. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPlan, type LabPlan, type LabPlanInput } from '../plan.ts';
import { freeUdpPort, freeUdpRange } from '../udp.ts';

/** The engine's root for bed tests; without it they are left out. */
export const bedRoot = (env: NodeJS.ProcessEnv): string | undefined => env['BRANCHLINE_ENGINE_ROOT'];

export interface BedOrder {
  readonly engineRoot: string;
  /** How many audio ports the engine gets; two for each leg. */
  readonly rtpPorts?: number;
  readonly channels?: number;
  readonly subscribers?: number;
}

const FIRST_LINE = 8_613_900_000_000;
const AREA = { code: '86', area: '571' } as const;

/** One gateway, the box at 127.0.0.1, six subscribers +8613900000001 to ...6, or as many as are asked for. */
export async function bedPlan({
  engineRoot,
  rtpPorts = 200,
  channels = 30,
  subscribers = 6,
}: BedOrder): Promise<LabPlan> {
  const first = await freeUdpRange('127.0.0.1', rtpPorts);
  const at = async (host: string) => ({ host, port: await freeUdpPort(host) });
  const plan: LabPlanInput = {
    box: await at('127.0.0.1'),
    pstn: {
      engineRoot,
      instance: mkdtempSync(join(tmpdir(), 'branchline-pstn-')),
      exchange: await at('127.0.0.10'),
      rtp: { first, last: first + rtpPorts - 1 },
      country: AREA,
    },
    gateways: [
      {
        name: 'e1-main',
        address: await at('127.0.0.11'),
        channels,
        numbers: [{ first: '+8657186001000', last: '+8657186001029' }],
      },
    ],
    subscribers: Array.from({ length: subscribers }, (_, at) => at + 1).map((n) => ({
      number: `+${FIRST_LINE + n}`,
      user: String(FIRST_LINE + n),
      password: `subscriber-${n}-secret`,
      tone: 500 + n * 100,
    })),
  };
  return readPlan(plan);
}
