/** Which release runs, under systemd: made ready by the installer, ordered at headquarters, taken by the root side's unit as it is installed, under a call. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schemaNumbers } from '@branchline/firmware/store/schema-numbers';
import { newKeys } from '@branchline/runtime/signed-archive/signature';
import { packRelease } from '../../tools/release/build.ts';
import { contentsOf } from '../../tools/release/contents.ts';
import { LEFT_IN_PLACE } from '../../tools/build.ts';
import { repository } from '../../tools/processes.ts';
import { ARCHITECTURE } from '../releases/made.ts';
import { software } from '../releases/updated-box.ts';
import { imageOf, layersOf } from './image.ts';
import { BOX, HEADQUARTERS } from './install.ts';
import { Namespaces } from './namespaces.ts';
import { pidOf, Talk } from './units.ts';

const SUITE = process.env.BRANCHLINE_MACHINE_SUITE;
const keys = newKeys();

describe.skipIf(SUITE === undefined)('releases of a box under systemd', () => {
  const dir = mkdtempSync(join(tmpdir(), 'machine-releases-'));
  let machine: Namespaces;
  let talk: Talk;
  let password: string;

  beforeAll(async () => {
    machine = await Namespaces.start(layersOf(imageOf(SUITE ?? '')));
    await ready();
    await machine.run(MADE_READY.replace('KEY', keys.publicKey));
    const said = await machine.run(NEW_PASSWORD);
    password = /([2-9a-z]{5}-){3}[2-9a-z]{5}/.exec(said)?.[0] ?? '';
    await machine.run('systemctl restart branchline-box branchline-hq');
    await ready();
    talk = await Talk.start(machine);
  });
  afterAll(async () => {
    await machine.stop();
    rmSync(dir, { recursive: true });
  });

  const ready = (): Promise<string> =>
    machine.until(`curl -sk https://${BOX}:8443/api/ready | grep -F '"ready":true,"engine":"up"'`);

  /** A release that differs from this repository in what its service and its root side are. */
  async function ordered(version: string, first = ''): Promise<void> {
    const own = await software(version, first);
    const files = join(dir, version);
    for (const [path, text] of Object.entries(own)) {
      mkdirSync(join(files, path, '..'), { recursive: true });
      writeFileSync(join(files, path), text);
    }
    const contents = contentsOf(repository, LEFT_IN_PLACE, ARCHITECTURE).map((content) =>
      content.path in own ? { ...content, from: join(files, content.path) } : content,
    );
    await packRelease(join(machine.root, 'tmp-release'), contents, [keys.privateKey], {
      ...{ v: 1, version, commit: 'c'.repeat(40), architecture: ARCHITECTURE, engine: '22.10.1' },
      ...schemaNumbers(),
    });
    await machine.run(
      ORDER.replace('PASSWORD', password)
        .replaceAll('VERSION', version)
        .replaceAll('ARCHITECTURE', ARCHITECTURE),
    );
  }

  /** What root has written comes to this; else what it says. */
  const until = (holds: string): Promise<string> =>
    machine.until(
      `cd /opt/branchline-releases; ${holds} || { cat state.json; journalctl -b -u branchline-release -n 20 --no-pager; false; }`,
      // The root side waits two minutes for a service that does not start.
      240,
    );

  test('the installer has moved the repository beside the releases, and the unit runs without any capability', async () => {
    expect(await machine.run('readlink -f /opt/branchline')).toBe('/opt/branchline-releases/0.1.0');
    expect(await machine.run('systemctl --failed --no-legend --plain')).toBe('');
    expect(await machine.run('systemctl show -p CapabilityBoundingSet --value branchline-release')).toBe('');
  });

  test('one is taken and proves itself; engine and call are the same', async () => {
    const [box, engine] = [await pidOf(machine, 'box'), await pidOf(machine, 'engine')];
    await ordered('0.2.0');
    await until(`grep -qF '"confirmed": true' state.json && [ $(readlink good) = 0.2.0 ]`);
    expect(await pidOf(machine, 'engine')).toBe(engine);
    expect(await pidOf(machine, 'box')).not.toBe(box);
    await ready();
    await talk.goesOn();
  });

  test('one that does not start is gone back from; engine and call are the same', async () => {
    const engine = await pidOf(machine, 'engine');
    await ordered('0.3.0', 'process.exit(1);');
    await until(`grep -qF 'did not start within' state.json`);
    await ready();
    expect(await machine.run('readlink -f /opt/branchline')).toBe('/opt/branchline-releases/0.2.0');
    expect(await pidOf(machine, 'engine')).toBe(engine);
    await talk.goesOn();
  });
});

const MADE_READY = `set -eu
mkdir -p /etc/branchline/release-keys
cat >/etc/branchline/release-keys/ours.pub <<'END'
KEY
END
echo 'BRANCHLINE_HQ_RELEASE_KEYS=/etc/branchline/release-keys' >>/etc/branchline/hq.env
echo 'BRANCHLINE_HQ_RELEASES_LISTEN=${HEADQUARTERS}:8886' >>/etc/branchline/hq.env
/opt/branchline/systemd/install.sh box --releases --contacts --ups`;

const NEW_PASSWORD = `set -a; . /etc/branchline/hq.env; set +a
export BRANCHLINE_HQ_DATA_DIR=/var/lib/branchline-hq
runuser -u branchline-hq -- /opt/branchline/node_modules/.bin/node /opt/branchline/dist/controller/access/main.mjs new-password 2>&1`;

const ORDER = `set -eu
hq=https://${HEADQUARTERS}:8443
curl() { /usr/bin/curl -sSk --fail-with-body -b /root/jar -c /root/jar "$@"; echo; }
curl -H 'content-type: application/json' -d '{"password":"PASSWORD"}' $hq/api/sign-in
curl -H 'content-type: application/gzip' --data-binary @/tmp-release $hq/api/releases
curl -H 'content-type: application/json' -d '{"version":"VERSION","architecture":"ARCHITECTURE","when":"now","kbitS":1000000,"wellForS":5,"proveWithinS":120}' $hq/api/boxes/machine/release`;
