/** A message that a caller left, on the box's page: shown when it comes, heard there, deleted there. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BranchBed, ENGINE_ROOT } from '../bed/branch.ts';
import { bedDocument } from '../bed/document.ts';
import { messageOnDisk } from '../bed/messages.ts';
import { enter, hasChromium, openBrowser, picture } from './browser.ts';

const WAIT = 15_000;

describe.skipIf(ENGINE_ROOT === undefined || !hasChromium)('voicemail on the page', () => {
  let bed: BranchBed;
  let browser: Browser;
  beforeAll(async () => {
    const document = ({ gateway }: { gateway: string }): object => {
      const plain = bedDocument({ gateway }) as Record<string, object>;
      return {
        ...plain,
        numbers: { ...plain.numbers, box: { number: '+86 571 8600 1004', to: 'voicemail shop' } },
        voicemail: {
          shop: {
            name: { zh: '门店信箱', en: 'Shop' },
            greeting: { tone: 'beep' },
            people: ['wang.fang'],
            longest: '30s',
          },
        },
      };
    };
    [bed, browser] = await Promise.all([BranchBed.start({ headquarters: false, document }), openBrowser()]);
  });
  afterAll(async () => {
    await browser.close();
    await bed.stop();
  });

  async function opened(language: 'zh' | 'en'): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    page.setDefaultTimeout(WAIT);
    await enter(page, bed.box().origin, bed.passwords.box, language);
    await page.getByTestId('nav-voicemail').click();
    return page;
  }

  /** Of the box that is shown: new, heard. */
  const counted = (fresh: number, heard: number): Promise<unknown> =>
    bed.box().untilLive(({ voicemail }) => {
      const { shop } = voicemail;
      return shop?.fresh === fresh && shop.heard === heard;
    }, WAIT);

  async function leaveMessage(): Promise<void> {
    const call = await bed.caller(0).call('057186001004');
    await call.answered(WAIT);
    await messageOnDisk(bed, 2_000);
    await call.hangup();
  }

  test.each(['zh', 'en'] as const)(
    'it comes, is heard, is deleted after a second question (%s)',
    async (language) => {
      const page = await opened(language);
      const messages = page.getByTestId('voicemail-message');
      expect(await messages.count()).toBe(0);
      await leaveMessage();
      await counted(1, 0);
      await messages.first().waitFor();
      await picture(page, `box-voicemail-${language}`);
      // The key that plays it, as the control has no name of its own.
      await page.getByTestId('voicemail-audio').first().focus();
      await page.keyboard.press('Space');
      await counted(0, 1);
      await page.getByTestId('voicemail-delete').click();
      expect(await messages.count()).toBe(1);
      await page.getByTestId('voicemail-delete').click();
      await counted(0, 0);
      await messages.first().waitFor({ state: 'detached' });
    },
  );
});
