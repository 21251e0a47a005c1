/** The desk's host of stand-ins: its identity, the carrier that tries the box and then the stand-in, and what it leaves running. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Branch } from '@branchline/contracts/branch/model';
import type { LabPlanInput } from '@branchline/lab/plan';
import { readIfThere } from '@branchline/runtime/atomic-file';
import { readIdentity } from '@branchline/firmware/uplink/identity';
import { desk, places } from './places.ts';
import type { Secrets } from './gateway-secrets.ts';

/** How long a gateway, and the carrier, waits for one that is dead before the next is tried: what an installer sets, ms. */
export const DEAD_AFTER_MS = 2_000;
const CARRIERS = `carriers:
  west: { kind: hunting, serves: ['+86 571 8600 10'], promise: 3s }
`;

/** @returns the request that headquarters is to sign; undefined where it was signed before */
export async function prepareCloud(): Promise<{ csr: string; out: string } | undefined> {
  writeFileSync(places.carriers, CARRIERS);
  const out = join(places.cloud, 'identity');
  if (existsSync(join(out, 'box.crt'))) return undefined;
  await readIdentity({ identityDir: out, tenant: 'main', box: desk.cloud.name });
  return { csr: join(out, 'box.csr'), out };
}

/** The accounts that the branch's cloud line has: its own, and its stand-in's. */
export function carriersOf(
  { gateways }: Branch,
  secrets: Secrets,
): NonNullable<LabPlanInput['pstn']['carriers']> {
  const line = Object.values(gateways).find((one) => one.line?.standIn)?.line;
  if (!line?.standIn || line.username === undefined) return [];
  const { carrier, edges } = desk.cloud;
  const account = (username: string, secret: string | undefined, edge: number) => ({
    ...{ name: username, username, edge, address: carrier, deadAfterMs: DEAD_AFTER_MS, channels: 30 },
    password: secrets[secret ?? ''] ?? '',
  });
  return [
    account(line.username, line.secret, edges.box),
    account(line.standIn.username, line.standIn.secret, edges.standIn),
  ];
}

/** Programs of stand-ins outlive their host: whoever stops the desk ends them. */
export function cloudPids(): number[] {
  const branches = existsSync(join(places.cloud, 'places')) ? readdirSync(join(places.cloud, 'places')) : [];
  return branches.flatMap((branch) =>
    ['service', 'engine'].flatMap((program) => {
      const text = readIfThere(join(places.cloud, 'places', branch, 'run', `${program}.json`));
      const pid = text === undefined ? undefined : (JSON.parse(text) as { pid: number }).pid;
      const command = pid === undefined ? undefined : readIfThere(`/proc/${pid}/cmdline`);
      return pid !== undefined && /branchline|asterisk|firmware/.test(command ?? '') ? [pid] : [];
    }),
  );
}
