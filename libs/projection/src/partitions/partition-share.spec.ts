import { LocalLeases, partitionLease } from './leases.js';
import { PartitionShare } from './partition-share.js';

/** Two processes share the work; leases are given by a server whose answers may get lost. */
class UnsteadyLeases extends LocalLeases {
  readonly given = new Set<string>();
  losesAnswers = false;
  processes = 1;

  override acquire(name: string): Promise<boolean> {
    this.given.add(name);
    if (this.losesAnswers) return Promise.reject(new Error('The answer got lost'));
    return super.acquire(name);
  }

  override release(name: string): Promise<void> {
    this.given.delete(name);
    return super.release(name);
  }

  override members(): Promise<number> {
    return Promise.resolve(this.processes);
  }
}

describe('the share of a process', () => {
  it('gives back what it was given without hearing of it, when it no longer falls to it', async () => {
    const leases = new UnsteadyLeases();
    const share = new PartitionShare(leases, 2);
    leases.losesAnswers = true;
    await expect(share.beat([])).rejects.toThrow('lost');
    expect([...leases.given]).toEqual([partitionLease(0)]);

    leases.losesAnswers = false;
    leases.processes = 2;
    await leases.acquire(partitionLease(1));
    expect(await share.beat([1])).toBe(true);
    expect(await share.adjust()).toHaveLength(1);
    expect([...leases.given]).toEqual(share.held.map(partitionLease));
  });
});
