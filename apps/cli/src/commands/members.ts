import type { Member } from '@perennial/membership';
import { type Command, Option } from 'commander';
import { Failure } from '../failure.js';
import { asOfOption, storesOf } from '../options.js';
import { withExistingStore } from '../store/open-store.js';
import type { Console } from '../terminal/console.js';
import { memberDetails, MEMBER_TABLE_HEAD, memberTableRow } from '../terminal/member-table.js';

export function registerMembers(program: Command, { out }: Console): void {
  program
    .command('members')
    .description('every member, in order of customerId')
    .addOption(asOfOption())
    .addOption(new Option('--format <format>').choices(['table', 'jsonl']).default('table'))
    .action(async ({ asOf, format }: { asOf?: number; format: 'table' | 'jsonl' }, command: Command) => {
      await withExistingStore(storesOf(command), async ({ reader }) => {
        if (format === 'table') await out.line(MEMBER_TABLE_HEAD);
        const write = format === 'table' ? memberTableRow : (member: Member) => JSON.stringify(member);
        for await (const member of reader.members(asOf ?? Date.now())) await out.line(write(member));
        await out.flush();
      });
    });
  program
    .command('member')
    .description('one member, by customerId or an alias')
    .argument('<id>')
    .addOption(asOfOption())
    .addOption(new Option('--format <format>').choices(['json', 'table']).default('json'))
    .action(async (id: string, { asOf, format }: { asOf?: number; format: 'json' | 'table' }, command: Command) => {
      await withExistingStore(storesOf(command), async ({ reader }) => {
        const member = await reader.member(id, asOf ?? Date.now());
        if (member === null) throw new Failure(`There is no fact about ${id} up to then`);
        if (format === 'json') await out.line(JSON.stringify(member, null, 2));
        else for (const line of memberDetails(member)) await out.line(line);
      });
    });
}
