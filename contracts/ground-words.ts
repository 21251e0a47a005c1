/** What the evidence for a trunk says, in both languages: on the pages, and in an alarm. */
import type { GroundCode } from './trunks.ts';

export const groundWords = {
  'line-good': { zh: '线路信号正常', en: 'carrier is there' },
  'line-down': { zh: '线路无信号', en: 'no carrier' },
  'far-end-alarm': { zh: '对端告警，收不到本端信号', en: 'the far end does not hear us' },
  'some-lines-down': { zh: '部分线路中断', en: 'some lines are dead' },
  'channels-blocked': { zh: '部分通道闭塞', en: 'channels are blocked' },
  'all-blocked': { zh: '全部通道被对端闭塞', en: 'every channel is blocked from the far end' },
  'line-unclear': { zh: '读不到状态', en: 'cannot be read' },
  answers: { zh: 'OPTIONS 应答 2xx', en: 'answers OPTIONS with 2xx' },
  'no-answer': { zh: 'OPTIONS 无 2xx 应答', en: 'does not answer OPTIONS with 2xx' },
  registered: { zh: '已注册', en: 'registered' },
  'not-registered': { zh: '未注册', en: 'not registered' },
  'calls-good': { zh: '呼叫正常', en: 'calls go through' },
  'calls-fail': { zh: '呼叫连续失败', en: 'calls fail one after the other' },
  'calls-fail-often': { zh: '呼叫失败较多', en: 'many calls fail' },
  'full-early': { zh: '有空闲通道却以占满拒接', en: 'refuses calls as full with channels free' },
  'one-way': { zh: '接通后听不到对方', en: 'answered calls bring no sound' },
  'one-way-often': { zh: '部分通话听不到对方', en: 'some answered calls bring no sound' },
  'short-calls': { zh: '多数通话几秒即断', en: 'most talks end within seconds' },
  'test-both-ways': { zh: '双向有声', en: 'heard both ways' },
  'test-heard': { zh: '已接通，听到声音', en: 'answered, and heard' },
  'test-silent': { zh: '已接通，没有声音', en: 'answered, and nothing was heard' },
  'test-not-returned': { zh: '发出的测试音没有返回', en: 'our tone did not come back' },
  'test-not-answered': { zh: '无人接听', en: 'not answered' },
  'test-refused': { zh: '被拒绝', en: 'refused' },
  'test-unjudged': { zh: '没有结论', en: 'no verdict' },
  'drained-by-person': { zh: '人工停用', en: 'drained by order' },
  'busied-out': { zh: '人工示忙，来话一并拒绝', en: 'busied out by order: calls in are refused too' },
  'drained-by-document': { zh: '网点文档停用', en: 'drained by the document' },
} as const satisfies Record<GroundCode, { readonly zh: string; readonly en: string }>;

type Texts<L extends 'zh' | 'en'> = { readonly [Code in GroundCode]: (typeof groundWords)[Code][L] };

export const groundsIn = <L extends 'zh' | 'en'>(language: L): Texts<L> =>
  Object.fromEntries(Object.entries(groundWords).map(([code, words]) => [code, words[language]])) as Texts<L>;
