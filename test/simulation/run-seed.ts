import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProgramCatalogue, tick } from '@perennial/projection';
import fc from 'fast-check';
import { publish } from '../histories/arbitrary-arrivals.js';
import { arbitraryProgram } from '../histories/arbitrary-history.js';
import { ProgramHistory } from '@perennial/membership';
import { Mishaps } from './chaos/mishaps.js';
import { Town } from './chaos/town.js';
import { drawWeather, letIn } from './chaos/weather.js';
import { checkFacts, checkStanding } from './checks/facts.js';
import { checkReadStore } from './checks/read-store.js';
import { checkRedemptions } from './checks/redemptions.js';
import { Clients } from './clients/client.js';
import { Ledger } from './clients/ledger.js';
import { Shop } from './clients/shop.js';
import { Servers } from './servers/servers.js';
import { Trace } from './world/trace.js';
import { World } from './world/world.js';

/** How long things go wrong, and how long it may take afterwards until everything is as it must be. */
const STORMY_MS = 30_000;
const HEALING_MS = 120_000;

export interface Run {
  seed: number;
  /** Empty when all is well. */
  problems: string[];
  /** Of everything that happened. */
  digest: string;
  lines: number;
  /** The last lines of the trace. */
  tail: string[];
}

/** Runs one seed. @param onLine gets the trace line by line. */
export async function runSeed(seed: number, onLine?: (line: string) => void): Promise<Run> {
  const dir = mkdtempSync(join(fastDirectory(), 'perennial-simulation-'));
  const trace = new Trace(dir, onLine);
  const world = new World(seed, trace);
  const { now } = Date;
  Date.now = () => world.shopTime;
  try {
    const problems = await live(seed, world, dir).catch((error: Error) => [error.stack ?? error.message]);
    return { seed, problems, tail: trace.tail(), lines: trace.lines, digest: trace.digest() };
  } finally {
    Date.now = now;
    rmSync(dir, { recursive: true });
  }
}

async function live(seed: number, world: World, dir: string): Promise<string[]> {
  const servers = new Servers(world, dir);
  const [program] = fc.sample(arbitraryProgram, { seed, numRuns: 1 });
  await publish(servers.log, new ProgramHistory([{ version: 1, effectiveFrom: null, program }]));
  const town = new Town(world, servers);
  const ledger = new Ledger();
  const clients = new Clients(world, town.apis, ledger);
  new Shop(world, clients, ledger).open(seed, STORMY_MS);
  for (const machine of town.lasting) machine.start();
  const weather = drawWeather(world.dice);
  letIn(weather, servers);
  const mishaps = new Mishaps(world, town, weather);
  mishaps.begin();
  await world.runUntil(() => false, STORMY_MS);
  mishaps.stop();
  const unfinished = await comeToRest(world, town, clients);
  for (const machine of town.all) machine.retire();
  await world.runUntil(() => false, HEALING_MS);
  const problems = unfinished ? [unfinished] : await check(servers, ledger, town, dir);
  await servers.close();
  return problems;
}

/** @returns what did not come to an end. */
async function comeToRest(world: World, town: Town, clients: Clients): Promise<string | null> {
  const { servers, rebuilds, apis, clocks, subscriber } = town;
  town.heal();
  world.log('world', 'heals');
  const done = () => clients.waiting === 0 && rebuilds.every(({ isUp }) => !isUp);
  if (!(await world.runUntil(done, HEALING_MS))) return 'Clients still wait for answers, or rebuilds go on';
  for (const machine of [...clocks, ...apis]) machine.retire();
  // What they had sent may still arrive.
  await world.runUntil(() => false, 2_000);
  await tick(servers.log, world.shopTime);
  const head = await servers.log.head();
  if (await world.runUntil(() => subscriber.settled >= head, HEALING_MS)) return null;
  return `The feed has come to ${subscriber.settled} of ${head}, and does not go on`;
}

async function check(servers: Servers, ledger: Ledger, { subscriber }: Town, dir: string): Promise<string[]> {
  const { log } = servers;
  const records = await log.readAll({ limit: Infinity });
  const programs = (await new ProgramCatalogue(log).history())!;
  const written = await servers.written();
  return [
    ...checkFacts(records, written, ledger),
    ...(await checkStanding(records, written)),
    ...checkRedemptions(records, ledger, programs),
    ...(await checkReadStore(log, servers.forReading, subscriber.got, dir)),
  ];
}

/** In memory, where the system has such a place. */
function fastDirectory(): string {
  return existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
}
