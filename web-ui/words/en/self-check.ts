/** The box's check of itself, and what it does when it keeps failing. */
export const selfCheck = {
  safeMode: {
    title: 'Safe mode',
    is_one: 'The service failed once too often',
    is_other: 'The service was started {{count}} times within 5 minutes',
    until: 'Tries again at {{at}}',
    hint: 'The engine takes calls alone and rings the fallback group. Take back what was changed last, a document or an update, before you leave safe mode.',
    leave: 'Leave safe mode',
    leaving: 'Starting again…',
  },
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
