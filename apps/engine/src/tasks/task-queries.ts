import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { MemberReader, ProgramCatalogue, type Stores, taskRow } from '@perennial/projection';
import { InvalidCursorError, type Page, type TaskQuery } from '@perennial/read-store';
import { invalidField, Problem } from '../problems/problem.js';
import { STORES } from '../stores/tokens.js';
import { TaskOwners } from './task-owners.js';
import { type QueuedTask, viewTask } from './task-view.js';

/** A page of tasks; `customerId` may be any id of the customer. */
export class ListTasks extends Query<Page<QueuedTask>> {
  constructor(readonly query: TaskQuery) {
    super();
  }
}

@QueryHandler(ListTasks)
export class ListTasksHandler implements IQueryHandler<ListTasks> {
  constructor(
    @Inject(STORES) private readonly stores: Stores,
    private readonly reader: MemberReader,
    private readonly catalogue: ProgramCatalogue,
  ) {}

  async execute({ query }: ListTasks): Promise<Page<QueuedTask>> {
    const { customerId } = query;
    const wanted = customerId === undefined ? query : { ...query, customerId: await this.reader.resolve(customerId) };
    const store = await this.stores.stores.current();
    const programs = await this.catalogue.history();
    try {
      const { items, nextCursor } = await store.listTasks(wanted);
      return { items: items.map((row) => viewTask(row, programs!)), nextCursor };
    } catch (error) {
      if (error instanceof InvalidCursorError) throw invalidField('cursor', 'must be a nextCursor of this list');
      throw error;
    }
  }
}

/** One task as of now, with everything that is in the log. */
export class ReadTask extends Query<QueuedTask> {
  constructor(
    readonly id: string,
    /** UTC ms. */
    readonly now: number,
  ) {
    super();
  }
}

@QueryHandler(ReadTask)
export class ReadTaskHandler implements IQueryHandler<ReadTask> {
  constructor(
    private readonly owners: TaskOwners,
    private readonly reader: MemberReader,
  ) {}

  async execute({ id, now }: ReadTask): Promise<QueuedTask> {
    const { state, programs } = await this.reader.head(await this.owners.customerOf(id), now);
    const task = state?.tasks.get(id);
    if (!task) throw new Problem('unknown-task', `There is no task ${id} any more: a late fact took it back`);
    return viewTask(taskRow(state!, task, programs), programs);
  }
}
