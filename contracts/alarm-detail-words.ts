/** What the words in an alarm's detail mean, in both languages; `{0}`, `{1}`: what stands after the code. */
import { groundWords } from './ground-words.ts';

type Words = Readonly<{ zh: string; en: string }>;

const grounds = Object.fromEntries(
  Object.entries(groundWords).map(([code, words]) => [`trunk.${code}`, words]),
);

const anywhere = {
  'timed-out': { zh: '超时', en: 'not in time' },
  'watch-ended': { zh: '监视已结束', en: 'the watch has ended' },
  'no-answer': { zh: '没有应答', en: 'it does not answer' },
  'no-answer-within': { zh: '{0} ms 内没有应答', en: 'no answer within {0} ms' },
  'no-connection-within': { zh: '{0} ms 内未能连接', en: 'no connection within {0} ms' },
  'closed-by-far-end': { zh: '对方关闭了连接', en: 'the connection was closed' },
  'not-reached': { zh: '连接不上 {0}', en: '{0} is not reached' },
  'not-opened': { zh: '{0} 无法打开', en: '{0} cannot be opened' },
  'says-status': { zh: '应答 {0}', en: 'answered with {0}' },
  'engine-down': { zh: '没有运行', en: 'it does not run' },
  'engine-not-answering': { zh: '在运行，但没有应答', en: 'it runs and does not answer' },
  'starts-too-often': {
    zh: '5 分钟内启动 {0} 次；{1} 自动重试',
    en: '{0} starts within 5 minutes; tries again at {1}',
  },
  'smart-fails': { zh: '自检结论：不合格', en: 'its own verdict: it fails' },
  'smart-pending': { zh: '{0} 个扇区读不出', en: '{0} sectors cannot be read' },
  emergency: { zh: '{0} 用 {1} 拨打 {2}；应通知：{3}', en: '{0} called {2} from {1}; to be told: {3}' },
  'emergency-nobody': {
    zh: '{0} 用 {1} 拨打 {2}；应通知：文档未指定',
    en: '{0} called {2} from {1}; to be told: nobody named',
  },
  'code-refused': { zh: '代码 {0} 被拒绝（原因 {1}）', en: 'code {0} was refused (cause {1})' },
  'code-not-answered': { zh: '代码 {0} 没有应答', en: 'code {0} was not answered' },
  'stays-at': { zh: '文件停留在 {0} 字节', en: 'the file stays at {0} bytes' },
} as const satisfies Record<string, Words>;

const network = {
  'link.latency': { zh: '时延过大', en: 'too slow' },
  'link.jitter': { zh: '抖动过大', en: 'too uneven' },
  'link.loss': { zh: '丢包', en: 'packets are lost' },
  'link.no-answer': { zh: '没有应答', en: 'nothing answers through it' },
  'link.no-interface': { zh: '没有这个接口', en: 'there is no such interface' },
  'link.no-carrier': { zh: '网线没有接通', en: 'no carrier' },
  'link.no-address': { zh: '没有地址', en: 'it has no address' },
} as const satisfies Record<string, Words>;

const sending = {
  'no-password': { zh: '本机没有 {0} 的密码', en: 'the password for {0} is not on this box' },
  'no-tls': { zh: '没有 TLS，密码不发给 {0}', en: 'a password is not sent to {0} without TLS' },
  'not-for-them': { zh: '{0} 不收发给 {1} 的邮件', en: '{0} takes no mail for {1}' },
  'server-refused': { zh: '邮件服务器拒绝：{0}', en: 'the mail server refused: {0}' },
  'no-mail-server': { zh: '文档中已没有邮件服务器', en: 'the document names no mail server any more' },
  'no-secret': { zh: '本机没有机密“{0}”', en: "there is no secret '{0}' on this box" },
  'hook-not-reached': { zh: '连接不上：{0}', en: 'not reached: {0}' },
  'no-connection': { zh: '没有连接', en: 'no connection' },
  'not-confirmed': { zh: '没有在时限内确认', en: 'not confirmed in time' },
  'not-sent': { zh: '没有发出：{0}', en: 'not sent: {0}' },
} as const satisfies Record<string, Words>;

const ups = {
  'nut.UNKNOWN-UPS': { zh: 'upsd 没有这个名称的 UPS', en: 'upsd has no UPS of this name' },
  'nut.DRIVER-NOT-CONNECTED': {
    zh: 'upsd 与 UPS 驱动程序未连接',
    en: "upsd is not connected to the UPS's driver",
  },
  'nut.DATA-STALE': { zh: 'UPS 驱动程序收不到 UPS 的消息', en: "the UPS's driver has not heard from it" },
  'nut.ACCESS-DENIED': { zh: 'upsd 不允许本机访问', en: 'upsd does not let this box in' },
  'nut.CMD-NOT-SUPPORTED': { zh: 'UPS 不认识这个命令', en: 'the UPS does not know this order' },
  'nut.INVALID-USERNAME': { zh: 'upsd 不接受此用户', en: 'upsd refuses this user' },
  'nut.INVALID-PASSWORD': { zh: 'upsd 不接受用户或密码', en: 'upsd refuses user or password' },
  'nut.USERNAME-REQUIRED': {
    zh: 'upsd 要求以用户身份下命令：请写 user 和 secret',
    en: 'upsd wants a user for orders: write user and secret',
  },
  'nut.PASSWORD-REQUIRED': {
    zh: 'upsd 要求密码才能下命令：请写 user 和 secret',
    en: 'upsd wants a password for orders: write user and secret',
  },
  'nut-says': { zh: 'upsd 回答 {0}', en: 'upsd says {0}' },
  'nut-silent': { zh: 'upsd 没有应答', en: 'upsd does not answer' },
  'nut-closed': { zh: 'upsd 关闭了连接', en: 'upsd has closed the connection' },
  'nut-endless': { zh: 'upsd 的应答没有结尾', en: 'upsd answers without an end' },
  'nut-no-mains': { zh: 'upsd 没有说市电是否正常', en: 'upsd does not tell whether the mains are there' },
  'no-adapter': { zh: '没有 {0}：串口转换器插好了吗？', en: 'there is no {0}: is the adapter plugged in?' },
  'which-adapter': {
    zh: '{0} 可能是 {1}：请写明是哪一个',
    en: '{0} may be any of {1}: write out which',
  },
  'not-this-family': { zh: '没有说 {0} 的设备应答', en: 'nothing answers that speaks {0}' },
  'no-status': { zh: '不是状态：“{0}”', en: "no status: '{0}'" },
  'not-plausible': { zh: '不可能的 {0}：{1}', en: 'an impossible {0}: {1}' },
  'order-refused': { zh: '它不接受“{0}”，回答“{1}”', en: "it does not take '{0}': '{1}'" },
  'no-outlets': { zh: '{0}：没有控制输出口的命令', en: '{0}: no orders for outlets' },
} as const satisfies Record<string, Words>;

const contacts = {
  'no-tool': {
    zh: '没有 {0}：请安装 Debian 软件包 gpiod 2.0 或更新版本',
    en: "{0} is not there: install Debian's package gpiod, 2.0 or newer",
  },
  'old-tool': {
    zh: 'gpiod {0} 太旧：请安装 Debian 软件包 gpiod 2.0 或更新版本；内核仍有 sysfs 时，也可为该芯片写 sysfs',
    en: "gpiod {0} is too old: install Debian's package gpiod, 2.0 or newer, or write 'sysfs' for the chip where the kernel still has that",
  },
  'no-chip': { zh: '没有芯片“{0}”：现有 {1}', en: "there is no chip '{0}': {1}" },
  'no-chip-at-all': {
    zh: '没有芯片“{0}”：内核一个也没有',
    en: "there is no chip '{0}': the kernel has none",
  },
  'no-line': {
    zh: '{0} 没有名为“{1}”的线：gpioinfo 可列出',
    en: "{0} has no line named '{1}'; gpioinfo lists them",
  },
  'no-sysfs-chip': { zh: 'sysfs 中没有芯片“{0}”：现有 {1}', en: "there is no chip '{0}' in sysfs: {1}" },
  'which-chip': { zh: '请写明芯片 sysfs:LABEL：{0}', en: "say which chip, 'sysfs:LABEL': {0}" },
  'no-such-line': { zh: '{1} 没有 {0} 号线，它有 {2} 条', en: 'line {0} is not on {1}, which has {2}' },
  'line-taken': {
    zh: '{0}：{1}，线路被别的程序或内核占用',
    en: '{0}: {1}, another program or the kernel has this line',
  },
  'no-right': {
    zh: '{0}：{1}，请允许本服务的账户写入',
    en: '{0}: {1}, let the account of this service write there',
  },
  'no-sysfs': {
    zh: '此内核的 sysfs 中没有 GPIO：请写芯片名，gpiodetect 可列出',
    en: 'this kernel has no GPIO in sysfs: name a chip, gpiodetect lists them',
  },
  'no-levels': { zh: 'gpioget 没有说出每条线的电平', en: 'gpioget did not tell the level of each line' },
  'tool-ended': { zh: '{0} 已结束', en: '{0} has ended' },
  'tool-silent': { zh: 'gpioset 3 秒内没有回应', en: 'gpioset said nothing within 3 s' },
  'holder-deaf': {
    zh: '保持继电器的程序不接收命令：请结束它，它会重新启动',
    en: 'the program that holds the relay does not listen: end it, and it is started anew',
  },
  'holder-gone': {
    zh: '保持继电器的程序（lifeline.sh）没有运行',
    en: 'the program that holds the relay (lifeline.sh) does not run',
  },
  'no-relay': { zh: '文档中没有这个继电器', en: 'the relay is not in the document' },
  'not-watched-yet': { zh: '触点尚未监视', en: 'contacts are not watched yet' },
  overtaken: { zh: '被新的命令取代', en: 'another order came after it' },
} as const satisfies Record<string, Words>;

const uplink = {
  starting: { zh: '服务正在启动', en: 'the start of the service' },
  'not-enrolled': {
    zh: '尚未注册：{1} 中缺少 {0}。请总部签发 box.csr，并把文件放在那里。',
    en: 'not enrolled: {0} missing in {1}. Have headquarters sign box.csr and put both there.',
  },
  'bad-cert': { zh: 'box.crt 不是证书。请重新注册。', en: 'box.crt is not a certificate. Enrol again.' },
  'bad-ca': {
    zh: 'ca.crt 不是证书。请重新从总部取得。',
    en: 'ca.crt is not a certificate. Take it from headquarters again.',
  },
  'bad-key': {
    zh: '{0} 不是私钥。请将它移走：系统会生成新的，然后重新注册。',
    en: '{0} is not a private key. Move it away: a new one is made, and enrol again.',
  },
  'other-key': {
    zh: 'box.crt 是为另一个密钥签发的。请用本机的 box.csr 重新注册。',
    en: "box.crt was made for another key. Enrol again with this box's box.csr.",
  },
  'other-box': {
    zh: 'box.crt 中的名称是“{0}”，设置中是“{1}”。请改正设置，或重新注册。',
    en: "box.crt names the box '{0}', the settings say '{1}'. Correct the setting, or enrol again.",
  },
  'other-ca': {
    zh: 'box.crt 不是 ca.crt 签发的。请从同一个总部取得两者。',
    en: 'box.crt was not issued by ca.crt. Take both from the same headquarters.',
  },
  'hq-not-believed': {
    zh: '总部的证书不可信：{0}',
    en: "headquarters' certificate is not believed: {0}",
  },
  'hq-other-authority': {
    zh: '总部的证书不可信：不是本机所信机构为“{0}”签发的',
    en: "headquarters' certificate is not believed: it is none of the authority for '{0}'",
  },
  'broker-closed': { zh: '总部关闭了连接', en: 'the broker closed the connection' },
  'broker-refused': { zh: '总部拒绝了订阅：', en: 'the broker refused a subscription: ' },
  'no-word': { zh: '{1} ms 内没有“{0}”的回音', en: "no word on '{0}' within {1} ms" },
  'connection-ended': { zh: '连接已结束', en: 'the connection has ended' },
  'closed-by-us': { zh: '已关闭', en: 'closed' },
  'closed-in-haste': { zh: '已匆忙关闭', en: 'closed in haste' },
  'not-opened-because': { zh: '连接无法打开：', en: 'the connection cannot be opened: ' },
} as const satisfies Record<string, Words>;

export const detailWords = { ...anywhere, ...network, ...sending, ...ups, ...contacts, ...uplink } as const;
export type DetailCode = keyof typeof detailWords | `trunk.${keyof typeof groundWords}`;

/** Undefined for a code that is not known here. */
export const wordsOf = (code: string): Words | undefined =>
  (Object.hasOwn(detailWords, code) ? detailWords[code as keyof typeof detailWords] : undefined) ??
  (Object.hasOwn(grounds, code) ? grounds[code] : undefined);
