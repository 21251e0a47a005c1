/** Development only: a picture of every page in both languages, light and dark, wide and narrow. See README.md. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium, type Browser, type Page } from 'playwright-core';

const { values } = parseArgs({
  options: {
    chromium: { type: 'string' },
    out: { type: 'string', default: 'shots' },
    /** Only pages whose name contains this. */
    only: { type: 'string', default: '' },
  },
});
if (values.chromium === undefined) throw new Error('--chromium: the path of a Chromium is needed');

const BOX_PAGES = {
  today: '/',
  lines: '/lines',
  queues: '/queues',
  calls: '/calls',
  call: '/calls/c-1040',
  setup: '/setup',
};
const HQ_PAGES = {
  fleet: '/',
  branch: '/boxes/shanghai-pudong',
  alarms: '/alarms',
  document: '/boxes/shanghai-pudong/document',
  templates: '/templates',
  template: '/templates/fleet',
  calls: '/calls',
  call: '/boxes/hangzhou-west/calls/c-1040',
};
const LOOKS = [
  { language: 'zh', theme: 'light', width: 1440, height: 900 },
  { language: 'en', theme: 'dark', width: 1440, height: 900 },
  { language: 'en', theme: 'light', width: 360, height: 740 },
  { language: 'zh', theme: 'dark', width: 360, height: 740 },
] as const;
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'];

async function serve(port: number, ...args: string[]): Promise<ChildProcess> {
  const script = fileURLToPath(new URL('server.ts', import.meta.url));
  const child = spawn(process.execPath, [script, '--port', String(port), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return child;
}

async function shoot(
  browser: Browser,
  port: number,
  name: string,
  pages: Readonly<Record<string, string>>,
): Promise<void> {
  for (const look of LOOKS) {
    const context = await browser.newContext({ viewport: look, reducedMotion: 'reduce' });
    await context.addInitScript(
      ([language, theme]) => {
        localStorage.setItem('branchline.language', language);
        localStorage.setItem('branchline.theme', theme);
      },
      [look.language, look.theme] as const,
    );
    const page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning')
        console.log(`${name}: ${message.text().slice(0, 300)}`);
    });
    page.on('pageerror', (error) => console.log(`${name}: ${String(error)}`));
    const file = (what: string): string =>
      `${values.out}/${name}-${what}-${look.language}-${look.theme}-${look.width}.png`;
    await page.goto(`http://127.0.0.1:${port}/`);
    await page.getByTestId('password').waitFor();
    if ('sign-in'.includes(values.only)) await page.screenshot({ path: file('sign-in') });
    await page.getByTestId('password').fill('preview');
    await page.getByTestId('sign-in-go').click();
    await page.getByTestId('live-mark').and(page.locator('[data-line=live]')).waitFor();
    for (const [what, path] of Object.entries(pages)) {
      if (!what.includes(values.only)) continue;
      await page.goto(`http://127.0.0.1:${port}${path}`);
      await settled(page);
      await overflowing(page, file(what));
      await page.screenshot({ path: file(what), fullPage: true });
    }
    await context.close();
  }
}

async function settled(page: Page): Promise<void> {
  await page.locator('[data-line=live]').waitFor();
  await page.waitForLoadState('networkidle', { timeout: 1_500 }).catch(() => undefined);
}

/** A page that is wider than its screen is a fault on a telephone. */
async function overflowing(page: Page, name: string): Promise<void> {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (wide > 0) console.log(`${name}: ${wide} px wider than the screen`);
}

await mkdir(values.out, { recursive: true });
const servers = [
  await serve(4410, '--scene', 'busy'),
  await serve(4411, '--scene', 'trouble'),
  await serve(4412, '--scene', 'empty'),
  await serve(4413, '--door', 'hq'),
];
const browser = await chromium.launch({ executablePath: values.chromium, args: FLAGS });
try {
  await shoot(browser, 4410, 'box', { ...BOX_PAGES, wall: '/queues?wall' });
  await shoot(browser, 4411, 'trouble', {
    today: '/',
    lines: '/lines',
    queues: '/queues',
    alarms: '/alarms',
    setup: '/setup',
    wall: '/queues?wall',
  });
  await shoot(browser, 4412, 'empty', { today: '/', lines: '/lines', queues: '/queues', calls: '/calls' });
  await shoot(browser, 4413, 'hq', HQ_PAGES);
} finally {
  await browser.close();
  for (const server of servers) server.kill();
}
