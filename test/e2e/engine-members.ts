import { fresh, order } from './engine-facts.js';
import type { EngineProcess } from './engine-process.js';

/** Points are there at once, so that tests can spend what an order earned; publishes the shipped program by a first fact. */
export async function publishQuickPoints(engine: EngineProcess): Promise<void> {
  await engine.post('/v1/facts', order(fresh('c')));
  const [{ version }] = (await engine.get('/v1/programs')).body.items.slice(-1);
  const { program } = (await engine.get(`/v1/programs/${version}`)).body;
  const quick = { ...program, points: { ...program.points, activation: { autoFulfilDays: 0, holdDays: 0 } } };
  expect((await engine.post('/v1/programs', { program: quick })).status).toBe(201);
}

/** A customer with points to spend. @returns their id. */
export async function memberWith(engine: EngineProcess, points: number): Promise<string> {
  const id = fresh('c');
  await engine.post('/v1/facts', order(id, points * 100));
  const give = { points, reason: 'test', by: 'ann' };
  expect((await engine.post(`/v1/members/${id}/adjustments`, give)).status).toBe(201);
  return id;
}

/** What a member has of points, in all forms. */
export async function pointsOf(engine: EngineProcess, id: string) {
  return (await engine.get(`/v1/members/${id}`)).body.points;
}
