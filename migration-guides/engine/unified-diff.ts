import type { MigrationPlan } from './plan';

/** The plan's edits as a unified diff that `git apply` takes; empty when there are none. */
export function formatUnifiedDiff(_plan: MigrationPlan): string {
  return '';
}
