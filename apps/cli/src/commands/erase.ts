import type { Command } from 'commander';
import { Failure } from '../failure.js';
import { storesOf } from '../options.js';
import { type Erasure, eraseCustomer } from '../store/erase-customer.js';
import { catchUp, withExistingStore } from '../store/open-store.js';
import type { Console } from '../terminal/console.js';

export function registerErase(program: Command, { out }: Console): void {
  program
    .command('erase')
    .description("make a customer's personal data unreadable, for good (docs/personal-data.md)")
    .argument('<id>', 'customerId, or an alias')
    .requiredOption('--by <who>', 'who decided it; stays readable')
    .requiredOption('--reason <text>', 'stays readable: say nothing personal')
    .action(async (id: string, { by, reason }: Erasure, command: Command) => {
      await withExistingStore(storesOf(command), async (stores) => {
        const result = await eraseCustomer(stores, id, { by, reason });
        if ('refusal' in result) throw new Failure(`${id} is not erased: ${result.refusal.message}`);
        await catchUp(stores);
        await out.line(`${result.customerId} is erased`);
      });
    });
}
