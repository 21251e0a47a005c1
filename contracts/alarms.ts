/** The catalogue of alarms: what each means for the branch and what to do, in both languages. */

/** The least first. */
export const SEVERITIES = ['info', 'warning', 'major', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface AlarmEntry {
  readonly severity: Severity;
  readonly title: { readonly zh: string; readonly en: string };
  readonly advice: { readonly zh: string; readonly en: string };
  /** For what happened once and is over: how long it is shown after it happened last, ms. */
  readonly shownForMs?: number;
}

const MINUTE_MS = 60_000;

/** Telephones that were lost within so long of each other were lost by what they share, ms. */
export const LOST_TOGETHER_MS = 120_000;

export const alarms = {
  'engine-down': {
    severity: 'critical',
    title: { zh: '呼叫引擎没有应答', en: 'The call engine does not answer' },
    advice: {
      zh: '系统会自动重启引擎。若一分钟后仍未恢复，请重启本机。',
      en: 'It is being restarted. If it is not back within a minute, restart the box.',
    },
  },
  'gateway-unreachable': {
    severity: 'major',
    title: { zh: '网关不可达', en: 'A gateway cannot be reached' },
    advice: {
      zh: '检查网关电源和网线；其上的中继恢复前，呼叫走其他中继。',
      en: "Check the gateway's power and network cable. Until it is back, calls take the trunks of other gateways.",
    },
  },
  'trunk-down': {
    severity: 'major',
    title: { zh: '中继不通', en: 'A trunk is down' },
    advice: {
      zh: '在“线路”页查看是哪种证据：检查网关电源、网线和 E1 线路。',
      en: "See on the Lines page which evidence says so. Check the gateway's power, its network cable and the E1 line.",
    },
  },
  'trunk-degraded': {
    severity: 'warning',
    title: { zh: '中继质量下降', en: 'A trunk is not at its best' },
    advice: {
      zh: '在“线路”页查看证据：部分通道闭塞、呼叫失败或单通。必要时停用该中继后检修。',
      en: 'See its evidence on the Lines page: channels blocked, calls that fail, or sound one way only. Drain it before you work on it.',
    },
  },
  'forwarding-not-set': {
    severity: 'warning',
    title: {
      zh: '交换局没有接受呼叫转移',
      en: 'The exchange does not take the forwarding of a line',
    },
    advice: {
      zh: '本机停机时，这条线路的来电到不了云端。在“线路”页查看代码和原因，向运营商确认该线路开通了呼叫转移；可在线路空闲时重新设置。',
      en: 'While the box is dead, callers of this line would not reach the cloud. See code and reason on the Lines page, ask the carrier whether the line may forward calls, and set it again there.',
    },
  },
  'phone-unreachable': {
    severity: 'warning',
    title: { zh: '话机不可达', en: 'A phone cannot be reached' },
    advice: {
      zh: '检查话机电源和网线；座席的来电会转给其他人。',
      en: "Check the phone's power and cable; its agent gets no calls meanwhile.",
    },
  },
  'phones-unreachable': {
    severity: 'major',
    title: { zh: '多部话机同时失联', en: 'Several phones were lost at the same time' },
    advice: {
      zh: '多半是它们共用的交换机、供电或网线：查看该交换机的电源和上联网线。失联的话机列在下面。',
      en: 'Most likely what they share: see to the power and the uplink cable of the switch they are plugged into. Those that are lost stand beneath.',
    },
  },
  'recording-stalled': {
    severity: 'major',
    title: { zh: '通话在继续，录音已停止', en: 'A recording stopped while its call goes on' },
    advice: {
      zh: '检查录音磁盘是否已满或只读。',
      en: 'Check whether the recordings disk is full or read-only.',
    },
  },
  'recording-refused': {
    severity: 'major',
    title: { zh: '通话在继续，但录音没有开始', en: 'A call goes on, and its recording did not begin' },
    advice: {
      zh: '检查录音磁盘是否已满或只读；用“通话”页查看哪一通没有录音。',
      en: 'Check whether the recordings disk is full or read-only. The Calls page says which call has none.',
    },
    shownForMs: 30 * MINUTE_MS,
  },
  'document-rejected': {
    severity: 'warning',
    title: {
      zh: '新的网点文档有错误，仍在使用旧文档',
      en: 'The new branch document has faults; the old one stays in force',
    },
    advice: {
      zh: '在“设置”页查看错误列表并改正。',
      en: 'See the list of faults on the Setup page and correct them.',
    },
  },
  'speech-missing': {
    severity: 'warning',
    title: {
      zh: '没有语音合成引擎，文字提示无法播放',
      en: 'There is no speech engine: prompts written as text are not heard',
    },
    advice: {
      zh: '在本机安装 Debian 软件包 espeak-ng，然后重启本机服务；或改用录音文件。',
      en: "Install Debian's package espeak-ng on the box and restart the box service, or record the prompts.",
    },
  },
  'mail-refused': {
    severity: 'warning',
    title: { zh: '留言邮件发送失败', en: 'Messages cannot be sent by mail' },
    advice: {
      zh: '检查文档中 mail 的服务器、账号和密码；留言仍保存在本机。',
      en: 'Check server, user and secret under mail in the document. The messages themselves are kept on the box.',
    },
  },
  'notify-failed': {
    severity: 'warning',
    title: { zh: '告警通知没有送达', en: 'Notices of alarms do not arrive' },
    advice: {
      zh: '在“告警”页查看哪个通知方式失败及原因；未送达的通知保存在本机并会重发。',
      en: 'The Alarms page says which way fails, and why. What has not arrived is kept and sent again.',
    },
  },
  'disk-full': {
    severity: 'critical',
    title: { zh: '账本磁盘已满', en: "The ledger's disk is full" },
    advice: {
      zh: '立即清理磁盘；通话不受影响，事件暂存内存。',
      en: 'Free space now. Calls go on; events wait in memory until there is room.',
    },
  },
  'disk-low': {
    severity: 'warning',
    title: { zh: '磁盘空间不足', en: 'A disk is nearly full' },
    advice: { zh: '转移或删除旧录音。', en: 'Move or delete old recordings.' },
  },
  'recordings-held': {
    severity: 'major',
    title: {
      zh: '磁盘空间不够，新的通话不录音',
      en: 'New calls are not recorded: the disk has no room to spare',
    },
    advice: {
      zh: '尽快把旧录音按整天转移走；通话照常，空间足够后自动恢复录音。未录音的通话在“通话”页注明原因。',
      en: 'Move old days of recordings away. Calls go on, and recording comes back by itself with the room; the Calls page says which calls have none.',
    },
  },
  'disk-filling': {
    severity: 'warning',
    title: { zh: '按目前速度，磁盘即将写满', en: 'A disk will soon be full at this rate' },
    advice: {
      zh: '在写满之前转移旧录音，或换用更大的磁盘；预计日期见“今日”页。',
      en: 'Move old recordings away before that day, or fit a larger disk. The Today page gives the day.',
    },
  },
  'disk-read-only': {
    severity: 'critical',
    title: { zh: '磁盘变为只读', en: 'A disk has become read-only' },
    advice: {
      zh: '多为磁盘损坏：查看内核日志并准备更换。通话照常但不录音，事件暂存内存；不要重启本机服务，否则暂存的事件会丢失。',
      en: "Mostly it is dying: see the kernel's log, and have another ready. Calls go on unrecorded and events wait in memory; a restart of the box service would lose them.",
    },
  },
  identify: {
    severity: 'info',
    title: { zh: '总部正在找这台设备', en: 'Headquarters is looking for this box' },
    advice: {
      zh: '就是这台。请告诉总部您看到了这条提示；片刻后它会自行消失。',
      en: 'This is the one: tell headquarters that you see this. It goes by itself after a moment.',
    },
  },
  'identity-twice': {
    severity: 'major',
    title: { zh: '两台设备在用同一个身份', en: 'Two boxes use one identity' },
    advice: {
      zh: '多半是磁盘被复制过。两台都只能报到，其他数据一概不收；通话不受影响。在其中一台上执行 branchline claim --again，再到总部“设备”页按替换认领。',
      en: 'Most likely a disk was copied. Both may say that they are there, and nothing else of them is taken in; calls go on. Type branchline claim --again on one of them, then claim it on the page Boxes as the replacement.',
    },
  },
  'box-silent': {
    severity: 'major',
    title: { zh: '总部收不到这台设备的消息', en: 'Headquarters does not hear the box' },
    advice: {
      zh: '请联系网点，确认本机的电源和网络。若只是与总部的线路中断，网点通话照常；由谁接听见“业务连续性”页。',
      en: 'Ask somebody at the branch whether the box has power and network. If only its line to headquarters is cut, its calls go on; who answers them stands on the page Continuity.',
    },
  },
  'ledger-differs': {
    severity: 'major',
    title: {
      zh: '总部的历史与网点不一致',
      en: 'The history at headquarters is not what the box has',
    },
    advice: {
      zh: '总部已重新索取仍未一致。请先备份总部数据库，检查总部磁盘，再在网点页面上重新比对。',
      en: 'It was asked for again, to no avail. Back up the database of headquarters, check its disk, then compare again on the page of the branch.',
    },
  },
  'uplink-down': {
    severity: 'info',
    title: { zh: '与总部的连接断开', en: 'Headquarters cannot be reached' },
    advice: {
      zh: '通话照常；历史会在恢复后自动补传。',
      en: 'Calls go on; the history is sent when the line is back.',
    },
  },
  'network-poor': {
    severity: 'warning',
    title: { zh: '网络质量差', en: 'The network is poor' },
    advice: {
      zh: '在“今日”页的“网络”中查看延迟、抖动和丢包；先找出占用带宽的设备，再联系宽带运营商。经此线路的通话可能断续。',
      en: 'See latency, jitter and loss under Network on the Today page. First look for what takes up the line, then ask its provider; calls by it may break up.',
    },
  },
  'wan-down': {
    severity: 'major',
    title: { zh: '外网线路中断', en: 'An uplink is down' },
    advice: {
      zh: '检查该线路的网线、光猫或 4G 模块及信号；在“今日”页的“网络”中查看现在走哪条线路。另一条线路按流量计费时注意费用。',
      en: 'See to its cable, modem or signal. Network on the Today page says which uplink is used meanwhile; mind the cost where that one is metered.',
    },
  },
  'wan-busy': {
    severity: 'warning',
    title: { zh: '外网线路带宽将满', en: 'An uplink is nearly full' },
    advice: {
      zh: '找出占用带宽的设备或下载；必要时向运营商提速。文档中的 capacity 应与实际带宽一致。',
      en: 'Find what takes it up, or have the line made faster. See that its capacity in the document is what the line really has.',
    },
  },
  'wan-not-switched': {
    severity: 'major',
    title: { zh: '线路切换没有生效', en: 'The box could not change to its other uplink' },
    advice: {
      zh: '检查本机是否启用 branchline-uplink.path，以及 /etc/branchline/uplinks 是否列出该网卡（见 systemd/README.md）。',
      en: 'See that branchline-uplink.path is enabled on the box and that /etc/branchline/uplinks names the interface (systemd/README.md).',
    },
  },
  'calls-survived': {
    severity: 'warning',
    title: { zh: '有通话由引擎独自接听', en: 'The engine answered calls by itself' },
    advice: {
      zh: '本机服务曾停止响应；这些通话已补记入账本。',
      en: 'The box service was away; these calls were entered in the ledger afterwards.',
    },
    shownForMs: 30 * MINUTE_MS,
  },
  'emergency-call': {
    severity: 'major',
    title: { zh: '有人拨打了紧急号码', en: 'An emergency number was called' },
    advice: { zh: '立即联系拨打者所在位置。', en: 'Go to the person who called now.' },
    shownForMs: 4 * 60 * MINUTE_MS,
  },
  'extension-stopped': {
    severity: 'major',
    title: {
      zh: '分机因异常国际呼叫被停止外呼',
      en: 'An extension may not call out: it called many new places abroad',
    },
    advice: {
      zh: '先问使用者是否本人所为；确认无误后在“线路”页放行该分机。紧急呼叫不受影响。',
      en: 'Ask its owner whether it was he. If it was, release the extension on the page Lines of the box. Emergency calls are not affected.',
    },
  },
  'on-battery': {
    severity: 'major',
    title: { zh: '市电中断，正由电池供电', en: 'No mains: the branch runs on its battery' },
    advice: {
      zh: '查看空气开关和 UPS 插头；若是停电，请查看本机页面上的剩余时间，系统会按步骤自动处理。',
      en: "See to the breaker and the UPS's plug. In a power cut the page says how long the battery lasts; the steps are taken by themselves.",
    },
  },
  'battery-low': {
    severity: 'critical',
    title: { zh: '电池即将耗尽', en: 'The battery is near its end' },
    advice: {
      zh: '请尽快结束通话；本机保存全部数据后会自行关机，来电后自动恢复。',
      en: 'Bring calls to an end now. The box goes down by itself with all data on disk, and comes back with the mains.',
    },
  },
  'ups-lost': {
    severity: 'warning',
    title: { zh: 'UPS 没有应答', en: 'A UPS does not answer' },
    advice: {
      zh: '检查 UPS 的通信线和串口转换器；市电中断时将无法得知剩余时间。',
      en: 'Check its data cable and the serial adapter. Without it nobody knows how long the battery lasts.',
    },
  },
  'replace-battery': {
    severity: 'warning',
    title: { zh: 'UPS 电池需要更换', en: 'The battery of a UPS wants to be replaced' },
    advice: {
      zh: '订购同型号电池并安排更换；更换后请做一次电池自检。',
      en: 'Order a battery of the same kind and have it replaced; then test it once.',
    },
  },
  overload: {
    severity: 'major',
    title: { zh: 'UPS 过载', en: 'A UPS is overloaded' },
    advice: {
      zh: '拔掉 UPS 上不必要的设备；过载时电池可能无法接管供电。',
      en: 'Unplug what need not hang on it: overloaded, it may not take over when the mains fail.',
    },
  },
  'load-not-switched': {
    severity: 'warning',
    title: { zh: '负载无法按文档断电或复电', en: 'A load cannot be switched as the document says' },
    advice: {
      zh: '详情写明 UPS 与命令，以及该 UPS 提供哪些命令：请改正文档 power.loads 中的 outlet，或检查 upsd 的用户权限、继电器接线。停电时该负载会继续耗电。',
      en: "The detail names the UPS and the order, and what the UPS offers instead: correct the outlet under power.loads, or see to upsd's user or to the relay. Until then it draws on the battery.",
    },
  },
  'queue-unattended': {
    severity: 'major',
    title: { zh: '有人排队，但队列无人签入', en: 'Callers wait in a queue that nobody has signed in to' },
    advice: {
      zh: '请座席签入，或在“队列”页把来电转给别人；也可在文档中为该队列设置溢出去处。',
      en: 'Have an agent sign in, or move the callers on the Queues page. An overflow in the document would send them on by itself.',
    },
  },
  'queue-waiting': {
    severity: 'warning',
    title: { zh: '来电排队时间过长', en: 'Callers wait too long in a queue' },
    advice: {
      zh: '在“队列”页查看谁未就绪、谁在话后整理；必要时增派座席，或设置溢出与回呼。上限是文档中该队列的 alarm.longest-wait。',
      en: 'See on the Queues page who is not ready or wrapping up; add agents, or give the queue an overflow or callbacks. The limit is alarm.longest-wait of the queue in the document.',
    },
  },
  'queue-service-level': {
    severity: 'warning',
    title: { zh: '队列服务水平低于下限', en: 'The service level of a queue is below its limit' },
    advice: {
      zh: '近一段时间按时接起的来电太少：在“报表”页查看是哪个时段，调整排班或溢出。下限是文档中该队列的 alarm.service-level。',
      en: 'Too few calls were answered in time lately: the Reports page says when. Change the roster or the overflow. The limit is alarm.service-level of the queue in the document.',
    },
  },
  'cpu-throttled': {
    severity: 'warning',
    title: { zh: '处理器被降频', en: 'The processor is held back' },
    advice: {
      zh: '详情为 °C 时机器过热：清理通风口或移到凉爽处；为电压时换用合格的电源适配器和电源线。降频时通话可能断续。',
      en: 'If the detail says °C it is too hot: clear its vents or move it. If it gives a voltage, fit a better power supply and cable. Calls may break up meanwhile.',
    },
  },
  'disk-worn': {
    severity: 'major',
    title: { zh: '磁盘寿命将尽', en: 'A disk is near the end of its life' },
    advice: {
      zh: '写入次数已接近设计寿命：先备份，再安排更换存储或整机（“设备”页的替换）。',
      en: 'It has taken nearly all the writes it was made for: make a backup, and have the storage or the box replaced (Boxes, replacement).',
    },
  },
  'disk-failing': {
    severity: 'critical',
    title: { zh: '磁盘即将损坏', en: 'A disk is failing' },
    advice: {
      zh: '它自检不合格，或有扇区读不出：立即备份账本和录音，尽快更换磁盘或整机（“设备”页的替换）。',
      en: 'By its own verdict, or because sectors cannot be read: make a backup now, and have the disk or the box replaced soon (Boxes, replacement).',
    },
  },
  'engine-behind': {
    severity: 'warning',
    title: { zh: '呼叫引擎处理不过来', en: 'The call engine cannot keep up' },
    advice: {
      zh: '内部任务积压超过上限，期间引擎会拒绝新呼叫。检查处理器负载和名称服务是否应答；若持续，请在空闲时重启引擎并上报，附上支持包。',
      en: 'Its own tasks wait beyond their limit, and it refuses new calls meanwhile. See to the load of the processor and whether name services answer; if it lasts, restart the engine at a quiet time and report it with a support bundle.',
    },
  },
  'engine-handles': {
    severity: 'major',
    title: {
      zh: '呼叫引擎打开的文件接近上限',
      en: 'The call engine has nearly as many files open as it may',
    },
    advice: {
      zh: '达到上限后新呼叫会失败。正常时每通呼叫不超过十个；若无大量通话，请在空闲时重启引擎并上报，附上支持包。',
      en: 'At the limit new calls fail. A call takes ten at most: if there are few calls, restart the engine at a quiet time and report it with a support bundle.',
    },
  },
  'safe-mode': {
    severity: 'critical',
    title: {
      zh: '本机服务反复崩溃，已进入安全模式',
      en: 'The box service kept failing, and is in safe mode',
    },
    advice: {
      zh: '来电由呼叫引擎独自接听并振铃应急分机组；排队、流程和录音暂停。撤回最近的文档改动或升级，再在“设置”页退出安全模式；到时也会自动重试。',
      en: 'The engine takes calls alone and rings the fallback group: no queues, no flows, no recordings. Take back the last change of the document or the last update, then leave safe mode on the Setup page; it also tries again by itself.',
    },
  },
  'self-check-failed': {
    severity: 'major',
    title: { zh: '每日自检有项目未通过', en: 'A check of the box by itself has failed' },
    advice: {
      zh: '在“设置”页的“自检”中逐项查看原因；处理后在那里点“立即自检”确认。',
      en: 'The Setup page says under Self-check what failed and why. See to it, and have it checked again there.',
    },
  },
  'clock-off': {
    severity: 'warning',
    title: { zh: '系统时钟不准', en: "The box's clock is off" },
    advice: {
      zh: '检查本机的时间同步服务（systemd-timesyncd 或 chrony）及其时间服务器能否访问。事件顺序不受影响，但记录的时间会有偏差。',
      en: "See to the machine's time service (systemd-timesyncd or chrony) and whether it reaches its servers. The order of events is not affected, the times written are.",
    },
  },
  'lifeline-released': {
    severity: 'major',
    title: { zh: '救生线继电器已释放', en: 'The lifeline relay has let go' },
    advice: {
      zh: '本机暂时不能接听，外线已直接接到应急话机；本机恢复后继电器会自动吸合。若长时间不恢复，请检查继电器接线。',
      en: 'The box cannot answer, so the line is on its emergency telephone; the relay takes it back by itself. If it does not, check the wires of the relay.',
    },
  },
  'contacts-lost': {
    severity: 'warning',
    title: { zh: '触点、指示灯或继电器无法访问', en: 'Contacts, lamps or relay cannot be reached' },
    advice: {
      zh: '详情写明原因：缺少 GPIO 芯片、软件包 gpiod 或权限，或线路被别的程序占用。通话不受影响，系统会自动重试。',
      en: 'The detail says why: no GPIO chip, no package gpiod, no right to use it, or a line that another program holds. Calls go on; it is tried again by itself.',
    },
  },
  tampered: {
    severity: 'major',
    title: { zh: '机箱被打开', en: 'The case was opened' },
    advice: {
      zh: '确认是谁打开了机箱；若是维护，请先开一个维护窗口。合上十分钟后告警自动解除。',
      en: 'Find out who opened it; for work on the box, open a maintenance window first. The alarm goes ten minutes after the case was closed.',
    },
  },
  'door-open': {
    severity: 'warning',
    title: { zh: '门长时间未关', en: 'A door stands open' },
    advice: {
      zh: '请关好机柜门或机房门；若门已关好，请检查门磁开关。',
      en: 'Close the door of the cabinet or the room. If it is closed, check its contact.',
    },
  },
  'clock-jumped': {
    severity: 'warning',
    title: { zh: '系统时钟发生跳变', en: "The box's clock jumped" },
    advice: {
      zh: '检查时间服务器。事件顺序不受影响。',
      en: 'Check the time server. The order of events is not affected.',
    },
  },
} as const satisfies Record<string, AlarmEntry>;

export type AlarmCode = keyof typeof alarms;

/** Of alarms that headquarters raises itself: no box knows them. */
const AT_HEADQUARTERS = 'headquarters/';
export const idAtHeadquarters = (code: AlarmCode): string => `${AT_HEADQUARTERS}${code}`;
export const isAtHeadquarters = (id: string): boolean => id.startsWith(AT_HEADQUARTERS);
