/** Makes the disk a box and its headquarters, in the machine, as a technician would. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Image } from './image.ts';
import { Machine } from './machine.ts';

export const BOX = '192.0.2.10';
export const HEADQUARTERS = '192.0.2.20';
const INSTALL = '/opt/branchline/systemd/install.sh';
const document = readFileSync(fileURLToPath(new URL('branch.yaml', import.meta.url)), 'utf8');

/** @returns what the installer has said. @throws with it when it failed */
export async function installOn(image: Image): Promise<string> {
  const machine = await Machine.start(image, { keep: true });
  try {
    const said = [
      await machine.run(`${INSTALL} hq --address ${HEADQUARTERS} --no-start`),
      await machine.run(`cat >/root/branch.yaml <<'END'\n${document}\nEND`),
      await machine.run(
        `${INSTALL} box --address ${BOX} --document /root/branch.yaml --contacts --ups --no-start`,
      ),
      await machine.run(ENROL),
    ];
    await machine.run('systemctl poweroff');
    await machine.ended;
    return said.join('\n');
  } finally {
    await machine.stop();
  }
}

/** By hand, as docs/runbooks/first-start.md says. */
const ENROL = `set -eu
echo 'BRANCHLINE_BOX_HQ_HOST=${HEADQUARTERS}' >>/etc/branchline/box.env
box=/var/lib/branchline/identity signed=$(mktemp -d)
cp $box/box.csr $signed/ && chown -R branchline-hq $signed
set -a; . /etc/branchline/hq.env; set +a
export BRANCHLINE_HQ_DATA_DIR=/var/lib/branchline-hq
runuser -u branchline-hq -- /opt/branchline/node_modules/.bin/node /opt/branchline/dist/controller/enrolment/main.mjs \\
  enrol --csr $signed/box.csr --box machine --out $signed
install -o branchline -g branchline -m 0600 $signed/box.crt $signed/ca.crt $box/`;
