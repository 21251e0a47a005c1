/** The same call, seen by the people who look: at the box's page and at headquarters', in both languages. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CallSummary } from '@branchline/contracts/call-story';
import { BranchBed, ENGINE_ROOT } from '../bed/branch.ts';
import { enter, hasChromium, openBrowser, picture } from './browser.ts';

const WAIT = 15_000;

describe.skipIf(ENGINE_ROOT === undefined || !hasChromium)('the pages', () => {
  let bed: BranchBed;
  let browser: Browser;
  let ended: CallSummary;
  beforeAll(async () => {
    [bed, browser] = await Promise.all([BranchBed.start(), openBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await bed.stop();
  });

  async function typesOf(page: Page): Promise<(string | null)[]> {
    const events = await page.getByTestId('story-event').all();
    return Promise.all(events.map((event) => event.getAttribute('data-type')));
  }

  async function atDoor(door: 'box' | 'hq', language: 'zh' | 'en'): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    page.setDefaultTimeout(WAIT);
    await enter(page, bed[door]().origin, bed.passwords[door], language);
    return page;
  }

  test('a call shows at the box and at headquarters while it goes on, and is gone when it ends', async () => {
    const [today, fleet] = await Promise.all([atDoor('box', 'zh'), atDoor('hq', 'en')]);
    await today.locator('[data-testid=trunk][data-state=up]').first().waitFor();
    expect(await today.getByTestId('state-sentence').getAttribute('data-tone')).toBe('good');
    const agent = bed.phone('desk-2');
    agent.onIncoming({ kind: 'ring' });
    const coming = agent.nextCall(WAIT);
    const call = await bed.caller(0).call('057186001001');
    const ringing = await coming;
    const row = today.getByTestId('live-call');
    await row.first().waitFor();
    await today.locator('[data-testid=live-call][data-phase=ringing]').waitFor();
    await picture(today, 'box-today-ringing-zh');
    ringing.answer();
    await today.locator('[data-testid=live-call][data-phase=talking]').waitFor();
    await fleet.locator('[data-testid=box-row]').first().waitFor();
    await picture(fleet, 'hq-fleet-en');
    await call.rtp.untilHears(610, { withinMs: 5_000, lastMs: 1_500 });
    await call.hangup();
    await row.first().waitFor({ state: 'detached' });
    [ended] = (await bed.box().untilCalls((calls) => calls.length > 0, WAIT)) as [CallSummary];
    await bed.box().recording(ended.id, WAIT);
  });

  test.each(['zh', 'en'] as const)('the history at the box tells it, and plays it (%s)', async (language) => {
    const page = await atDoor('box', language);
    await page.getByTestId('nav-calls').click();
    const row = page.locator(`[data-testid=call-row][data-id="${ended.id}"]`);
    await row.waitFor();
    await picture(page, `box-calls-${language}`);
    await row.getByTestId('call-link').click();
    await page.getByTestId('story-event').first().waitFor();
    const types = await typesOf(page);
    expect(types).toEqual(
      expect.arrayContaining([
        'call.offered',
        'call.queued',
        'call.leg-offered',
        'call.answered',
        'call.ended',
      ]),
    );
    await page.getByTestId('play').click();
    await page.locator('[data-testid=play][data-playing=true]').waitFor();
    await picture(page, `box-call-${language}`);
  });

  test.each(['zh', 'en'] as const)('headquarters tells the same of it (%s)', async (language) => {
    const page = await atDoor('hq', language);
    await page.locator('[data-testid=box-row]').first().waitFor();
    expect(await page.getByTestId('ledger').first().getAttribute('data-missing')).toBe('0');
    await page.getByTestId('nav-calls').click();
    const row = page.locator(`[data-testid=call-row][data-id$="${ended.id}"]`);
    await row.waitFor();
    await picture(page, `hq-calls-${language}`);
    await row.getByTestId('call-link').click();
    await page.getByTestId('story-event').first().waitFor();
    await picture(page, `hq-call-${language}`);
    const types = await typesOf(page);
    expect(types).toContain('call.answered');
  });

  test.each(['zh', 'en'] as const)('every page of the box opens without a fault (%s)', async (language) => {
    const page = await atDoor('box', language);
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    for (const name of ['home', 'lines', 'queues', 'calls', 'setup']) {
      await page.getByTestId(`nav-${name}`).click();
      await page
        .getByTestId(SHOWN[name] ?? '')
        .first()
        .waitFor();
      await picture(page, `box-${name}-${language}`);
    }
    expect(faults).toEqual([]);
  });

  const SHOWN: Readonly<Record<string, string>> = {
    home: 'state-sentence',
    lines: 'trunk',
    queues: 'queue-panel',
    calls: 'call-row',
    setup: 'document',
  };

  test.each(['zh', 'en'] as const)('a document is checked and put in force (%s)', async (language) => {
    const page = await atDoor('box', language);
    await page.getByTestId('nav-setup').click();
    const { source } = await bed.box().get<{ source: string }>('/api/document');
    const renamed = source.replace('Test branch', `Test branch, ${language}`);
    await page.getByTestId('check-source').fill(renamed.replace('"linear"', '"by-whim"'));
    await page.getByTestId('check-go').click();
    await page.locator('[data-testid=check-result][data-ok=false]').waitFor();
    expect(await page.getByTestId('take').count()).toBe(0);
    await page.getByTestId('check-source').fill(renamed);
    await page.getByTestId('check-go').click();
    await page.getByTestId('take').scrollIntoViewIfNeeded();
    await picture(page, `box-take-${language}`);
    await page.getByTestId('take').click();
    await page.getByTestId('taken').waitFor();
    const after = await bed.box().get<{ source: string }>('/api/document');
    expect(after.source).toBe(renamed);
  });

  test('a wrong password is refused with a word, and nothing is shown', async () => {
    const page = await (await browser.newContext()).newPage();
    await page.goto(bed.box().origin);
    await page.getByTestId('password').fill('wrong');
    await page.getByTestId('sign-in-go').click();
    await page.getByTestId('trouble').waitFor();
    expect(await page.getByTestId('nav-home').count()).toBe(0);
  });
});
