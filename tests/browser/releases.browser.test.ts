/** What an operator does with a release: has one box run it, reads what came of it, and checks a rollout of it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newKeys } from '@branchline/runtime/signed-archive/signature';
import { Fleet, WELL } from '../fleet/fleet.ts';
import { madeRelease } from '../releases/made.ts';
import { enter, hasChromium, openBrowser, picture } from './browser.ts';

describe.skipIf(!hasChromium)('releases at headquarters', () => {
  const dir = mkdtempSync(join(tmpdir(), 'browser-releases-'));
  const fleet = new Fleet(['b0', 'b1'], () => WELL, {
    release: (_name, version) => (version === '0.4.0' ? 'failed' : 'done'),
    settings: { BRANCHLINE_HQ_RELEASE_KEYS: dir },
  });
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    const keys = newKeys();
    writeFileSync(join(dir, 'ours.pub'), keys.publicKey);
    await fleet.start();
    for (const version of ['0.2.0', '0.3.0', '0.4.0'])
      await fleet.bring(await madeRelease({ version }, keys.privateKey, { version, architecture: 'x64' }));
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
    await enter(page, fleet.bed.headquarters.where().url, fleet.bed.password, 'en');
    await page.getByTestId('box-row').nth(1).waitFor();
  });
  afterAll(async () => {
    await browser.close();
    await fleet.end();
    rmSync(dir, { recursive: true });
  });

  const order = async (version: string): Promise<void> => {
    await page.getByTestId('release-version').selectOption(version);
    await page.getByTestId('order-release').click();
  };
  const ended = (state: string) => page.locator(`[data-testid=command][data-state=${state}]`).first();

  test('one box is given a release, and what came of it stands among its commands', async () => {
    await page.goto(`${fleet.bed.headquarters.where().url}/boxes/b0`);
    await page.getByTestId('release').locator('summary').click();
    await order('0.3.0');
    await ended('done').getByText('0.3.0').waitFor();
    await order('0.4.0');
    await ended('failed').getByText('it did not prove itself, and the box went back').waitFor();
    await picture(page, 'release-ordered');
    await page.getByTestId('language').selectOption('zh');
    await ended('failed').getByText('新版本未能通过验证，设备已退回').waitFor();
    await page.getByTestId('language').selectOption('en');
  });

  test('a rollout of one says which boxes would change', async () => {
    await page.locator('a[href="/rollouts"]').first().click();
    await page.getByTestId('new-rollout').click();
    await page.getByTestId('kind').selectOption('release');
    await page.getByTestId('release').selectOption('0.4.0');
    await page.getByTestId('reason').fill('new software');
    await page.getByTestId('name').fill('Release 0.4.0');
    await page.getByTestId('check').click();
    await page.locator('[data-testid=preview][data-ok=true]').waitFor();
    expect(await page.getByTestId('start').isDisabled()).toBe(false);
    await picture(page, 'rollout-of-release');
  });
});
