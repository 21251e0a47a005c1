/** Where everything of a desk's branch lies, and which ports and addresses it uses. */
import { join } from 'node:path';
import { repository } from '../processes.ts';

const home = join(repository, '.branchline');

export const places = {
  home,
  engineRoot: join(home, 'engine-root'),
  box: join(home, 'box'),
  /** The box that waits to be claimed, and the branch that it may become. */
  second: join(home, 'second'),
  /** What the box begins with. */
  firstDocument: join(repository, 'docs/examples/large-branch.yaml'),
  secondDocument: join(repository, 'docs/examples/ningbo-east.yaml'),
  headquarters: join(home, 'headquarters'),
  /** The host of stand-ins, and which carriers bring calls to them. */
  cloud: join(home, 'cloud'),
  carriers: join(home, 'headquarters/carriers.yaml'),
  lab: join(home, 'lab'),
  labPlan: join(home, 'lab/plan.json'),
  /** Executables that stand for libgpiod's. */
  gpioTools: join(home, 'lab/gpio-tools'),
  labFile: join(home, 'lab.json'),
  pm2: join(home, 'pm2'),
  logs: join(home, 'logs'),
} as const;

/** Loopback only: every device has an address of its own, as it would in a branch. */
export const desk = {
  boxSip: { host: '127.0.0.10', port: 5060 },
  gateways: [
    { host: '127.0.0.11', port: 5060 },
    { host: '127.0.0.13', port: 5060 },
    { host: '127.0.0.15', port: 5060 },
    { host: '127.0.0.16', port: 5060 },
    { host: '127.0.0.17', port: 5060 },
    { host: '127.0.0.18', port: 5060 },
  ],
  /** An address of its own for its page as well: a browser does not tell the cookies of two ports apart. */
  second: {
    sip: { host: '127.0.0.30', port: 5060 },
    page: '127.0.0.30:8080',
    gateways: [{ host: '127.0.0.31', port: 5060 }],
    ariPort: 18_089,
    rtp: { first: 23_000, last: 23_999 },
  },
  /** Where the carrier of the branch's cloud line is, and the stand-in's SIP. */
  cloud: {
    name: 'cloud-1',
    carrier: { host: '127.0.0.50', port: 5060 },
    /** What calls to the accounts of box and stand-in go through. */
    edges: { box: 5070, standIn: 5071 },
    sip: { host: '127.0.0.40', port: 5060 },
    rtpFirst: 24_000,
    ariFirst: 18_200,
    consoleFirst: 18_600,
    most: 2,
  },
  /** On each gateway's address: the public network's engine behind it, and the relay towards that. */
  behindGateway: { engine: 5062, relay: 5064 },
  /** The serial server that the UPS of the sample branch hangs on. */
  ups: { host: '127.0.0.14', port: 4002 },
  /** The lab's time server: no ordinary user may open port 123. */
  time: { host: '127.0.0.19', port: 1_123 },
  labControl: { host: '127.0.0.1', port: 8490 },
  exchange: { host: '127.0.0.12', port: 5060 },
  boxPage: '127.0.0.1:8080',
  hqPage: '127.0.0.1:8480',
  hqBroker: { host: '127.0.0.1', port: 8883 },
  /** The way to it, which the lab can cut. */
  uplink: { host: '127.0.0.1', port: 8884 },
  ariPort: 18_088,
  boxRtp: { first: 21_000, last: 21_999 },
  labRtp: { first: 22_000, last: 22_999 },
} as const;

export const boxEnv = {
  BRANCHLINE_BOX_DATA_DIR: places.box,
  BRANCHLINE_BOX_SIP_ADDRESS: desk.boxSip.host,
  BRANCHLINE_BOX_SIP_PORT: String(desk.boxSip.port),
  BRANCHLINE_BOX_RTP_FIRST: String(desk.boxRtp.first),
  BRANCHLINE_BOX_RTP_LAST: String(desk.boxRtp.last),
  BRANCHLINE_BOX_ARI_PORT: String(desk.ariPort),
  BRANCHLINE_BOX_CONSOLE_LISTEN: desk.boxPage,
  BRANCHLINE_BOX_HQ_HOST: desk.uplink.host,
  BRANCHLINE_BOX_HQ_PORT: String(desk.uplink.port),
  BRANCHLINE_BOX_UI_DIR: join(repository, 'web-ui/dist'),
  BRANCHLINE_BOX_PROMPTS_DIR: join(repository, 'firmware/prompts'),
  BRANCHLINE_BOX_GPIO_TOOLS_DIR: places.gpioTools,
  BRANCHLINE_BOX_LIFELINE_PROGRAM: join(repository, 'systemd/lifeline.sh'),
} as const;

/** It knows headquarters' page and nothing else. */
export const secondEnv = {
  BRANCHLINE_BOX_DATA_DIR: places.second,
  BRANCHLINE_BOX_SIP_ADDRESS: desk.second.sip.host,
  BRANCHLINE_BOX_SIP_PORT: String(desk.second.sip.port),
  BRANCHLINE_BOX_RTP_FIRST: String(desk.second.rtp.first),
  BRANCHLINE_BOX_RTP_LAST: String(desk.second.rtp.last),
  BRANCHLINE_BOX_ARI_PORT: String(desk.second.ariPort),
  BRANCHLINE_BOX_CONSOLE_LISTEN: desk.second.page,
  BRANCHLINE_BOX_HQ_URL: `http://${desk.hqPage}`,
  BRANCHLINE_BOX_SERIAL: 'DESK-2',
  BRANCHLINE_BOX_UI_DIR: boxEnv.BRANCHLINE_BOX_UI_DIR,
  BRANCHLINE_BOX_PROMPTS_DIR: boxEnv.BRANCHLINE_BOX_PROMPTS_DIR,
} as const;

export const hqEnv = {
  BRANCHLINE_HQ_DATA_DIR: places.headquarters,
  BRANCHLINE_HQ_HTTP_LISTEN: desk.hqPage,
  BRANCHLINE_HQ_CARRIERS: places.carriers,
  BRANCHLINE_HQ_MQTT_LISTEN: `${desk.hqBroker.host}:${desk.hqBroker.port}`,
  BRANCHLINE_HQ_UI_DIR: join(repository, 'web-ui/dist'),
} as const;

export const cloudEnv = {
  BRANCHLINE_STANDIN_DATA_DIR: places.cloud,
  BRANCHLINE_STANDIN_NAME: desk.cloud.name,
  BRANCHLINE_STANDIN_HQ_HOST: desk.hqBroker.host,
  BRANCHLINE_STANDIN_HQ_PORT: String(desk.hqBroker.port),
  BRANCHLINE_STANDIN_MOST: String(desk.cloud.most),
  BRANCHLINE_STANDIN_ADDRESSES: desk.cloud.sip.host,
  BRANCHLINE_STANDIN_SIP_PORT: String(desk.cloud.sip.port),
  BRANCHLINE_STANDIN_RTP_FIRST: String(desk.cloud.rtpFirst),
  BRANCHLINE_STANDIN_ARI_FIRST: String(desk.cloud.ariFirst),
  BRANCHLINE_STANDIN_CONSOLE_FIRST: String(desk.cloud.consoleFirst),
  BRANCHLINE_STANDIN_ENGINE_ROOT: places.engineRoot,
  BRANCHLINE_STANDIN_SERVICE: join(repository, 'dist/firmware/main.mjs'),
  BRANCHLINE_STANDIN_ENGINE: join(repository, 'dist/firmware/engine/instance/main.mjs'),
  BRANCHLINE_STANDIN_PROMPTS_DIR: boxEnv.BRANCHLINE_BOX_PROMPTS_DIR,
  BRANCHLINE_STANDIN_UI_DIR: boxEnv.BRANCHLINE_BOX_UI_DIR,
} as const;
