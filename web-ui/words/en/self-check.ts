/** The box's check of itself. */
export const selfCheck = {
  selfCheck: {
    title: 'Self-check',
    hint: 'Each night the box hears its own flows, tries its trunks, makes a recording and reads a copy of its ledger. No telephone rings, and callers go first.',
    now: 'Check now',
    waiting: 'Waiting until no caller is there',
    running_one: 'Checking: {{now}}; 1 more',
    running_other: 'Checking: {{now}}; {{count}} more',
    last: 'Last checked',
    never: 'Not checked yet.',
    next: 'Next at {{at}}',
    none: 'The branch document has it check nothing by itself.',
    check: 'Check',
    result: 'Result',
    why: 'Why',
    took: 'Took',
    is: { passed: 'Passed', failed: 'Failed', 'not-done': 'Not done' },
  },
} as const;
