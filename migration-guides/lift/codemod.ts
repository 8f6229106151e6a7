import { GuideError } from '../engine/errors';
import type { LiftOptions } from '../engine/options';
import type { MigrationPlan } from '../engine/plan';

/**
 * Plans the rewrite of index.ts onto createBackend() and legacyPlugin(...). Writes nothing.
 *
 * @param dir - the repository, or any folder inside it
 * @throws GuideError when there is no backend or it can not be read
 */
export async function planLift(dir: string, _options: LiftOptions = {}): Promise<MigrationPlan> {
  throw new GuideError('BACKEND_NOT_FOUND', `No backend found in ${dir}`);
}
