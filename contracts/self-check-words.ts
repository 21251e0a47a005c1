/** What came of a check, in both languages: for the page, the command line and the alarm. */
import type { Language } from './branch/model.ts';
import type { SelfCheckKind, SelfCheckLine, SelfCheckReason } from './self-check.ts';

type Words = Readonly<Record<Language, string>>;

const KINDS: Readonly<Record<SelfCheckKind, Words>> = {
  agents: { zh: '座席签入签出', en: 'agents sign in and out' },
  recording: { zh: '录音', en: 'recording' },
  flow: { zh: '流程', en: 'flow' },
  trunk: { zh: '中继', en: 'trunk' },
  backup: { zh: '账本备份', en: 'copy of the ledger' },
};

const REASONS: Readonly<Record<SelfCheckReason, Words>> = {
  calls: { zh: '一直有通话，给来电让路', en: 'callers came first' },
  'on-battery': { zh: '正由电池供电', en: 'the branch was on its battery' },
  maintenance: { zh: '处于维护时间', en: 'a maintenance window was in force' },
  'engine-away': { zh: '呼叫引擎没有应答', en: 'the call engine did not answer' },
  restart: { zh: '本机服务在检查中重启', en: 'the box service was restarted in the middle of it' },
  'ordered-stop': { zh: '检查被停止', en: 'it was stopped' },
  'no-number': { zh: '文档没有给出测试号码', en: 'the document names no test number' },
  'no-room': { zh: '空间或通道不够', en: 'there was no room for it' },
  busy: { zh: '正在进行另一次测试', en: 'another test was under way' },
  'not-judged': { zh: '没有得出结论', en: 'it came to no verdict' },
  'took-too-long': { zh: '超时没有完成', en: 'it did not come to an end in time' },
  broke: { zh: '检查本身出错', en: 'the check itself failed' },
  'not-signed-in': { zh: '无法签入', en: 'could not sign in' },
  'not-signed-out': { zh: '无法签出', en: 'could not sign out' },
  'not-taken': { zh: '来电没有被本机服务接走', en: 'a call that came in was not taken' },
  'not-played': { zh: '提示音没有播放', en: 'a prompt was not played' },
  'no-sound-file': { zh: '提示没有可播放的声音', en: 'a prompt has no sound to play' },
  silent: { zh: '播放了，但什么都听不到', en: 'it was played, and nothing was heard' },
  'leads-nowhere': { zh: '流程没有去处', en: 'the flow leads nowhere' },
  refused: { zh: '呼叫被拒绝', en: 'the call was refused' },
  'not-answered': { zh: '无人应答', en: 'nobody answered' },
  'not-returned': { zh: '发出的声音没有回来', en: 'what was sent did not come back' },
  'not-recorded': { zh: '没有录下声音', en: 'nothing was recorded' },
  'not-found': { zh: '录音库里找不到', en: 'the vault does not have it' },
  'not-whole': { zh: '内容与写入时不一致', en: 'it is not what was written' },
  'one-side': { zh: '只录到一方', en: 'one side is missing in it' },
  'not-the-same': { zh: '备份与账本不一致', en: 'the copy differs from the ledger' },
};

type Said = Pick<SelfCheckLine, 'check' | 'subject' | 'because' | 'detail'>;

export function checkName({ check, subject }: Pick<Said, 'check' | 'subject'>, language: Language): string {
  const kind = KINDS[check][language];
  if (subject === undefined) return kind;
  return language === 'zh' ? `${kind}“${subject}”` : `${kind} ${subject}`;
}

/** Why it failed or was not done; '' for one that passed and has nothing to say. */
export function checkReason({ because, detail }: Said, language: Language): string {
  const why = because && REASONS[because][language];
  if (why === undefined) return detail ?? '';
  if (detail === undefined) return why;
  return language === 'zh' ? `${why}（${detail}）` : `${why} (${detail})`;
}

export function checkText(line: Said, language: Language): string {
  const reason = checkReason(line, language);
  if (reason === '') return checkName(line, language);
  return `${checkName(line, language)}${language === 'zh' ? '：' : ': '}${reason}`;
}
