/** The files that are a handful of lines each. */
import { ARI_USER, INSIDE, type EngineSite } from '../settings.ts';
import { checked, file, portNumber, section } from './text.ts';

export function ariConf({ birth }: EngineSite): string {
  return file(
    section('general', [
      ['enabled', true],
      ['pretty', false],
      // In milliseconds. The engine's own 100 ms cuts off a reader that was busy for a moment.
      ['websocket_write_timeout', 5_000],
    ]),
    section(ARI_USER, [
      ['type', 'user'],
      ['read_only', false],
      ['password', checked('secret', 'The ARI secret', birth.ariSecret)],
      ['deny', '0.0.0.0/0.0.0.0'],
      ['permit', '127.0.0.1/255.255.255.255'],
    ]),
  );
}

/** Loopback only: a hundred half-open connections are enough to lock this server up, so nobody else may reach it. */
export function httpConf({ settings }: EngineSite): string {
  return file(
    section('general', [
      ['enabled', true],
      ['bindaddr', '127.0.0.1'],
      ['bindport', portNumber('The ARI port', settings.ari.port)],
      ['enable_status', false],
      ['enable_static', false],
      ['sessionlimit', 20],
    ]),
  );
}

export function rtpConf({ settings }: EngineSite): string {
  return file(
    section('general', [
      ['rtpstart', portNumber('The first RTP port', settings.rtp.first)],
      ['rtpend', portNumber('The last RTP port', settings.rtp.last)],
      ['strictrtp', true],
      ['icesupport', false],
      ['rtpchecksums', true],
    ]),
  );
}

export function loggerConf(): string {
  return file(
    section('general', [
      ['dateformat', '%F %T.%3q'],
      ['queue_log', false],
      ['appendhostname', false],
    ]),
    section('logfiles', [['messages.log', 'notice,warning,error']]),
  );
}

/** Message types nobody here listens to: each one declined is built and sent for no call. */
const DECLINED = [
  'ast_test_suite_message_type',
  'ast_mwi_state_type',
  'ast_mwi_vm_app_type',
  'cc_available_type',
  'cc_callerrecalling_type',
  'cc_callerstartmonitoring_type',
  'cc_callerstopmonitoring_type',
  'cc_failure_type',
  'cc_monitorfailed_type',
  'cc_offertimerstart_type',
  'cc_recallcomplete_type',
  'cc_requestacknowledged_type',
  'cc_requested_type',
  'agi_exec_start_type',
  'agi_exec_end_type',
  'agi_async_start_type',
  'agi_async_exec_type',
  'agi_async_end_type',
  'queue_caller_join_type',
  'queue_caller_leave_type',
  'queue_caller_abandon_type',
  'queue_member_status_type',
  'queue_agent_called_type',
  'parked_call_type',
  'confbridge_start_type',
  'confbridge_end_type',
];

export function stasisConf(): string {
  return file(
    section(
      'declined_message_types',
      DECLINED.map((type) => ['decline', type] as const),
    ),
  );
}

/** Statistics come from our own ledger, so the engine keeps none. */
export const cdrConf = (): string => file(section('general', [['enable', false]]));
export const celConf = (): string => file(section('general', [['enable', false]]));
export const featuresConf = (): string =>
  file(section('general', [['transferdialattempts', 1]]), section('featuremap', []));
export const managerConf = (): string => file(section('general', [['enabled', false]]));

/** One class for each music a queue names; files in any format the engine reads. 'default' is what Debian ships. */
export function musicConf({ branch }: EngineSite): string {
  const named = Object.values(branch.queues).map((queue) => queue.music);
  const own = [...new Set(named)].filter((name) => name !== 'default').sort();
  return file(
    section('default', [
      ['mode', 'files'],
      ['directory', `${INSIDE.data}/moh`],
    ]),
    ...own.map((name) =>
      section(checked('name', 'The music', name), [
        ['mode', 'files'],
        ['directory', `${INSIDE.prompts}/music/${name}`],
      ]),
    ),
  );
}
