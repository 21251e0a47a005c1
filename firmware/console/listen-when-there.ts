/** An address of its own that an interface has not got yet, as a lease that is late: the box works meanwhile, and its page opens with the address. */
import { hasCode } from '@branchline/runtime/atomic-file';
import type { Clock, Timer } from '@branchline/runtime/clock';
import type { Log } from '@branchline/runtime/log';
import type { Listening } from '@branchline/runtime/web/listen';

/** How long after a try the next one is made, ms. */
export const TRY_AGAIN_MS = 2_000;

export interface LateListening {
  /** Undefined until the address is there. */
  readonly url: string | undefined;
  stop(): Promise<void>;
}

export interface WhenThere {
  readonly open: () => Promise<Listening>;
  readonly host: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Resolved after the first try. @throws what `open` throws at it, but for an address that this machine has not got. */
export async function listenWhenThere({ open, host, clock, log }: WhenThere): Promise<LateListening> {
  let listening: Listening | undefined;
  let timer: Timer | undefined;
  let trying: Promise<void> = Promise.resolve();
  let stopped = false;
  const attempt = async (): Promise<void> => {
    listening = await open();
    log.info({ url: listening.url }, 'the page of the box is served');
  };
  const later = (): void => {
    if (stopped) return;
    timer = clock.after(TRY_AGAIN_MS, () => {
      trying = attempt().catch((err: unknown) => {
        // The address is there, and the page cannot be served at it: said each time that the reason is not the wait itself.
        if (!isNotThere(err)) log.error({ err, host }, 'the page of the box cannot be served: tried again');
        later();
      });
    });
  };
  try {
    await attempt();
  } catch (err) {
    if (!isNotThere(err)) throw err;
    log.warn(
      { host, everyMs: TRY_AGAIN_MS },
      'this machine has not got the address of the page: calls are served, and the page opens when an interface has it. Give it one, or change BRANCHLINE_BOX_CONSOLE_LISTEN',
    );
    later();
  }
  return {
    get url() {
      return listening?.url;
    },
    async stop() {
      stopped = true;
      timer?.cancel();
      await trying;
      await listening?.stop();
    },
  };
}

const isNotThere = (err: unknown): boolean => hasCode(err, 'EADDRNOTAVAIL');
