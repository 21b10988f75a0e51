import { Module } from '@nestjs/common';
import { TaskActionsController } from './task-actions.controller.js';
import { TaskOwners } from './task-owners.js';
import { ListTasksHandler, ReadTaskHandler } from './task-queries.js';
import { TaskQueueController } from './task-queue.controller.js';

/** What is to be done for members, and doing it. */
@Module({
  controllers: [TaskQueueController, TaskActionsController],
  providers: [TaskOwners, ListTasksHandler, ReadTaskHandler],
})
export class TasksModule {}
