import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bedPlan, bedRoot } from './pstn/bed.ts';
import type { LabPlan } from './plan.ts';
import { createPacer } from './rtp/pacer.ts';
import { tone } from './rtp/sources.ts';
import { UserAgent } from './sip/user-agent.ts';

const engineRoot = bedRoot(process.env);

interface LabRun {
  readonly process: ChildProcess;
  /** The first line with this message; rejects when the lab ends before. */
  said(message: string): Promise<Record<string, unknown>>;
}

describe.skipIf(engineRoot === undefined)('the lab as a process', () => {
  let plan: LabPlan;
  let box: UserAgent;
  let lab: LabRun;

  beforeEach(async () => {
    const bed = await bedPlan({ engineRoot: engineRoot ?? '' });
    const traffic = {
      callsPerMinute: 240,
      numbers: ['+8657186001000'],
      outgoingPerMinute: 0,
      internalPerMinute: 0,
    };
    plan = { ...bed, traffic: { ...bed.traffic, ...traffic } } as LabPlan;
    const gateway = plan.gateways[0]?.address ?? plan.box;
    box = await UserAgent.open({
      ...plan.box,
      user: 'box',
      server: gateway,
      pacer: createPacer(),
      source: tone(1_200),
    });
    const file = join(plan.pstn.instance, 'plan.json');
    writeFileSync(file, JSON.stringify(plan), { mode: 0o600 });
    lab = startLab(file);
  });

  afterEach(async () => {
    lab.process.kill('SIGKILL');
    await box.close();
    rmSync(plan.pstn.instance, { recursive: true, force: true });
  });

  test('callers call the branch, and SIGTERM ends it with the engine', async () => {
    const coming = box.waitFor('incoming', { withinMs: 20_000 });
    const up = await lab.said('up');
    await lab.said('ready');
    const call = await coming;
    expect(call.called).toBe('057186001000');
    call.reject(486, 17);
    const exit = once(lab.process, 'exit');
    lab.process.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
    expect(isAlive(Number(up['pid']))).toBe(false);
  });

  test('killed without a word it leaves no engine behind', async () => {
    const { pid } = await lab.said('up');
    lab.process.kill('SIGKILL');
    await expect.poll(() => isAlive(Number(pid)), { timeout: 5_000 }).toBe(false);
  });
});

function startLab(planFile: string): LabRun {
  const main = join(import.meta.dirname, 'main.ts');
  const child = spawn(process.execPath, [main, '--plan', planFile], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: Record<string, unknown>[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => lines.push(JSON.parse(line) as Record<string, unknown>));
  return {
    process: child,
    said: (message) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = lines.find(({ msg }) => msg === message);
          if (!found) return;
          reader.off('line', look);
          resolve(found);
        };
        reader.on('line', look);
        reader.once('close', () => reject(new Error(`The lab ended: ${JSON.stringify(lines)}`)));
        look();
      }),
  };
}

/** A process that has ended and waits for nobody to notice counts as gone. */
const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}/exe`);
