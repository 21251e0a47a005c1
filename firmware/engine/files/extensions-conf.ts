/**
 * The dial plan: hand every call to the firmware, and be a telephone exchange of last resort when nobody takes it.
 *
 * A call waits CLAIM_MS to be claimed. Nobody there, nobody quick enough, or put out by the firmware: it goes on to the
 * contexts named survive-*. Each call that ends there has left lines in the survivable log (see survivable-log.ts).
 * What a stranger dialled is never used before FILTER() has been over it, and nothing here reaches a shell.
 */
import { ANSWERED } from '../events.ts';
import { APP, CLAIM_MS, type EngineSite } from '../settings.ts';
import { lineExtensions } from './line-conf.ts';
import { survivableContexts } from './survivable-contexts.ts';
import { checked, context, file, type Extension } from './text.ts';

/** Where a phone that the firmware rang goes when it has answered. */
export const LEG_CONTEXT = 'branchline-leg';

/** Where a call of a self-check comes in: offered as any other, and ended when nobody takes it, so that no telephone rings. */
export const CHECK_CONTEXT = 'branchline-check';

/** Where the lamps of telephones are lit: one line for each voicemail box. */
export const LAMP_CONTEXT = 'branchline-lamp';
/** Sets the boxes apart from any other mailbox an engine may know. */
export const MAILBOX_DOMAIN = 'branchline';

/** Set apart from the names that mean something to a dial plan. */
export const lampExtension = (box: string): string => `box-${box}`;

function lamps({ branch }: EngineSite): Extension[] {
  const boxes = Object.keys(branch.voicemail).map((box) => checked('name', 'The voicemail box', box));
  return [
    ...boxes.map((box) => ({
      match: lampExtension(box),
      steps: [
        `MinivmMWI(${box}@${MAILBOX_DOMAIN},0,\${FILTER(0-9,\${BL_FRESH})},\${FILTER(0-9,\${BL_HEARD})})`,
        'Hangup(16)',
      ],
    })),
    { match: 'done', steps: ['Hangup(16)'] },
  ];
}

/** Together 10 s: longer than a firmware takes to come back. */
const ENTER_TRIES = 50;
const ENTER_PAUSE_S = 0.2;
const IS_TO_ENTER = `$["\${STASISSTATUS}" = "FAILED" & 0\${BL_TRIES} < ${ENTER_TRIES}]`;

/** One who answers while the firmware is being started waits for it. */
const ENTER = [
  `Stasis(${APP},${ANSWERED})`,
  'Set(BL_TRIES=$[0${BL_TRIES} + 1])',
  `ExecIf(${IS_TO_ENTER}?Wait(${ENTER_PAUSE_S}))`,
  `GotoIf(${IS_TO_ENTER}?1)`,
  'Hangup()',
];

const DIGITS = '_[+0-9*#]!';

const OFFERED = `StasisBroadcast(${CLAIM_MS},^${APP}$,arrived)`;

/** A line without direct dialling gives no number at all, and comes as 's'. */
const DIALLED = [DIGITS, 's'];

export function extensionsConf(site: EngineSite): string {
  return file(
    context('from-phone', [entry('phone', DIGITS)]),
    context('from-gateway', [
      ...DIALLED.map((match) => entry('gateway', match, offeredAgain(site))),
      ...lineExtensions(site),
    ]),
    context(LEG_CONTEXT, [{ match: 's', steps: ENTER }]),
    context(CHECK_CONTEXT, [{ match: DIGITS, steps: [OFFERED, 'Hangup(41)'] }]),
    context(LAMP_CONTEXT, lamps(site)),
    context('refused', [{ match: 's', steps: ['Hangup(28)'] }]),
    context('nowhere', []),
    ...survivableContexts(site),
  );
}

/**
 * A machine that has just been switched on has its firmware a few seconds after its engine: a call of the network waits for it, rather than
 * ring telephones past flows and queues, and past a stand-in that still answers. Tries are counted too, as the clock may jump.
 */
function offeredAgain({ settings: { bootWaitS = 0 }, birth: { at = 0 } }: EngineSite): string[] {
  if (bootWaitS === 0 || at === 0) return [];
  const most = Math.ceil((bootWaitS * 1_000) / CLAIM_MS);
  return [
    'Set(BL_OFFERS=$[0${BL_OFFERS} + 1])',
    `GotoIf($[\${EPOCH} - ${at} < ${bootWaitS} & \${BL_OFFERS} < ${most}]?1)`,
  ];
}

/**
 * Offered before anything else is done: each step of a dial plan is told to everybody who listens. What has more in it than
 * digits is claimed by nobody, and is refused with Q.850 cause 28, 'invalid number format'.
 */
function entry(way: 'phone' | 'gateway', match: string, again: readonly string[] = []): Extension {
  const kept = match === 's' ? 's' : '${FILTER(0-9+*#,${EXTEN})}';
  return {
    match,
    steps: [
      OFFERED,
      ...again,
      `Set(BL_WAY=${way})`,
      `Set(BL_DIALLED=${kept})`,
      'GotoIf($[${LEN(${BL_DIALLED})} = ${LEN(${EXTEN})}]?survive-${BL_WAY},s,1:refused,s,1)',
    ],
  };
}
