/** Debian's Chromium for a test: no traffic of its own, a profile that goes away. */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';

export const CHROMIUM = '/usr/bin/chromium';
export const hasChromium = existsSync(CHROMIUM);

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--autoplay-policy=no-user-gesture-required',
    ],
  });
}

/** Signs in at a door and chooses the language. */
export async function enter(page: Page, url: string, password: string, language: 'zh' | 'en'): Promise<void> {
  await page.goto(url);
  await page.getByTestId('password').fill(password);
  await page.getByTestId('sign-in-go').click();
  await page.getByTestId('nav-home').waitFor();
  await page.getByTestId('language').selectOption(language);
  await page.locator(`html[lang^="${language}"]`).waitFor();
}

/** Keeps a picture where BRANCHLINE_SCREENSHOTS names a folder. */
export async function picture(page: Page, name: string): Promise<void> {
  const dir = process.env.BRANCHLINE_SCREENSHOTS;
  if (dir === undefined) return;
  mkdirSync(dir, { recursive: true });
  await page.screenshot({ path: join(dir, `${name}.png`), fullPage: true });
}
