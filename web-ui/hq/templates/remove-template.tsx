/** Takes a template away by two presses; where something goes by it, says what. */
import { templateRoutes, templateUsers, type TemplateUsers } from '@branchline/contracts/http/templates';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { Refusal } from '../../live/ask.ts';
import { useDoor, useWords } from '../../parts/door/context.ts';
import { Trouble } from '../../parts/show/trouble.tsx';

const MOST_NAMED = 20;

export function RemoveTemplate({ name }: { name: string }) {
  const { t } = useWords();
  const { ask } = useDoor();
  const go = useNavigate();
  const queries = useQueryClient();
  const [sure, setSure] = useState(false);
  const remove = useMutation({
    mutationFn: () => ask(templateRoutes.removeTemplate, { path: { template: name } }),
    onSuccess: async () => {
      await go('/templates');
      queries.removeQueries({ queryKey: ['template', name] });
      await queries.invalidateQueries({ queryKey: ['templates'] });
    },
    onError: () => setSure(false),
  });
  const users = usersIn(remove.error);
  return (
    <div className="document-form" aria-live="polite">
      <div className="document-acts">
        <button
          type="button"
          className="quiet"
          disabled={remove.isPending}
          onClick={() => (sure ? remove.mutate() : setSure(true))}
          onBlur={() => setSure(false)}
          data-testid="remove-template"
        >
          {sure ? t('templates.removeSure', { name }) : t('templates.remove')}
        </button>
      </div>
      {users ? <InUse users={users} /> : remove.error && <Trouble error={remove.error} />}
    </div>
  );
}

function InUse({ users }: { users: TemplateUsers }) {
  const { t } = useWords();
  return (
    <div className="trouble" role="alert" data-testid="template-in-use">
      <p>
        <strong>{t('templates.inUse')}</strong> {t('templates.inUseNext')}
      </p>
      <ul className="rows">
        {(['branches', 'templates', 'rollouts'] as const)
          .filter((which) => users[which].length > 0)
          .map((which) => (
            <li key={which}>
              {t(`templates.usedIn.${which}`, { names: users[which].slice(0, MOST_NAMED).join(', ') })}
              {users[which].length > MOST_NAMED && ' …'}
            </li>
          ))}
      </ul>
    </div>
  );
}

function usersIn(error: unknown): TemplateUsers | undefined {
  if (!(error instanceof Refusal) || error.problem.code !== 'template-in-use') return undefined;
  return templateUsers.safeParse(error.problem.value).data;
}
