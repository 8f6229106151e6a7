import type { EnvironmentServices } from './environment-services';
import { presentOnly } from './optional-service';

/** All plugins that this deployment is known to have: those of other instances, too. */
export async function listPluginIds(
  services: Pick<EnvironmentServices, 'instanceMetadata' | 'systemMetadata'>,
): Promise<string[]> {
  const metadata = [services.instanceMetadata, services.systemMetadata];
  const installed = await Promise.all(
    metadata.map(service => presentOnly(service)?.getInstalledPlugins() ?? []),
  );
  return [...new Set(installed.flat().map(({ pluginId }) => pluginId))];
}
