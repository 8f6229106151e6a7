import type { Mount, OldBackend, Step } from '../engine/old-backend/old-backend';

/**
 * The path below which a backend serves everything: `/portal`, when its plugins are at
 * `/portal/api/...` and its front end is at `/portal`. Empty for most.
 */
export function basePathOf({ steps }: OldBackend): string {
  const paths = steps.flatMap(mountsIn).flatMap(({ path }) => path ?? []);
  const base = paths.map(each => /^(.+)\/api(?=\/|$)/.exec(each)?.[1]).find(each => each);
  const isCommon = paths.every(each => each === base || each.startsWith(`${base}/`));
  return base !== undefined && isCommon ? base : '';
}

/** The same backend as if its base path were none. */
export function withoutBasePath(old: OldBackend, base: string): OldBackend {
  const mountAt = (mount: Mount): Mount => ({ ...mount, path: mount.path?.slice(base.length) });
  const stepAt = (step: Step): Step => {
    switch (step.kind) {
      case 'mount':
      case 'middleware':
        return { ...step, mount: mountAt(step.mount) };
      case 'branch':
        return { ...step, steps: step.steps.map(stepAt) };
      case 'service':
        return { ...step, mounts: step.mounts.map(mountAt) };
      default:
        return step;
    }
  };
  return { ...old, steps: old.steps.map(stepAt) };
}

function mountsIn(step: Step): readonly Mount[] {
  switch (step.kind) {
    case 'mount':
    case 'middleware':
      return [step.mount];
    case 'branch':
      return step.steps.flatMap(mountsIn);
    case 'service':
      return step.mounts;
    default:
      return [];
  }
}
