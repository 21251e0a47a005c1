/** A message in the words of a person who is woken by it. Pure. */
import {
  alarms as catalogue,
  type AlarmCode,
  type AlarmEntry,
  type Severity,
} from '@branchline/contracts/alarms';
import { detailText } from '@branchline/contracts/alarm-detail';
import type { LocalText } from '@branchline/contracts/branch/model';
import type { NotifyWay } from '@branchline/contracts/branch/notify';
import type { Notice, WebhookBody } from '@branchline/contracts/notice';
import type { Message } from './state.ts';

export interface Site {
  readonly id: string;
  readonly name: LocalText;
  readonly timezone: string;
}

type Language = NotifyWay['language'];

const SEVERITY: Readonly<Record<Severity, LocalText>> = {
  critical: { zh: '紧急', en: 'Critical' },
  major: { zh: '重要', en: 'Major' },
  warning: { zh: '警告', en: 'Warning' },
  info: { zh: '提示', en: 'Note' },
};

const WORDS = {
  zh: {
    cleared: '已恢复',
    graver: '加重',
    since: '自',
    until: '恢复于',
    advice: '处理：',
    follow: (count: number) => `由此引起的告警 ${count} 个：`,
    more: (count: number) => `另有 ${count} 个`,
    several: (count: number) => `${count} 条告警通知`,
    leftOut: (count: number) => `更早的 ${count} 条没有列出，请在本机“告警”页查看。`,
  },
  en: {
    cleared: 'Over',
    graver: 'Graver',
    since: 'since',
    until: 'over at',
    advice: 'What to do: ',
    follow: (count: number) => (count === 1 ? '1 alarm follows from it:' : `${count} alarms follow from it:`),
    more: (count: number) => `and ${count} more`,
    several: (count: number) => `${count} notices of alarms`,
    leftOut: (count: number) => `${count} older ones are not listed. The Alarms page of the box has them.`,
  },
} as const;

export interface Text {
  readonly subject: string;
  readonly text: string;
}

export function textOf(message: Message, site: Site, language: Language): Text {
  const words = WORDS[language];
  const { notices, leftOut } = message;
  const [only] = notices;
  const head = notices.length === 1 && only ? headline(only, language) : words.several(notices.length);
  const paragraphs = notices.map((each) => paragraph(each, site, language));
  if (leftOut > 0) paragraphs.push(words.leftOut(leftOut));
  return { subject: `${site.name[language]}: ${head}`, text: `${paragraphs.join('\n\n')}\n` };
}

/** One line: what it is, about what. */
export function headline({ kind, alarm, weight }: Notice, language: Language): string {
  const words = WORDS[language];
  const state = kind === 'raised' ? '' : `${words[kind]}, `;
  return `[${state}${SEVERITY[weight][language]}] ${titleOf(alarm.code)[language]}: ${alarm.subject}`;
}

function paragraph(notice: Notice, site: Site, language: Language): string {
  const { alarm, kind, consequences, consequencesInAll } = notice;
  const words = WORDS[language];
  const lines = [
    headline(notice, language),
    `${words.since} ${time(alarm.since, site, language)}${alarm.detail === null ? '' : ` · ${detailText(alarm.detail, language)}`}`,
  ];
  if (kind === 'cleared') return [...lines, `${words.until} ${time(notice.at, site, language)}`].join('\n');
  lines.push(`${words.advice}${adviceOf(alarm.code)[language]}`);
  if (consequencesInAll > 0) {
    lines.push(words.follow(consequencesInAll));
    for (const each of consequences) lines.push(`  - ${titleOf(each.code)[language]}: ${each.subject}`);
    const more = consequencesInAll - consequences.length;
    if (more > 0) lines.push(`  - ${words.more(more)}`);
  }
  return lines.join('\n');
}

export function webhookBodyOf(message: Message, site: Site): WebhookBody {
  const { id, way, at, notices, leftOut } = message;
  return {
    v: 1,
    message: id,
    box: site.id,
    site: site.name,
    way,
    at: new Date(at).toISOString(),
    notices: notices.map((each) => ({
      ...each,
      title: titleOf(each.alarm.code),
      advice: adviceOf(each.alarm.code),
      detail: detailOf(each.alarm.detail),
    })),
    leftOut,
  };
}

const detailOf = (detail: string | null): LocalText | null =>
  detail === null ? null : { zh: detailText(detail, 'zh'), en: detailText(detail, 'en') };

const entryOf = (code: string): AlarmEntry | undefined =>
  Object.hasOwn(catalogue, code) ? catalogue[code as AlarmCode] : undefined;
const titleOf = (code: string): LocalText => entryOf(code)?.title ?? { zh: code, en: code };
const adviceOf = (code: string): LocalText => entryOf(code)?.advice ?? { zh: '', en: '' };

const time = (at: string, { timezone }: Site, language: Language): string =>
  new Date(at).toLocaleString(language === 'zh' ? 'zh-CN' : 'en-GB', { timeZone: timezone });
