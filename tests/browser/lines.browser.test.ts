/** What a technician sees who pulls an E1 while twenty people call out: at the page Lines, in both languages, on a desk and on a telephone. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BedPeer } from '@branchline/firmware/engine/bed/peer';
import type { DeskPhone } from '@branchline/lab/phones/desk-phone';
import { BranchBed, ENGINE_ROOT } from '../bed/branch.ts';
import { bedDocument } from '../bed/document.ts';
import { enter, hasChromium, openBrowser, picture } from './browser.ts';

const WAIT = 20_000;
/** From the plug to the sentence on the page. */
const SECONDS = 10_000;
const AGENT = { port: 1161, community: 'bed-community' };
const CALLS = 20;
/** What is left when the E1 is gone: two of the twenty find no channel. */
const OTHERS = { copper: { host: 13, channels: 8 }, cloud: { host: 14, channels: 10 } } as const;
type Other = keyof typeof OTHERS;
const NAMES = Object.keys(OTHERS) as Other[];
const LEFT = OTHERS.copper.channels + OTHERS.cloud.channels;

function document(gateway: string): object {
  const plain = bedDocument({ gateway }) as Record<string, object>;
  const beside = (host: number): string => [...gateway.split('.').slice(0, 3), host].join('.');
  return {
    ...plain,
    trunks: {
      pstn: { gateway: 'e1-main', channels: 30, numbers: ['+86 571 8600 1000..1029'] },
      copper: { gateway: 'analog-1', channels: OTHERS.copper.channels },
      cloud: { gateway: 'carrier', channels: OTHERS.cloud.channels },
    },
    routes: [
      { to: ['emergency', 'national', 'mobile'], via: ['pstn', 'copper', 'cloud'], 'caller-id': 'main' },
      { to: 'international', via: ['cloud'] },
    ],
    calling: { default: ['national', 'mobile', 'international'] },
    gateways: {
      'e1-main': {
        kind: 'e1',
        model: 'generic-e1',
        address: gateway,
        watch: { snmp: { port: AGENT.port, secret: 'community' } },
      },
      'analog-1': { kind: 'fxo', address: beside(OTHERS.copper.host) },
      carrier: { kind: 'sip', address: beside(OTHERS.cloud.host) },
    },
    limits: { extension: { calls: CALLS }, burst: { prefixes: 2 } },
    recording: { default: 'never', announce: false, outgoing: 'never' },
  };
}

describe.skipIf(ENGINE_ROOT === undefined || !hasChromium)('the page Lines', () => {
  let bed: BranchBed;
  let browser: Browser;
  const others = new Map<Other, BedPeer>();

  beforeAll(async () => {
    const opening: Promise<unknown>[] = [];
    const branch = BranchBed.start({
      headquarters: false,
      failing: AGENT,
      onPlaces: (dir) => {
        writeFileSync(join(dir, 'secrets.json'), JSON.stringify({ community: AGENT.community }));
      },
      document: ({ gateway }) => {
        const net = gateway.split('.').slice(0, 3).join('.');
        for (const name of NAMES) {
          const at = { address: `${net}.${OTHERS[name].host}`, port: 5060 };
          opening.push(
            BedPeer.open(name, { address: `${net}.10`, port: 5060 }, at).then((peer) => {
              others.set(name, peer);
              peer.onInvite = (invite) => peer.respond(invite, 180, 'Ringing');
            }),
          );
        }
        return document(gateway);
      },
    });
    [bed, browser] = await Promise.all([branch, openBrowser()]);
    await Promise.all(opening);
  });
  afterAll(async () => {
    await browser.close();
    await bed.stop();
    for (const peer of others.values()) peer.close();
  });

  async function lines(language: 'zh' | 'en', width = 1_440): Promise<Page> {
    const context = await browser.newContext({ viewport: { width, height: 900 } });
    const page = await context.newPage();
    page.setDefaultTimeout(WAIT);
    await enter(page, `${bed.box().origin}/lines`, bed.passwords.box, language);
    await trunk(page, 'pstn').waitFor();
    return page;
  }
  const trunk = (page: Page, name: string): Locator => page.locator(`[data-trunk=${name}]`);
  /** Each page hears of a change by itself, and one may be behind the other. */
  const says = (page: Page, name: string, id: string, text: string | RegExp): Promise<void> => {
    const shown = expect.poll(() => trunk(page, name).getByTestId(id).innerText(), { timeout: WAIT });
    return typeof text === 'string' ? shown.toBe(text) : shown.toMatch(text);
  };
  const carried = (name: string, fits: (count: number) => boolean): Promise<unknown> =>
    bed.box().untilLive(({ trunks }) => fits(trunks[name]?.calls.length ?? 0), WAIT);
  const phoneOf = (index: number): DeskPhone => bed.phone(`desk-${1 + (index % 3)}`);
  const pictures = async (pages: Readonly<Record<string, Page>>, moment: string): Promise<void> => {
    for (const [name, page] of Object.entries(pages)) await picture(page, `lines-${moment}-${name}`);
  };

  test('an E1 is pulled while twenty call out: what failed, by what, what took over, what is left, and the way back', async () => {
    const pages = { zh: await lines('zh'), en: await lines('en'), 'zh-360': await lines('zh', 360) };
    bed.caller(0).onIncoming({ kind: 'ring' }, { callWaiting: true });
    const placed = Array.from({ length: CALLS }, (_, index) => phoneOf(index).call('013900000001'));
    const calls = await Promise.all(placed);
    await Promise.all(calls.map((call) => call.ringing(WAIT)));
    await carried('pstn', (count) => count === CALLS);
    await trunk(pages.en, 'pstn')
      .locator('.trunk-calls li')
      .nth(CALLS - 1)
      .waitFor();
    await pictures(pages, 'calling');

    bed.gateway.fault('los', true);
    await Promise.all(
      Object.values(pages).map((page) =>
        page.locator('[data-trunk=pstn][data-state=down]').waitFor({ timeout: SECONDS }),
      ),
    );
    await carried('pstn', (count) => count === 0);
    const live = await bed
      .box()
      .untilLive(({ trunks }) => NAMES.every((n) => trunks[n]?.calls.length === OTHERS[n].channels), WAIT);
    expect(live.trunks.pstn).toMatchObject({ state: 'down', usable: 0, calls: [] });
    // Whom no channel was left for has been told so; everybody else hears it ring still.
    await expect
      .poll(() => calls.filter(({ state }) => state === 'ended').length, { timeout: WAIT })
      .toBe(CALLS - LEFT);

    await says(pages.en, 'pstn', 'trunk-because', /^Because: no carrier – .*LOS/);
    await says(
      pages.en,
      'pstn',
      'trunk-instead',
      'In its place: copper (0 free), cloud (0 free). Channels missing: 30; of the 18 elsewhere none is free.',
    );
    await says(pages.en, 'pstn', 'trunk-back', 'It comes back when the wire is good again.');
    await says(pages.zh, 'pstn', 'trunk-because', /^依据：线路无信号，.*LOS/);
    await says(
      pages.zh,
      'pstn',
      'trunk-instead',
      '现改走 copper（空闲 0 路）、cloud（空闲 0 路）。 少了 30 路；其他线路共 18 路，已无空闲。',
    );
    await says(pages.zh, 'pstn', 'trunk-back', '恢复条件：线路信号恢复。');
    await pictures(pages, 'pulled');
    await Promise.all(Object.values(pages).map(fitsItsWidth));
    await Promise.all(calls.map((call) => call.hangup()));
    await carried('copper', (count) => count === 0);
  });

  test('it is plugged in again: the page tells the way back, and takes a quarter of its channels first', async () => {
    const pages = { zh: await lines('zh'), en: await lines('en') };
    bed.gateway.fault('los', false);
    await says(
      pages.en,
      'pstn',
      'trunk-back',
      /^The fault is over\. If it stays away, calls are tried again in \S+/,
    );
    await says(pages.zh, 'pstn', 'trunk-back', /^故障已消失/);
    await pictures(pages, 'plugged-in');
    await pages.en.locator('[data-trunk=pstn][data-state=degraded]').waitFor();
    await says(
      pages.en,
      'pstn',
      'trunk-back',
      /^Coming back: takes a quarter of its channels\. The next step is in .+ All its channels again in /,
    );
    await pictures(pages, 'coming-back');
  });

  test('a line is looked at by order; where nothing can be asked, the page says what to do about it', async () => {
    const page = await lines('en');
    const looked = page.waitForResponse((answer) => answer.url().endsWith('/api/trunks/pstn/look'));
    await trunk(page, 'pstn').getByTestId('look-at-trunk').click();
    expect((await looked).status()).toBe(200);
    expect(await trunk(page, 'pstn').getByTestId('trouble').count()).toBe(0);
    await trunk(page, 'copper').getByTestId('look-at-trunk').click();
    expect(await trunk(page, 'copper').getByTestId('trouble').innerText()).toContain('gateways.NAME.watch');
  });

  test('an extension that the fraud brake has stopped is released on the page', async () => {
    const pages = { zh: await lines('zh'), 'en-360': await lines('en', 360) };
    for (const number of ['00442071234567', '0033142685300']) {
      const call = await bed.phone('desk-2').call(number);
      await Promise.race([call.ringing(WAIT), call.whenEnded(WAIT)]);
      await call.hangup();
    }
    const stopped = pages.zh.getByTestId('stopped-extension');
    await stopped.waitFor();
    expect(await stopped.innerText()).toContain('8002');
    await pages['en-360'].getByTestId('stopped-extension').waitFor();
    await pictures(pages, 'stopped');
    await fitsItsWidth(pages['en-360']);
    await stopped.getByTestId('release-extension').click();
    await stopped.waitFor({ state: 'detached' });
    expect(await bed.box().get('/api/brakes')).toEqual({ stopped: [] });
  });
});

/** Nothing of a page stands out at its side. */
async function fitsItsWidth(page: Page): Promise<void> {
  const root = 'document.documentElement';
  expect(await page.evaluate<number>(`${root}.scrollWidth - ${root}.clientWidth`)).toBe(0);
}
