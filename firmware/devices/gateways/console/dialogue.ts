/**
 * A talk with a console as a machine: it is woken, signed in to, asked, and left. Pure: what to send and how it ended are effects.
 * Every way that a console can disappoint ends in 'failed', with the reason.
 */
import type { ConsoleModel } from '../model.ts';
import { garbled } from './text.ts';

export interface Dialogue {
  readonly at: 'waking' | 'signing-in' | 'password-sent' | 'asking' | 'over';
  /** The command that is being answered. */
  readonly command: number;
  /** What came since something was sent last. */
  readonly heard: string;
  /** What came before the pages that were turned. */
  readonly pages: string;
  readonly wakings: number;
  readonly answers: readonly string[];
}

export type DialogueEvent =
  | { readonly type: 'opened' }
  | { readonly type: 'text'; readonly text: string }
  /** Nothing that we waited for came in time. */
  | { readonly type: 'silence' }
  | { readonly type: 'closed' };

export type DialogueEffect =
  | { readonly do: 'send'; readonly text: string }
  | { readonly do: 'send-user' }
  | { readonly do: 'send-password' }
  | { readonly do: 'answered'; readonly answers: readonly string[]; readonly leave?: string }
  | { readonly do: 'failed'; readonly why: string };

export interface Step {
  readonly state: Dialogue;
  readonly effects: readonly DialogueEffect[];
}

export const NEW_DIALOGUE: Dialogue = {
  at: 'waking',
  command: 0,
  heard: '',
  pages: '',
  wakings: 0,
  answers: [],
};

/** A console that sleeps, or is in the middle of something, may need more than one. */
const WAKINGS = 3;
const LONGEST_ANSWER = 64 * 1024;
const LEAST_TO_JUDGE = 64;
const GARBAGE_FROM = 0.3;

export function step(model: ConsoleModel, state: Dialogue, event: DialogueEvent): Step {
  if (state.at === 'over') return { state, effects: [] };
  switch (event.type) {
    case 'opened':
      return wake(model, state);
    case 'closed':
      return failed(state, 'the console hung up');
    case 'silence':
      return silence(model, state);
    case 'text':
      return heard(model, { ...state, heard: state.heard + event.text });
  }
}

function silence(model: ConsoleModel, state: Dialogue): Step {
  if (state.at === 'waking' && state.wakings < WAKINGS) return wake(model, state);
  if (garbled(state.heard) > GARBAGE_FROM) return failed(state, GARBAGE);
  if (state.heard.trim() === '') return failed(state, 'the console is silent');
  if (state.at === 'signing-in') return failed(state, 'the console asks for a login again and again');
  return failed(state, `the console stopped after '${lastLine(state.heard).slice(-40).trim()}'`);
}

const GARBAGE = 'the console speaks garbage: is the baud rate right?';

function heard(model: ConsoleModel, state: Dialogue): Step {
  if (state.heard.length >= LEAST_TO_JUDGE && garbled(state.heard) > GARBAGE_FROM)
    return failed(state, GARBAGE);
  if (state.heard.length + state.pages.length > LONGEST_ANSWER)
    return failed(state, `the console speaks on and on (${LONGEST_ANSWER} characters without a prompt)`);
  const tail = lastLine(state.heard);
  if (state.at === 'password-sent' && model.refused.test(state.heard))
    return failed(state, 'the console refuses name or password');
  if (model.password.test(tail)) return passwordAsked(state);
  if (model.login.test(tail)) return loginAsked(state);
  if (model.more?.test(tail)) return turnPage(model, state);
  return model.ready.test(tail) ? ready(model, state) : { state, effects: [] };
}

function loginAsked(state: Dialogue): Step {
  if (state.at === 'password-sent') return failed(state, 'the console refuses name or password');
  if (state.at === 'asking') return failed(state, 'the console asked for a login again');
  // The prompt that was there and the one that our waking brought: what answers the one answers both.
  if (state.at === 'signing-in') return { state, effects: [] };
  return { state: { ...state, at: 'signing-in', heard: '' }, effects: [{ do: 'send-user' }] };
}

function passwordAsked(state: Dialogue): Step {
  if (state.at === 'password-sent') return failed(state, 'the console refuses name or password');
  if (state.at === 'asking') return failed(state, 'the console asked for a password again');
  return { state: { ...state, at: 'password-sent', heard: '' }, effects: [{ do: 'send-password' }] };
}

const turnPage = (model: ConsoleModel, state: Dialogue): Step => ({
  state: { ...state, pages: state.pages + withoutTail(state.heard), heard: '' },
  effects: [{ do: 'send', text: model.moreKey }],
});

function ready(model: ConsoleModel, state: Dialogue): Step {
  const asked = state.at === 'asking';
  // A prompt that was on its way before the command: nothing has been answered yet.
  if (asked && state.pages === '' && withoutTail(state.heard).trim() === '') return { state, effects: [] };
  const answers = asked ? [...state.answers, answerOf(model, state)] : state.answers;
  const command = asked ? state.command + 1 : 0;
  const next = model.commands[command];
  if (!next) {
    const leave = model.leave === undefined ? {} : { leave: model.leave + model.newline };
    return { state: { ...state, at: 'over', answers }, effects: [{ do: 'answered', answers, ...leave }] };
  }
  return {
    state: { ...state, at: 'asking', command, answers, heard: '', pages: '' },
    effects: [{ do: 'send', text: next.send + model.newline }],
  };
}

/** Without the command that the console repeats, and without its prompt. */
function answerOf(model: ConsoleModel, state: Dialogue): string {
  const text = state.pages + withoutTail(state.heard);
  const [first = '', ...rest] = text.split('\n');
  const echoed = first.trim().endsWith(model.commands[state.command]?.send.trim() ?? '');
  return echoed ? rest.join('\n') : text;
}

const wake = (model: ConsoleModel, state: Dialogue): Step => ({
  state: { ...state, at: 'waking', wakings: state.wakings + 1, heard: '' },
  effects: [{ do: 'send', text: model.wake }],
});

const failed = (state: Dialogue, why: string): Step => ({
  state: { ...state, at: 'over' },
  effects: [{ do: 'failed', why }],
});

/** Where a prompt stands: after the last line's end. */
const lastLine = (text: string): string => text.slice(text.lastIndexOf('\n') + 1);
const withoutTail = (text: string): string => text.slice(0, text.lastIndexOf('\n') + 1);
