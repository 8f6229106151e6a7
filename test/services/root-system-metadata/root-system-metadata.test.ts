import { expect } from 'chai';
import { ConfigReader } from '@backstage/config';
import { DefaultRootSystemMetadataService } from 'backstage-forklift/services';
import { RecordingLogger } from '../root-http-router/support/recording-logger';

describe('DefaultRootSystemMetadataService', () => {
  it('lists the plugins that discovery knows elsewhere, then those of this backend', async () => {
    const service = DefaultRootSystemMetadataService.create({
      logger: new RecordingLogger(),
      config: new ConfigReader({
        discovery: {
          endpoints: [
            { target: 'http://a', plugins: ['catalog', 'docs'] },
            { target: { internal: 'http://b' }, plugins: ['catalog', 'search'] },
          ],
        },
      }),
      instanceMetadata: {
        getInstalledPlugins: async () => [{ pluginId: 'todo', modules: [{ moduleId: 'm' }] }],
      },
    });
    expect(await service.getInstalledPlugins()).to.deep.equal([
      { pluginId: 'catalog' },
      { pluginId: 'docs' },
      { pluginId: 'search' },
      { pluginId: 'todo' },
    ]);
  });

  it('lists what is here when discovery has no configuration', async () => {
    const service = DefaultRootSystemMetadataService.create({
      logger: new RecordingLogger(),
      config: new ConfigReader({}),
      instanceMetadata: { getInstalledPlugins: async () => [{ pluginId: 'todo', modules: [] }] },
    });
    expect(await service.getInstalledPlugins()).to.deep.equal([{ pluginId: 'todo' }]);
  });
});
