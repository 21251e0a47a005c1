/** What there is to say about people who wait. */
import { say } from '../../words/say.ts';
import type { Facts, QueueFacts } from './facts.ts';
import type { Matter } from './matter.ts';

/** `now` in ms since 1970, by the service's clock. */
export function queueMatters({ queues }: Facts, now: number): Matter[] {
  return (queues ?? []).flatMap((queue) => matterOf(queue, now) ?? []);
}

function matterOf(queue: QueueFacts, now: number): Matter | undefined {
  const place = 'queues' as const;
  if (queue.waiting === 0 || queue.oldest === null) {
    if (queue.signedIn > 0) return undefined;
    const says = say('sentence.unserved', { queue: queue.name });
    return { tone: 'note', weight: 12, says, next: say('sentence.unservedNext'), place };
  }
  const waitedMs = Math.max(0, now - Date.parse(queue.oldest));
  const holes = {
    count: queue.waiting,
    queue: queue.name,
    age: { span: waitedMs },
    goal: { span: queue.goalMs },
  };
  if (queue.signedIn === 0) {
    const says = say('sentence.nobodyThere', holes);
    return { tone: 'bad', weight: 80, says, next: say('sentence.nobodyThereNext'), place };
  }
  if (waitedMs <= queue.goalMs) return undefined;
  const tooLong = waitedMs > 3 * queue.goalMs;
  const cause = queue.ready > 0 ? 'slow' : queue.busy > 0 ? 'allBusy' : 'nobodyReady';
  return {
    tone: tooLong ? 'bad' : 'warn',
    weight: tooLong ? 68 : 50,
    says: say(`sentence.${cause}`, holes),
    next: say(`sentence.${cause}Next`),
    place,
  };
}
