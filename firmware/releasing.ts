/** Releases of the software put together: what this one is, where they come from, and how the branch is under one. */
import { mkdirSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { roomLog } from '@branchline/runtime/log';
import { keysIn } from '@branchline/runtime/signed-archive/keys';
import type { Around } from './around.ts';
import { headquartersOf, identityDirOf } from './claiming.ts';
import { OLDEST_ENGINE } from './engine/root/recipe.ts';
import { localTime } from './flows/hours.ts';
import { roomToSpare } from './health/disk-guard.ts';
import { diskUse } from './health/proc.ts';
import { upNow } from './headquarters-documents.ts';
import { fetchArchive } from './release/fetching.ts';
import { ReleaseKeeper } from './release/keeper.ts';
import { RootSide } from './release/root-side.ts';
import type { ReleaseHead } from './release/state.ts';
import { schemaNumbers } from './store/schema-numbers.ts';
import type { Telephony } from './telephony.ts';
import { TOO_LONG } from './uplink/commands.ts';
import { readIdentity } from './uplink/identity.ts';
import type { Uplink } from './uplink/uplink.ts';
import { VERSION } from './version.ts';

const runningRelease = (): ReleaseHead => ({
  version: VERSION,
  architecture: process.arch === 'arm64' ? 'arm64' : 'x64',
  engine: OLDEST_ENGINE,
  ...schemaNumbers(),
});

export function makeReleaseKeeper(around: Around, telephony: Telephony, uplink: Uplink): ReleaseKeeper {
  const { settings, log, wall, documents } = around;
  const folder = join(settings.dataDir, 'release');
  const engine = (): ReturnType<typeof telephony.engine.health> => telephony.engine.health();
  mkdirSync(folder, { recursive: true });
  return new ReleaseKeeper({
    ...{ clock: wall, log: roomLog(log, 'release'), folder, running: runningRelease(), tooLong: TOO_LONG },
    root: new RootSide(folder, settings.releasesDir),
    keys: () => keysIn(settings.releaseKeysDir),
    fetch: async (order, parts) => {
      const tenant = headquartersOf(settings)?.tenant ?? settings.tenant;
      const identityDir = identityDirOf(settings);
      const reading = await readIdentity({ identityDir, tenant, box: documents.branch.site.id });
      if (!reading.fit) throw new Error(reading.why);
      await fetchArchive(order, { ...parts, identity: reading.identity });
    },
    host: () => headquartersOf(settings)?.host,
    engine: () => engine().version ?? undefined,
    room: async () => {
      const disk = { ...diskUse(await statfs(folder)), mount: folder, readOnly: false, ledger: true };
      return roomToSpare(disk, documents.branch.disk) * 1_048_576;
    },
    wellness: () => {
      const { trunks, phones } = upNow(telephony);
      const well = [
        ...(uplink.status().connected ? ['headquarters'] : []),
        ...(engine().state === 'up' ? ['engine'] : []),
        ...trunks.map((trunk) => `trunk/${trunk}`),
      ];
      return { well, phones: phones.length };
    },
    calls: () => Object.keys(telephony.calls.state.calls).length,
    minuteOfDay: () => localTime(documents.branch.site.timezone, wall.now()).minute,
  });
}
