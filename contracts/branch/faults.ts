/** What can be wrong with a branch document, in words a person can act on. */

export type FaultCode =
  | 'not-a-document'
  | 'unknown-field'
  | 'missing'
  | 'wrong-type'
  | 'bad-format'
  | 'out-of-range'
  | 'not-one-of'
  | 'unknown-reference'
  | 'duplicate'
  | 'no-end'
  | 'dead-end'
  | 'unreachable'
  | 'unserved-queue'
  | 'unused';

export interface Fault {
  readonly code: FaultCode;
  /** Where, as a path a person can follow: `queues.service.ring`. */
  readonly path: string;
  /** The value that was found, shortened; undefined when nothing stood there. */
  readonly value?: unknown;
  /** What would be right, for example 'a duration such as 15s, 3m or 1h'. */
  readonly expected: string;
  readonly severity: 'error' | 'warning';
}

type Template = (fault: Fault) => string;

const shown = (fault: Fault): string => {
  const text =
    typeof fault.value === 'string'
      ? fault.value
      : fault.value === undefined
        ? 'nothing'
        : JSON.stringify(fault.value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
};

const en: Record<FaultCode, Template> = {
  'not-a-document': (f) => `This is not a branch document: ${shown(f)}. Give ${f.expected}.`,
  'unknown-field': (f) => `There is no field '${f.path}'. Known here: ${f.expected}.`,
  missing: (f) => `'${f.path}' is missing. Give ${f.expected}.`,
  'wrong-type': (f) => `'${f.path}' is ${shown(f)}. Give ${f.expected}.`,
  'bad-format': (f) => `'${f.path}' is '${shown(f)}'. Give ${f.expected}.`,
  'out-of-range': (f) => `'${f.path}' is ${shown(f)}. Give ${f.expected}.`,
  'not-one-of': (f) => `'${f.path}' is '${shown(f)}'. Give one of: ${f.expected}.`,
  'unknown-reference': (f) =>
    `'${f.path}' names '${shown(f)}', which is not in this document. Known: ${f.expected}.`,
  duplicate: (f) => `'${f.path}' is '${shown(f)}', which ${f.expected} has already. Give each its own.`,
  'no-end': (f) => `'${f.path}' leads back to itself (${shown(f)}). ${f.expected}.`,
  'dead-end': (f) =>
    `'${f.path}' is the last word (${shown(f)}), and says not where the caller goes. ${f.expected}.`,
  unreachable: (f) => `No caller comes to '${f.path}' (${shown(f)}). ${f.expected}.`,
  'unserved-queue': (f) => `Nobody serves '${f.path}': a caller would wait there for ever. ${f.expected}.`,
  unused: (f) => `'${f.path}' is never used. ${f.expected}.`,
};

const zh: Record<FaultCode, Template> = {
  'not-a-document': (f) => `这不是网点文档：${shown(f)}。请提供：${f.expected}。`,
  'unknown-field': (f) => `没有字段“${f.path}”。此处可用：${f.expected}。`,
  missing: (f) => `缺少“${f.path}”。请填写：${f.expected}。`,
  'wrong-type': (f) => `“${f.path}”的值是 ${shown(f)}。请填写：${f.expected}。`,
  'bad-format': (f) => `“${f.path}”的值是“${shown(f)}”。请填写：${f.expected}。`,
  'out-of-range': (f) => `“${f.path}”的值是 ${shown(f)}，超出范围。请填写：${f.expected}。`,
  'not-one-of': (f) => `“${f.path}”的值是“${shown(f)}”。只能是：${f.expected}。`,
  'unknown-reference': (f) => `“${f.path}”引用了“${shown(f)}”，文档中没有。已有：${f.expected}。`,
  duplicate: (f) => `“${f.path}”的值“${shown(f)}”已被 ${f.expected} 使用，请各用各的。`,
  'no-end': (f) => `“${f.path}”又绕回自己（${shown(f)}）。${f.expected}。`,
  'dead-end': (f) => `“${f.path}”（${shown(f)}）之后没有说明来电去向。${f.expected}。`,
  unreachable: (f) => `没有来电能走到“${f.path}”（${shown(f)}）。${f.expected}。`,
  'unserved-queue': (f) => `“${f.path}”没有座席服务，来电会一直等待。${f.expected}。`,
  unused: (f) => `“${f.path}”没有被用到。${f.expected}。`,
};

export function faultText(fault: Fault, language: 'zh' | 'en'): string {
  return (language === 'zh' ? zh : en)[fault.code](fault);
}
