import type { ClaimStore } from '@perennial/event-log';
import type { SimulatedProcess } from '../world/process.js';
import type { SimulatedServer } from './simulated-server.js';

/**
 * The claims as one process has them: each call goes over the network.
 * @param claims those of the moment: they may be lost and begun anew.
 */
export function faultyClaims(process: SimulatedProcess, server: SimulatedServer, claims: () => ClaimStore): ClaimStore {
  return new Proxy({} as ClaimStore, {
    get: (_, name: keyof ClaimStore) => {
      if (name === 'close') return () => Promise.resolve();
      return (argument: never) =>
        process.call(server, `claims: ${name}`, (): Promise<unknown> => claims()[name](argument));
    },
  });
}
