import { eventBodies, type LedgerEvent } from '@branchline/contracts/ledger';
import { expect, test } from 'vitest';
import type { Names } from '../people-context.ts';
import { eventSay, legsOf } from './event-words.ts';

const names: Names = {
  party: (party) => `<${party.id}>`,
  parties: (parties) => parties.map((party) => party.id).join(),
  number: (number) => number,
  agent: (id) => id,
};
const lei = { kind: 'agent', id: 'lei' };
const event = (type: string, body: object): LedgerEvent => ({
  seq: 1,
  at: '2026-11-22T01:00:00Z',
  call: 'c',
  type,
  body: body as Record<string, unknown>,
});

test('what rings by order, and is picked up where nothing rings any more', () => {
  const said = (type: string, body: object) => eventSay(event(type, body), names, new Map()).key;
  expect(said('call.leg-offered', { leg: 'l', to: lei, attempt: 1, ordered: 'x' })).toBe(
    'event.legOfferedByOrder',
  );
  expect(said('call.picked-up', { by: lei, from: [], ordered: 'x' })).toBe('event.pickedUpAlone');
});

test('one-way sound is said as such, whatever the other way is worth', () => {
  const body = { leg: 'l', who: lei, from: { packets: 0 }, to: { packets: 500, mos: 4.4 } };
  const key = (more: object) => eventSay(event('call.sound', { ...body, ...more }), names, new Map()).key;
  expect(key({ silent: 'from' })).toBe('event.sound.silentFrom');
  expect(key({ silent: 'to' })).toBe('event.sound.silentTo');
  expect(key({ to: { packets: 500, mos: 3.5, lostPercent: 3, jitterMs: 9 } })).toBe('event.sound.fair');
  expect(key({ to: { packets: 500, mos: 2, lostPercent: 20, jitterMs: 9 } })).toBe('event.sound.poor');
});

const ofCalls: Record<string, [body: object, key: string]> = {
  'call.offered': [{ direction: 'in', from: lei, dialled: '1', trunk: 'e1' }, 'event.offeredIn'],
  'call.flow': [{ flow: 'f', step: 's', digit: '2' }, 'event.flowDigit'],
  'call.queued': [{ queue: 'q', priority: 0, position: 1 }, 'event.queued'],
  'call.announced': [{ queue: 'q', position: 2 }, 'event.announced'],
  'call.overflowed': [{ queue: 'q', because: 'waiting', to: 'queue b', waitedMs: 1 }, 'event.overflowed'],
  'call.moved': [{ from: 'queue q', to: 'queue b', waitedMs: 1, by: 'x' }, 'event.moved'],
  'call.parked': [{ by: lei, slot: '8701' }, 'event.parked'],
  'call.retrieved': [{ by: lei, slot: '8701', parkedMs: 1 }, 'event.retrieved'],
  'call.parked-too-long': [{ slot: '8701', parkedMs: 1, to: '8001' }, 'event.parkedTooLong'],
  'call.picked-up': [{ by: lei, from: [lei] }, 'event.pickedUp'],
  'call.joined': [{ leg: 'l', who: lei, by: { kind: 'agent', id: 'han' } }, 'event.joined'],
  'call.leg-offered': [{ leg: 'l', to: lei, attempt: 1 }, 'event.legOffered'],
  'call.leg-ringing': [{ leg: 'l' }, 'event.legRinging'],
  'call.leg-asked': [{ leg: 'l' }, 'event.legAsked'],
  'call.leg-refused': [{ leg: 'l', to: lei, reason: 'no-answer' }, 'event.refused.no-answer'],
  'call.answered': [{ leg: 'l', by: lei, waitedMs: 1 }, 'event.answered'],
  'call.held': [{ by: lei }, 'event.held'],
  'call.resumed': [{ by: lei, heldMs: 1 }, 'event.resumed'],
  'call.transferred': [{ kind: 'blind', by: lei, to: '8' }, 'event.transferredBlind'],
  'call.supervised': [{ by: lei, of: lei, mode: 'whisper', ordered: 'x' }, 'event.supervised.whisper'],
  'call.supervision-ended': [
    { by: lei, of: lei, mode: 'listen', listenedMs: 1, because: 'left' },
    'event.supervisionEnded',
  ],
  'call.leg-ended': [{ leg: 'l', who: lei, talkMs: 1 }, 'event.legEnded'],
  'call.sound': [
    { leg: 'l', who: lei, from: { packets: 9, lostPercent: 0, jitterMs: 1, mos: 4.4 }, to: { packets: 9 } },
    'event.sound.good',
  ],
  'call.ended': [
    {
      outcome: 'answered',
      endedBy: 'caller',
      phase: 'talking',
      talkMs: 1,
      totalMs: 1,
      recorded: { kept: false },
    },
    'event.endedCaller',
  ],
  'call.survived': [
    { direction: 'in', from: '1', dialled: '2', status: '', startedAt: '', endedAt: '' },
    'event.survived',
  ],
  'survey.answered': [{ survey: 's', question: 'q', answer: '5' }, 'event.surveyAnswered'],
  'voicemail.left': [
    { box: 'b', message: 'm', from: '1', durationMs: 1, bytes: 1, sha256: '' },
    'event.voicemailLeft',
  ],
  'voicemail.empty': [{ box: 'b', from: '1', durationMs: 1 }, 'event.voicemailEmpty'],
  'voicemail.refused': [{ box: 'b', from: '1', because: 'disk is read-only' }, 'event.voicemailRefused'],
  'voicemail.heard': [{ box: 'b', message: 'm', by: '8001' }, 'event.voicemailHeard'],
  'voicemail.deleted': [{ box: 'b', message: 'm', by: '8001' }, 'event.voicemailDeleted'],
  'callback.asked': [
    { callback: 'cb', queue: 'q', number: '1', by: 'digit', since: '2026-11-22T01:00:00Z', again: false },
    'event.callbackAsked.digit',
  ],
  'callback.refused': [{ queue: 'q', because: 'no-number' }, 'event.callbackRefused.no-number'],
  'callback.tried': [
    { callback: 'cb', queue: 'q', attempt: 1, because: 'busy', nextAt: '2026-11-22T01:10:00Z' },
    'event.callbackTriedNext',
  ],
  'callback.agent-kept': [
    {
      callback: 'cb',
      queue: 'q',
      agent: 'lei',
      attempt: 1,
      candidates: [],
      why: { order: 'linear', turn: { priority: 0, aged: 0, waitedMs: 0, waiting: 1 } },
    },
    'event.callbackAgentKept',
  ],
  'callback.ended': [
    { callback: 'cb', queue: 'q', outcome: 'reached', attempts: 1, waitedMs: 1 },
    'event.callbackEnded.reached',
  ],
  'call.routed': [{ class: 'mobile', number: '+861', trunks: ['a', 'b'] }, 'event.routed'],
  'call.denied': [{ class: 'premium', number: '+861', because: 'not-allowed' }, 'event.denied'],
  'call.line-full': [{ trunk: 'a', channels: 4 }, 'event.lineFull'],
  'call.preempted': [{ by: 'x', trunk: 'a' }, 'event.preempted'],
  'call.left-alone': [{ who: [] }, 'event.leftAlone'],
  'call.turned-away': [{ trunk: 'a', because: 'line-limit', cause: 34 }, 'event.turnedAway.line-limit'],
  'recording.started': [{ recording: 'r', channels: [] }, 'event.recordingStarted'],
  'recording.stalled': [{ recording: 'r', bytes: 1 }, 'event.recordingStalled'],
  'recording.ended': [
    { recording: 'r', durationMs: 1, bytes: 1, sha256: '', salvaged: true },
    'event.recordingSalvaged',
  ],
  'recording.missing': [{ recording: 'r', because: 'b' }, 'event.recordingMissing'],
};

const legs = legsOf([event('call.leg-offered', { leg: 'l', to: lei, attempt: 1 })], names);

test('every event that belongs to a call has a sentence', () => {
  const types = Object.keys(eventBodies).filter((type) =>
    /^(call|callback|recording|survey|voicemail)\./.test(type),
  );
  expect(Object.keys(ofCalls).sort()).toEqual(types.sort());
  for (const [type, [body, key]] of Object.entries(ofCalls)) {
    expect(eventSay(event(type, body), names, legs).key, type).toBe(key);
  }
});

test('a type that is not known here is named', () => {
  expect(eventSay(event('call.dreamt', {}), names, legs)).toEqual({
    key: 'event.other',
    holes: { type: 'call.dreamt' },
  });
});
