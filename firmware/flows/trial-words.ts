/** The path of a trial in words, one line each, in Chinese and English. Pure. */
import type { Language } from '@branchline/contracts/branch/model';
import type { Destination } from '@branchline/contracts/branch/values';
import type { Heard } from './heard.ts';
import type { TrialLine } from './trial.ts';

interface Words {
  readonly step: (flow: string, node: string, what: string) => string;
  readonly plays: (sounds: string) => string;
  readonly press: (digit: string) => string;
  readonly silence: (seconds: number) => string;
  readonly lookUp: (method: string, url: string, seconds: number) => string;
  readonly answer: (survey: string, question: string, answer: string) => string;
  readonly go: Readonly<Record<Destination['kind'], (name: string) => string>>;
  readonly lost: (flow: string) => string;
  readonly stuck: string;
  readonly and: string;
}

const en: Words = {
  step: (flow, node, what) => `flow ${flow}${node === '' ? '' : `, step ${node}`}: ${what}`,
  plays: (sounds) => `    hears ${sounds}`,
  press: (digit) => `    presses ${digit}`,
  silence: (seconds) => `    presses nothing for ${seconds} s`,
  lookUp: (method, url, seconds) => `    is looked up: ${method} ${url}, at most ${seconds} s`,
  answer: (survey, question, answer) => `    answers ${question} of survey ${survey} with ${answer}`,
  go: {
    queue: (name) => `=> waits in queue ${name}`,
    flow: (name) => `=> flow ${name}`,
    extension: (name) => `=> extension ${name} rings`,
    outside: (name) => `=> ${name} is called outside`,
    voicemail: (name) => `=> leaves a message in ${name}`,
    callback: (name) => `=> is called back by queue ${name}, if his number can be called`,
    'hang-up': () => '=> the call ends',
  },
  lost: (flow) => `=> there is no flow ${flow}`,
  stuck: '=> stopped here: the flow does not come to an end',
  and: ', then ',
};

const zh: Words = {
  step: (flow, node, what) => `流程 ${flow}${node === '' ? '' : `，第 ${node} 步`}：${what}`,
  plays: (sounds) => `    听到 ${sounds}`,
  press: (digit) => `    按 ${digit}`,
  silence: (seconds) => `    ${seconds} 秒内没有按键`,
  lookUp: (method, url, seconds) => `    查询：${method} ${url}，最多等 ${seconds} 秒`,
  answer: (survey, question, answer) => `    满意度调查 ${survey} 的 ${question}：${answer}`,
  go: {
    queue: (name) => `=> 进入队列 ${name} 等待`,
    flow: (name) => `=> 转到流程 ${name}`,
    extension: (name) => `=> 分机 ${name} 振铃`,
    outside: (name) => `=> 转接外线 ${name}`,
    voicemail: (name) => `=> 在信箱 ${name} 留言`,
    callback: (name) => `=> 号码能回拨的话，由队列 ${name} 回拨`,
    'hang-up': () => '=> 通话结束',
  },
  lost: (flow) => `=> 没有流程 ${flow}`,
  stuck: '=> 到此为止：流程走不到头',
  and: '，然后 ',
};

const WORDS: Readonly<Record<Language, Words>> = { zh, en };

export function trialText(lines: readonly TrialLine[], language: Language): string {
  const words = WORDS[language];
  return lines
    .flatMap((line) => {
      const text = lineText(line, words);
      return text === undefined ? [] : [text];
    })
    .join('\n');
}

function lineText(line: TrialLine, words: Words): string | undefined {
  switch (line.do) {
    case 'note':
      return words.step(line.flow, line.node ?? '', line.step);
    case 'play':
      return words.plays(line.prompts.map(soundText).join(words.and));
    case 'press':
      return words.press(line.digit);
    case 'silence':
      return words.silence(line.ms / 1000);
    case 'look-up':
      return words.lookUp(line.request.method, line.request.url, line.request.withinMs / 1000);
    case 'answer':
      return words.answer(line.survey, line.question, line.answer);
    case 'go':
      return words.go[line.to.kind](nameOf(line.to));
    case 'lost':
      return words.lost(line.flow);
    case 'stuck':
      return words.stuck;
    case 'stop-playing':
    case 'wait':
      return undefined;
  }
}

const nameOf = (to: Destination): string => ('name' in to ? to.name : 'number' in to ? to.number : '');

function soundText(prompt: Heard): string {
  if (prompt.kind === 'message') return `[${prompt.message}]`;
  if (prompt.kind !== 'say') return `[${prompt.name}]`;
  return `“${prompt.parts.map((part) => ('text' in part ? part.text : part.value)).join(' ')}”`;
}
