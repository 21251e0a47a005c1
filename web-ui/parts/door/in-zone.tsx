/** Within, times are told in the branch's zone and by the service's clock. */
import { useMemo, type ReactNode } from 'react';
import { SpeakerContext, useDoor, useWords } from './context.ts';

/** `zone` undefined keeps the zone of the browser. */
export function InZone({ zone, children }: { zone: string | undefined; children: ReactNode }) {
  const words = useWords();
  const { clock } = useDoor();
  const inZone = useMemo(() => words.inZone(zone ?? words.zone, clock.now), [words, zone, clock]);
  return <SpeakerContext value={inZone}>{children}</SpeakerContext>;
}
