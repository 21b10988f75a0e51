import { activityConformance } from './read-store/activities.js';
import { changesConformance } from './read-store/changes.js';
import { commitConformance } from './read-store/commit.js';
import { dueConformance } from './read-store/due.js';
import { generationConformance } from './read-store/generations.js';
import { listConformance } from './read-store/list.js';
import { partitionsConformance } from './read-store/partitions.js';
import { tasksConformance } from './read-store/tasks.js';
import type { StoresUnderTest, Subject } from './read-store/subject.js';

/** The behaviour that every adapter of the read store has, written once against the port. */
export function readStoreConformance(name: string, create: () => Promise<StoresUnderTest>): void {
  describe(`read store conformance: ${name}`, () => {
    let current: StoresUnderTest;
    const subject: Subject = () => current;

    beforeEach(async () => {
      current = await create();
    });
    afterEach(async () => {
      await current.dispose();
    });

    commitConformance(subject);
    dueConformance(subject);
    listConformance(subject);
    tasksConformance(subject);
    activityConformance(subject);
    changesConformance(subject);
    generationConformance(subject);
    partitionsConformance(subject);
  });
}
