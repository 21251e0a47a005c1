/** What an operator does with a branch's document at headquarters: takes it up, is told a fault, sends a version, goes back. */
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Bed, type TestBox } from '@branchline/controller/test-bed';
import { enter, hasChromium, openBrowser, picture } from './browser.ts';

const BOX = 'hangzhou-west';
const source = readFileSync(new URL('../../contracts/samples/hangzhou-west.yaml', import.meta.url), 'utf8');
const at = new Date().toISOString();
const name = { zh: '杭州西湖店', en: 'Hangzhou West' };

describe.skipIf(!hasChromium)('the document of a branch at headquarters', () => {
  const bed = new Bed();
  let box: TestBox;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    await bed.start();
    box = await bed.box(BOX);
    await box.tell('presence', { v: 1, state: 'online', version: '0.2.0', at }, true);
    await box.tell('reported', {
      v: 1,
      version: '0.2.0',
      revision: 'a'.repeat(64),
      document: { site: { id: BOX, name, timezone: 'Asia/Shanghai' } },
      warnings: 0,
      at,
      source,
      desired: { seen: null, common: 0, state: 'none', at: null },
    });
    await box.told('reported-ack', () => true);
    browser = await openBrowser();
    page = await browser.newPage();
    await enter(page, bed.headquarters.where().url, bed.password, 'en');
    await page.getByTestId('box-link').click();
    await page.getByTestId('document-link').click();
  });
  afterAll(async () => {
    await browser.close();
    await bed.end();
  });

  const version = (number: number) => page.locator(`[data-testid=version][data-id="${number}"]`);
  const write = async (text: string): Promise<void> => {
    await page.getByTestId('source').fill(text);
    await page.getByTestId('check').click();
  };

  test('is taken up from the box, once the operator has said who and why', async () => {
    expect(await page.getByTestId('take-up').isDisabled()).toBe(true);
    await page.getByTestId('reason').fill('as it is');
    await page.getByTestId('take-up').click();
    await version(1).getByText('taken up from the box').waitFor();
    await expect.poll(() => page.getByTestId('source').inputValue()).toBe(source);
  });

  test('with a fault is not sent; the fault is named', async () => {
    await page.getByTestId('reason').fill('another name');
    await write(source.replace('country: CN', 'country: XX1'));
    await page.locator('[data-testid=fault][data-path="site.country"]').waitFor();
    expect(await page.getByTestId('put').isDisabled()).toBe(true);
  });

  test('shows what it changes before it is sent, and reaches the box', async () => {
    await write(source.replace('Hangzhou West', 'Hangzhou New'));
    await page.getByTestId('changes').getByText('site › name › en').waitFor();
    await picture(page, 'document-changes');
    await page.getByTestId('put').click();
    await version(2).waitFor();
    expect((await box.told('desired', (each) => each.version === 2)).author).toBe('admin');
    await page.locator('[data-testid=standing][data-standing=waiting]').first().waitFor();
  });

  test('goes back to an earlier version, as a new one, in Chinese as well', async () => {
    await page.getByTestId('language').selectOption('zh');
    await version(1).getByRole('button', { name: '查看' }).click();
    await page.getByTestId('reason').fill('不合适');
    await page.getByTestId('go-back').click();
    await version(3).getByText('退回版本 1').waitFor();
    expect((await box.told('desired', (each) => each.version === 3)).source).toBe(source);
    await picture(page, 'document-history-zh');
  });
});
