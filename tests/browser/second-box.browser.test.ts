/**
 * From the carton to a fleet: an operator claims a box by the link that it shows, gives it its branch, looks at its page from headquarters, and rolls a
 * change out over it and simulated ones; a gate stops a bad one, and everything is as it was.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Fleet, WELL } from '../fleet/fleet.ts';
import { RealBox } from '../pages/real-box.ts';
import { enter, hasChromium, openBrowser, picture } from './browser.ts';

const SHOPS = Array.from({ length: 20 }, (_, index) => `shop-${String(index + 1).padStart(2, '0')}`);
const BOX = 'ningbo-east';
const DOCUMENT = fileURLToPath(new URL(`../../docs/examples/${BOX}.yaml`, import.meta.url));
const pages = fileURLToPath(new URL('../../web-ui/dist', import.meta.url));
/** It loses telephones once its agents ring for 99 s. */
const TENDER = 'shop-07';

describe.skipIf(!hasChromium)('a second box', () => {
  const fleet = new Fleet(SHOPS, (name, source) =>
    name === TENDER && source.includes('ring: 99s')
      ? { ...WELL, phones: { ...WELL.phones, 'desk-2': false, 'desk-3': false } }
      : WELL,
  );
  const box = new RealBox();
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    await fleet.start();
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    await box.start(fleet.bed.headquarters.where().url, 'SN-2', pages);
  });
  afterAll(async () => {
    await browser.close();
    await box.end();
    await fleet.end();
  });

  const ringAt = async (name: string): Promise<unknown> => {
    const { document } = (await fleet.ask(`/api/boxes/${name}`)).json as {
      document: { queues: { service: { ring: unknown } } };
    };
    return document.queues.service.ring;
  };

  test('shows its code as a link, is claimed by it, and comes as its branch', async () => {
    await fleet.settle();
    const own = await browser.newPage();
    await own.goto(box.url);
    await own.getByTestId('password').fill(box.password);
    await own.getByTestId('sign-in-go').click();
    await own.getByTestId('qr').waitFor();
    const link = (await own.locator('[data-testid=claim] a').getAttribute('href')) ?? '';
    await enter(page, fleet.bed.headquarters.where().url, fleet.bed.password, 'en');
    await page.goto(link);
    await page.getByTestId('claim-box').fill(BOX);
    await page.getByTestId('claim-file').setInputFiles(DOCUMENT);
    await page.getByTestId('claim-go').click();
    await page.locator('[data-testid=claimed][data-here=true]').waitFor();
    expect(await page.getByTestId('claim-file').inputValue()).toBe('');
    // The page that showed the code opens again as the branch's.
    await own.getByTestId('nav-home').waitFor();
    await own.close();
    await page.getByTestId('claimed-open').click();
    await page.getByTestId('own-page').waitFor();
  });

  test('opens its page to who looks from headquarters, and ends the visit', async () => {
    await page.getByTestId('page-open').click();
    const href = (await page.getByTestId('page-link').getAttribute('href')) ?? '';
    const visit = await browser.newPage();
    await visit.goto(href);
    await visit.getByTestId('visit').getByText('admin').waitFor();
    await visit.getByTestId('nav-setup').click();
    await picture(visit, 'box-page-from-hq');
    await visit.getByTestId('visit-end').click();
    await page.getByTestId('page-close').waitFor({ state: 'detached' });
    await picture(page, 'branch-own-page');
    await visit.close();
  });

  async function rollOut(name: string, value: string, pilot: string): Promise<void> {
    await page.goto(new URL('/rollouts/new', fleet.bed.headquarters.where().url).href);
    await page.getByTestId('reason').fill('as agreed');
    await page.getByTestId('window').fill('10');
    await page.getByTestId('name').fill(name);
    await page.getByTestId('path').fill('queues/service/ring');
    await page.getByTestId('value').fill(value);
    await page.getByTestId('pilots').fill(pilot);
    await page.getByTestId('canary').uncheck();
    await page.getByTestId('shares').fill('');
    await page.getByTestId('hours').selectOption('any');
    await page.getByTestId('soakMin').fill('0.02');
    await page.getByTestId('patienceMin').fill('0');
    await page.getByTestId('check').click();
    await page.locator('[data-testid=preview][data-ok=true]').waitFor();
    await page.getByTestId('start').click();
    await page.getByTestId('waves').waitFor();
  }

  test('takes part in a rollout over all, in waves', async () => {
    await rollOut('Ring longer', '25s', BOX);
    await page.locator('[data-testid=wave][data-passed=true]').nth(1).waitFor({ timeout: 60_000 });
    expect(await ringAt(BOX)).toBe('25s');
    expect(new Set(await Promise.all(SHOPS.map(ringAt)))).toEqual(new Set(['25s']));
  });

  test('gets back what it had when a gate stops a bad change elsewhere', async () => {
    await rollOut('Ring much longer', '99s', TENDER);
    await page.getByTestId('stopped').waitFor({ timeout: 60_000 });
    const { status } = await fleet.until(2, ({ status }) => status === 'gone-back');
    expect(status).toBe('gone-back');
    await picture(page, 'rollout-stopped');
    expect(new Set(await Promise.all([...SHOPS, BOX].map(ringAt)))).toEqual(new Set(['25s']));
    expect(readFileSync(`${box.dir}/branch.yaml`, 'utf8')).toContain('25s');
  });
});
