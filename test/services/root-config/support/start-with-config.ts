import { Server } from 'node:net';
import sinon from 'sinon';
import { createBackend, createBackendPlugin, type ServiceRef } from 'backstage-forklift';
import { mockServices } from 'backstage-forklift/testing';

/**
 * What became of a backend with nothing but a configuration, which is stopped again.
 *
 * @param services - that a plugin asks for
 */
export async function startWithConfig(
  data: any,
  services: ServiceRef<any, 'plugin'>[] = [],
): Promise<{ error?: Error; warnings: string[]; listened: boolean }> {
  const logger = mockServices.rootLogger.mock();
  logger.child.returns(logger);
  const listening = sinon.spy(Server.prototype, 'listen');
  const backend = createBackend();
  const listen = data.backend?.listen ?? '127.0.0.1:0';
  backend.add(
    mockServices.rootConfig.factory({ data: { ...data, backend: { ...data.backend, listen } } }),
  );
  backend.add(
    createBackendPlugin({
      pluginId: 'one',
      register(reg) {
        reg.registerInit({ deps: Object.fromEntries(services.entries()), async init() {} });
      },
    }),
  );
  const checksLogger = data.backend?.logger !== undefined;
  if (!checksLogger) {
    backend.add(logger.factory);
  }
  try {
    const error = await backend.start().then(
      () => undefined,
      thrown => thrown,
    );
    const warnings = logger.warn.args.map(([message]) => message);
    return { error, warnings, listened: listening.called };
  } finally {
    sinon.restore();
    await backend.stop();
  }
}
