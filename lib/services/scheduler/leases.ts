import { clockTime } from './clock-time';
import type { GlobalTask } from './global-task';
import type { TaskStore } from './task-store';

/** How long a run stays with a process that no longer renews it. Milliseconds. */
export interface Lease {
  length: number;
  renewEvery: number;
}

/** Keeps the runs of this process that are due for it, each no longer than until its deadline. */
export async function renewLeases(
  store: TaskStore,
  tasks: Iterable<GlobalTask>,
  lease: Lease,
): Promise<void> {
  const { length } = lease;
  const time = clockTime();
  const runs = [...tasks]
    .flatMap(({ id, current }) => (current ? [{ id, current }] : []))
    .filter(({ current: { run, leaseEnd } }) => !run.ended && leaseEnd < run.deadline)
    .filter(({ current }) => renewalTime(current.leaseEnd, lease) <= time);
  const isLast = ({ current }: (typeof runs)[number]) => current.run.deadline - time < length;
  const full = runs.filter(run => !isLast(run));
  if (full.length > 0) {
    await store.renew(
      full.map(({ id, current }) => ({ id, ticket: current.ticket })),
      length / 1_000,
    );
  }
  for (const { id, current } of runs.filter(isLast)) {
    const left = Math.max(current.run.deadline - time, 0);
    await store.renew([{ id, ticket: current.ticket }], left / 1_000);
  }
  for (const { current } of runs) {
    current.leaseEnd = time + length;
    current.run.abortAt(current.leaseEnd);
  }
}

/** When the lease of a run is to be renewed, by {@link clockTime}. */
export function renewalTime(leaseEnd: number, { length, renewEvery }: Lease): number {
  return leaseEnd - length + renewEvery;
}
