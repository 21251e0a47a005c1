/**
 * The same day as Asterisk's app_queue would serve it, by its documented rules and its best settings: retry=1, autofill=yes, ringinuse=no,
 * a queue for each skill, penalties for who is less skilled, and a queue rule that lets them in after a while (`penaltychange`).
 *
 * What makes the difference is in the rules: nobody tells a caller that an agent is free. Each caller looks for himself, once a second, and
 * only as many from the head of a queue as it has free members (app_queue.c, is_our_turn). Queues know nothing of each other.
 */
import { Agenda } from '@branchline/firmware/acd/testing/chance';
import { RING_MS, SKILLED, WRAP_UP_MS, type Caller, type Day } from '@branchline/firmware/acd/testing/day';
import type { Outcome, Served } from '@branchline/firmware/acd/testing/centre';

export type Strategy = 'leastrecent' | 'fewestcalls' | 'rrmemory';

const RETRY_MS = 1_000;
/** When the rule lets in members of the second penalty: as our queues relax. */
const RULE_MS = 20_000;
/** QUEUE_PRIO of a VIP. It does not age. */
const VIP_PRIORITY = 10;

interface Member {
  readonly id: string;
  readonly skills: Readonly<Record<string, number>>;
  readonly place: number;
  onDuty: boolean;
  /** On a break. */
  paused: boolean;
  /** Paused by the queue, as he did not answer. */
  out: boolean;
  busy: boolean;
  wrapUpUntil: number;
  lastCall: number;
  calls: number;
}

interface Entry {
  readonly caller: Caller;
  readonly priority: number;
  attempts: number;
  ringsAt: Member | undefined;
  gone: boolean;
}

type Happening =
  | { readonly do: 'call'; readonly caller: Caller }
  | { readonly do: 'look' | 'hang-up'; readonly entry: Entry }
  | { readonly do: 'answer' | 'miss'; readonly entry: Entry; readonly member: Member }
  | { readonly do: 'end' | 'back'; readonly member: Member }
  | { readonly do: 'duty'; readonly member: Member; readonly onDuty?: boolean; readonly paused?: boolean };

export function appQueueDay(day: Day, strategy: Strategy): Outcome {
  return new AppQueue(day, strategy).run();
}

class AppQueue {
  readonly #day: Day;
  readonly #strategy: Strategy;
  readonly #agenda = new Agenda<Happening>();
  readonly #members: readonly Member[];
  readonly #queues = new Map<string, Entry[]>();
  readonly #turn = new Map<string, number>();
  readonly #served: Served[] = [];
  readonly #busyMs: Record<string, number> = {};
  #now = 0;

  constructor(day: Day, strategy: Strategy) {
    this.#day = day;
    this.#strategy = strategy;
    this.#members = day.agents.map(({ id, skills }, place) => ({
      id,
      skills,
      place,
      onDuty: false,
      paused: false,
      out: false,
      busy: false,
      wrapUpUntil: 0,
      lastCall: 0,
      calls: 0,
    }));
    for (const skill of day.skills) this.#queues.set(skill, []);
  }

  run(): Outcome {
    const byId = new Map(this.#members.map((member) => [member.id, member]));
    for (const { agent, from, until, breaks } of this.#day.duties) {
      const member = byId.get(agent);
      if (!member) continue;
      this.#agenda.add(from, { do: 'duty', member, onDuty: true });
      this.#agenda.add(until, { do: 'duty', member, onDuty: false });
      for (const { at, ms } of breaks) {
        this.#agenda.add(at, { do: 'duty', member, paused: true });
        this.#agenda.add(at + ms, { do: 'duty', member, paused: false });
      }
    }
    for (const caller of this.#day.callers) this.#agenda.add(caller.at, { do: 'call', caller });
    while (!this.#agenda.isEmpty) {
      const { at, what } = this.#agenda.take();
      this.#now = at;
      this.#happen(what);
    }
    return { served: this.#served, busyMs: this.#busyMs };
  }

  #happen(what: Happening): void {
    switch (what.do) {
      case 'call':
        return this.#call(what.caller);
      case 'look':
        return this.#look(what.entry);
      case 'hang-up':
        return this.#hangUp(what.entry);
      case 'answer':
        return this.#answer(what.entry, what.member);
      case 'miss':
        return this.#miss(what.entry, what.member);
      case 'end':
        what.member.busy = false;
        what.member.wrapUpUntil = this.#now + WRAP_UP_MS;
        what.member.lastCall = this.#now;
        return;
      case 'back':
        what.member.out = false;
        return;
      case 'duty':
        what.member.out = false;
        what.member.onDuty = what.onDuty ?? what.member.onDuty;
        what.member.paused = what.paused ?? (what.onDuty === undefined ? what.member.paused : false);
    }
  }

  /** Inserted behind those of the same priority (insert_entry). */
  #call(caller: Caller): void {
    const priority = caller.vip ? VIP_PRIORITY : 0;
    const entry: Entry = { caller, priority, attempts: 0, ringsAt: undefined, gone: false };
    const queue = this.#of(caller);
    const behind = queue.findIndex(({ priority }) => priority < entry.priority);
    queue.splice(behind < 0 ? queue.length : behind, 0, entry);
    this.#agenda.add(this.#now + caller.patienceMs, { do: 'hang-up', entry });
    this.#look(entry);
  }

  #look(entry: Entry): void {
    if (entry.gone || entry.ringsAt) return;
    const { skill, at } = entry.caller;
    const queue = this.#of(entry.caller);
    const free = this.#members.filter((member) => this.#isFree(member) && (member.skills[skill] ?? 0) > 0);
    const pending = queue.filter(({ ringsAt }) => !ringsAt);
    if (pending.indexOf(entry) >= free.length) return this.#lookAgain(entry);
    const letsAllIn = this.#now - at >= RULE_MS;
    const member = this.#best(
      skill,
      free.filter((each) => letsAllIn || penalty(each, skill) === 0),
    );
    if (member) this.#ring(entry, member);
    else this.#lookAgain(entry);
  }

  #lookAgain(entry: Entry): void {
    this.#agenda.add(this.#now + RETRY_MS, { do: 'look', entry });
  }

  #isFree(member: Member): boolean {
    return member.onDuty && !member.paused && !member.out && !member.busy && member.wrapUpUntil <= this.#now;
  }

  /** calc_metric: penalty before everything else, then the strategy. */
  #best(skill: string, free: readonly Member[]): Member | undefined {
    const turn = this.#turn.get(skill) ?? -1;
    const metric = (member: Member): number => {
      switch (this.#strategy) {
        case 'leastrecent':
          return member.lastCall;
        case 'fewestcalls':
          return member.calls;
        case 'rrmemory':
          return (member.place - turn - 1 + this.#members.length) % this.#members.length;
      }
    };
    return [...free].sort(
      (a, b) => penalty(a, skill) - penalty(b, skill) || metric(a) - metric(b) || a.place - b.place,
    )[0];
  }

  #ring(entry: Entry, member: Member): void {
    entry.ringsAt = member;
    entry.attempts += 1;
    member.busy = true;
    this.#turn.set(entry.caller.skill, member.place);
    const after = this.#day.answerAfter(entry.caller.id, entry.attempts);
    if (after !== undefined && after < RING_MS)
      this.#agenda.add(this.#now + after, { do: 'answer', entry, member });
    else this.#agenda.add(this.#now + RING_MS, { do: 'miss', entry, member });
  }

  #answer(entry: Entry, member: Member): void {
    if (entry.gone) return;
    const { caller } = entry;
    this.#leave(entry);
    this.#served.push({ caller, waitedMs: this.#now - caller.at, agent: member.id });
    member.calls += 1;
    this.#busyMs[member.id] = (this.#busyMs[member.id] ?? 0) + caller.talkMs + WRAP_UP_MS;
    this.#agenda.add(this.#now + caller.talkMs, { do: 'end', member });
  }

  /** autopause=yes; he notices within a minute, as with us. */
  #miss(entry: Entry, member: Member): void {
    if (entry.gone) return;
    member.busy = false;
    member.out = true;
    this.#agenda.add(this.#now + 60_000, { do: 'back', member });
    entry.ringsAt = undefined;
    this.#lookAgain(entry);
  }

  #hangUp(entry: Entry): void {
    if (entry.gone) return;
    this.#leave(entry);
    this.#served.push({ caller: entry.caller, waitedMs: this.#now - entry.caller.at });
    // A member whose telephone rings for a caller who is gone is free at once.
    if (entry.ringsAt) entry.ringsAt.busy = false;
  }

  #leave(entry: Entry): void {
    entry.gone = true;
    const queue = this.#of(entry.caller);
    queue.splice(queue.indexOf(entry), 1);
  }

  #of({ skill }: Caller): Entry[] {
    return this.#queues.get(skill) ?? [];
  }
}

const penalty = (member: Member, skill: string): number => ((member.skills[skill] ?? 0) >= SKILLED ? 0 : 1);
