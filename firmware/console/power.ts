/** Power on the box's page. */
import type { powerRoutes } from '@branchline/contracts/http/power';
import { HttpProblem, notFound } from '@branchline/runtime/web/problem';
import type { Handlers } from '@branchline/runtime/web/routes';
import type { UpsTestRefusal } from '../power/keeper.ts';
import { addressOf, type OperatorBook } from './operators.ts';

export interface PowerNeeds {
  /** Gives why no test of the battery is begun; undefined when one is. */
  test(ups: string): UpsTestRefusal | undefined;
}

export function powerHandlers(power: PowerNeeds, operators: OperatorBook): Handlers<typeof powerRoutes> {
  return {
    testUps: ({ param, request }) => {
      const ups = param('ups');
      const refusal = power.test(ups);
      if (refusal) throw problemOf(refusal, ups);
      operators.note(addressOf(request), 'ups-tested', ups);
      return { ups };
    },
  };
}

function problemOf(refusal: UpsTestRefusal, value: string): HttpProblem {
  const field = 'path.ups';
  switch (refusal) {
    case 'no-such-ups':
      return notFound('UPS of that name', "Choose one of the document's: power.ups.");
    case 'not-heard':
      return new HttpProblem(409, {
        ...{ field, value },
        code: 'ups-not-heard',
        message: 'This UPS does not answer.',
        remedy: 'See to its data cable and the serial adapter first.',
      });
    case 'not-on-mains':
      return new HttpProblem(409, {
        ...{ field, value },
        code: 'not-on-mains',
        message: 'This UPS runs on its battery, or has only just got the mains back.',
        remedy: 'Test it when the mains have been there for a while: the battery is needed now.',
      });
    case 'running':
      return new HttpProblem(409, {
        ...{ field, value },
        code: 'test-running',
        message: 'This UPS is testing its battery.',
        remedy: 'Wait until it has come to its end.',
      });
  }
}
