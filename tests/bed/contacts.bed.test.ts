/** Contacts and the lifeline relay of a whole branch: the service is killed, and hangs; the relay tells whether the box can answer. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { boxDetail } from '@branchline/contracts/http/controller';
import type { LiveState } from '@branchline/contracts/live';
import { LabGpio } from '@branchline/lab/gpio/gpio';
import type { z } from 'zod';
import { settledEventsOf } from '../chaos/one-story.ts';
import { BranchBed, ENGINE_ROOT } from './branch.ts';
import { bedDocument } from './document.ts';

const RELEASE_AFTER_MS = 5_000;
/** The holder counts whole seconds. */
const AT_THE_LATEST_MS = RELEASE_AFTER_MS + 2_000;

describe.skipIf(ENGINE_ROOT === undefined)('contacts of a branch', () => {
  const tools = mkdtempSync(join(tmpdir(), 'branchline-gpio-'));
  const lab = new LabGpio({
    tools,
    contacts: [
      { name: 'lifeline', line: 17, role: 'lifeline-relay', activeLow: false },
      { name: 'serving', line: 22, role: 'lamp', activeLow: false },
      { name: 'cabinet', line: 6, role: 'door', activeLow: true },
    ],
  });
  let bed: BranchBed;

  beforeAll(async () => {
    await lab.listen();
    bed = await BranchBed.start({
      document: (addresses) => ({
        ...bedDocument(addresses),
        contacts: {
          lifeline: { line: 17, role: 'lifeline-relay', 'release-after': '5s' },
          serving: { line: 'serving', role: 'lamp', shows: 'serving' },
          cabinet: {
            chip: 'lab-gpio',
            line: 6,
            role: 'door',
            active: 'low',
            bias: 'pull-up',
            'open-for': '1s',
          },
        },
      }),
      boxEnv: { BRANCHLINE_BOX_GPIO_TOOLS_DIR: tools },
    });
  });
  afterAll(async () => {
    await bed.stop();
    await lab.close();
    rmSync(tools, { recursive: true });
  });

  const states = ({ health }: LiveState): Record<string, string> =>
    Object.fromEntries((health.now?.contacts?.lines ?? []).map(({ name, state }) => [name, state]));
  const held = (): boolean => lab.isActive('lifeline');

  test('the page and headquarters show relay, lamp and door; an open door is in the ledger and an alarm', async () => {
    const live = await bed.box().untilLive((now) => states(now).lifeline === 'energised', 20_000);
    expect([states(live), held(), lab.isActive('serving')]).toEqual([
      { lifeline: 'energised', serving: 'on', cabinet: 'closed' },
      true,
      true,
    ]);
    lab.set('cabinet', true);
    await bed
      .box()
      .untilLive((now) => Object.values(now.alarms).some(({ code }) => code === 'door-open'), 10_000);
    await bed
      .hq()
      .untilGet<z.output<typeof boxDetail>>(
        `/api/boxes/${bed.branch.site.id}`,
        ({ health }) => health?.contacts?.lines.some(({ state }) => state === 'open') === true,
        15_000,
      );
    lab.set('cabinet', false);
    await bed
      .box()
      .untilLive((now) => Object.values(now.alarms).every(({ code }) => code !== 'door-open'), 10_000);
    const entered = (await settledEventsOf(bed)).filter(({ type }) => type === 'contact.changed');
    expect(entered.map(({ body }) => body.state)).toEqual(['closed', 'open', 'closed']);
  });

  test('killed and started again: the relay does not fall, and nobody at the line is cut off', async () => {
    const since = lab.bank.driveOf(17)?.since;
    await bed.end('box', 'SIGKILL');
    await vi.waitFor(() => expect(lab.bank.lines[22]?.held).toBeUndefined(), { timeout: 5_000 });
    bed.startBox();
    await bed.boxReady();
    await bed.box().untilLive((now) => states(now).serving === 'on', 10_000);
    expect([held(), lab.bank.driveOf(17)?.since]).toEqual([true, since]);
  });

  test('hung, and dead: the relay falls within its time, and is taken back', async () => {
    for (const [name, fall] of [
      ['hung', () => Promise.resolve(bed.process('box').kill('SIGSTOP'))],
      ['dead', () => bed.end('box', 'SIGKILL')],
    ] as const) {
      const began = performance.now();
      await fall();
      await vi.waitFor(() => expect(held()).toBe(false), { timeout: 2 * AT_THE_LATEST_MS, interval: 20 });
      console.log(`${name}: the relay fell after ${Math.round(performance.now() - began)} ms`);
      if (name === 'hung') bed.process('box').kill('SIGCONT');
      else bed.startBox();
      await bed.boxReady();
      await vi.waitFor(() => expect(held()).toBe(true), { timeout: 15_000, interval: 20 });
    }
  });
});
