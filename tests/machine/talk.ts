/**
 * Two telephones inside the machine: one calls the other, and they talk until somebody takes the file TALK/go away. TALK/is says each second
 * how it is: `up N` as long as both hear each other, `deaf` when one does not, `ended` when either call is over.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeskPhone } from '@branchline/lab/phones/desk-phone';
import { createPacer } from '@branchline/lab/rtp/pacer';

const [folder = '', box = ''] = process.argv.slice(2);
const secrets = JSON.parse(readFileSync('/var/lib/branchline/phone-secrets.json', 'utf8')) as Record<
  string,
  string
>;
const pacer = createPacer();
const TONES = { 'desk-1': 520, 'desk-2': 730 };
/** Far more than it takes in an emulator. */
const PATIENCE_MS = 60_000;

const say = (text: string): void => {
  writeFileSync(join(folder, 'is.new'), `${text}\n`);
  renameSync(join(folder, 'is.new'), join(folder, 'is'));
};

const open = async (name: keyof typeof TONES, extension: string, last: number): Promise<DeskPhone> => {
  const phone = await DeskPhone.open({
    server: { host: box, port: 5060 },
    localAddress: `127.0.0.${last}`,
    user: `phone-${name}`,
    password: secrets[name] ?? '',
    extension,
    tone: TONES[name],
    pacer,
  });
  await phone.register();
  return phone;
};

const [caller, called] = [await open('desk-1', '8001', 31), await open('desk-2', '8002', 32)];
called.onIncoming({ kind: 'answer', afterMs: 300 });
const incoming = called.nextCall(PATIENCE_MS);
const call = await caller.call('8002');
const other = await incoming;
await call.answered(PATIENCE_MS);
const hear = { lastMs: 1_000, share: 0.3 };
for (let seconds = 0; existsSync(join(folder, 'go')); seconds += 1) {
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const up = call.state === 'up' && other.state === 'up';
  if (!up) say('ended');
  else say(call.rtp.hears(730, hear) && other.rtp.hears(520, hear) ? `up ${seconds}` : 'deaf');
}
await caller.hangup(call);
say(`hung up, ${other.state}`);
await Promise.all([caller.close(), called.close()]);
process.exit(0);
