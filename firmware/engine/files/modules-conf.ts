/**
 * The modules the engine loads: these and no others. Everything an advisory was written about, and that no call of ours
 * needs, is code that a stranger's packet cannot reach because it is not there.
 */
import { file, section } from './text.ts';

const DIAL_PLAN = [
  'pbx_config',
  'app_dial',
  'app_exec',
  'app_minivm',
  'app_mixmonitor',
  'app_playtones',
  'app_stack',
  'app_stasis',
  'app_stasis_broadcast',
  'func_callerid',
  'func_channel',
  'func_cut',
  'func_dialplan',
  'func_env',
  'func_hangupcause',
  'func_logic',
  'func_strings',
];

/** res_pjsip_pubsub and res_geolocation are what others will not load without; nothing of theirs is switched on. */
const SIP = [
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
  'res_pjsip_mwi',
  'res_pjsip_mwi_body_generator',
  'res_pjsip_nat',
  'res_pjsip_outbound_authenticator_digest',
  'res_pjsip_outbound_registration',
  'res_pjsip_pubsub',
  'res_pjsip_refer',
  'res_pjsip_registrar',
  'res_pjsip_rfc3326',
  'res_pjsip_sdp_rtp',
  'res_pjsip_session',
  'res_sorcery_astdb',
  'res_sorcery_config',
  'res_sorcery_memory',
  'res_statsd',
];

const ARI = [
  'res_ari',
  'res_ari_applications',
  'res_ari_asterisk',
  'res_ari_bridges',
  'res_ari_channels',
  'res_ari_endpoints',
  'res_ari_events',
  'res_ari_model',
  'res_ari_playbacks',
  'res_http_websocket',
  'res_stasis',
  'res_stasis_answer',
  'res_stasis_broadcast',
  'res_stasis_device_state',
  'res_stasis_playback',
  'res_stasis_recording',
  'res_stasis_snoop',
  'res_websocket_client',
];

const MEDIA = [
  'bridge_holding',
  'bridge_native_rtp',
  'bridge_simple',
  'bridge_softmix',
  'codec_a_mu',
  'codec_alaw',
  'codec_g722',
  'codec_gsm',
  'codec_resample',
  'codec_ulaw',
  'format_gsm',
  'format_pcm',
  'format_sln',
  'format_wav',
  'res_musiconhold',
  'res_rtp_asterisk',
  'res_srtp',
  'res_timing_timerfd',
];

export const MODULES: readonly string[] = [...DIAL_PLAN, ...SIP, ...ARI, ...MEDIA].sort();

export function modulesConf(): string {
  return file(
    section('modules', [['autoload', false], ...MODULES.map((name) => ['load', `${name}.so`] as const)]),
  );
}
