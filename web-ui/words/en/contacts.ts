/** Contacts, lamps, buzzer, button and relay. */
export const contacts = {
  contacts: {
    title: 'Contacts and lamps',
    role: {
      'lifeline-relay': 'Lifeline relay',
      'load-relay': 'Relay of a load',
      lamp: 'Lamp',
      buzzer: 'Buzzer',
      tamper: 'Case',
      door: 'Door',
      button: 'Button',
    },
    shows: { serving: 'box serves', alarm: 'alarms', uplink: 'headquarters', power: 'power' },
    state: {
      unknown: 'Not reached',
      energised: 'Holds: lines are with the box',
      released: 'Let go: lines are on the emergency telephone',
      open: 'Open',
      closed: 'Closed',
      pressed: 'Pressed',
      'at-rest': 'At rest',
      off: 'Off',
      on: 'On',
      slow: 'Blinks slowly',
      fast: 'Blinks fast',
      double: 'Double flash: this is the box',
      beeps: 'Sounds',
    },
    reset: 'The button asks to reset this box. A second press of one second before {{at}} confirms it.',
    since: 'since {{at}}',
  },
} as const;
