/** What an owner does at headquarters: claims the box that waits, looks at its identity, revokes it, lets a technician in. */
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Bed } from '@branchline/controller/test-bed';
import { NewBox } from '../scenario/new-box.ts';
import { enter, hasChromium, openBrowser, picture } from './browser.ts';

const source = readFileSync(new URL('../../contracts/samples/hangzhou-west.yaml', import.meta.url), 'utf8');

describe.skipIf(!hasChromium)('who belongs to headquarters', () => {
  const bed = new Bed();
  const box = new NewBox('SN-42');
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    await bed.start();
    browser = await openBrowser();
    page = await browser.newPage();
    await enter(page, bed.headquarters.where().url, bed.password, 'en');
  });
  afterAll(async () => {
    await browser.close();
    await box.end();
    await bed.end();
  });

  test('a box that waits is claimed by its code, and comes as its branch', async () => {
    const code = await box.asks(bed.headquarters.where().url);
    await page.getByTestId('nav-enrolment').click();
    await page.getByTestId('waiting-box').getByText('SN-42').waitFor();
    await page.getByTestId('claim-code').fill(code);
    await page.getByTestId('claim-box').fill('hangzhou-west');
    await page.getByTestId('claim-source').fill(source);
    await picture(page, 'enrolment');
    await page.getByTestId('claim-go').click();
    await page.getByTestId('claimed').waitFor();
    await box.granted();
    box.connects();
    await box.until(() => box.uplink?.status().connected === true);
    await page.getByTestId('nav-home').click();
    await page.getByTestId('box-link').click();
    await page.getByTestId('identity').getByText('SN-42').waitFor();
  });

  test('is revoked with a reason, and says so', async () => {
    await page.getByTestId('revoke-reason').fill('stolen');
    await page.getByTestId('revoke').click();
    await page.getByTestId('identity').getByText('Revoked').waitFor();
    await picture(page, 'identity');
    await box.until(() => box.uplink?.status().connected === false);
  });

  test('a technician is let in with a password that is shown once, and sees his branches alone', async () => {
    await page.getByTestId('nav-people').click();
    await page.getByTestId('person-name').fill('wu');
    await page.getByTestId('person-role').selectOption('technician');
    await page.getByTestId('person-branches').fill('hangzhou-west');
    await page.getByTestId('person-add').click();
    const told = (await page.getByTestId('told-password').textContent()) ?? '';
    await picture(page, 'people');
    await page.getByTestId('sign-out').click();
    // Until then the page of people is there, with a row for each.
    await page.getByTestId('sign-in-go').waitFor();
    await page.getByTestId('person').fill('wu');
    await page.getByTestId('password').fill(told.split(' ').at(-1) ?? '');
    await page.getByTestId('sign-in-go').click();
    await page.getByTestId('nav-home').click();
    await page.getByTestId('box-link').waitFor();
    expect(await page.getByTestId('nav-people').count()).toBe(0);
  });
});
