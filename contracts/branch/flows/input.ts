/** A flow as a person writes it, in types: the schema beside this file refers to itself, so its type is written out. */

export type PromptInput =
  string | { tone: 'beep' | 'ringback' | 'busy' } | { say: string | { zh: string; en: string } };

/** A destination, 'next', or a list of steps. */
export type WayInput = string | StepInput[];

export interface ConditionInput {
  caller?: string[] | undefined;
  tag?: string | undefined;
  variable?: string | undefined;
  is?: string | string[] | undefined;
  starts?: string | undefined;
  days?: string | undefined;
  time?: string | undefined;
}

export interface PlayInput {
  play: PromptInput;
}
export interface HoursInput {
  hours: string;
  closed: WayInput;
  holiday?: WayInput | undefined;
}
export interface MenuInput {
  menu: PromptInput;
  digits: Record<string, WayInput>;
  none: WayInput;
  wrong?: PromptInput | undefined;
  wait?: string | undefined;
  tries?: number | undefined;
}
export interface CollectInput {
  collect: string;
  ask: PromptInput;
  digits: number | { min: number; max: number };
  none: WayInput;
  end?: '#' | '*' | undefined;
  wrong?: PromptInput | undefined;
  wait?: string | undefined;
  tries?: number | undefined;
}
export interface WhenInput {
  when: ConditionInput;
  then: WayInput;
  else?: WayInput | undefined;
}
export interface LookUpInput {
  'look-up': string;
  failed: WayInput;
  method?: 'get' | 'post' | undefined;
  send?: Record<string, string> | undefined;
  take?: Record<string, string> | undefined;
  tags?: string | undefined;
  within?: string | undefined;
  while?: PromptInput | undefined;
  secret?: string | undefined;
}
export interface SetInput {
  set: {
    variables?: Record<string, string> | undefined;
    tags?: string[] | undefined;
    priority?: number | undefined;
    needs?: Record<string, number> | undefined;
    language?: 'zh' | 'en' | undefined;
    after?: string | undefined;
  };
}
export interface SurveyInput {
  survey: string;
  questions: { id: string; ask: PromptInput; digits: string }[];
  wait?: string | undefined;
  tries?: number | undefined;
}
export interface ToInput {
  to: string;
}

export type StepInput =
  | PlayInput
  | HoursInput
  | MenuInput
  | CollectInput
  | WhenInput
  | LookUpInput
  | SetInput
  | SurveyInput
  | ToInput;

export type FlowInput = StepInput[] | { steps: StepInput[]; language?: 'zh' | 'en' | undefined };
