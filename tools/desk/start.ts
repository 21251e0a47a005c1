/** `npm start`: a whole branch with its headquarters on simulated hardware, on this desk. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Branch } from '@branchline/contracts/branch/model';
import type { LabFile } from '@branchline/contracts/lab';
import { readIfThere } from '@branchline/runtime/atomic-file';
import { checkDocument } from '@branchline/firmware/branch/document';
import { phoneSecrets } from '@branchline/firmware/branch/phone-secrets';
import { buildPages, buildServices } from '../build.ts';
import { repository } from '../processes.ts';
import { gatewaySecrets } from './gateway-secrets.ts';
import { knownLabFile, makeLabFile, writeLab } from './lab-site.ts';
import { prepareCloud } from './cloud.ts';
import { boxEnv, desk, hqEnv, places } from './places.ts';
import { makeSecond, secondPlan, tellSecond } from './second.ts';
import { takenOf, wanted } from './ports.ts';
import { runs, startApps, stopApps } from './supervisor.ts';

const began = performance.now();
const say = (text: string): void =>
  console.log(`[branchline] ${((performance.now() - began) / 1000).toFixed(1).padStart(5)} s  ${text}`);

for (const dir of [
  places.home,
  places.box,
  places.second,
  places.cloud,
  places.headquarters,
  places.lab,
  places.logs,
])
  mkdirSync(dir, { recursive: true, mode: 0o750 });
if (runs()) {
  say('stopping what runs already ...');
  await stopApps();
}
await portsFree();

say('call engine ...');
script(
  'the call engine',
  'firmware/engine/root/main.ts',
  [places.engineRoot, '--allow-expired-index'],
  {},
  'inherit',
);
say('services ...');
await buildServices();
buildPages();

const document = join(places.box, 'branch.yaml');
if (!existsSync(document)) copyFileSync(places.firstDocument, document);
const branch = branchOf(document);
const secrets = gatewaySecrets(places.box, branch);
const cloud = await prepareCloud();
const second = await makeSecond(knownLabFile()?.second);
const file = prepare(branch);
writeLab(file, branch, secrets, secondPlan(branchOf(places.secondDocument)));
say('starting two boxes, headquarters, call engine and lab ...');
startApps();
await ready(file);
tell(file, branch);

/** Makes identity and passwords, and has headquarters sign the box's certificate. */
function prepare(of: Branch): LabFile {
  const box = of.site.id;
  const made = JSON.parse(
    script('box', 'firmware/prepare.ts', [], boxEnv).trim().split('\n').at(-1) ?? '{}',
  ) as { password?: string };
  const identity = join(places.box, 'identity');
  if (!existsSync(join(identity, 'box.crt'))) {
    script(
      'enrolment',
      'controller/enrolment/main.ts',
      ['enrol', '--csr', join(identity, 'box.csr'), '--box', box, '--out', identity],
      hqEnv,
    );
  }
  if (cloud)
    script(
      'enrolment',
      'controller/enrolment/main.ts',
      ['enrol', '--csr', cloud.csr, '--box', desk.cloud.name, '--out', cloud.out],
      hqEnv,
    );
  const known = knownLabFile();
  const headquarters =
    known?.headquarters.password ??
    script('access', 'controller/access/main.ts', ['new-password'], hqEnv).trim();
  const secrets = phoneSecrets(places.box, Object.keys(of.phones));
  return makeLabFile(
    of,
    secrets,
    {
      headquarters,
      ...(made.password === undefined ? {} : { box: made.password }),
    },
    second,
  );
}

function script(
  what: string,
  path: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  output: 'inherit' | 'pipe' = 'pipe',
): string {
  const result = spawnSync(process.execPath, [join(repository, path), ...args], {
    cwd: repository,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    stdio: ['ignore', output, 'inherit'],
  });
  if (result.status === 0) return output === 'pipe' ? result.stdout : '';
  console.error(`[branchline] ${what} failed; its message stands above.`);
  process.exit(1);
}

function branchOf(path: string): Branch {
  const checked = checkDocument(readIfThere(path) ?? '');
  if (checked.ok) return checked.document.branch;
  console.error(
    `[branchline] ${path} has faults; correct them, or remove it to begin with the sample again:`,
  );
  for (const fault of checked.faults) console.error(`  ${fault.path}: ${fault.expected}`);
  process.exit(1);
}

async function portsFree(): Promise<void> {
  const taken = await takenOf(wanted);
  if (taken.length === 0) return;
  console.error('[branchline] in use by another program; end it, then try again:');
  for (const { what, protocol, host, port } of taken)
    console.error(`  ${protocol} ${host}:${port} (${what})`);
  process.exit(1);
}

async function ready({ box, headquarters, second }: LabFile): Promise<void> {
  const until = performance.now() + 60_000;
  for (const [name, url, isThere] of [
    ['headquarters', headquarters.url, isReady],
    ['box', box.page.url, isReady],
    // Until it has been claimed it takes no calls.
    ['second box', second?.page.url ?? '', answers],
  ] as const) {
    while (!(await isThere(url))) {
      if (performance.now() > until) {
        console.error(`[branchline] ${name} is not ready after a minute. Look into ${places.logs}`);
        process.exit(1);
      }
      await pause(100);
    }
    say(`${name} is ready`);
  }
}

async function answers(url: string): Promise<boolean> {
  const answer = await fetch(new URL('api/ready', url), { signal: AbortSignal.timeout(2_000) }).catch(
    () => undefined,
  );
  return answer?.ok === true;
}

async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(new URL('api/ready', url), { signal: AbortSignal.timeout(2_000) });
    return answer.ok && ((await answer.json()) as { ready: boolean }).ready;
  } catch {
    return false;
  }
}

function tell(of: LabFile, { site }: Branch): void {
  const numbers = Object.entries(of.numbers.branch).map(([name, number]) => `${name} ${number}`);
  console.log(`
  ${site.name.en} is running, with callers who call now and then.

    the box's page        ${of.box.page.url}     password ${of.box.page.password ?? '(as shown at the first start)'}
    headquarters          ${of.headquarters.url}     password ${of.headquarters.password ?? '(as shown at the first start)'}
    numbers               ${numbers.join(', ')}
    a gateway's faults    npm run fault -- ${of.gateways[0]?.name ?? ''} los on     (npm run fault lists them)
    power                 npm run fault -- ${of.ups[0]?.name ?? ''} mains off     (… mains on brings it back)
    contacts              npm run fault -- contact ${of.contacts[0] ?? ''} open     (… closed; npm run fault shows lamps and relay)
    the box dies          npm run fault -- box stopped on, and engine stopped on: headquarters, Continuity, tells who answers now (… off)
    the second box        ${tellSecond(of)}
    everything else       ${places.labFile}
    logs                  ${places.logs}

  npm run stop ends it all.
`);
}
