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
  'ast_call_pickup_type',
  'ast_cc_available_type',
  'ast_cc_callerrecalling_type',
  'ast_cc_callerstartmonitoring_type',
  'ast_cc_callerstopmonitoring_type',
  'ast_cc_failure_type',
  'ast_cc_monitorfailed_type',
  'ast_cc_offertimerstart_type',
  'ast_cc_recallcomplete_type',
  'ast_cc_requestacknowledged_type',
  'ast_cc_requested_type',
  'ast_channel_agent_login_type',
  'ast_channel_agent_logoff_type',
  'ast_channel_chanspy_start_type',
  'ast_channel_chanspy_stop_type',
  'ast_channel_dtmf_begin_type',
  'ast_channel_entered_bridge_type',
  'ast_channel_fax_type',
  'ast_channel_flash_type',
  'ast_channel_hangup_handler_type',
  'ast_channel_hangup_request_type',
  'ast_channel_left_bridge_type',
  'ast_channel_mixmonitor_mute_type',
  'ast_channel_mixmonitor_start_type',
  'ast_channel_mixmonitor_stop_type',
  'ast_channel_moh_start_type',
  'ast_channel_moh_stop_type',
  'ast_channel_varset_type',
  'ast_channel_wink_type',
  'ast_mwi_state_type',
  'ast_mwi_vm_app_type',
  'ast_parked_call_type',
  'ast_presence_state_message_type',
  'ast_rtp_rtcp_received_type',
  'ast_rtp_rtcp_sent_type',
  'ast_test_suite_message_type',
  'cel_generic_type',
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
