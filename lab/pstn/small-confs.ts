/** The files of the public network's engine that say little. */
import type { PstnPlan } from '../plan.ts';
import { section } from './text.ts';

/** The instance's directory as the engine sees it. */
export const INSIDE = '/run/pstn';

export const asteriskConf = (): string =>
  [
    section('directories', [
      ['astetcdir', `${INSIDE}/etc`],
      ['astvarlibdir', `${INSIDE}/state`],
      ['astdbdir', `${INSIDE}/state`],
      ['astkeydir', `${INSIDE}/state`],
      ['astdatadir', '/usr/share/asterisk'],
      ['astspooldir', `${INSIDE}/spool`],
      ['astrundir', `${INSIDE}/run`],
      ['astlogdir', `${INSIDE}/log`],
    ]),
    section('options', [
      ['nocolor', 'yes'],
      ['verbose', 0],
      ['debug', 0],
      ['live_dangerously', 'no'],
    ]),
  ].join('\n');

const MODULES = [
  'pbx_config',
  'app_dial',
  'app_echo',
  'app_exec',
  'app_milliwatt',
  'app_playback',
  'app_stack',
  'func_callerid',
  'func_channel',
  'func_cut',
  'func_env',
  'func_global',
  'func_groupcount',
  'func_hangupcause',
  'func_logic',
  'func_pjsip_aor',
  'func_pjsip_contact',
  'func_strings',
  'chan_pjsip',
  'res_geolocation',
  'res_pjproject',
  'res_pjsip',
  'res_pjsip_acl',
  'res_pjsip_authenticator_digest',
  'res_pjsip_caller_id',
  'res_pjsip_dlg_options',
  'res_pjsip_dtmf_info',
  'res_pjsip_empty_info',
  'res_pjsip_endpoint_identifier_ip',
  'res_pjsip_endpoint_identifier_user',
  'res_pjsip_header_funcs',
  'res_pjsip_logger',
  'res_pjsip_nat',
  'res_pjsip_pubsub',
  'res_pjsip_registrar',
  'res_pjsip_rfc3326',
  'res_pjsip_sdp_rtp',
  'res_pjsip_session',
  'res_sorcery_astdb',
  'res_sorcery_config',
  'res_sorcery_memory',
  'res_statsd',
  'bridge_native_rtp',
  'bridge_simple',
  'codec_a_mu',
  'codec_alaw',
  'codec_gsm',
  'codec_resample',
  'codec_ulaw',
  'format_gsm',
  'format_sln',
  'format_wav',
  'res_http_websocket',
  'res_rtp_asterisk',
  'res_srtp',
  'res_timing_timerfd',
  'res_websocket_client',
];

export const modulesConf = (): string =>
  section('modules', [['autoload', 'no'], ...MODULES.map((name) => ['load', `${name}.so`] as const)]);

export const rtpConf = ({ rtp }: PstnPlan): string =>
  section('general', [
    ['rtpstart', rtp.first],
    ['rtpend', rtp.last],
  ]);

export const loggerConf = (): string =>
  [
    section('general', [['dateformat', '%F %T.%3q']]),
    section('logfiles', [['messages', 'notice,warning,error']]),
  ].join('\n');

export const hostsFile = (hostname: string): string => `127.0.0.1 localhost ${hostname}\n`;
