/** The box that a question names. */
import type { BoxSummary } from '@branchline/contracts/http/controller';
import { notFound, type HttpProblem } from '@branchline/runtime/web/problem';
import type { FleetBoard } from '../fleet/board.ts';
import type { Boxes } from '../store/boxes.ts';

interface Known {
  readonly board: Pick<FleetBoard, 'of'>;
  readonly boxes: Pick<Boxes, 'find' | 'idOf'>;
}

/** @throws HttpProblem for a box that nobody knows */
export function boxCalled(board: Pick<FleetBoard, 'summary'>, box: string): BoxSummary {
  const summary = board.summary(box);
  if (!summary) throw noBox(box);
  return summary;
}

/**
 * Its number in the database. One that has come for the first time is shown a moment before it is written (fleet/registry.ts): it is entered.
 * @throws HttpProblem for a box that nobody knows
 */
export async function boxIdCalled({ board, boxes }: Known, box: string): Promise<number> {
  const id = await boxes.find(box);
  if (id !== undefined) return id;
  if (!board.of(box)) throw noBox(box);
  return boxes.idOf(box);
}

const noBox = (box: string): HttpProblem => notFound(`box '${box}'`, 'GET /api/boxes lists them.');
