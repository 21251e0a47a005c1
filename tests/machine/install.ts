/** Makes the machine a box and its headquarters, from inside, as a technician would. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { imageOf } from './image.ts';
import { Namespaces } from './namespaces.ts';

export const BOX = '192.0.2.10';
export const HEADQUARTERS = '192.0.2.20';
export const HOST = '192.0.2.40';
const INSTALL = '/opt/branchline/systemd/install.sh';
const document = readFileSync(fileURLToPath(new URL('branch.yaml', import.meta.url)), 'utf8');

/** @returns what the installer has said. @throws with it when it failed */
export async function install(suite: string): Promise<string> {
  const { root, installed } = imageOf(suite);
  const machine = await Namespaces.start([root], installed);
  try {
    const said = [
      await machine.run(`${INSTALL} hq --address ${HEADQUARTERS} --no-start`),
      await machine.run(`cat >/root/branch.yaml <<'END'\n${document}\nEND`),
      await machine.run(
        `${INSTALL} box --address ${BOX} --document /root/branch.yaml --contacts --ups --no-start`,
      ),
      await machine.run(enrolled({ box: 'machine', at: '/var/lib/branchline', as: 'branchline' })),
      await machine.run(PASSWORDS),
      await machine.run(
        `${INSTALL} standin --address ${HOST} --name cloud-1 --hq ${HEADQUARTERS} --no-start && systemctl disable branchline-standin`,
      ),
    ];
    // Of this run alone: the machine that is tried is another one.
    await machine.ask('journalctl --flush; rm -rf /var/log/journal/*; systemctl poweroff');
    await machine.wentDown();
    return said.join('\n');
  } finally {
    await machine.stop();
  }
}

/** By hand, as docs/runbooks/first-start.md says. */
export const enrolled = (who: { box: string; at: string; as: string }): string => `set -eu
identity=${who.at}/identity signed=$(mktemp -d)
cp $identity/box.csr $signed/ && chown -R branchline-hq $signed
set -a; . /etc/branchline/hq.env; set +a
export BRANCHLINE_HQ_DATA_DIR=/var/lib/branchline-hq
runuser -u branchline-hq -- /opt/branchline/node_modules/.bin/node /opt/branchline/dist/controller/enrolment/main.mjs \\
  enrol --csr $signed/box.csr --box ${who.box} --out $signed
install -o ${who.as} -g ${who.as} -m 0600 $signed/box.crt $signed/ca.crt $identity/`;

/** Of the line in the cloud, which nobody answers. */
const PASSWORDS = `set -eu
echo 'BRANCHLINE_BOX_HQ_HOST=${HEADQUARTERS}' >>/etc/branchline/box.env
install -o branchline -g branchline -m 0600 /dev/null /var/lib/branchline/secrets.json
printf '{"cloud-box":"%s"}\\n' "$(head -c 16 /dev/urandom | base64)" >/var/lib/branchline/secrets.json`;
