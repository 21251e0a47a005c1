/** What an operator does with a rollout: writes it, checks it, begins it, sees a wave pass, and takes it back. */
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Bed, TENANT } from '@branchline/controller/test-bed';
import { systemClock } from '@branchline/runtime/clock';
import { FleetSimBox } from '../fleet/box.ts';
import { contextsFor } from '../fleet/identities.ts';
import { enter, hasChromium, openBrowser, picture } from './browser.ts';

const NAMES = Array.from({ length: 12 }, (_, index) => `shop-${index + 1}`);
const sample = readFileSync(new URL('../../contracts/samples/hangzhou-west.yaml', import.meta.url), 'utf8');
const documentOf = (box: string): string => sample.replace('id: hangzhou-west', `id: ${box}`);
const PILOT = 'shop-3';

describe.skipIf(!hasChromium)('a rollout at headquarters', () => {
  const bed = new Bed();
  const boxes: FleetSimBox[] = [];
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    await bed.start();
    const { cookie } = await bed.signIn();
    const contexts = await contextsFor(`${bed.dir}/identity`, TENANT, NAMES);
    for (const name of NAMES) {
      const context = contexts.get(name);
      if (!context) throw new Error(`no certificate for ${name}`);
      const box = new FleetSimBox({
        ...{ name, context, tenant: TENANT, clock: systemClock, source: documentOf(name) },
        port: () => bed.headquarters.where().mqttPort,
        manner: () => ({
          takes: 'confirmed',
          phones: { 'desk-1': true, 'desk-2': true },
          trunks: { pstn: 'up', copper: 'up' },
        }),
        hardware: { vendor: 'Acme', product: 'One' },
        healthMs: 500,
        tryMs: 50,
      });
      boxes.push(box);
      await box.connect();
    }
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    await enter(page, bed.headquarters.where().url, bed.password, 'en');
    await expectBoxes(page);
    for (const name of NAMES)
      await bed.api(`/api/boxes/${name}/documents`, {
        method: 'POST',
        headers: { cookie, 'content-type': 'application/json' },
        body: JSON.stringify({ source: documentOf(name), reason: 'as it is', after: 0 }),
      });
  });
  afterAll(async () => {
    for (const box of boxes) box.cut();
    await browser.close();
    await bed.end();
  });

  const expectBoxes = (on: Page): Promise<void> =>
    on
      .getByTestId('box-row')
      .nth(NAMES.length - 1)
      .waitFor();
  const cell = (box: string) => page.locator(`[data-testid=cell][data-box="${box}"]`);

  test('is checked before it begins, and what hinders it is named', async () => {
    await page.locator('a[href="/rollouts"]').first().click();
    await page.getByTestId('new-rollout').click();
    await page.getByTestId('reason').fill('callers wait longer');
    await page.getByTestId('name').fill('Ring longer');
    await page.getByTestId('path').fill('queues/service/ring');
    await page.getByTestId('value').fill('a while');
    await page.getByTestId('pilots').fill(PILOT);
    await page.getByTestId('shares').fill('50');
    await page.getByTestId('hours').selectOption('any');
    await page.getByTestId('soakMin').fill('0.05');
    await page.getByTestId('check').click();
    await page.locator('[data-testid=fault][data-path="queues.service.ring"]').first().waitFor();
    expect(await page.getByTestId('start').isDisabled()).toBe(true);
  });

  test('goes on in waves, each box a cell', async () => {
    await page.getByTestId('value').fill('25s');
    await page.getByTestId('check').click();
    await page.locator('[data-testid=preview][data-ok=true]').waitFor();
    await picture(page, 'rollout-new');
    await page.getByTestId('start').click();
    await page.locator('[data-testid=wave][data-passed=true]').first().waitFor();
    expect(await cell(PILOT).getAttribute('data-step')).toBe('good');
    await page.getByTestId('order-abort').waitFor();
    await picture(page, 'rollout-going');
  });

  test('is taken back by a person, told in Chinese as well; what a box was judged by stays', async () => {
    await page.getByTestId('language').selectOption('zh');
    await page.getByTestId('reason').fill('太久');
    await page.getByTestId('order-abort').click();
    await page.getByTestId('stopped').getByText('太久').waitFor();
    await page.getByText('已退回').first().waitFor();
    await cell(PILOT).click();
    await page.getByTestId('finding').first().waitFor();
    await picture(page, 'rollout-back-zh');
  });
});
