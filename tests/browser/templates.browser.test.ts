/** What an operator does with templates: writes one, brings branches beneath it, sees where each value comes from, and what a new version would do. */
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Bed, TENANT } from '@branchline/controller/test-bed';
import { systemClock } from '@branchline/runtime/clock';
import { FleetSimBox } from '../fleet/box.ts';
import { contextsFor } from '../fleet/identities.ts';
import { enter, hasChromium, openBrowser, picture } from './browser.ts';

const NAMES = ['shop-1', 'shop-2', 'shop-3'];
const sample = readFileSync(new URL('../../contracts/samples/hangzhou-west.yaml', import.meta.url), 'utf8');
const documentOf = (box: string): string => sample.replace('id: hangzhou-west', `id: ${box}`);
const FLEET =
  'queues:\n  service: { ring: 20s, wrap-up: 5s }\nhours:\n  office: { open: { mon-fri: "09:00-18:00" } }\n';

describe.skipIf(!hasChromium)('templates at headquarters', () => {
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
          ...{ takes: 'confirmed', phones: { 'desk-1': true } },
          trunks: { pstn: 'up', copper: 'up' },
        }),
        hardware: { vendor: 'Acme', product: 'One' },
        ...{ healthMs: 500, tryMs: 50 },
      });
      boxes.push(box);
      await box.connect();
    }
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(6_000);
    await enter(page, bed.headquarters.where().url, bed.password, 'en');
    await page
      .getByTestId('box-row')
      .nth(NAMES.length - 1)
      .waitFor();
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

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await picture(page, 'FAILED');
  });
  const write = async (source: string, reason: string): Promise<void> => {
    await page.getByTestId('source').fill(source);
    await page.getByTestId('reason').fill(reason);
    await page.getByTestId('check').click();
    await page.locator('[data-testid=checked][data-ok=true]').waitFor();
  };
  const rollOut = async (): Promise<void> => {
    await page.getByTestId('reason').fill('as agreed');
    await page.getByRole('checkbox').uncheck();
    await page.getByTestId('shares').fill('');
    await page.getByTestId('hours').selectOption('any');
    await page.getByTestId('soakMin').fill('0.05');
    await page.getByTestId('check').click();
    await page.locator('[data-testid=preview][data-ok=true]').waitFor();
  };

  test('one is written, and branches come beneath it by a rollout', async () => {
    await page.locator('a[href="/templates"]').first().click();
    await page.getByTestId('new-name').fill('fleet');
    await page.getByTestId('new-template').click();
    await write(FLEET, 'what all shops share');
    await page.getByTestId('save').click();
    await page.getByTestId('kept').waitFor();
    await page.getByTestId('bring').click();
    await page.locator('textarea').fill(NAMES.join(' '));
    await rollOut();
    await picture(page, 'template-bring');
    await page.getByTestId('start').click();
    await page.locator('[data-testid=rollout-status][data-shape=good]').waitFor({ timeout: 20_000 });
  });

  test('each value of a branch tells where it comes from, and goes back to the template in one click', async () => {
    await page.goto(`${bed.headquarters.where().url}/boxes/shop-1/document`);
    const ring = page.locator('[data-testid=origin][data-id=\'["queues","service","ring"]\']');
    await ring.getByText('15s').waitFor();
    expect(await ring.innerText()).toMatch(/15s[^]*this branch[^]*20s[^]*fleet/);
    await page.getByTestId('reason').fill('as everywhere');
    await picture(page, 'template-origins');
    await ring.getByTestId('inherit').click();
    await ring.waitFor({ state: 'detached' });
    await page.getByTestId('origins-view').selectOption('all');
    await ring.getByText('fleet').waitFor();
    await page.getByTestId('language').selectOption('zh');
    await picture(page, 'template-origins-all-zh');
    await page.getByTestId('language').selectOption('en');
  });

  test('what a new version would do to each branch is seen before it goes out', async () => {
    await page.goto(`${bed.headquarters.where().url}/templates/fleet`);
    await write(FLEET.replace('20s', 'soon'), 'shorter');
    await page.locator('[data-testid=fault][data-path="queues.service.ring"]').first().waitFor();
    await picture(page, 'template-breaks');
    await write(FLEET.replace('20s', '25s'), 'longer');
    await page.locator('[data-testid=effect][data-id=shop-1] summary').click();
    await page.getByTestId('effects').getByText('25s').waitFor();
    await picture(page, 'template-effects');
    await page.getByTestId('save').click();
    await page.getByTestId('roll-out').click();
    await page.getByTestId('kind').waitFor();
    expect(await page.getByTestId('kind').inputValue()).toBe('template');
    await rollOut();
    await picture(page, 'template-rollout');
    await page.goto(`${bed.headquarters.where().url}/templates`);
    await page.getByTestId('template-row').waitFor();
    await picture(page, 'templates');
  });

  test('is taken away when nothing goes by it; until then what does is named', async () => {
    const { url } = bed.headquarters.where();
    const remove = async (): Promise<void> => {
      await page.getByTestId('remove-template').click();
      await page.getByTestId('remove-template').click();
    };
    await page.goto(`${url}/templates/fleet`);
    await remove();
    await page.getByTestId('template-in-use').getByText('shop-1, shop-2, shop-3').waitFor();
    await page.getByTestId('language').selectOption('zh');
    await picture(page, 'template-in-use-zh');
    await page.getByTestId('language').selectOption('en');
    await page.goto(`${url}/templates/spare`);
    await write('queues: {}', 'for nobody');
    await page.getByTestId('save').click();
    await page.getByTestId('kept').waitFor();
    await remove();
    await page.waitForURL(/\/templates$/);
    await page.getByTestId('template-row').getByText('fleet').waitFor();
    expect(await page.getByTestId('template-row').count()).toBe(1);
  });
});
