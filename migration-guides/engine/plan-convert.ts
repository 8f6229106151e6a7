import { GuideError } from './errors';
import type { ConvertOptions } from './options';
import type { MigrationPlan } from './plan';

/**
 * Plans the conversion of one lifted plugin to the new system. Writes nothing.
 *
 * @param dir - the repository, or any folder inside it
 * @param pluginId - the id as shown by scanBackend
 * @throws GuideError when there is no such backend or plugin, or a file can not be read
 */
export async function planConvert(
  dir: string,
  pluginId: string,
  _options: ConvertOptions = {},
): Promise<MigrationPlan> {
  throw new GuideError('UNKNOWN_PLUGIN', `No plugin '${pluginId}' in ${dir}`);
}
