/** Two uplinks of the kernel's own, a server behind both, the box's own measuring and systemd's script between them. Needs root. */
import { createInterface } from 'node:readline';
import { mkdtempSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAR, Namespaces } from '@branchline/lab/uplinks/namespaces';
import { systemClock } from '@branchline/runtime/clock';
import { Waits } from '@branchline/runtime/wait';

const SCRIPT = join(import.meta.dirname, '../../systemd/uplink.sh');
const PORT = '8883';
/** Far more than each takes. */
const LONGEST_MS = 20_000;

const lab = Namespaces.make(String(process.pid));
if (!lab)
  console.warn('no network namespaces can be made here: two uplinks are not tried on real interfaces');

describe.skipIf(!lab)('two uplinks', () => {
  const dir = mkdtempSync(join(tmpdir(), 'branchline-uplinks-'));
  const [wish, list] = [join(dir, 'uplink'), join(dir, 'list')];
  const waits = new Waits<string>(systemClock);
  const heard: string[] = [];
  const next = (part: string): Promise<string> =>
    waits.until(part, (line) => line.includes(part), LONGEST_MS);
  const carryOut = () => lab?.run(['sh', SCRIPT, wish, list]);
  // As branchline-uplink.path does.
  const watcher = watch(dir, (_, name) => {
    if (name === 'uplink') carryOut();
  });

  beforeAll(async () => {
    writeFileSync(list, 'wan-a\nwan-b\n', { mode: 0o644 });
    carryOut();
    const server = `require('net').createServer((s) => s.on('error', () => 0)).listen(${PORT}, '${FAR}', () => console.log('listening'))`;
    const far = lab?.spawn('far', [process.execPath, '-e', server]);
    if (far?.stdout) for await (const _ of createInterface({ input: far.stdout })) break;
    const file = join(import.meta.dirname, 'uplinks-process.ts');
    const box = lab?.spawn('box', [process.execPath, file, wish, FAR, PORT]);
    const bothUp = Promise.all([
      next('"uplink":"a","from":"unknown","state":"up"'),
      next('"uplink":"b","from":"unknown","state":"up"'),
    ]);
    if (box?.stdout)
      createInterface({ input: box.stdout }).on('line', (line) => {
        heard.push(line);
        waits.offer(line);
      });
    await bothUp;
  }, 60_000);
  afterAll(() => {
    watcher.close();
    lab?.remove();
    rmSync(dir, { recursive: true, force: true });
  });

  it('are used the preferred one first', () => expect(lab?.way()).toBe('wan-a'));

  it('that falls silent is left for the other, and gone back to when it is well', async () => {
    const away = next('"switched":"wan-b"');
    lab?.cut('wan-a');
    await away;
    expect(lab?.way()).toBe('wan-b');
    const back = next('"switched":"wan-a"');
    lab?.mend('wan-a');
    await back;
    expect(lab?.way()).toBe('wan-a');
    const raised = heard.filter((line) => line.includes('raised'));
    expect([...new Set(raised)]).toEqual(['{"raised":"wan-down a"}']);
  });

  it('whose cable is pulled is left too', async () => {
    const away = next('"switched":"wan-b"');
    lab?.pull('wan-a');
    await away;
    expect(lab?.way()).toBe('wan-b');
    expect(
      heard.findLast((line) => line.includes('"uplink":"a"') && line.includes('because":"no-c')),
    ).toBeDefined();
  });
});
