/** A box that has neither a document nor a certificate: it shows its claim code and asks headquarters, and does nothing else. */
import { join } from 'node:path';
import { consoleRoutes } from '@branchline/contracts/http/console';
import { systemClock } from '@branchline/runtime/clock';
import { runService, type Part } from '@branchline/runtime/lifecycle';
import { roomLog, type Log } from '@branchline/runtime/log';
import { openAccessStore } from '@branchline/runtime/web/access-store';
import { webApp } from '@branchline/runtime/web/app';
import { isLoopback, listen } from '@branchline/runtime/web/listen';
import { byPassword, PasswordBook } from '@branchline/runtime/web/password';
import { Sessions } from '@branchline/runtime/web/sessions';
import { signInHandlers } from '@branchline/runtime/web/sign-in';
import { COOKIE } from './console/console.ts';
import { listenWhenThere, type LateListening } from './console/listen-when-there.ts';
import type { Settings } from './settings.ts';
import type { Enroller } from './uplink/enroller.ts';

export async function untilClaimed(enroller: Enroller, settings: Settings, log: Log): Promise<void> {
  const page = claimPage(enroller, settings, log);
  await runService([enroller, page], log);
  log.info({ page: page.url() }, 'waiting to be claimed');
}

const { ready, session, signIn, signOut, claim, ownPassword } = consoleRoutes;
const routes = { ready, session, signIn, signOut, claim, ownPassword };

function claimPage(enroller: Enroller, settings: Settings, log: Log): Part & { url(): string } {
  const { dataDir, consoleListen, uiDir } = settings;
  const db = openAccessStore(join(dataDir, 'access.sqlite'));
  const passwords = new PasswordBook(db, systemClock);
  const sessions = new Sessions(db, systemClock, COOKIE);
  const changePassword = (_person: string, now: string, becomes: string): Promise<boolean> =>
    passwords.change(now, becomes);
  const name = enroller.serial;
  let listening: LateListening | undefined;
  const app = webApp({
    table: routes,
    handlers: {
      ready: () => ({ ready: false, engine: 'down' as const }),
      claim: () => enroller.status() ?? null,
      ...signInHandlers({ door: 'box', name, whoSignsIn: byPassword(passwords), sessions, changePassword }),
    },
    requireSession: sessions.require,
    checkAnswers: false,
    log: roomLog(log, 'console'),
    pages: { dir: uiDir, entry: 'claim.html' },
  });
  return {
    name: 'claim page',
    async start() {
      const first = await passwords.first();
      if (first !== undefined)
        console.log(`\n  The password of this box's page, shown this once:  ${first}\n`);
      const identity = await identityOf(settings);
      listening = await listenWhenThere({
        open: () => listen(app, consoleListen, identity),
        host: consoleListen.host,
        clock: systemClock,
        log: roomLog(log, 'console'),
      });
    },
    async stop() {
      await listening?.stop();
      db.close();
    },
    url: () => listening?.url ?? '',
  };
}

async function identityOf({ consoleListen, dataDir }: Settings) {
  if (isLoopback(consoleListen.host)) return undefined;
  const { serviceCertificate } = await import('@branchline/runtime/web/certificate');
  return serviceCertificate({ dir: dataDir, name: 'console', names: [consoleListen.host] }, systemClock);
}
