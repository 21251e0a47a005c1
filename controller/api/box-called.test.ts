import { expect, test } from 'vitest';
import { ManualClock } from '@branchline/runtime/clock';
import { FleetBoard } from '../fleet/board.ts';
import { Boxes } from '../store/boxes.ts';
import { databases } from '../store/testing/databases.ts';
import { boxIdCalled } from './box-called.ts';

test.each(databases)('a box that is shown is known, written or not yet ($name)', async ({ open }) => {
  const db = await open();
  const boxes = new Boxes(db);
  const board = new FleetBoard(new ManualClock(), () => undefined);
  await expect(boxIdCalled({ board, boxes }, 'shop-1')).rejects.toThrow("There is no box 'shop-1'");
  board.change('shop-1', { online: true });
  const id = await boxIdCalled({ board, boxes }, 'shop-1');
  expect(await boxes.find('shop-1')).toBe(id);
  await db.close();
});
