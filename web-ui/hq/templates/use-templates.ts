/** Templates as headquarters has them. */
import { templateRoutes } from '@branchline/contracts/http/templates';
import { useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import { useDoor } from '../../parts/door/context.ts';

export type Detail = z.output<NonNullable<(typeof templateRoutes.template)['response']>>;

export function useTemplates() {
  const { ask } = useDoor();
  return useQuery({
    queryKey: ['templates'],
    queryFn: ({ signal }) => ask(templateRoutes.templates, { signal }),
  });
}

/** Of an empty name nothing is asked. */
export function useTemplate(template: string) {
  const { ask } = useDoor();
  return useQuery({
    queryKey: ['template', template],
    queryFn: ({ signal }) => ask(templateRoutes.template, { path: { template }, signal }),
    enabled: template !== '',
  });
}
