/** Every text of a document that may be spoken, in the languages that callers may hear. Pure. */
import type { Flow, FlowNode, Prompt } from '@branchline/contracts/branch/flows/model';
import type { Branch, Language } from '@branchline/contracts/branch/model';
import { spokenParts } from '../flows/heard.ts';
import type { Saying } from './speaker.ts';

export function textsToSpeak(branch: Branch, more: readonly Prompt[] = []): Saying[] {
  const flows = Object.values(branch.flows);
  const greetings = Object.values(branch.voicemail).map(({ greeting }) => greeting);
  const prompts = [...flows.flatMap(promptsOfFlow), ...greetings, ...more];
  const sayings = languagesOf(branch).flatMap((language) =>
    prompts.flatMap((prompt) => textsOf(prompt, language)),
  );
  return [...new Map(sayings.map((saying) => [`${saying.language} ${saying.text}`, saying])).values()];
}

function languagesOf(branch: Branch): Language[] {
  const flows = Object.values(branch.flows);
  const chosen = flows.flatMap(({ nodes }) =>
    Object.values(nodes).flatMap((node) => (node.kind === 'set' ? (node.settings.language ?? []) : [])),
  );
  const own = flows.flatMap(({ language }) => language ?? []);
  return [...new Set([branch.site.language, ...own, ...chosen])];
}

const textsOf = (prompt: Prompt, language: Language): Saying[] =>
  prompt.kind === 'say'
    ? spokenParts(prompt.text[language], { variables: {} }).flatMap((part) =>
        'text' in part ? [{ text: part.text, language }] : [],
      )
    : [];

const promptsOfFlow = ({ nodes }: Flow): Prompt[] => Object.values(nodes).flatMap(promptsOf);

function promptsOf(node: FlowNode): readonly Prompt[] {
  switch (node.kind) {
    case 'play':
      return [node.prompt];
    case 'menu':
    case 'collect':
      return node.wrong ? [node.prompt, node.wrong] : [node.prompt];
    case 'survey':
      return node.questions.map(({ prompt }) => prompt);
    case 'look-up':
      return node.meanwhile ? [node.meanwhile] : [];
    default:
      return [];
  }
}
