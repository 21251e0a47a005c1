/** What an operator sees when a box dies: who answers now and why, the story of it, the numbers at home again; and a drill with its report. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BranchBed, ENGINE_ROOT } from '../bed/branch.ts';
import { BRANCH, CloudHost, cloudOrder, untilContinuity } from '../bed/cloud.ts';
import type { Door } from '../bed/door.ts';
import { enter, hasChromium, openBrowser, picture } from './browser.ts';

const WAIT = 20_000;
const SERVICE = '057186001001';

describe.skipIf(!hasChromium || ENGINE_ROOT === undefined)('continuity at headquarters', () => {
  let bed: BranchBed;
  let cloud: CloudHost;
  let hq: Door;
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    bed = await BranchBed.start(cloudOrder(2));
    hq = bed.hq();
    cloud = await CloudHost.start(bed);
    await untilContinuity(hq, ({ ready, lease }) => ready['stand-in'] && lease.acts === 'box', 60_000);
    browser = await openBrowser();
    page = await browser.newPage({ viewport: { width: 1200, height: 1400 } });
    await enter(page, hq.origin, bed.passwords.hq, 'en');
  }, 90_000);
  afterAll(async () => {
    await browser.close();
    cloud.end();
    await bed.stop();
  });

  const told = (what: string) => page.locator(`[data-testid=continuity-story] [data-what="${what}"]`).first();
  const answers = (party: string) => page.locator(`[data-testid=who-answers][data-answers="${party}"]`);

  test('a drill is run from the branch’s page; its report tells every call that measured it, in both languages', async () => {
    await page.goto(`${hq.origin}/boxes/${BRANCH}`);
    await answers('box').waitFor();
    await page.getByTestId('drill-hold').fill('10');
    await page.getByTestId('drill-begin').click();
    await page.locator('[data-testid=drill-state][data-shape=good]').waitFor({ timeout: 90_000 });
    const calls = await page.getByTestId('drill-call').allInnerTexts();
    expect(calls.length).toBeGreaterThan(6);
    expect(calls.some((text) => text.includes('stand-in'))).toBe(true);
    expect(await page.getByTestId('drill-figures').innerText()).toContain(`0 / ${calls.length}`);
    await page.getByTestId('drill-timeline').waitFor();
    await picture(page, 'drill-en');
    await page.getByTestId('language').selectOption('zh');
    await page.getByText('云端替身').first().waitFor();
    await picture(page, 'drill-zh');
    await page.getByTestId('language').selectOption('en');
    await untilContinuity(hq, ({ lease, order }) => lease.acts === 'box' && order === null, WAIT);
  }, 120_000);

  test('the box dies: the page tells that it is in doubt, then who answers and why', async () => {
    await page.goto(`${hq.origin}/boxes/${BRANCH}`);
    const waiting = await bed.caller(0).call(SERVICE);
    await waiting.answered(WAIT);
    await hq.untilGet<{ calls: unknown[] }>(
      `/api/calls?box=${BRANCH}`,
      ({ calls }) => calls.length > 0,
      WAIT,
    );
    await Promise.all((['box', 'engine'] as const).map((name) => bed.end(name, 'SIGKILL')));
    await told('silent').waitFor({ timeout: WAIT });
    await bed.caller(0).hangup();
    await (await bed.caller(0).call(SERVICE)).answered(WAIT);
    await answers('stand-in').waitFor({ timeout: 60_000 });
    expect(await page.getByTestId('continuity-why').innerText()).toContain('not answered');
    for (const what of ['suspected', 'test-call-unanswered', 'places-handed-over', 'stands-in'])
      await told(what).waitFor();
    await picture(page, 'stand-in-answers');
  }, 120_000);

  test('the box is back: it proves itself, and the page tells when its numbers came home', async () => {
    bed.startEngine();
    bed.startBox();
    await told('back').waitFor({ timeout: WAIT });
    await answers('box').waitFor({ timeout: 90_000 });
    await told('home').waitFor();
    await page.goto(`${hq.origin}/continuity`);
    await page.locator('[data-testid=continuity-state][data-shape=good]').waitFor({ timeout: WAIT });
    expect(await page.getByTestId('quarter').innerText()).toContain('1 of 1');
    await picture(page, 'home-again');
  }, 150_000);
});
