/** Steps that ask the caller: a menu, a number to be collected, the questions of a survey. Pure. */
import type {
  CollectNode,
  MenuNode,
  NodeId,
  Prompt,
  SurveyNode,
} from '@branchline/contracts/branch/flows/model';
import { withVariables, type FlowContext } from './context.ts';
import { heard, heardName } from './heard.ts';
import type { Awaiting, FlowAction, FlowInput, Visit } from './run.ts';

type AskingNode = MenuNode | CollectNode | SurveyNode;
type Answering = Extract<Awaiting, { for: 'answer' }>;

/** Where a visit happens. */
export interface Place {
  readonly flow: string;
  readonly id: NodeId;
  readonly context: FlowContext;
}

const note = (
  { flow, id }: Place,
  step: string,
  more: { heard?: string; digit?: string } = {},
): FlowAction => ({
  do: 'note',
  flow,
  node: id,
  step,
  ...more,
});

/** The prompt of the question, after the one that says what was wrong with the answer before. */
export function ask(node: AskingNode, place: Place, tries = 1, question = 0, wrong?: Prompt): Visit {
  const { context } = place;
  const prompt = promptOf(node, question);
  if (!prompt) return { actions: [], ...(node.kind === 'survey' ? { next: node.next } : {}) };
  const prompts = [...(wrong ? [wrong] : []), prompt].map((each) => heard(each, context));
  return {
    actions: [
      note(place, wordOf(node, question), { heard: heardName(prompt, context) }),
      { do: 'play', prompts },
    ],
    awaiting: { for: 'answer', tries, playing: true, digits: '', question },
  };
}

const promptOf = (node: AskingNode, question: number): Prompt | undefined =>
  node.kind === 'survey' ? node.questions[question]?.prompt : node.prompt;

function wordOf(node: AskingNode, question: number): string {
  if (node.kind !== 'survey') return node.kind;
  return `survey ${node.survey}: ${node.questions[question]?.id ?? ''}`;
}

/** Undefined when the input means nothing here. */
export function answered(
  node: AskingNode,
  place: Place,
  awaiting: Answering,
  input: FlowInput,
): Visit | undefined {
  switch (input.type) {
    case 'digit':
      return pressed(node, place, awaiting, input.digit);
    case 'played':
      if (!awaiting.playing) return undefined;
      return { actions: [{ do: 'wait', ms: node.waitMs }], awaiting: { ...awaiting, playing: false } };
    case 'waited':
      if (awaiting.playing) return undefined;
      return node.kind === 'collect' && awaiting.digits.length >= node.min
        ? collected(node, place, awaiting.digits)
        : again(node, place, awaiting, 'no digit');
    default:
      return undefined;
  }
}

function pressed(node: AskingNode, place: Place, awaiting: Answering, digit: string): Visit {
  const stop: FlowAction[] = awaiting.playing ? [{ do: 'stop-playing' }] : [];
  const visit =
    node.kind === 'menu'
      ? chosen(node, place, awaiting, digit)
      : node.kind === 'collect'
        ? gathered(node, place, awaiting, digit)
        : rated(node, place, awaiting, digit);
  return { ...visit, actions: [...stop, ...visit.actions] };
}

function chosen(node: MenuNode, place: Place, awaiting: Answering, digit: string): Visit {
  const next = node.digits[digit];
  if (next) return { actions: [note(place, 'chose', { digit })], next };
  return again(node, place, awaiting, 'no such choice', digit);
}

function gathered(node: CollectNode, place: Place, awaiting: Answering, digit: string): Visit {
  const { digits } = awaiting;
  if (digit === node.end) {
    return digits.length >= node.min
      ? collected(node, place, digits)
      : again(node, place, awaiting, 'too few digits');
  }
  // The other of the two signs begins the number anew, as on a cash machine.
  const now = /\d/.test(digit) ? digits + digit : '';
  if (now.length >= node.max) return collected(node, place, now);
  return {
    actions: [{ do: 'wait', ms: node.waitMs }],
    awaiting: { ...awaiting, playing: false, digits: now },
  };
}

/** The ledger is told how many there were and never which: it may be a card number. */
function collected(node: CollectNode, place: Place, digits: string): Visit {
  return {
    actions: [note(place, `collected ${digits.length} digits into ${node.variable}`)],
    context: withVariables(place.context, { [node.variable]: digits }),
    next: node.next,
  };
}

function rated(node: SurveyNode, place: Place, awaiting: Answering, digit: string): Visit {
  const question = node.questions[awaiting.question];
  if (!question?.digits.includes(digit)) return again(node, place, awaiting, 'no such answer', digit);
  const answer: FlowAction = { do: 'answer', survey: node.survey, question: question.id, answer: digit };
  const following = ask(node, place, 1, awaiting.question + 1);
  return { ...following, actions: [answer, ...following.actions] };
}

/** Asked once more, or the way of those who gave no answer. */
function again(node: AskingNode, place: Place, awaiting: Answering, why: string, digit?: string): Visit {
  const said = note(place, why, digit === undefined ? {} : { digit });
  const { tries, question } = awaiting;
  if (tries < node.tries) {
    const wrong = node.kind === 'survey' || why === 'no digit' ? undefined : node.wrong;
    const visit = ask(node, place, tries + 1, question, wrong);
    return { ...visit, actions: [said, ...visit.actions] };
  }
  if (node.kind !== 'survey') return { actions: [said], next: node.none };
  const following = ask(node, place, 1, question + 1);
  return { ...following, actions: [said, ...following.actions] };
}
